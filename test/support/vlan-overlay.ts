/** Two bridges whose VLANs 10 and 20 are one each over VNIs 1000 and 2000 of one VXLAN. */
import { addFdb } from '../../lib/fdb/operations.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { updateLink } from '../../lib/link/update.js'
import { addBridgeVlan } from '../../lib/vlan/operations.js'
import { addBridgeVlanTunnel } from '../../lib/vlan/tunnel.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from './namespace.js'
import { type Host, hostAt } from './vlan-hosts.js'

export interface Node {
  readonly namespace: TestNamespace
  /** One in VLAN 10 and one in VLAN 20, with the same address: nothing but the VLAN tells them apart. */
  readonly hosts: readonly [Host, Host]
}

const vlans = [10, 20] as const
export const vniOf = (vid: number): number => 100 * vid

/** `other` is the address of the other node below. */
async function bridgeOver(
  namespace: TestNamespace,
  name: string,
  { address, other, vniFilter }: { address: string; other: string; vniFilter: boolean },
): Promise<Node> {
  const where = { netns: namespace.name }
  await updateLink('br0', { vlanFiltering: true, vlanDefaultPvid: 0 }, where)
  const filter = vniFilter ? { vniFilter } : {}
  await createVxlan({ name: 'vx0', external: true, dstPort: 4789, learning: false, ...filter }, where)
  await updateLink('vx0', { master: 'br0', addrGenMode: 'none', port: { vlanTunnel: true } }, where)
  await updateLink('vx0', { up: true }, where)
  const hosts: Host[] = []
  for (const vid of vlans) {
    hosts.push(await hostAt(namespace, `${name}${vid}`, address))
    await updateLink(`${name}${vid}`, { master: 'br0' }, where)
    await addBridgeVlan({ dev: `${name}${vid}`, vid, pvid: true, untagged: true }, where)
    await addBridgeVlan({ dev: 'vx0', vid }, where)
    await addBridgeVlanTunnel({ dev: 'vx0', vid, id: vniOf(vid) }, where)
    if (!vniFilter) await addFdb({ dev: 'vx0', lladdr: '00:00:00:00:00:00', dst: other, srcVni: vniOf(vid) }, where)
  }
  return { namespace, hosts: hosts as [Host, Host] }
}

/** `add`: says a VXLAN with a filter which VNIs it takes. */
export async function overlay(
  add?: (namespace: TestNamespace, remote: string) => Promise<void>,
): Promise<[Node, Node]> {
  const two = await testNamespace(['link add br0 type bridge', ...upWithoutAddress('br0')])
  const one = await testNamespace([
    'link add br0 type bridge',
    `link add under type veth peer name under netns ${two.name}`,
    ...['br0', 'under'].flatMap(upWithoutAddress),
    'address add 10.9.0.1/24 dev under',
  ])
  for (const line of upWithoutAddress('under')) await two.ip(line)
  await two.ip('address add 10.9.0.2/24 dev under')
  const nodes = [
    await bridgeOver(one, 'a', { address: '10.0.0.1', other: '10.9.0.2', vniFilter: add !== undefined }),
    await bridgeOver(two, 'b', { address: '10.0.0.2', other: '10.9.0.1', vniFilter: add !== undefined }),
  ] as [Node, Node]
  await add?.(one, '10.9.0.2')
  await add?.(two, '10.9.0.1')
  return nodes
}
