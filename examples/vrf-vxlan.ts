/**
 * T2: a point-to-point VXLAN in a VRF.
 *
 *        vrf0 ──── table 10                  vrf0 ──── table 10
 *         │                                   │
 *       vxlan0 172.18.1.2 ═ VNI 42 ═══════ vxlan0 172.18.1.3         UDP 4789
 *         │                                   │
 *       eth0 ──────────── switch ────────── eth0                    192.168.57.{50,54}
 *
 * The route to the other end is in the VRF's table alone: a socket has to be bound to vrf0.
 */
import { addAddress, createVrf, createVxlan, updateLink } from 'rtnetlink'
import type { Endpoint } from './lab/container.js'
import type { Lab } from './lab/lab.js'
import { type Built, isMain, run, type Topology } from './lab/run.js'

const ends = [
  { number: 50, address: '172.18.1.2', remote: '192.168.57.54', below: { local: '192.168.57.50', dev: 'eth0' } },
  // The other one leaves it to the route which link and which address it sends from.
  { number: 54, address: '172.18.1.3', remote: '192.168.57.50', below: {} },
]

async function addEnd(lab: Lab, { number, address, remote, below }: (typeof ends)[number]): Promise<Endpoint> {
  const node = await lab.node(`node-${number}`, `192.168.57.${number}/24`)
  await createVrf({ name: 'vrf0', table: 10, up: true }, node.where)
  await createVxlan({ name: 'vxlan0', id: 42, dstPort: 4789, remote, ...below }, node.where)
  // Before it has an address, so that the connected route is made in the VRF's table.
  await updateLink('vxlan0', { master: 'vrf0' }, node.where)
  await addAddress({ dev: 'vxlan0', address: `${address}/24` }, node.where)
  await updateLink('vxlan0', { up: true }, node.where)
  return { name: node.name, node, address, vrf: 'vrf0' }
}

async function build(lab: Lab): Promise<Built> {
  const endpoints = await Promise.all(ends.map((end) => addEnd(lab, end)))
  const [first] = endpoints
  return { sample: (first as Endpoint).node, endpoints }
}

export const vrfVxlan: Topology = {
  title: 'T2: point-to-point VXLAN in a VRF',
  about:
    'Two nodes on a switch, a VXLAN between them whose ends are in a VRF; the sockets that prove it are bound to it.',
  build,
}

if (isMain(import.meta.url)) await run(vrfVxlan)
