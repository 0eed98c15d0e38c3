/** Port of a bridge. `bridge link set`, `ip link set … type bridge_slave` */
import { bool, flag, u8, u16, u32, u64 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type InferChanges, type InferResult, readOnly } from '../../codec/table.js'
import { stpState } from '../../rtnetlink/stp-state.js'
import { bridgeId } from '../bridge-id.js'
import { linkRef } from '../index-codec.js'
import type { PortKind, PortOf } from './port.js'

export const bridgePortAttributes = attributes(
  {
    /**
     * State in the spanning tree. The kernel lets it be set only while it does not run the spanning tree itself (EBUSY) and
     * the link works (ENETDOWN); where no program runs it either, br_port_state_selection makes `blocking` `forwarding` at
     * once. `disabled` is refused: a port that works is enabled again at any change of the link, this one too
     * (br_port_carrier_check); take the link down instead. `state`
     */
    state: attribute('IFLA_BRPORT_STATE', 1, stpState),
    /** Priority in the spanning tree, 0 to 63; 32 without. `priority` */
    priority: attribute('IFLA_BRPORT_PRIORITY', 2, u16({ max: 63 })),
    /** Cost of the path in the spanning tree, 1 to 65535; by the link's speed without. `cost` */
    cost: attribute('IFLA_BRPORT_COST', 3, u32({ min: 1, max: 65535 })),
    /** Packets may leave by the port that they came in. `hairpin` */
    hairpin: attribute('IFLA_BRPORT_MODE', 4, bool),
    /** A packet of the spanning tree that comes in disables the port. `guard` */
    guard: attribute('IFLA_BRPORT_GUARD', 5, bool),
    /** The port does not become the one that leads to the root of the spanning tree. `root_block` */
    rootBlock: attribute('IFLA_BRPORT_PROTECT', 6, bool),
    /** A multicast group ends at once when one host leaves it. `fastleave` */
    fastleave: attribute('IFLA_BRPORT_FAST_LEAVE', 7, bool),
    /** Learn where MAC addresses live from what comes in; on without. `learning` */
    learning: attribute('IFLA_BRPORT_LEARNING', 8, bool),
    /** Unicast whose destination is not known leaves here too; on without. `flood` */
    flood: attribute('IFLA_BRPORT_UNICAST_FLOOD', 9, bool),
    /** Multicast whose group is not known leaves here too; on without. `mcast_flood` */
    mcastFlood: attribute('IFLA_BRPORT_MCAST_FLOOD', 27, bool),
    /** Broadcast leaves here too; on without. `bcast_flood` */
    bcastFlood: attribute('IFLA_BRPORT_BCAST_FLOOD', 30, bool),
    /** Multicast is sent to each of its hosts as unicast. `mcast_to_unicast` */
    mcastToUnicast: attribute('IFLA_BRPORT_MCAST_TO_UCAST', 28, bool),
    /** Multicast routers behind it: 0 none, 1 as found out (without), 2 always, 3 for a while. `mcast_router` */
    mcastRouter: attribute('IFLA_BRPORT_MULTICAST_ROUTER', 25, u8({ max: 3 })),
    /** Most multicast groups; 0 is no limit (Linux 6.3). `mcast_max_groups` */
    mcastMaxGroups: attribute('IFLA_BRPORT_MCAST_MAX_GROUPS', 42, u32()),
    /** Most hosts whose multicast groups are tracked one by one, at least 1; 512 without (Linux 5.12). */
    mcastEhtHostsLimit: attribute('IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT', 37, u32({ min: 1 })),
    /** Answer ARP for what is known to live elsewhere. `proxy_arp` */
    proxyArp: attribute('IFLA_BRPORT_PROXYARP', 10, bool),
    /** The same as IEEE 802.11 and Hotspot 2.0 want it. `proxy_arp_wifi` */
    proxyArpWifi: attribute('IFLA_BRPORT_PROXYARP_WIFI', 12, bool),
    /** Answer ARP and neighbour discovery for known neighbours instead of letting it through. `neigh_suppress` */
    neighSuppress: attribute('IFLA_BRPORT_NEIGH_SUPPRESS', 32, bool),
    /** The same by VLAN, as each VLAN of the port has it (Linux 6.4). `neigh_vlan_suppress` */
    neighVlanSuppress: attribute('IFLA_BRPORT_NEIGH_VLAN_SUPPRESS', 43, bool),
    /** Unasked announcements of neighbours get through all the same (Linux 7.2). `neigh_forward_grat` */
    neighForwardGrat: attribute('IFLA_BRPORT_NEIGH_FORWARD_GRAT', 45, bool),
    /** VLANs are mapped to tunnels. `vlan_tunnel` */
    vlanTunnel: attribute('IFLA_BRPORT_VLAN_TUNNEL', 29, bool),
    /** It talks to ports that are not isolated only. `isolated` */
    isolated: attribute('IFLA_BRPORT_ISOLATED', 33, bool),
    /** Only those whose MAC address is in the FDB for this port get in (Linux 5.18). `locked` */
    locked: attribute('IFLA_BRPORT_LOCKED', 39, bool),
    /**
     * MAC authentication bypass: whoever wants in gets a locked FDB entry, for a program to decide. Needs `locked` and
     * `learning` (EINVAL; Linux 6.2). `mab`
     */
    mab: attribute('IFLA_BRPORT_MAB', 40, bool),
    /** The port of the same bridge that takes over while this one has no carrier; `null` is none. `backup_port`, `nobackup_port` */
    backupPort: attribute('IFLA_BRPORT_BACKUP_PORT', 34, linkRef),
    /** Next hop of the FDB for what goes to the backup port; 0 is none (Linux 6.6). `backup_nhid` */
    backupNhid: attribute('IFLA_BRPORT_BACKUP_NHID', 44, u32()),
    /** Link-local groups that are forwarded all the same, all but bit 1 (EINVAL). `group_fwd_mask` */
    groupFwdMask: attribute('IFLA_BRPORT_GROUP_FWD_MASK', 31, u16()),
    /** Forget what was learned here. `fdb_flush` */
    fdbFlush: attribute('IFLA_BRPORT_FLUSH', 24, flag, { writeOnly: true }),
    /** What a switch chip learns comes into the FDB. Only a chip's driver tells it; a bridge takes it and does nothing. */
    learningSync: attribute('IFLA_BRPORT_LEARNING_SYNC', 11, bool, readOnly),
    /** The root of the spanning tree. */
    rootId: attribute('IFLA_BRPORT_ROOT_ID', 13, bridgeId, readOnly),
    /** The bridge that leads from this port to the root. */
    bridgeId: attribute('IFLA_BRPORT_BRIDGE_ID', 14, bridgeId, readOnly),
    /** The port of that bridge. */
    designatedPort: attribute('IFLA_BRPORT_DESIGNATED_PORT', 15, u16(), readOnly),
    /** Cost of its path. */
    designatedCost: attribute('IFLA_BRPORT_DESIGNATED_COST', 16, u16(), readOnly),
    /** Priority and number of the port, as one. */
    id: attribute('IFLA_BRPORT_ID', 17, u16(), readOnly),
    /** Number of the port. */
    no: attribute('IFLA_BRPORT_NO', 18, u16(), readOnly),
    /** A change of topology is acknowledged. */
    topologyChangeAck: attribute('IFLA_BRPORT_TOPOLOGY_CHANGE_ACK', 19, bool, readOnly),
    /** Something is to be told to the others. */
    configPending: attribute('IFLA_BRPORT_CONFIG_PENDING', 20, bool, readOnly),
    /** Hundredths of a second. */
    messageAgeTimer: attribute('IFLA_BRPORT_MESSAGE_AGE_TIMER', 21, u64(), readOnly),
    /** Hundredths of a second. */
    forwardDelayTimer: attribute('IFLA_BRPORT_FORWARD_DELAY_TIMER', 22, u64(), readOnly),
    /** Hundredths of a second. */
    holdTimer: attribute('IFLA_BRPORT_HOLD_TIMER', 23, u64(), readOnly),
    /** The ring of the Media Redundancy Protocol is open. */
    mrpRingOpen: attribute('IFLA_BRPORT_MRP_RING_OPEN', 35, bool, readOnly),
    /** The interconnection of two such rings is open. */
    mrpInOpen: attribute('IFLA_BRPORT_MRP_IN_OPEN', 36, bool, readOnly),
    /** Hosts that are tracked: see `mcastEhtHostsLimit`. */
    mcastEhtHostsCount: attribute('IFLA_BRPORT_MCAST_EHT_HOSTS_CNT', 38, u32(), readOnly),
    /** Multicast groups: see `mcastMaxGroups`. */
    mcastGroupCount: attribute('IFLA_BRPORT_MCAST_N_GROUPS', 41, u32(), readOnly),
  },
  { IFLA_BRPORT_PAD: 26 },
)

export const bridgePort: PortKind<'bridge', typeof bridgePortAttributes> = {
  kind: 'bridge',
  attributes: bridgePortAttributes,
  check(values) {
    if (values.state === 'disabled' || values.state === 0)
      throw new Rejection('another state: the kernel would enable the port again at once', values.state).within(
        'state',
        'IFLA_BRPORT_STATE',
      )
  },
}

/** What can be changed in a port of a bridge. */
export interface BridgePortChanges extends InferChanges<typeof bridgePortAttributes> {}
/** What a link has as a port of a bridge. */
export interface BridgePortData extends InferResult<typeof bridgePortAttributes> {}
export interface BridgePort extends PortOf<'bridge', BridgePortData> {}
