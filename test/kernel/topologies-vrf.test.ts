/** The topologies of examples/ that have a VRF: packets cross them, and what `ip` and `bridge` show is what we read back. */
import { describe, expect, test } from 'vitest'
import { vrfBridge } from '../../examples/vrf-bridge.js'
import { vrfMulticast } from '../../examples/vrf-multicast.js'
import { vrfVxlan } from '../../examples/vrf-vxlan.js'
import { listFdb } from '../../lib/fdb/list.js'
import { getLink } from '../../lib/link/operations.js'
import { listNeighbours } from '../../lib/neighbour/list.js'
import { listRoutes } from '../../lib/route/list.js'
import { lookupRoute } from '../../lib/route/lookup.js'
import { captureOne } from '../support/capture.js'
import { requireKinds } from '../support/kernel-has.js'
import { macOf, type RunningTopology, remoteEntries, routes, startTopology } from '../support/topology.js'

const zero = '00:00:00:00:00:00'

/** The tunnel that is the same in all of them, as `ip` prints it. */
const overlay = { id: 42, port: 4789, ttl: 0, ageing: 300, learning: true, udp_csum: true }

describe('T2: a point-to-point VXLAN in a VRF', () => {
  /** Packets have crossed it. */
  async function start() {
    const running = await startTopology(vrfVxlan)
    const broken = await running.brokenPaths()
    return { running, broken, node: running.view('node-50'), where: { netns: running.netnsName('node-50') } }
  }

  test('connects sockets that are bound to the VRF, and no others', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan')
    const { running, broken, where } = await start()
    await using _ = running
    expect(running.paths).toBe(2)
    expect(broken).toEqual([])
    const dst = '172.18.1.3'
    const { index } = await getLink('vxlan0', where)
    expect(await lookupRoute({ dst, oif: 'vrf0' }, where)).toMatchObject({ dev: index, table: 10, src: '172.18.1.2' })
    await expect(lookupRoute({ dst }, where)).rejects.toMatchObject({ code: 'ENETUNREACH' })
  })

  test('has link details that ip shows and we read back', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan')
    const { running, node, where } = await start()
    await using _ = running
    const [shown] = await node.show('link show dev vxlan0')
    expect(shown).toMatchObject({
      ...{ ifname: 'vxlan0', mtu: 1450, master: 'vrf0' },
      linkinfo: {
        info_kind: 'vxlan',
        info_data: { ...overlay, remote: '192.168.57.54', local: '192.168.57.50', link: 'eth0' },
        ...{ info_slave_kind: 'vrf', info_slave_data: { table: 10 } },
      },
    })
    const { udp_zero_csum6_tx, udp_zero_csum6_rx } = shown.linkinfo.info_data
    expect([udp_zero_csum6_tx, udp_zero_csum6_rx]).toEqual([false, false])
    const vrf = await getLink('vrf0', where)
    expect(vrf).toMatchObject({ kind: 'vrf', data: { table: 10 } })
    expect(await getLink('vxlan0', where)).toMatchObject({
      ...{ kind: 'vxlan', index: shown.ifindex, mtu: 1450, master: vrf.index },
      data: {
        ...{ id: 42, remote: '192.168.57.54', local: '192.168.57.50', dev: (await getLink('eth0', where)).index },
        ...{ dstPort: 4789, ttl: 0, ageing: 300, learning: true },
        ...{ udpCsum: true, udp6ZeroCsumTx: false, udp6ZeroCsumRx: false },
      },
      port: { kind: 'vrf', data: { table: 10 } },
    })
    // The other end says neither where it sends from nor by what.
    const far = await getLink('vxlan0', { netns: running.netnsName('node-54') })
    expect(far).toMatchObject({ mtu: 1500, data: { remote: '192.168.57.50' } })
    for (const name of ['local', 'dev']) expect(far).not.toHaveProperty(`data.${name}`)
  })

  test('has routes, FDB entries and neighbours that ip and bridge show and we read back', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan')
    const { running, node, where } = await start()
    await using _ = running
    const { index: dev } = await getLink('vxlan0', where)
    expect(await routes(node, 'vrf vrf0')).toEqual([
      { dst: '172.18.1.0/24', dev: 'vxlan0', scope: 'link', prefsrc: '172.18.1.2', flags: [] },
    ])
    expect(await listRoutes({ table: 10, family: 'inet', type: 'unicast' }, where)).toMatchObject([
      { dst: '172.18.1.0/24', dev, scope: 'link', src: '172.18.1.2', proto: 'kernel', table: 10 },
    ])

    const other = await macOf(running.view('node-54'), 'vxlan0')
    const dst = '192.168.57.54'
    const entries = await remoteEntries(node, 'vxlan0')
    expect(entries).toHaveLength(2)
    expect(entries).toContainEqual(expect.objectContaining({ mac: zero, dst, flags: ['self'], state: 'permanent' }))
    expect(entries).toContainEqual(expect.objectContaining({ mac: other, dst, flags: ['self'], state: '' }))
    const ours = await listFdb({ dev: 'vxlan0' }, where)
    expect(ours).toHaveLength(2)
    expect(ours).toContainEqual(
      expect.objectContaining({ dev, lladdr: zero, dst, flags: ['self'], state: 'permanent' }),
    )
    expect(ours).toContainEqual(expect.objectContaining({ dev, lladdr: other, dst, flags: ['self'], state: 'dynamic' }))

    const neighbours = await node.show('-4 neighbor show vrf vrf0')
    expect(neighbours).toEqual([expect.objectContaining({ dst: '172.18.1.3', dev: 'vxlan0', lladdr: other })])
    const listed = await listNeighbours({ master: 'vrf0', family: 'inet' }, where)
    expect(listed).toEqual([expect.objectContaining({ address: '172.18.1.3', dev, lladdr: other })])
  })
})

