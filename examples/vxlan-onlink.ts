/**
 * T7: one VTEP a node, and onlink gateways: the address of the other VTEP is the gateway to the containers behind it.
 *
 *     172.245.0.2 ── br245 ── vtep245 ══ VNI 1, UDP 8472 ══ vtep246 ── br246 ── 172.246.0.2
 *                            172.245.0.0                  172.246.0.0
 */
import { addAddress, addFdb, addNeighbour, addRoute, createVxlan, getLink, updateLink } from 'rtnetlink'
import type { Lab } from './lab/lab.js'
import { type Built, isMain, run, type Topology } from './lab/run.js'
import { type BuiltSite, twoNodes } from './lab/two-nodes.js'

const vtepName = ({ number }: BuiltSite) => `vtep${number}`
const vtepAddress = ({ number }: BuiltSite) => `172.${number}.0.0`

async function addVtep(self: BuiltSite): Promise<void> {
  const { where } = self.node
  const name = vtepName(self)
  await createVxlan({ name, id: 1, local: self.underlay, dev: 'eth0', dstPort: 8472, learning: false }, where)
  await addAddress({ dev: name, address: `${vtepAddress(self)}/32` }, where)
  await updateLink(name, { mtu: 1450, up: true }, where)
}

async function joinPeer(self: BuiltSite, other: BuiltSite): Promise<void> {
  const { where } = self.node
  const dev = vtepName(self)
  const { address: mac } = await getLink(vtepName(other), other.node.where)
  if (mac === undefined) throw new Error(`${vtepName(other)} has no MAC address`)
  await addRoute({ dst: other.network, via: vtepAddress(other), dev, onlink: true }, where)
  await addNeighbour({ dev, address: vtepAddress(other), lladdr: mac }, where)
  await addFdb({ dev, lladdr: mac, dst: other.underlay }, where)
}

async function build(lab: Lab): Promise<Built> {
  const [one, other] = await twoNodes(lab)
  await Promise.all([one, other].map(addVtep))
  await joinPeer(one, other)
  await joinPeer(other, one)
  return { sample: one.node, endpoints: [one.container, other.container] }
}

export const vxlanOnlink: Topology = {
  title: 'T7: VXLAN with one VTEP a node and onlink gateways',
  about: 'Two nodes on a switch, a container behind a bridge in each; the address of the other VTEP is the gateway.',
  build,
}

if (isMain(import.meta.url)) await run(vxlanOnlink)
