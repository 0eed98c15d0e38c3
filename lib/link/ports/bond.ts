/** Port of a bond. `ip link set … type bond_slave` */
import { linkLayerAddress } from '../../codec/addresses.js'
import { enumeration, flags } from '../../codec/enumeration.js'
import { s32, u8, u16, u32 } from '../../codec/integers.js'
import { attribute, attributes, type InferChanges, type InferResult, readOnly } from '../../codec/table.js'
import type { PortKind, PortOf } from './port.js'

const state = enumeration(u8(), 'BOND_STATE', { active: 0, backup: 1 })
const miiStatus = enumeration(u8(), 'BOND_LINK', {
  up: 0,
  goingDown: [1, 'BOND_LINK_FAIL'],
  down: 2,
  goingBack: [3, 'BOND_LINK_BACK'],
})

const lacpBits = {
  active: [0x1, 'LACP_STATE_LACP_ACTIVITY'],
  shortTimeout: [0x2, 'LACP_STATE_LACP_TIMEOUT'],
  aggregating: [0x4, 'LACP_STATE_AGGREGATION'],
  inSync: [0x8, 'LACP_STATE_SYNCHRONIZATION'],
  collecting: 0x10,
  distributing: 0x20,
  defaulted: 0x40,
  expired: 0x80,
} as const
const actorState = flags(u8(), 'LACP_STATE', lacpBits)
const partnerState = flags(u16(), 'LACP_STATE', lacpBits)

// As /proc/net/bonding words them.
const churnState = enumeration(u8(), undefined, { monitoring: 0, churned: 1, none: 2 })

export const bondPortAttributes = attributes({
  /** Transmit queue of the bond whose packets go out here; 0 is none of its own. `queue_id` */
  queueId: attribute('IFLA_BOND_SLAVE_QUEUE_ID', 5, u16()),
  /**
   * The port with the highest becomes the active one; 0 without. Only where one port is active: in the modes active-backup,
   * balance-tlb and balance-alb (EACCES in others; Linux 6.0). `prio`
   */
  prio: attribute('IFLA_BOND_SLAVE_PRIO', 9, s32()),
  /** Priority of the port in LACP, 255 without; only in mode 802.3ad (Linux 6.18). `actor_port_prio` */
  actorPortPrio: attribute('IFLA_BOND_SLAVE_ACTOR_PORT_PRIO', 10, u16()),
  /** Whether packets go through it. */
  state: attribute('IFLA_BOND_SLAVE_STATE', 1, state, readOnly),
  /** What the link monitoring says of it. */
  miiStatus: attribute('IFLA_BOND_SLAVE_MII_STATUS', 2, miiStatus, readOnly),
  /** How often it failed. */
  linkFailureCount: attribute('IFLA_BOND_SLAVE_LINK_FAILURE_COUNT', 3, u32(), readOnly),
  /** The address that it had before it became a port. */
  permHwaddr: attribute('IFLA_BOND_SLAVE_PERM_HWADDR', 4, linkLayerAddress, readOnly),
  /** Aggregator to which it belongs; only in mode 802.3ad, as all below. */
  adAggregatorId: attribute('IFLA_BOND_SLAVE_AD_AGGREGATOR_ID', 6, u16(), readOnly),
  /** State in LACP of this end. */
  adActorOperPortState: attribute('IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE', 7, actorState, readOnly),
  /** State in LACP of the other end. */
  adPartnerOperPortState: attribute('IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE', 8, partnerState, readOnly),
  /** Whether this end is out of sync for too long (Linux 7.1). */
  adChurnActorState: attribute('IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE', 11, churnState, readOnly),
  /** Whether the other end is out of sync for too long (Linux 7.1). */
  adChurnPartnerState: attribute('IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE', 12, churnState, readOnly),
})

export const bondPort: PortKind<'bond', typeof bondPortAttributes> = { kind: 'bond', attributes: bondPortAttributes }

/** What can be changed in a port of a bond. */
export interface BondPortChanges extends InferChanges<typeof bondPortAttributes> {}
/** What a link has as a port of a bond. */
export interface BondPortData extends InferResult<typeof bondPortAttributes> {}
export interface BondPort extends PortOf<'bond', BondPortData> {}
