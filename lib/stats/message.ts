/** RTM_*STATS: struct if_stats_msg and its attributes. */
import { flags } from '../codec/enumeration.js'
import { bool, u32 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { counter, linkStatistics, packetCounters } from '../rtnetlink/link-stats.js'
import { bondXstats, bridgeXstats } from './xstats.js'

const writeOnly = { writeOnly: true } as const

/** A group is the bit before its attribute's number: IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) and so on. */
export const statsGroups = flags(u32(), undefined, { link: 1, xstats: 2, xstatsSlave: 4, offload: 8, afstats: 16 })
/** The same of IFLA_OFFLOAD_XSTATS_CPU_HIT and so on. */
export const offloadSubgroups = flags(u32(), undefined, { cpuHit: 1, hwStatsInfo: 2, l3Stats: 4 })

export const xstatsAttributes = attributes({
  bridge: attribute('LINK_XSTATS_TYPE_BRIDGE', 1, nested(bridgeXstats), readOnly),
  bond: attribute('LINK_XSTATS_TYPE_BOND', 2, nested(bondXstats), readOnly),
})

export const hwStatistics = struct('rtnl_hw_stats64', {
  ...packetCounters,
  multicast: counter('multicast'),
})

export const hwStatsInfoAttributes = attributes({
  /** Somebody has asked for it: `setLinkStats`. */
  request: attribute('IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST', 1, bool, readOnly),
  /** The hardware counts. */
  used: attribute('IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED', 2, bool, readOnly),
})

export const hwStatsAttributes = attributes({
  /** Packets that the hardware routes. `l3_stats` */
  l3Stats: attribute('IFLA_OFFLOAD_XSTATS_L3_STATS', 3, nested(hwStatsInfoAttributes), readOnly),
})

export const offloadAttributes = attributes(
  {
    /** Packets that came up to the processor, of those that the hardware forwards. `cpu_hit` */
    cpuHit: attribute('IFLA_OFFLOAD_XSTATS_CPU_HIT', 1, linkStatistics, readOnly),
    /** Whether the hardware counts for itself. `hw_stats_info` */
    hwStatsInfo: attribute('IFLA_OFFLOAD_XSTATS_HW_S_INFO', 2, nested(hwStatsAttributes), readOnly),
    /** Packets that the hardware routed. `l3_stats` */
    l3Stats: attribute('IFLA_OFFLOAD_XSTATS_L3_STATS', 3, hwStatistics, readOnly),
  },
  { IFLA_OFFLOAD_XSTATS_UNSPEC: 0 },
)

export const mplsStatistics = struct('mpls_link_stats', {
  ...packetCounters,
  rxNoRoute: counter('rx_noroute'),
})

export const mplsStatsAttributes = attributes(
  { link: attribute('MPLS_STATS_LINK', 1, mplsStatistics, readOnly) },
  { MPLS_STATS_UNSPEC: 0 },
)

export const afStatsAttributes = attributes({ mpls: attribute('AF_MPLS', 28, nested(mplsStatsAttributes), readOnly) })

export const statsFilters = attributes({
  offload: attribute('IFLA_STATS_LINK_OFFLOAD_XSTATS', 4, offloadSubgroups, writeOnly),
})

export const statsAttributes = attributes(
  {
    /** Questions and answers number their attributes each for themselves. */
    filters: attribute('IFLA_STATS_GET_FILTERS', 1, nested(statsFilters), writeOnly),
    setL3Stats: attribute('IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS', 2, bool, writeOnly),
    /** What every link counts. `link` */
    link: attribute('IFLA_STATS_LINK_64', 1, linkStatistics, readOnly),
    /** What its kind counts of its own: bridges and bonds. `xstats` */
    xstats: attribute('IFLA_STATS_LINK_XSTATS', 2, nested(xstatsAttributes), readOnly),
    /** What the kind of its master counts for it as a port. `xstats_slave` */
    xstatsSlave: attribute('IFLA_STATS_LINK_XSTATS_SLAVE', 3, nested(xstatsAttributes), readOnly),
    /** What hardware that forwards by itself counts. `offload` */
    offload: attribute('IFLA_STATS_LINK_OFFLOAD_XSTATS', 4, nested(offloadAttributes), readOnly),
    /** What protocol families count on it. `afstats` */
    afstats: attribute('IFLA_STATS_AF_SPEC', 5, nested(afStatsAttributes), readOnly),
  },
  { IFLA_STATS_UNSPEC: 0 },
)

export const ifStatsMsg = struct('if_stats_msg', {
  family: field('family', family),
  _pad1: field('pad1', padding(1)),
  _pad2: field('pad2', padding(2)),
  index: field('ifindex', u32()),
  groups: field('filter_mask', statsGroups),
})

export const statsMessage = messageFormat(ifStatsMsg, statsAttributes)
