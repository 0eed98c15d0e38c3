/** vxcan: two CAN links, what one sends the other receives; the veth of the CAN bus. `ip link add … type vxcan peer …` */
import type { Codec } from '../../codec/codec.js'
import { within } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CanAddresses, checkCan } from '../can.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkPeer, type PeerOptions, peer, preparePeer } from '../peer.js'

/** The other end: a CAN link has no link-layer address. */
export interface VxcanPeerOptions extends Omit<PeerOptions, CanAddresses> {}

const vxcanPeer: Codec<VxcanPeerOptions, undefined> = peer

export const vxcanAttributes = attributes({
  /** The other end; the kernel names it when absent. `peer` */
  peer: attribute('VXCAN_INFO_PEER', 1, vxcanPeer, { writeOnly: true, changeable: false }),
})

export const vxcan: LinkKind<'vxcan', typeof vxcanAttributes, VxcanLink> = {
  kind: 'vxcan',
  config: 'CONFIG_CAN_VXCAN',
  attributes: vxcanAttributes,
  check(data, _when, common) {
    checkCan(common)
    const other = data.peer as Values | undefined | null
    if (other) within('peer', () => checkCan(other))
    checkPeer(data, common)
  },
  prepare: preparePeer,
}

/** What {@link createVxcan} takes. */
export interface VxcanOptions extends Omit<CreateOptions, CanAddresses>, Infer<typeof vxcanAttributes> {}
/** What a vxcan link has of its own. */
export interface VxcanData extends InferResult<typeof vxcanAttributes> {}
export interface VxcanLink extends LinkOf<'vxcan', VxcanData> {}

/**
 * Creates a pair of CAN links, for one bus in two namespaces. `ip link add can0 type vxcan peer name can1 netns blue`
 *
 * The MTU says what frames it takes: 72 unless given (CAN FD; 2060 on Linux 7.2), 16 is classic CAN, 76 to 2060 CAN XL (Linux 6.2). The result
 * is this end; the peer's index is its `link` where both are in one namespace. Throws KernelError EEXIST where either name
 * is taken, and then makes neither. Needs CAP_NET_ADMIN in both namespaces and CONFIG_CAN_VXCAN.
 *
 * @example
 * await createVxcan({ name: 'can0', up: true, peer: { name: 'can0', netns: 'blue' } })
 */
export const createVxcan = createVerb<VxcanOptions, VxcanLink>(vxcan)
