/** RTM_*VLAN: struct br_vlan_msg and its attributes. VLANs of a bridge and its ports, and what a bridge has for a VLAN as a whole. */
import { each } from '../codec/each.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { bool, u8, u16, u32, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { vlanFlags } from '../rtnetlink/bridge-vlan-flags.js'
import { family } from '../rtnetlink/family.js'
import { querierAttributes } from '../rtnetlink/querier.js'
import { routerPorts } from '../rtnetlink/router-ports.js'
import { stpState } from '../rtnetlink/stp-state.js'

const writeOnly = { writeOnly: true, implicit: true } as const

export const bridgeVlanInfo = struct('bridge_vlan_info', {
  flags: field('flags', vlanFlags),
  vid: field('vid', u16()),
})

export const vlanTunnelAttributes = attributes({
  id: attribute('BRIDGE_VLANDB_TINFO_ID', 1, u32()),
  /** Only requests have it; the library says tunnels as `bridge` does, with IFLA_BRIDGE_VLAN_TUNNEL_INFO. */
  command: attribute(
    'BRIDGE_VLANDB_TINFO_CMD',
    2,
    enumeration(u32(), undefined, { add: [19, 'RTM_SETLINK'], delete: [17, 'RTM_DELLINK'] }),
    { writeOnly: true },
  ),
})

export const vlanStatisticsAttributes = attributes(
  {
    rxBytes: attribute('BRIDGE_VLANDB_STATS_RX_BYTES', 1, u64(), readOnly),
    rxPackets: attribute('BRIDGE_VLANDB_STATS_RX_PACKETS', 2, u64(), readOnly),
    txBytes: attribute('BRIDGE_VLANDB_STATS_TX_BYTES', 3, u64(), readOnly),
    txPackets: attribute('BRIDGE_VLANDB_STATS_TX_PACKETS', 4, u64(), readOnly),
  },
  { BRIDGE_VLANDB_STATS_PAD: 5 },
)

export const vlanEntryAttributes = attributes({
  info: attribute('BRIDGE_VLANDB_ENTRY_INFO', 1, bridgeVlanInfo),
  /** The last VLAN of several in a row. */
  range: attribute('BRIDGE_VLANDB_ENTRY_RANGE', 2, u16()),
  /**
   * What the port does in this VLAN of the spanning tree; `'forwarding'` without. The kernel refuses to have it set while it runs the
   * spanning tree itself, and in a bridge with `mstEnabled`, where instances have states (EBUSY). `state`
   */
  state: attribute('BRIDGE_VLANDB_ENTRY_STATE', 3, stpState),
  tunnel: attribute('BRIDGE_VLANDB_ENTRY_TUNNEL_INFO', 4, nested(vlanTunnelAttributes)),
  statistics: attribute('BRIDGE_VLANDB_ENTRY_STATS', 5, nested(vlanStatisticsAttributes), readOnly),
  /** Multicast routers behind it: 0 none, 1 as found out (without), 2 always, 3 for a while (ports alone). `mcast_router` */
  mcastRouter: attribute('BRIDGE_VLANDB_ENTRY_MCAST_ROUTER', 6, u8({ max: 3 })),
  /** Multicast groups: see `mcastMaxGroups`. `mcast_n_groups` */
  mcastGroupCount: attribute('BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS', 7, u32(), readOnly),
  /** Most multicast groups; 0 is no limit. Only where the bridge has `mcastVlanSnooping` (EINVAL; Linux 6.3). `mcast_max_groups` */
  mcastMaxGroups: attribute('BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS', 8, u32()),
  /**
   * Answer ARP and neighbour discovery for known neighbours instead of letting it through; counts where the port has `neighVlanSuppress`
   * (Linux 6.4). `neigh_suppress`
   */
  neighSuppress: attribute('BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS', 9, bool),
  /** Unasked announcements of neighbours get through all the same (Linux 7.2). `neigh_forward_grat` */
  neighForwardGrat: attribute('BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT', 10, bool),
})

// Times are in hundredths of a second (USER_HZ), as `bridge` takes and prints them.
export const vlanGlobalAttributes = attributes(
  {
    first: attribute('BRIDGE_VLANDB_GOPTS_ID', 1, u16()),
    /** The last VLAN of several in a row. */
    last: attribute('BRIDGE_VLANDB_GOPTS_RANGE', 2, u16()),
    /** Multicast snooping; counts where the bridge has `mcastVlanSnooping`. `mcast_snooping` */
    mcastSnooping: attribute('BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING', 3, bool),
    /** Ask hosts for the groups that they want. `mcast_querier` */
    mcastQuerier: attribute('BRIDGE_VLANDB_GOPTS_MCAST_QUERIER', 15, bool),
    /** 2 or 3. `mcast_igmp_version` */
    mcastIgmpVersion: attribute('BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION', 4, u8({ min: 2, max: 3 })),
    /** 1 or 2. `mcast_mld_version` */
    mcastMldVersion: attribute('BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION', 5, u8({ min: 1, max: 2 })),
    /** `mcast_last_member_count` */
    mcastLastMemberCount: attribute('BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT', 6, u32()),
    /** `mcast_startup_query_count` */
    mcastStartupQueryCount: attribute('BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT', 7, u32()),
    /** Hundredths of a second. `mcast_last_member_interval` */
    mcastLastMemberInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL', 8, u64()),
    /** Hundredths of a second. `mcast_membership_interval` */
    mcastMembershipInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL', 10, u64()),
    /** Hundredths of a second. `mcast_querier_interval` */
    mcastQuerierInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL', 11, u64()),
    /** Hundredths of a second. `mcast_query_interval` */
    mcastQueryInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL', 12, u64()),
    /** Hundredths of a second. `mcast_query_response_interval` */
    mcastQueryResponseInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL', 13, u64()),
    /** Hundredths of a second. `mcast_startup_query_interval` */
    mcastStartupQueryInterval: attribute('BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL', 14, u64()),
    routerPorts: attribute('BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS', 16, nested(routerPorts), readOnly),
    mcastQuerierState: attribute('BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE', 17, nested(querierAttributes), readOnly),
    /** Instance of the spanning tree (MSTI), 0 to 4095; 0 without (Linux 5.18). `msti` */
    msti: attribute('BRIDGE_VLANDB_GOPTS_MSTI', 18, u16({ max: 4095 })),
  },
  { BRIDGE_VLANDB_GOPTS_PAD: 9 },
)

export const vlanDumpFlags = flags(u32(), 'BRIDGE_VLANDB_DUMPF', { stats: 1, global: 2 })

export const brVlanMsg = struct('br_vlan_msg', {
  family: field('family', family),
  _reserved1: field('reserved1', padding(1)),
  _reserved2: field('reserved2', padding(2)),
  index: field('ifindex', u32()),
})

export const vlanMessage = messageFormat(
  brVlanMsg,
  attributes({
    /** What a listing shall tell: a question has numbers of its own. */
    dumpFlags: attribute('BRIDGE_VLANDB_DUMP_FLAGS', 1, vlanDumpFlags, writeOnly),
    entry: attribute('BRIDGE_VLANDB_ENTRY', 1, nested(vlanEntryAttributes), writeOnly),
    entries: each('BRIDGE_VLANDB_ENTRY', 1, nested(vlanEntryAttributes)),
    global: attribute('BRIDGE_VLANDB_GLOBAL_OPTIONS', 2, nested(vlanGlobalAttributes), writeOnly),
    globals: each('BRIDGE_VLANDB_GLOBAL_OPTIONS', 2, nested(vlanGlobalAttributes)),
  }),
)
