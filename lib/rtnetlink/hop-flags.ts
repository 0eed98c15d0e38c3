/** RTNH_F_*: what is to be said of a way; shared by routes, their next hops, and next hop objects. */
export const hopFlags = {
  dead: [0x1, 'RTNH_F_DEAD'],
  pervasive: [0x2, 'RTNH_F_PERVASIVE'],
  onlink: [0x4, 'RTNH_F_ONLINK'],
  offload: [0x8, 'RTNH_F_OFFLOAD'],
  linkdown: [0x10, 'RTNH_F_LINKDOWN'],
  unresolved: [0x20, 'RTNH_F_UNRESOLVED'],
  trap: [0x40, 'RTNH_F_TRAP'],
} as const
