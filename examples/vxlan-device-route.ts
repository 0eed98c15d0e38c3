/**
 * T8: a route to the device, and one neighbour entry for each container behind the other node.
 *
 *     172.17.0.2 ── br0 ── vxlan100 ══ VNI 100, UDP 4789 ══ vxlan100 ── br0 ── 172.18.0.2
 *                         172.17.0.0                       172.18.0.0
 *                      192.168.245.168                  192.168.245.172
 */
import {
  addAddress,
  addNeighbour,
  addRoute,
  appendFdb,
  createBridge,
  createVeth,
  createVxlan,
  getLink,
  updateLink,
} from 'rtnetlink'
import type { Endpoint } from './lab/container.js'
import type { Lab, Node } from './lab/lab.js'
import { type Built, isMain, run, type Topology } from './lab/run.js'

const overlay = 'vxlan100'

interface Site {
  readonly node: Node
  readonly underlay: string
  /** The containers' network without its last byte. */
  readonly network: string
  readonly container: Endpoint
}

/** As `brctl addbr`, `brctl addif` and a veth whose end moves into the container after it was made. */
async function addContainerByMove(lab: Lab, node: Node, network: string): Promise<Endpoint> {
  const container = await lab.namespace(`${node.name}-container`)
  await node.netns.writeSysctl('net.ipv4.ip_forward', 1)
  await createBridge({ name: 'br0' }, node.where)
  await createVeth({ name: 'veth0', peer: { name: 'veth1' } }, node.where)
  await updateLink('veth0', { master: 'br0', up: true }, node.where)
  await updateLink('veth1', { netns: container.netns, name: 'eth0' }, node.where)
  await addAddress({ dev: 'br0', address: `${network}.1/24` }, node.where)
  await updateLink('br0', { up: true }, node.where)
  await addAddress({ dev: 'eth0', address: `${network}.2/24` }, container.where)
  await updateLink('eth0', { up: true }, container.where)
  await addRoute({ dst: 'default', via: `${network}.1` }, container.where)
  return { name: container.name, node: container, address: `${network}.2` }
}

async function makeSite(lab: Lab, name: string, underlay: string, network: string): Promise<Site> {
  const node = await lab.node(name, `${underlay}/24`)
  const container = await addContainerByMove(lab, node, network)
  await createVxlan(
    { name: overlay, id: 100, local: underlay, dev: 'eth0', dstPort: 4789, learning: false },
    node.where,
  )
  await addAddress({ dev: overlay, address: `${network}.0/32` }, node.where)
  await updateLink(overlay, { up: true }, node.where)
  return { node, underlay, network, container }
}

async function joinPeer({ node: { where } }: Site, other: Site): Promise<void> {
  const { address: mac } = await getLink(overlay, other.node.where)
  if (mac === undefined) throw new Error(`${overlay} of ${other.node.name} has no MAC address`)
  await addRoute({ dst: `${other.network}.0/24`, dev: overlay }, where)
  await addNeighbour({ dev: overlay, address: other.container.address, lladdr: mac }, where)
  await appendFdb({ dev: overlay, lladdr: mac, dst: other.underlay }, where)
}

async function build(lab: Lab): Promise<Built> {
  const [one, other] = await Promise.all([
    makeSite(lab, 'node-168', '192.168.245.168', '172.17.0'),
    makeSite(lab, 'node-172', '192.168.245.172', '172.18.0'),
  ])
  await joinPeer(one, other)
  await joinPeer(other, one)
  return { sample: one.node, endpoints: [one.container, other.container] }
}

export const vxlanDeviceRoute: Topology = {
  title: 'T8: VXLAN with a device route and a neighbour per container',
  about: 'Two nodes on a switch, a container behind a bridge in each, moved there after it was made.',
  build,
}

if (isMain(import.meta.url)) await run(vxlanDeviceRoute)
