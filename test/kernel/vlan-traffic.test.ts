import { expect, test } from 'vitest'
import { getLink } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { listBridgeVlans } from '../../lib/vlan/list.js'
import { addBridgeVlan, replaceBridgeVlan, updateBridgeVlan } from '../../lib/vlan/operations.js'
import { testNamespace, upWithoutAddress } from '../support/namespace.js'
import { requireVlanFiltering } from '../support/vlan.js'
import { hostAt } from '../support/vlan-hosts.js'
import { overlay } from '../support/vlan-overlay.js'

const vid = 10
const access = { pvid: true, untagged: true }

test('hosts in one VLAN hear each other, and one in another hears nothing', async (context) => {
  const ns = await testNamespace(['link add br0 type bridge', ...upWithoutAddress('br0')])
  const where = { netns: ns.name }
  await requireVlanFiltering(context, ns.name)
  const settings = { vlanFiltering: true, vlanDefaultPvid: 0, vlanStatsEnabled: true, vlanStatsPerPort: true }
  await updateLink('br0', settings, where)
  const [one, two, three] = [
    await hostAt(ns, 'one', '10.0.0.1'),
    await hostAt(ns, 'two', '10.0.0.2'),
    await hostAt(ns, 'three', '10.0.0.3'),
  ]
  for (const dev of ['one', 'two', 'three']) await updateLink(dev, { master: 'br0' }, where)
  await addBridgeVlan({ dev: 'one', vid, ...access }, where)
  await addBridgeVlan({ dev: 'two', vid, ...access }, where)
  await addBridgeVlan({ dev: 'three', vid: 20, ...access }, where)

  expect(await one.ask('10.0.0.2')).toBe('it is two')
  expect(await two.ask('10.0.0.1')).toBe('it is one')
  // The broadcasts that found them went through the bridge before the answers did.
  const { statistics } = await getLink('eth0', { netns: three.namespace.name })
  expect(statistics?.rxPackets).toBe(0n)

  const [counted] = await listBridgeVlans({ dev: 'one', statistics: true }, where)
  const [link] = await ns.bridge('-s vlan show dev one')
  const { rxBytes, rxPackets, txBytes, txPackets } = counted?.statistics ?? {}
  expect(rxPackets).toBeGreaterThan(1n)
  expect(link.vlans[0]).toMatchObject({
    rx_bytes: Number(rxBytes),
    rx_packets: Number(rxPackets),
    tx_bytes: Number(txBytes),
    tx_packets: Number(txPackets),
  })

  await replaceBridgeVlan({ dev: 'three', vid, ...access }, where)
  expect(await three.ask('10.0.0.1')).toBe('it is one')
  // What the port does in the VLAN of the spanning tree counts too: nothing but an answer tells that it forwards again.
  await updateBridgeVlan({ dev: 'three', vid, state: 'blocking' }, where)
  const before = (await getLink('eth0', { netns: three.namespace.name })).statistics?.rxPackets
  expect(await one.ask('10.0.0.2')).toBe('it is two')
  expect((await getLink('eth0', { netns: three.namespace.name })).statistics?.rxPackets).toBe(before)
  await updateBridgeVlan({ dev: 'three', vid, state: 'forwarding' }, where)
  expect(await three.ask('10.0.0.2')).toBe('it is two')
})

test('one VXLAN carries two VLANs over two VNIs', async (context) => {
  const ns = await testNamespace()
  await requireVlanFiltering(context, ns.name)
  const [one, two] = await overlay()
  // The addresses are the same in both VLANs.
  expect(await one.hosts[0].ask('10.0.0.2')).toBe('it is b10')
  expect(await one.hosts[1].ask('10.0.0.2')).toBe('it is b20')
  expect(await two.hosts[0].ask('10.0.0.1')).toBe('it is a10')
  expect(await two.hosts[1].ask('10.0.0.1')).toBe('it is a20')
})
