/** RTM_*NEIGH: struct ndmsg and its attributes. Neighbours are the entries of IPv4 and IPv6, FDB entries those of AF_BRIDGE. */
import { ip, linkLayerAddress } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { be16, flag, s32, u8, u16, u32 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { ticks } from '../codec/ticks.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { proto } from '../rtnetlink/proto.js'
import { routeType } from '../rtnetlink/route-type.js'

/** Single bits; an FDB entry has several of them at once. */
export const neighbourState = enumeration(u16(), 'NUD', {
  none: 0,
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noarp: 0x40,
  permanent: 0x80,
})

export const neighbourFlags = flags(u8(), 'NTF', {
  use: 0x01,
  self: 0x02,
  master: 0x04,
  proxy: 0x08,
  externLearn: [0x10, 'NTF_EXT_LEARNED'],
  offloaded: 0x20,
  sticky: 0x40,
  router: 0x80,
})

export const neighbourExtFlags = flags(u32(), 'NTF_EXT', {
  managed: 0x1,
  locked: 0x2,
  externValid: [0x4, 'NTF_EXT_EXT_VALIDATED'],
})

export const cacheInfo = struct('nda_cacheinfo', {
  /** Seconds since it was known to be reachable; 0 for FDB entries of a VXLAN. */
  confirmed: field('ndm_confirmed', ticks),
  /** Seconds since a packet used it. */
  used: field('ndm_used', ticks),
  /** Seconds since it changed. */
  updated: field('ndm_updated', ticks),
  /** Who in the kernel holds it. */
  refcnt: field('ndm_refcnt', u32()),
})

const LARGEST_VNI = 0xff_ffff

export const fdbActivity = flags(u8(), 'FDB_NOTIFY', {
  activityNotify: [1, 'FDB_NOTIFY_BIT'],
  inactive: [2, 'FDB_NOTIFY_INACTIVE_BIT'],
})

export const fdbExtAttributes = attributes({
  /** Tell listeners when the entry falls silent, and when it is heard again. `activity_notify`, `inactive` */
  activity: attribute('NFEA_ACTIVITY_NOTIFY', 1, fdbActivity),
  /** An update that changes nothing else does not count as use. `norefresh` */
  dontRefresh: attribute('NFEA_DONT_REFRESH', 2, flag, { writeOnly: true }),
})

export const neighbourAttributes = attributes({
  /** A neighbour's address; the underlay address of the other end for an FDB entry of a VXLAN. */
  dst: attribute('NDA_DST', 1, ip),
  /** Link-layer (MAC) address. `lladdr` */
  lladdr: attribute('NDA_LLADDR', 2, linkLayerAddress),
  cacheInfo: attribute('NDA_CACHEINFO', 3, cacheInfo, { readOnly: true }),
  /** Unanswered requests so far. `probes` */
  probes: attribute('NDA_PROBES', 4, u32(), { readOnly: true }),
  /** VLAN of an FDB entry. `vlan` */
  vlan: attribute('NDA_VLAN', 5, u16({ min: 1, max: 4094 })),
  /** UDP port of the other end, in network order. `port` */
  port: attribute('NDA_PORT', 6, be16({ min: 1 })),
  /** VNI to send with; in a look-up, what `srcVni` is else. `vni` */
  vni: attribute('NDA_VNI', 7, u32({ max: LARGEST_VNI })),
  /** Link to send through; in a listing of neighbours, the link whose they are. `via` */
  via: attribute('NDA_IFINDEX', 8, u32()),
  /** The bridge of an FDB entry; in a listing, the master of the links. `master`, `br` */
  master: attribute('NDA_MASTER', 9, u32()),
  /** Namespace of `via`, where it is another one. `link-netnsid` */
  linkNetnsid: attribute('NDA_LINK_NETNSID', 10, s32(), { readOnly: true }),
  /** VNI of an FDB entry whose VXLAN has many. `src_vni` */
  srcVni: attribute('NDA_SRC_VNI', 11, u32({ max: LARGEST_VNI })),
  /** Who made a neighbour. `protocol` */
  proto: attribute('NDA_PROTOCOL', 12, proto),
  /** Next hop (group) that an FDB entry sends to. `nhid` */
  nhid: attribute('NDA_NH_ID', 13, u32({ min: 1 })),
  fdbExt: attribute('NDA_FDB_EXT_ATTRS', 14, nested(fdbExtAttributes), { implicit: true }),
  flagsExt: attribute('NDA_FLAGS_EXT', 15, neighbourExtFlags),
  /** Which bits of the state a flush looks at. */
  stateMask: attribute('NDA_NDM_STATE_MASK', 16, u16(), { writeOnly: true }),
  /** Which flags a flush looks at. */
  flagsMask: attribute('NDA_NDM_FLAGS_MASK', 17, neighbourFlags, { writeOnly: true }),
})

export const ndmsg = struct('ndmsg', {
  family: field('ndm_family', family),
  _pad1: field('ndm_pad1', padding(1)),
  _pad2: field('ndm_pad2', padding(2)),
  index: field('ndm_ifindex', s32()),
  state: field('ndm_state', neighbourState),
  flags: field('ndm_flags', neighbourFlags),
  type: field('ndm_type', routeType),
})

export const neighbourMessage = messageFormat(ndmsg, neighbourAttributes)
