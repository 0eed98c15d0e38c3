/** Containers behind a bridge, as container runtimes make them. */
import { addAddress, addRoute, createBridge, createVeth, updateLink } from 'rtnetlink'
import type { Lab, Node } from './lab.js'

/** Something that has an address and can be probed. */
export interface Endpoint {
  readonly name: string
  readonly node: Node
  readonly address: string
  /** The VRF that its sockets are bound to, where its address is in one. */
  readonly vrf?: string
}

export interface ContainerNetwork {
  /** The bridge in the node, and its address with prefix length. */
  readonly bridge: string
  readonly gateway: string
  /** The container's address with prefix length. */
  readonly address: string
}

const host = (address: string) => address.slice(0, address.indexOf('/'))

/** A container at a port of the node's bridge: a veth pair whose other end is born in a namespace of its own. */
export async function plugContainer(
  lab: Lab,
  node: Node,
  bridge: string,
  address: string,
  mtu?: number,
): Promise<Endpoint> {
  const container = await lab.namespace(`${node.name}-container`)
  await createVeth(
    { name: 'veth0', master: bridge, up: true, peer: { name: 'eth0', netns: container.netns } },
    node.where,
  )
  await addAddress({ dev: 'eth0', address }, container.where)
  await updateLink('eth0', { mtu, up: true }, container.where)
  return { name: container.name, node: container, address: host(address) }
}

/** A bridge in the node, one container behind it, and forwarding. */
export async function addContainer(
  lab: Lab,
  node: Node,
  { bridge, gateway, address }: ContainerNetwork,
): Promise<Endpoint> {
  await node.netns.writeSysctl('net.ipv4.ip_forward', 1)
  await createBridge({ name: bridge, up: true }, node.where)
  await addAddress({ dev: bridge, address: gateway }, node.where)
  const container = await plugContainer(lab, node, bridge, address)
  await addRoute({ dst: 'default', via: host(gateway), dev: 'eth0' }, container.node.where)
  return container
}
