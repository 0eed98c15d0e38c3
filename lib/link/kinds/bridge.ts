/** Linux bridge. `ip link add … type bridge` */
import { mac } from '../../codec/addresses.js'
import { enumeration } from '../../codec/enumeration.js'
import { bool, flag, u8, u16, u32, u64 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { switches } from '../../codec/switches.js'
import { attribute, attributes, type Infer, type InferResult, readOnly } from '../../codec/table.js'
import { querierAttributes } from '../../rtnetlink/querier.js'
import { bridgeId } from '../bridge-id.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { vlanProtocol } from '../vlan-protocol.js'

const stpMode = enumeration(u32(), 'BR_STP_MODE', { auto: 0, user: 1, kernel: 2 })

const switchBits = {
  /** Learn where MAC addresses live from link-local packets too; on unless `false`. `no_linklocal_learn 1` is `false` */
  linkLocalLearning: [0, 'BR_BOOLOPT_NO_LL_LEARN'],
  /** `mcast_vlan_snooping` */
  mcastVlanSnooping: 1,
  /** `mst_enabled` */
  mstEnabled: [2, 'BR_BOOLOPT_MST_ENABLE'],
  /** `mdb_offload_fail_notification` */
  mdbOffloadFailNotification: 3,
  /** `fdb_local_vlan_0` */
  fdbLocalVlan0: [4, 'BR_BOOLOPT_FDB_LOCAL_VLAN_0'],
} as const

export const bridgeSwitches = switches('BR_BOOLOPT', switchBits, ['linkLocalLearning'])

// Times are in hundredths of a second (USER_HZ), as `ip` takes and prints them; the kernel keeps them in ticks of its own.
export const bridgeAttributes = attributes(
  {
    /** Hundredths of a second. `forward_delay` */
    forwardDelay: attribute('IFLA_BR_FORWARD_DELAY', 1, u32()),
    /** Hundredths of a second. `hello_time` */
    helloTime: attribute('IFLA_BR_HELLO_TIME', 2, u32()),
    /** Hundredths of a second. `max_age` */
    maxAge: attribute('IFLA_BR_MAX_AGE', 3, u32()),
    /** Hundredths of a second until a learned entry goes; 0 is at once. `ageing_time` */
    ageingTime: attribute('IFLA_BR_AGEING_TIME', 4, u32()),
    /** Spanning tree: 0 off, 1 by the kernel, 2 (as read) by a program. `stp_state` */
    stpState: attribute('IFLA_BR_STP_STATE', 5, u32()),
    /** Who runs the spanning tree (Linux 7.1). */
    stpMode: attribute('IFLA_BR_STP_MODE', 50, stpMode),
    /** `priority` */
    priority: attribute('IFLA_BR_PRIORITY', 6, u16()),
    /** `vlan_filtering` */
    vlanFiltering: attribute('IFLA_BR_VLAN_FILTERING', 7, bool),
    /** `vlan_protocol` */
    vlanProtocol: attribute('IFLA_BR_VLAN_PROTOCOL', 8, vlanProtocol),
    /** `vlan_default_pvid` */
    vlanDefaultPvid: attribute('IFLA_BR_VLAN_DEFAULT_PVID', 39, u16({ max: 4095 })),
    /** `vlan_stats_enabled` */
    vlanStatsEnabled: attribute('IFLA_BR_VLAN_STATS_ENABLED', 41, bool),
    /** `vlan_stats_per_port` */
    vlanStatsPerPort: attribute('IFLA_BR_VLAN_STATS_PER_PORT', 45, bool),
    /** Link-local groups that are forwarded all the same. `group_fwd_mask` */
    groupFwdMask: attribute('IFLA_BR_GROUP_FWD_MASK', 9, u16()),
    /** `group_address` */
    groupAddress: attribute('IFLA_BR_GROUP_ADDR', 20, mac),
    /** Forget learned entries. `fdb_flush` */
    fdbFlush: attribute('IFLA_BR_FDB_FLUSH', 21, flag, { writeOnly: true }),
    /** Most learned entries; 0 is no limit (Linux 6.7). `fdb_max_learned` */
    fdbMaxLearned: attribute('IFLA_BR_FDB_MAX_LEARNED', 49, u32()),
    fdbLearned: attribute('IFLA_BR_FDB_N_LEARNED', 48, u32(), readOnly),
    /** Switches that the kernel keeps in one attribute; those not named stay as they are. */
    switches: attribute('IFLA_BR_MULTI_BOOLOPT', 46, bridgeSwitches),
    /** 0 off, 1 learned, 2 always. `mcast_router` */
    mcastRouter: attribute('IFLA_BR_MCAST_ROUTER', 22, u8()),
    /** `mcast_snooping` */
    mcastSnooping: attribute('IFLA_BR_MCAST_SNOOPING', 23, bool),
    /** `mcast_query_use_ifaddr` */
    mcastQueryUseIfaddr: attribute('IFLA_BR_MCAST_QUERY_USE_IFADDR', 24, bool),
    /** `mcast_querier` */
    mcastQuerier: attribute('IFLA_BR_MCAST_QUERIER', 25, bool),
    /** Without effect since Linux 4.19. `mcast_hash_elasticity` */
    mcastHashElasticity: attribute('IFLA_BR_MCAST_HASH_ELASTICITY', 26, u32()),
    /** A power of two. `mcast_hash_max` */
    mcastHashMax: attribute('IFLA_BR_MCAST_HASH_MAX', 27, u32()),
    /** `mcast_last_member_count` */
    mcastLastMemberCount: attribute('IFLA_BR_MCAST_LAST_MEMBER_CNT', 28, u32()),
    /** `mcast_startup_query_count` */
    mcastStartupQueryCount: attribute('IFLA_BR_MCAST_STARTUP_QUERY_CNT', 29, u32()),
    /** Hundredths of a second. `mcast_last_member_interval` */
    mcastLastMemberInterval: attribute('IFLA_BR_MCAST_LAST_MEMBER_INTVL', 30, u64()),
    /** Hundredths of a second. `mcast_membership_interval` */
    mcastMembershipInterval: attribute('IFLA_BR_MCAST_MEMBERSHIP_INTVL', 31, u64()),
    /** Hundredths of a second. `mcast_querier_interval` */
    mcastQuerierInterval: attribute('IFLA_BR_MCAST_QUERIER_INTVL', 32, u64()),
    /** Hundredths of a second. `mcast_query_interval` */
    mcastQueryInterval: attribute('IFLA_BR_MCAST_QUERY_INTVL', 33, u64()),
    /** Hundredths of a second. `mcast_query_response_interval` */
    mcastQueryResponseInterval: attribute('IFLA_BR_MCAST_QUERY_RESPONSE_INTVL', 34, u64()),
    /** Hundredths of a second. `mcast_startup_query_interval` */
    mcastStartupQueryInterval: attribute('IFLA_BR_MCAST_STARTUP_QUERY_INTVL', 35, u64()),
    /** `mcast_stats_enabled` */
    mcastStatsEnabled: attribute('IFLA_BR_MCAST_STATS_ENABLED', 42, bool),
    /** 2 or 3. `mcast_igmp_version` */
    mcastIgmpVersion: attribute('IFLA_BR_MCAST_IGMP_VERSION', 43, u8()),
    /** 1 or 2. `mcast_mld_version` */
    mcastMldVersion: attribute('IFLA_BR_MCAST_MLD_VERSION', 44, u8()),
    /** Who asks for memberships. */
    mcastQuerierState: attribute('IFLA_BR_MCAST_QUERIER_STATE', 47, nested(querierAttributes), readOnly),
    /** `nf_call_iptables` */
    nfCallIptables: attribute('IFLA_BR_NF_CALL_IPTABLES', 36, bool),
    /** `nf_call_ip6tables` */
    nfCallIp6tables: attribute('IFLA_BR_NF_CALL_IP6TABLES', 37, bool),
    /** `nf_call_arptables` */
    nfCallArptables: attribute('IFLA_BR_NF_CALL_ARPTABLES', 38, bool),
    rootId: attribute('IFLA_BR_ROOT_ID', 10, bridgeId, readOnly),
    bridgeId: attribute('IFLA_BR_BRIDGE_ID', 11, bridgeId, readOnly),
    rootPort: attribute('IFLA_BR_ROOT_PORT', 12, u16(), readOnly),
    rootPathCost: attribute('IFLA_BR_ROOT_PATH_COST', 13, u32(), readOnly),
    topologyChange: attribute('IFLA_BR_TOPOLOGY_CHANGE', 14, bool, readOnly),
    topologyChangeDetected: attribute('IFLA_BR_TOPOLOGY_CHANGE_DETECTED', 15, bool, readOnly),
    helloTimer: attribute('IFLA_BR_HELLO_TIMER', 16, u64(), readOnly),
    tcnTimer: attribute('IFLA_BR_TCN_TIMER', 17, u64(), readOnly),
    topologyChangeTimer: attribute('IFLA_BR_TOPOLOGY_CHANGE_TIMER', 18, u64(), readOnly),
    gcTimer: attribute('IFLA_BR_GC_TIMER', 19, u64(), readOnly),
  },
  { IFLA_BR_PAD: 40 },
)

export const bridge: LinkKind<'bridge', typeof bridgeAttributes, BridgeLink> = {
  kind: 'bridge',
  config: 'CONFIG_BRIDGE',
  attributes: bridgeAttributes,
}

export interface BridgeOptions extends CreateOptions, Infer<typeof bridgeAttributes> {}
/** What a bridge link has of its own. */
export interface BridgeData extends InferResult<typeof bridgeAttributes> {}
export interface BridgeLink extends LinkOf<'bridge', BridgeData> {}

/**
 * Creates a bridge. `ip link add br0 type bridge`
 *
 * Links become its ports by `updateLink('eth1', { master: 'br0' })`. Give it an `address`: without one it takes the lowest of
 * its ports', and changes with them. Times may come back a hundredth of a second shorter: the kernel's clock is coarser.
 * VLAN filtering needs CONFIG_BRIDGE_VLAN_FILTERING (EOPNOTSUPP). Throws KernelError EEXIST where there is a link of this
 * name. Needs CAP_NET_ADMIN.
 *
 * @example
 * await createBridge({ name: 'br0', up: true, stpState: 0, switches: { linkLocalLearning: false } })
 */
export const createBridge = createVerb<BridgeOptions, BridgeLink>(bridge)
