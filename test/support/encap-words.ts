/** Words of `ip` for UDP around a tunnel's packets, and the options that say the same: of the IPIP and the GRE family. */

export const encapPorts = { encapSport: 4660, encapDport: 22136 } as const

export const encapWords = {
  noencap: { encap: 'none' },
  'encap fou encap-sport 4660 encap-dport 22136': { encap: 'fou', ...encapPorts },
  'encap gue encap-sport auto encap-dport 22136': { encap: 'gue', encapSport: 0, encapDport: 22136 },
  'encap gue encap-sport 4660 encap-dport 22136 encap-csum encap-udp6-csum encap-remcsum': {
    encap: 'gue',
    ...encapPorts,
    encapFlags: ['csum', 'csum6', 'remCsum'],
  },
} as const

/** The captured commands of the IPIP family have one more. */
export const iptunEncapWords = {
  ...encapWords,
  'encap gue encap-dport 22136 noencap-csum noencap-udp6-csum noencap-remcsum': {
    encap: 'gue',
    encapDport: 22136,
    encapFlags: [],
  },
} as const
