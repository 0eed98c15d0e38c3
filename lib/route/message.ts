/** RTM_*ROUTE: struct rtmsg and its attributes. */
import { ip } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { be16, be32, s32, u8, u32, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { longTicks } from '../codec/ticks.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { hopFlags } from '../rtnetlink/hop-flags.js'
import { ipProtocol } from '../rtnetlink/ip-protocol.js'
import { proto } from '../rtnetlink/proto.js'
import { realms } from '../rtnetlink/realms.js'
import { routeTable } from '../rtnetlink/route-table.js'
import { routeType } from '../rtnetlink/route-type.js'
import { scope } from '../rtnetlink/scope.js'
import { encapRows } from './encap.js'
import { gatewayRow } from './gateway.js'
import { metricAttributes } from './metrics.js'
import { nexthops } from './nexthops.js'

const RTM_F_CLONED = 0x200
const RTM_F_LOOKUP_TABLE = 0x1000

export const routeFlags = flags(u32(), 'RTNH_F', {
  ...hopFlags,
  notify: [0x100, 'RTM_F_NOTIFY'],
  cloned: [RTM_F_CLONED, 'RTM_F_CLONED'],
  equalize: [0x400, 'RTM_F_EQUALIZE'],
  prefix: [0x800, 'RTM_F_PREFIX'],
  lookupTable: [RTM_F_LOOKUP_TABLE, 'RTM_F_LOOKUP_TABLE'],
  fibMatch: [0x2000, 'RTM_F_FIB_MATCH'],
  rtOffload: [0x4000, 'RTM_F_OFFLOAD'],
  rtTrap: [0x8000, 'RTM_F_TRAP'],
  rtOffloadFailed: [0x2000_0000, 'RTM_F_OFFLOAD_FAILED'],
})

/** What the bits mean in the answer of an IPv4 look-up, which has `cloned` (RTM_F_CLONED) among them. */
export const cacheFlags = flags(u32(), 'RTCF', {
  ...hopFlags,
  cloned: [RTM_F_CLONED, 'RTM_F_CLONED'],
  lookupTable: [RTM_F_LOOKUP_TABLE, 'RTM_F_LOOKUP_TABLE'],
  notify: 0x1_0000,
  redirected: 0x4_0000,
  doRedirect: [0x100_0000, 'RTCF_DOREDIRECT'],
  broadcast: 0x1000_0000,
  multicast: 0x2000_0000,
  reject: 0x4000_0000,
  local: 0x8000_0000,
})

/** How much a router's advertisement is to be preferred. */
const pref = enumeration(u8(), 'ICMPV6_ROUTER_PREF', { medium: 0, high: 1, invalid: 2, low: 3 })

const cacheInfo = struct('rta_cacheinfo', {
  users: field('rta_clntref', u32()),
  /** Clock ticks (hundredths of a second). */
  lastUse: field('rta_lastuse', u32()),
  /** Clock ticks (hundredths of a second) that are left; 0 is for ever. */
  expires: field('rta_expires', s32()),
  /** A negative errno. */
  error: field('rta_error', s32()),
  used: field('rta_used', u32()),
  id: field('rta_id', u32()),
  time: field('rta_ts', u32()),
  timeAge: field('rta_tsage', u32()),
})

export const multicastStatistics = struct('rta_mfc_stats', {
  packets: field('mfcs_packets', u64()),
  bytes: field('mfcs_bytes', u64()),
  wrongLink: field('mfcs_wrong_if', u64()),
})

/** 10, 13 and 14 (RTA_PROTOINFO, RTA_SESSION, RTA_MP_ALGO) no kernel uses any more; 17 (RTA_MFC_STATS) multicast routes have. */
export const routeAttributes = attributes({
  /** Without prefix length, which is in the header. */
  dst: attribute('RTA_DST', 1, ip),
  /** Source of the packets that the route is for, without prefix length. `from` */
  from: attribute('RTA_SRC', 2, ip),
  /** Index of the link that a packet came in by. `iif` */
  iif: attribute('RTA_IIF', 3, u32()),
  /** Index of the link to send by. `dev` */
  dev: attribute('RTA_OIF', 4, u32()),
  via: gatewayRow(),
  /** The lower one wins. `metric` */
  metric: attribute('RTA_PRIORITY', 6, u32()),
  /** Preferred source address. `src` */
  src: attribute('RTA_PREFSRC', 7, ip),
  metrics: attribute('RTA_METRICS', 8, nested(metricAttributes), { implicit: true }),
  /** Several next hops. `nexthop` */
  nexthops: attribute('RTA_MULTIPATH', 9, nexthops),
  realms: attribute('RTA_FLOW', 11, realms),
  cacheInfo: attribute('RTA_CACHEINFO', 12, cacheInfo, { readOnly: true }),
  /** Tables above 255 do not fit the header. `table` */
  table: attribute('RTA_TABLE', 15, routeTable),
  /** Mark of the packets that a look-up is about. `mark` */
  mark: attribute('RTA_MARK', 16, u32()),
  pref: attribute('RTA_PREF', 20, pref),
  ...encapRows,
  /** Seconds. */
  expires: attribute('RTA_EXPIRES', 23, u32({ min: 1 })),
  /** User of the socket that a look-up is about. `uid` */
  uid: attribute('RTA_UID', 25, u32()),
  ipproto: attribute('RTA_IP_PROTO', 27, ipProtocol),
  sport: attribute('RTA_SPORT', 28, be16()),
  dport: attribute('RTA_DPORT', 29, be16()),
  /** Id of a next hop object. `nhid` */
  nhid: attribute('RTA_NH_ID', 30, u32({ min: 1 })),
  flowlabel: attribute('RTA_FLOWLABEL', 31, be32({ max: 0xf_ffff })),
})

export const rtmsg = struct('rtmsg', {
  family: field('rtm_family', family),
  dstLength: field('rtm_dst_len', u8()),
  fromLength: field('rtm_src_len', u8()),
  tos: field('rtm_tos', u8()),
  /** Tables above 255 stand in RTA_TABLE; then this is 0 in a request, 252 in a reply. */
  table: field('rtm_table', u8()),
  proto: field('rtm_protocol', proto),
  scope: field('rtm_scope', scope),
  type: field('rtm_type', routeType),
  flags: field('rtm_flags', routeFlags),
})

export const routeMessage = messageFormat(rtmsg, routeAttributes)

/** A route of a multicast router: the family is RTNL_FAMILY_IPMR or RTNL_FAMILY_IP6MR. */
export const multicastRouteAttributes = attributes({
  /** The group. */
  dst: attribute('RTA_DST', 1, ip),
  /** The sender. */
  src: attribute('RTA_SRC', 2, ip),
  /** Index of the link that its packets come in by. `iif` */
  iif: attribute('RTA_IIF', 3, u32()),
  /** Where they go out; the weight less 1 is the least TTL. `oifs` */
  nexthops: attribute('RTA_MULTIPATH', 9, nexthops),
  table: attribute('RTA_TABLE', 15, routeTable),
  statistics: attribute('RTA_MFC_STATS', 17, multicastStatistics, { readOnly: true }),
  /** Seconds since a packet used it; the word says something else. `expires` */
  age: attribute('RTA_EXPIRES', 23, longTicks, { readOnly: true }),
})

export const multicastRouteMessage = messageFormat(rtmsg, multicastRouteAttributes)
