/** The topologies of examples/ on this kernel: packets cross them, and `ip` and `bridge` show what was asked for. */
import { describe, expect, test } from 'vitest'
import { hostGw } from '../../examples/host-gw.js'
import { ipip, ipipForAll } from '../../examples/ipip.js'
import { staticOverlay } from '../../examples/static-overlay.js'
import { vxlanDeviceRoute } from '../../examples/vxlan-device-route.js'
import { vxlanOnlink } from '../../examples/vxlan-onlink.js'
import { captureOne } from '../support/capture.js'
import { requireKinds } from '../support/kernel-has.js'
import { macOf, remoteEntries, routes, startTopology } from '../support/topology.js'

describe('T1: static overlay of three nodes', () => {
  test('connects every container with every other, over UDP 4899 with VNI 99', async () => {
    await using running = await startTopology(staticOverlay)
    const { packet } = await captureOne(running.netnsName('switch'), 'node-a', ['-T', 'vxlan', 'udp', 'port', '4899'])
    expect(running.paths).toBe(6)
    expect(await running.brokenPaths()).toEqual([])
    expect(await packet).toMatch(/10\.0\.0\.23\d\.4899: VXLAN, flags \[I\] \(0x08\), vni 99/)
  })

  test('is what ip and bridge show', async () => {
    await using running = await startTopology(staticOverlay)
    const node = running.view('node-a')
    const [link] = await node.show('link show dev vxlan.99')
    expect(link).toMatchObject({
      ifname: 'vxlan.99',
      address: 'aa:bb:cc:dd:ee:00',
      mtu: 1450,
      linkinfo: { info_kind: 'vxlan', info_data: { id: 99, link: 'eth0', port: 4899, learning: false } },
    })
    expect(link.flags).toContain('UP')
    const [addresses] = await node.show('address show dev vxlan.99')
    expect(addresses.addr_info).toContainEqual(
      expect.objectContaining({ family: 'inet', local: '192.168.230.0', prefixlen: 32 }),
    )
    expect(await routes(node, 'dev vxlan.99')).toEqual([
      { dst: '192.168.231.0/24', gateway: '192.168.231.0', scope: 'global', flags: ['onlink'] },
      { dst: '192.168.232.0/24', gateway: '192.168.232.0', scope: 'global', flags: ['onlink'] },
    ])
    const neighbours = await node.show('neighbor show dev vxlan.99 nud permanent')
    expect(neighbours).toHaveLength(2)
    for (const i of [1, 2]) {
      expect(neighbours).toContainEqual({
        dst: `192.168.23${i}.0`,
        lladdr: `aa:bb:cc:dd:ee:0${i}`,
        state: ['PERMANENT'],
      })
    }
    const entries = await remoteEntries(node, 'vxlan.99')
    expect(entries).toHaveLength(2)
    for (const i of [1, 2]) {
      expect(entries).toContainEqual(
        expect.objectContaining({
          mac: `aa:bb:cc:dd:ee:0${i}`,
          dst: `10.0.0.23${i}`,
          flags: ['self'],
          state: 'permanent',
        }),
      )
    }
  })
})

describe('T5: host-gw', () => {
  test('connects the containers by one onlink route a node', async () => {
    await using running = await startTopology(hostGw)
    expect(await running.brokenPaths()).toEqual([])
    for (const [self, other] of [
      [245, 246],
      [246, 245],
    ] as const) {
      expect(await routes(running.view(`node-${self}`), `172.${other}.0.0/24`)).toEqual([
        { dst: `172.${other}.0.0/24`, gateway: `192.168.32.${other}`, dev: 'eth0', scope: 'global', flags: ['onlink'] },
      ])
    }
  })
})

