/**
 * T6: ipip, IPv4 in IPv4: less around each packet than VXLAN has, and no frames. In two forms.
 *
 * A tunnel for each pair of nodes, with a network of its own:
 *
 *     172.245.0.2 ── br245 ── tun245 ═══ IP protocol 4 ═══ tun246 ── br246 ── 172.246.0.2
 *                           172.245.1.1                  172.245.1.2
 *
 * One tunnel for all: it has no other end, and a packet goes to the gateway of its route.
 *
 *     172.245.0.2 ── br245 ── flannel.ipip ═══ switch ═══ flannel.ipip ── br246 ── 172.246.0.2
 *                            192.168.32.245              192.168.32.246
 */
import { addAddress, addRoute, createIpip, updateLink } from 'rtnetlink'
import { isMain, run, type Topology } from './lab/run.js'
import { type BuiltSite, twoNodes } from './lab/two-nodes.js'

const inner = ({ number }: BuiltSite) => (number === 245 ? '172.245.1.1' : '172.245.1.2')

async function joinPeer(self: BuiltSite, other: BuiltSite): Promise<void> {
  const { where } = self.node
  const dev = `tun${self.number}`
  await createIpip({ name: dev, local: self.underlay, remote: other.underlay }, where)
  await addAddress({ dev, address: `${inner(self)}/30` }, where)
  await updateLink(dev, { up: true }, where)
  await addRoute({ dst: other.network, via: inner(other), dev }, where)
}

async function joinAll(self: BuiltSite, other: BuiltSite): Promise<void> {
  const { where } = self.node
  const dev = 'flannel.ipip'
  await createIpip({ name: dev, local: self.underlay, mtu: 1480, up: true }, where)
  await addAddress({ dev, address: `172.${self.number}.0.0/32` }, where)
  await addRoute({ dst: other.network, via: other.underlay, dev, onlink: true }, where)
}

const build =
  (join: typeof joinPeer): Topology['build'] =>
  async (lab) => {
    const [one, other] = await twoNodes(lab)
    await join(one, other)
    await join(other, one)
    return { sample: one.node, endpoints: [one.container, other.container] }
  }

export const ipip: Topology = {
  title: 'T6: ipip, a tunnel for each pair of nodes',
  about: 'Two nodes on a switch, a container behind a bridge in each; the other end of the tunnel is the gateway.',
  build: build(joinPeer),
}

export const ipipForAll: Topology = {
  title: 'T6: ipip, one tunnel for all nodes',
  about: 'The same nodes; the tunnel has no other end, and the gateway is the other node itself.',
  build: build(joinAll),
}

if (isMain(import.meta.url)) await run(ipip, ipipForAll)
