/**
 * RTM_*LINK with AF_BRIDGE: what a bridge has on a port.
 *
 *     struct ifinfomsg | IFLA_AF_SPEC { IFLA_BRIDGE_FLAGS, IFLA_BRIDGE_VLAN_INFO … }
 *
 * A range of VLANs is two attributes of one number: where it begins, and where it ends.
 */
import { s32, u16, u32 } from '../codec/integers.js'
import { arrayOf, nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { bridgeFlags } from '../rtnetlink/bridge-flags.js'
import { vlanFlags } from '../rtnetlink/bridge-vlan-flags.js'
import { family } from '../rtnetlink/family.js'
import { stpState } from '../rtnetlink/stp-state.js'
import { bridgeVlanInfo } from './message.js'

const writeOnly = { writeOnly: true, implicit: true } as const

export const bridgeTunnelAttributes = attributes({
  id: attribute('IFLA_BRIDGE_VLAN_TUNNEL_ID', 1, u32()),
  vid: attribute('IFLA_BRIDGE_VLAN_TUNNEL_VID', 2, u16()),
  flags: attribute('IFLA_BRIDGE_VLAN_TUNNEL_FLAGS', 3, vlanFlags),
})

export const mstEntryAttributes = attributes({
  /** Instance of the spanning tree, 1 to 4095; 0, which is listed too, is the port's own state. `msti` */
  msti: attribute('IFLA_BRIDGE_MST_ENTRY_MSTI', 1, u16({ max: 4095 })),
  /** `state` */
  state: attribute('IFLA_BRIDGE_MST_ENTRY_STATE', 2, stpState),
})

export const mstAttributes = attributes({
  entry: attribute('IFLA_BRIDGE_MST_ENTRY', 1, nested(mstEntryAttributes), writeOnly),
})

export const bridgeSpecAttributes = attributes({
  flags: attribute('IFLA_BRIDGE_FLAGS', 0, bridgeFlags, writeOnly),
  vlan: attribute('IFLA_BRIDGE_VLAN_INFO', 2, bridgeVlanInfo, writeOnly),
  vlanEnd: attribute('IFLA_BRIDGE_VLAN_INFO', 2, bridgeVlanInfo, writeOnly),
  tunnel: attribute('IFLA_BRIDGE_VLAN_TUNNEL_INFO', 3, nested(bridgeTunnelAttributes), writeOnly),
  tunnelEnd: attribute('IFLA_BRIDGE_VLAN_TUNNEL_INFO', 3, nested(bridgeTunnelAttributes), writeOnly),
  mst: attribute('IFLA_BRIDGE_MST', 6, nested(mstAttributes), writeOnly),
  states: attribute(
    'IFLA_BRIDGE_MST',
    6,
    arrayOf(nested(mstEntryAttributes), { constant: 'IFLA_BRIDGE_MST_ENTRY', number: 1 }),
    { readOnly: true },
  ),
})

/** struct ifinfomsg, of which a bridge looks at no more than this. */
const bridgeInfo = struct('ifinfomsg', {
  family: field('ifi_family', family),
  _pad: field('__ifi_pad', padding(1)),
  _type: field('ifi_type', padding(2)),
  index: field('ifi_index', s32()),
  _flags: field('ifi_flags', padding(4)),
  _change: field('ifi_change', padding(4)),
})

export const bridgeMessage = messageFormat(
  bridgeInfo,
  attributes({
    spec: attribute('IFLA_AF_SPEC', 26, nested(bridgeSpecAttributes), { implicit: true }),
    extMask: attribute('IFLA_EXT_MASK', 29, u32(), { writeOnly: true }),
  }),
)

/** Asks for the instances of the spanning tree. */
export const RTEXT_FILTER_MST = 128