describe('T6: ipip', () => {
  const ends = [
    [245, 246],
    [246, 245],
  ] as const

  test.for([
    {
      what: 'a tunnel for each pair',
      topology: ipip,
      dev: (self: number) => `tun${self}`,
      address: (self: number) => ({ local: `172.245.1.${self - 244}`, prefixlen: 30 }),
      remote: (other: number) => ({ remote: `192.168.32.${other}` }),
      route: (other: number) => ({ gateway: `172.245.1.${other - 244}`, flags: [] }),
    },
    {
      what: 'one tunnel for all',
      topology: ipipForAll,
      dev: () => 'flannel.ipip',
      address: (self: number) => ({ local: `172.${self}.0.0`, prefixlen: 32 }),
      remote: () => ({ remote: 'any' }),
      route: (other: number) => ({ gateway: `192.168.32.${other}`, flags: ['onlink'] }),
    },
  ])('$what connects the containers by IP protocol 4, and is what ip shows', async (form, context) => {
    await requireKinds(context, 'ipip')
    await using running = await startTopology(form.topology)
    const { packet } = await captureOne(running.netnsName('switch'), 'node-245', ['-v', 'ip', 'proto', '4'])
    expect(await running.brokenPaths()).toEqual([])
    expect(await packet).toMatch(/proto IPIP \(4\)/)
    for (const [self, other] of ends) {
      const node = running.view(`node-${self}`)
      const dev = form.dev(self)
      const [link] = await node.show(`address show dev ${dev}`)
      expect(link).toMatchObject({
        mtu: 1480,
        linkinfo: { info_kind: 'ipip', info_data: { local: `192.168.32.${self}`, ...form.remote(other) } },
      })
      expect(link.addr_info).toContainEqual(expect.objectContaining(form.address(self)))
      const network = `172.${other}.0.0/24`
      expect(await routes(node, network)).toEqual([{ dst: network, dev, scope: 'global', ...form.route(other) }])
    }
  })
})

describe('T7: one VTEP a node, onlink gateways', () => {
  test('connects the containers, and is what ip and bridge show', async () => {
    await using running = await startTopology(vxlanOnlink)
    expect(await running.brokenPaths()).toEqual([])
    const node = running.view('node-245')
    const other = await macOf(running.view('node-246'), 'vtep246')
    const [link] = await node.show('link show dev vtep245')
    expect(link).toMatchObject({
      mtu: 1450,
      linkinfo: { info_data: { id: 1, local: '192.168.32.245', link: 'eth0', port: 8472, learning: false } },
    })
    expect(await routes(node, 'dev vtep245')).toEqual([
      { dst: '172.246.0.0/24', gateway: '172.246.0.0', scope: 'global', flags: ['onlink'] },
    ])
    expect(await node.show('neighbor show dev vtep245 nud permanent')).toEqual([
      { dst: '172.246.0.0', lladdr: other, state: ['PERMANENT'] },
    ])
    expect(await remoteEntries(node, 'vtep245')).toEqual([
      expect.objectContaining({ mac: other, dst: '192.168.32.246', flags: ['self'], state: 'permanent' }),
    ])
  })
})

describe('T8: a device route and a neighbour for each container', () => {
  test('connects the containers, and is what ip and bridge show', async () => {
    await using running = await startTopology(vxlanDeviceRoute)
    expect(await running.brokenPaths()).toEqual([])
    const node = running.view('node-168')
    const other = await macOf(running.view('node-172'), 'vxlan100')
    expect(await routes(node, '172.18.0.0/24')).toEqual([
      { dst: '172.18.0.0/24', dev: 'vxlan100', scope: 'link', flags: [] },
    ])
    expect(await node.show('neighbor show dev vxlan100 nud permanent')).toEqual([
      { dst: '172.18.0.2', lladdr: other, state: ['PERMANENT'] },
    ])
    expect(await remoteEntries(node, 'vxlan100')).toEqual([
      expect.objectContaining({ mac: other, dst: '192.168.245.172', flags: ['self'], state: 'permanent' }),
    ])
    const [inside] = await running.view('node-168-container').show('address show dev eth0')
    expect(inside.addr_info).toContainEqual(expect.objectContaining({ local: '172.17.0.2', prefixlen: 24 }))
  })
})
