/** veth: two links, what one sends the other receives. `ip link add … type veth peer …` */
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkPeer, peer, preparePeer } from '../peer.js'

export const vethAttributes = attributes({
  /** The other end; the kernel names it when absent. `peer` */
  peer: attribute('VETH_INFO_PEER', 1, peer, { writeOnly: true, changeable: false }),
})

export const veth: LinkKind<'veth', typeof vethAttributes, VethLink> = {
  kind: 'veth',
  config: 'CONFIG_VETH',
  attributes: vethAttributes,
  check: (data, _when, common) => checkPeer(data, common),
  prepare: preparePeer,
}

export interface VethOptions extends CreateOptions, Infer<typeof vethAttributes> {}
/** What a veth link has of its own. */
export interface VethData extends InferResult<typeof vethAttributes> {}
export interface VethLink extends LinkOf<'veth', VethData> {}

/**
 * Creates a pair of links. `ip link add veth0 type veth peer name eth0 netns blue`
 *
 * The result is this end; the peer's index is its `link` where both are in one namespace. Throws KernelError EEXIST where
 * either name is taken, and then makes neither. Needs CAP_NET_ADMIN in both namespaces.
 *
 * @example
 * await createVeth({ name: 'veth0', up: true, master: 'br0', peer: { name: 'eth0', netns: 'blue' } })
 */
export const createVeth = createVerb<VethOptions, VethLink>(veth)
