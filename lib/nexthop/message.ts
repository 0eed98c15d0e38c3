/** RTM_*NEXTHOP and RTM_*NEXTHOPBUCKET: struct nhmsg and its attributes. */
import { ip } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { bool32, flag, u8, u16, u32, uint } from '../codec/integers.js'
import { arrayOf, nested, opaque } from '../codec/nest.js'
import { records } from '../codec/records.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { longTicks, ticks } from '../codec/ticks.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { hopFlags } from '../rtnetlink/hop-flags.js'
import { proto } from '../rtnetlink/proto.js'
import { scope } from '../rtnetlink/scope.js'

/** `resilient` moves a flow only when its bucket is idle, or has to. */
export const groupType = enumeration(u16(), 'NEXTHOP_GRP_TYPE', { mpath: 0, resilient: [1, 'NEXTHOP_GRP_TYPE_RES'] })

export const groupEntry = struct('nexthop_grp', {
  id: field('id', u32({ min: 1 })),
  /** The low eight bits of the weight less 1. */
  weight: field('weight', u8()),
  /** The high ones. A kernel before 6.12 refuses them, and sends what was there. */
  weightHigh: field('weight_high', u8()),
  _resvd2: field('resvd2', padding(2)),
})

/** In requests: what to tell beside. In answers: which part of it can be relied on. */
export const operationFlags = flags(u32(), undefined, {
  stats: [0x1, 'NHA_OP_FLAG_DUMP_STATS'],
  hwStats: [0x2, 'NHA_OP_FLAG_DUMP_HW_STATS'],
  clearedReserved: [0x8000_0000, 'NHA_OP_FLAG_RESP_GRP_RESVD_0'],
})

export const resilientAttributes = attributes(
  {
    /** Among which the group deals out the flows; fixed once it is made. `buckets` */
    buckets: attribute('NHA_RES_GROUP_BUCKETS', 1, u16({ min: 1 }), { changeable: false }),
    /** Seconds without a packet until a bucket may be moved. `idle_timer` */
    idleTimer: attribute('NHA_RES_GROUP_IDLE_TIMER', 2, ticks),
    /** Seconds out of balance until buckets are moved though they are not idle; 0: never. `unbalanced_timer` */
    unbalancedTimer: attribute('NHA_RES_GROUP_UNBALANCED_TIMER', 3, ticks),
    /** Seconds that it has been out of balance. `unbalanced_time` */
    unbalancedTime: attribute('NHA_RES_GROUP_UNBALANCED_TIME', 4, longTicks, { readOnly: true }),
  },
  { NHA_RES_GROUP_PAD: 0 },
)

export const bucketAttributes = attributes(
  {
    index: attribute('NHA_RES_BUCKET_INDEX', 1, u16()),
    /** Seconds since a packet used it. `idle_time` */
    idleTime: attribute('NHA_RES_BUCKET_IDLE_TIME', 2, longTicks, { readOnly: true }),
    /** The next hop that it leads to. `nhid` */
    nhid: attribute('NHA_RES_BUCKET_NH_ID', 3, u32({ min: 1 })),
  },
  { NHA_RES_BUCKET_PAD: 0 },
)

const statisticsAttributes = attributes({
  id: attribute('NHA_GROUP_STATS_ENTRY_ID', 1, u32(), { readOnly: true }),
  /** Packets that went this way, those in hardware among them. `packets` */
  packets: attribute('NHA_GROUP_STATS_ENTRY_PACKETS', 2, uint, { readOnly: true }),
  /** `packets_hw` */
  packetsHw: attribute('NHA_GROUP_STATS_ENTRY_PACKETS_HW', 3, uint, { readOnly: true }),
})

const statistics = arrayOf(nested(statisticsAttributes), { constant: 'NHA_GROUP_STATS_ENTRY', number: 1 })

export const nexthopAttributes = attributes({
  id: attribute('NHA_ID', 1, u32({ min: 1 })),
  group: attribute('NHA_GROUP', 2, records(groupEntry)),
  /** `type` */
  type: attribute('NHA_GROUP_TYPE', 3, groupType),
  /** `blackhole` */
  blackhole: attribute('NHA_BLACKHOLE', 4, flag),
  /** Index of the link. `dev` */
  dev: attribute('NHA_OIF', 5, u32()),
  via: attribute('NHA_GATEWAY', 6, ip),
  /** Number of the type, which tells the form of the other. `encap` */
  encapType: attribute('NHA_ENCAP_TYPE', 7, u16()),
  encap: attribute('NHA_ENCAP', 8, opaque),
  /** In a listing: groups and nothing else. `groups` */
  groups: attribute('NHA_GROUPS', 9, flag, { writeOnly: true }),
  /** In a listing: of links with this master. `master`, `vrf` */
  master: attribute('NHA_MASTER', 10, u32(), { writeOnly: true }),
  /** For FDB entries, not for routes. `fdb` */
  fdb: attribute('NHA_FDB', 11, flag),
  resilient: attribute('NHA_RES_GROUP', 12, nested(resilientAttributes), { implicit: true }),
  bucket: attribute('NHA_RES_BUCKET', 13, nested(bucketAttributes), { implicit: true }),
  operationFlags: attribute('NHA_OP_FLAGS', 14, operationFlags),
  statistics: attribute('NHA_GROUP_STATS', 15, statistics, { readOnly: true }),
  /** Ask the hardware to count. `hw_stats` */
  hwStats: attribute('NHA_HW_STATS_ENABLE', 16, bool32),
  /** Some hardware does. `hw_stats_used` */
  hwStatsUsed: attribute('NHA_HW_STATS_USED', 17, bool32, { readOnly: true }),
})

export const nhmsg = struct('nhmsg', {
  family: field('nh_family', family),
  scope: field('nh_scope', scope),
  proto: field('nh_protocol', proto),
  _resvd: field('resvd', padding(1)),
  flags: field('nh_flags', flags(u32(), 'RTNH_F', hopFlags)),
})

export const nexthopMessage = messageFormat(nhmsg, nexthopAttributes)