/** The bridge of a node is in the VRF, and the VXLAN in the bridge. */
async function expectBridgeInVrf(running: RunningTopology, name: string): Promise<void> {
  const where = { netns: running.netnsName(name) }
  const [vrf, bridge, vxlan] = await Promise.all(['vrf0', 'br0', 'vxlan0'].map((dev) => getLink(dev, where)))
  expect(bridge).toMatchObject({ kind: 'bridge', master: vrf?.index, port: { kind: 'vrf', data: { table: 10 } } })
  expect(vxlan).toMatchObject({ kind: 'vxlan', master: bridge?.index, port: { kind: 'bridge' } })
}

describe('T3: a bridge over a VXLAN, in a VRF', () => {
  test('connects the containers of both nodes, and is what ip and bridge show', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan', 'bridge', 'veth')
    await using running = await startTopology(vrfBridge)
    expect(running.paths).toBe(2)
    expect(await running.brokenPaths()).toEqual([])
    for (const [self, other] of [
      [50, 54],
      [54, 50],
    ] as const) {
      const node = running.view(`node-${self}`)
      const dst = `192.168.57.${other}`
      await expectBridgeInVrf(running, `node-${self}`)
      const [link] = await node.show('link show dev vxlan0')
      expect(link).toMatchObject({ mtu: 1500, master: 'br0', linkinfo: { info_slave_kind: 'bridge' } })
      expect(link.linkinfo.info_data).toMatchObject({ ...overlay, remote: dst, local: `192.168.57.${self}` })
      expect(link.linkinfo.info_data).not.toHaveProperty('link')
      const [vrf] = await node.show('link show dev br0')
      expect(vrf).toMatchObject({ master: 'vrf0', linkinfo: { info_slave_data: { table: 10 } } })
      const container = await macOf(running.view(`node-${other}-container`), 'eth0')
      const entries = await remoteEntries(node, 'vxlan0')
      expect(entries).toContainEqual(expect.objectContaining({ mac: zero, dst, state: 'permanent' }))
      expect(entries).toContainEqual(expect.objectContaining({ mac: container, dst, state: '' }))
    }
  })
})

describe('T4: a multicast VXLAN of three nodes, in a VRF', () => {
  test('connects the containers of all nodes, by a group and then by what was learned', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan', 'bridge', 'veth')
    await using running = await startTopology(vrfMulticast)
    const filter = ['-T', 'vxlan', 'udp', 'port', '4789', 'and', 'dst']
    const underlay = running.netnsName('switch')
    // What leaves the switch to a node is what it forwards.
    const { packet: flooded } = await captureOne(underlay, 'node-58', [
      ...filter,
      '224.1.1.1',
      'and',
      'src',
      '192.168.57.50',
    ])
    const { packet: direct } = await captureOne(underlay, 'node-58', [...filter, '192.168.57.58'])
    expect(running.paths).toBe(6)
    expect(await running.brokenPaths()).toEqual([])
    expect(await flooded).toMatch(/192\.168\.57\.50\.\d+ > 224\.1\.1\.1\.4789: VXLAN, flags \[I\] \(0x08\), vni 42/)
    expect(await direct).toMatch(/192\.168\.57\.5[04]\.\d+ > 192\.168\.57\.58\.4789: VXLAN, .* vni 42/)
  })

  test('is what ip and bridge show, and has learned the others', async (context) => {
    await requireKinds(context, 'vrf', 'vxlan', 'bridge', 'veth')
    await using running = await startTopology(vrfMulticast)
    expect(await running.brokenPaths()).toEqual([])
    const numbers = [50, 54, 58]
    for (const self of numbers) {
      const name = `node-${self}`
      const node = running.view(name)
      const where = { netns: running.netnsName(name) }
      await expectBridgeInVrf(running, name)
      const [link] = await node.show('link show dev vxlan0')
      const local = `192.168.57.${self}`
      expect(link.linkinfo.info_data).toMatchObject({ ...overlay, group: '224.1.1.1', local, link: 'eth0' })
      expect(await getLink('vxlan0', where)).toMatchObject({ mtu: 1450, data: { group: '224.1.1.1', local } })
      expect(await getLink('eth0', { netns: running.netnsName(`${name}-container`) })).toMatchObject({ mtu: 1450 })
      const groups = (await node.show('-4 maddress show dev eth0')).flatMap(({ maddr }) => maddr)
      expect(groups).toContainEqual(expect.objectContaining({ family: 'inet', address: '224.1.1.1' }))

      const entries = await remoteEntries(node, 'vxlan0')
      const ours = await listFdb({ dev: 'vxlan0' }, where)
      const { index: via } = await getLink('eth0', where)
      const toGroup = { dst: '224.1.1.1', state: 'permanent' }
      expect(entries.filter(({ mac }) => mac === zero)).toEqual([
        expect.objectContaining({ ...toGroup, viaIf: 'eth0', flags: ['self'] }),
      ])
      expect(ours.filter(({ lladdr }) => lladdr === zero)).toEqual([
        expect.objectContaining({ ...toGroup, via, flags: ['self'] }),
      ])
      for (const other of numbers.filter((number) => number !== self)) {
        const mac = await macOf(running.view(`node-${other}-container`), 'eth0')
        const learned = { dst: `192.168.57.${other}`, flags: ['self'] }
        expect(entries).toContainEqual(expect.objectContaining({ mac, ...learned, state: '' }))
        expect(ours).toContainEqual(expect.objectContaining({ lladdr: mac, ...learned, state: 'dynamic' }))
      }
    }
  })
})
