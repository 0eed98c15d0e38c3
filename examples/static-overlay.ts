/**
 * T1: a static overlay of three nodes, "flannel by hand".
 *
 *     container A                     container B           192.168.{230,231,232}.2
 *         │                               │
 *      docker0                         docker0              192.168.{230,231,232}.1/24
 *     vxlan.99 ════ VNI 99, UDP 4899 ═ vxlan.99             aa:bb:cc:dd:ee:{00,01,02}
 *         │                               │
 *       eth0 ────────── switch ───────── eth0               10.0.0.{230,231,232}/24
 *
 * Every node knows the others beforehand: a route to their containers, the MAC address behind it, and the node behind that.
 */
import { addAddress, addFdb, addNeighbour, addRoute, batch, createVxlan } from 'rtnetlink'
import { addContainer } from './lab/container.js'
import type { Lab, Node } from './lab/lab.js'
import { type Built, isMain, run, type Topology } from './lab/run.js'

const overlay = 'vxlan.99'

const peers = [0, 1, 2].map((i) => ({
  name: `node-${'abc'[i]}`,
  underlay: `10.0.0.${230 + i}`,
  network: `192.168.${230 + i}`,
  mac: `aa:bb:cc:dd:ee:0${i}`,
}))

type Peer = (typeof peers)[number]

async function joinOverlay(node: Node, self: Peer): Promise<void> {
  await createVxlan(
    { name: overlay, id: 99, dev: 'eth0', dstPort: 4899, learning: false, address: self.mac, up: true },
    node.where,
  )
  await addAddress({ dev: overlay, address: `${self.network}.0/32` }, node.where)
  const others = peers.filter((peer) => peer !== self)
  const outcomes = await batch(
    others.flatMap(({ underlay, network, mac }) => [
      addRoute.op({ dst: `${network}.0/24`, via: `${network}.0`, dev: overlay, onlink: true }),
      addNeighbour.op({ dev: overlay, address: `${network}.0`, lladdr: mac }),
      addFdb.op({ dev: overlay, lladdr: mac, dst: underlay }),
    ]),
    node.where,
  )
  for (const outcome of outcomes) if (!outcome.ok) throw outcome.error
}

async function build(lab: Lab): Promise<Built> {
  const built = await Promise.all(
    peers.map(async (peer) => {
      const node = await lab.node(peer.name, `${peer.underlay}/24`)
      const network = { bridge: 'docker0', gateway: `${peer.network}.1/24`, address: `${peer.network}.2/24` }
      const container = await addContainer(lab, node, network)
      await joinOverlay(node, peer)
      return { node, container }
    }),
  )
  const [first] = built
  return { sample: (first as (typeof built)[number]).node, endpoints: built.map(({ container }) => container) }
}

export const staticOverlay: Topology = {
  title: 'T1: static VXLAN overlay of three nodes',
  about: 'Three nodes on a switch, a container behind a bridge in each; every node knows the others beforehand.',
  build,
}

if (isMain(import.meta.url)) await run(staticOverlay)
