/** What bridges and bonds count beside what every link counts, for themselves and for each of their ports. */

import type { FixedCodec } from '../codec/codec.js'
import { each } from '../codec/each.js'
import { u16, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { vlanFlags } from '../rtnetlink/bridge-vlan-flags.js'
import { counter } from '../rtnetlink/link-stats.js'

/** How many came in and went out. */
export interface BothWays<In = bigint> {
  readonly rx: In
  readonly tx: In
}

const one = u64()

/** `| in u64 | out u64 |`: BR_MCAST_DIR_RX, BR_MCAST_DIR_TX. */
const bothWays: FixedCodec<BothWays<bigint | number>, BothWays> = {
  size: 2 * one.size,
  expected: `an object with rx and tx: ${one.expected}`,
  write(writer, { rx, tx }) {
    one.write(writer, rx)
    one.write(writer, tx)
  },
  read: (source, start) => ({
    rx: one.read(source, start, start + one.size),
    tx: one.read(source, start + one.size, start + 2 * one.size),
  }),
}
const both = (member: string) => field(member, bothWays)

export const bridgeVlanXstats = struct('bridge_vlan_xstats', {
  rxBytes: counter('rx_bytes'),
  rxPackets: counter('rx_packets'),
  txBytes: counter('tx_bytes'),
  txPackets: counter('tx_packets'),
  vid: field('vid', u16()),
  flags: field('flags', vlanFlags),
  _pad2: field('pad2', padding(4)),
})

export const bridgeMcastStats = struct('br_mcast_stats', {
  igmpV1Queries: both('igmp_v1queries'),
  igmpV2Queries: both('igmp_v2queries'),
  igmpV3Queries: both('igmp_v3queries'),
  igmpLeaves: both('igmp_leaves'),
  igmpV1Reports: both('igmp_v1reports'),
  igmpV2Reports: both('igmp_v2reports'),
  igmpV3Reports: both('igmp_v3reports'),
  igmpParseErrors: counter('igmp_parse_errors'),
  mldV1Queries: both('mld_v1queries'),
  mldV2Queries: both('mld_v2queries'),
  mldLeaves: both('mld_leaves'),
  mldV1Reports: both('mld_v1reports'),
  mldV2Reports: both('mld_v2reports'),
  mldParseErrors: counter('mld_parse_errors'),
  mcastBytes: both('mcast_bytes'),
  mcastPackets: both('mcast_packets'),
})

export const bridgeStpXstats = struct('bridge_stp_xstats', {
  transitionBlk: counter('transition_blk'),
  transitionFwd: counter('transition_fwd'),
  rxBpdu: counter('rx_bpdu'),
  txBpdu: counter('tx_bpdu'),
  rxTcn: counter('rx_tcn'),
  txTcn: counter('tx_tcn'),
})

export const bridgeXstats = attributes(
  {
    /** Of each VLAN, where the bridge has `vlanStats` (a port: and `vlanStatsPerPort`). `suite vlan` */
    vlans: each('BRIDGE_XSTATS_VLAN', 1, bridgeVlanXstats),
    /** IGMP and MLD, where the bridge has `mcastStats`; zeroes where not. `suite mcast` */
    mcast: attribute('BRIDGE_XSTATS_MCAST', 2, bridgeMcastStats, readOnly),
    /** Spanning tree, of a port. `suite stp` */
    stp: attribute('BRIDGE_XSTATS_STP', 4, bridgeStpXstats, readOnly),
  },
  { BRIDGE_XSTATS_PAD: 3 },
)

export const bondAdXstats = attributes(
  {
    lacpduRx: attribute('BOND_3AD_STAT_LACPDU_RX', 0, u64(), readOnly),
    lacpduTx: attribute('BOND_3AD_STAT_LACPDU_TX', 1, u64(), readOnly),
    lacpduUnknownRx: attribute('BOND_3AD_STAT_LACPDU_UNKNOWN_RX', 2, u64(), readOnly),
    lacpduIllegalRx: attribute('BOND_3AD_STAT_LACPDU_ILLEGAL_RX', 3, u64(), readOnly),
    markerRx: attribute('BOND_3AD_STAT_MARKER_RX', 4, u64(), readOnly),
    markerTx: attribute('BOND_3AD_STAT_MARKER_TX', 5, u64(), readOnly),
    markerRespRx: attribute('BOND_3AD_STAT_MARKER_RESP_RX', 6, u64(), readOnly),
    markerRespTx: attribute('BOND_3AD_STAT_MARKER_RESP_TX', 7, u64(), readOnly),
    markerUnknownRx: attribute('BOND_3AD_STAT_MARKER_UNKNOWN_RX', 8, u64(), readOnly),
  },
  { BOND_3AD_STAT_PAD: 9 },
)

export const bondXstats = attributes({
  /** LACP, of a port and of the bond as a whole, in mode 802.3ad. `suite 802.3ad` */
  ad: attribute('BOND_XSTATS_3AD', 1, nested(bondAdXstats), readOnly),
})
