import { describe, expectTypeOf, test } from 'vitest'
import type { UnknownAttribute } from '../../lib/codec/table.js'
import { addAltName } from '../../lib/link/alt-names.js'
import { type BridgeOptions, createBridge } from '../../lib/link/kinds/bridge.js'
import type { Link } from '../../lib/link/kinds/index.js'
import { createVeth, type VethLink } from '../../lib/link/kinds/veth.js'
import { createVrf } from '../../lib/link/kinds/vrf.js'
import { createVxlan, type VxlanLink, type VxlanOptions } from '../../lib/link/kinds/vxlan.js'
import { createLink, deleteLink, getLink, type LinkFilter, listLinks } from '../../lib/link/operations.js'
import { getPeerLink } from '../../lib/link/peer-link.js'
import { updateLink } from '../../lib/link/update.js'
import type { Operation } from '../../lib/netlink/operation.js'

const name = 'vx'
declare const text: string

describe('createVxlan', () => {
  test('what the kernel takes', () => {
    createVxlan({ name, id: 99 })
    createVxlan({ name, id: 99, external: false })
    createVxlan({ name, external: true })
    createVxlan({ name, external: true, gpe: true, vniFilter: true })
    createVxlan({ name, id: 99, remote: text, dev: 'eth0' })
    createVxlan({ name, id: 99, group: text, dev: 3 })
    createVxlan({ name, id: 99, group: text, dev: { index: 3 } })
    createVxlan({ name, id: 99, local: Uint8Array.of(10, 1, 2, 3), mtu: undefined })
    createVxlan({ name, id: 99, reservedBits: 5n, df: 'inherit', flowLabelPolicy: 7 }, { netns: 'blue', timeout: 5 })
  })

  test('an identity: a VNI or external', () => {
    // @ts-expect-error neither
    createVxlan({ name })
    // @ts-expect-error both
    createVxlan({ name, external: true, id: 99 })
    // @ts-expect-error not known to be one of them
    createVxlan({ name, external: true as boolean })
  })

  test('one destination', () => {
    // @ts-expect-error a group needs a link
    createVxlan({ name, id: 99, group: text })
    // @ts-expect-error a group and a remote address are one attribute
    createVxlan({ name, id: 99, group: text, dev: 'eth0', remote: text })
    // @ts-expect-error the group of links is changed with updateLink
    createVxlan({ name, id: 99, group: 7, dev: 'eth0' })
  })

  test('nothing else', () => {
    // @ts-expect-error no name
    createVxlan({ id: 99 })
    // @ts-expect-error no such option
    createVxlan({ name, id: 99, vni: 5 })
    // @ts-expect-error that is what the kernel's own words look like
    createVxlan({ name, id: 99, dst_port: 5 })
    // @ts-expect-error of another type
    createVxlan({ name, id: '99' })
    // @ts-expect-error no such choice
    createVxlan({ name, id: 99, df: 'maybe' })
    // @ts-expect-error null is no value
    createVxlan({ name, id: 99, ttl: null })
    // @ts-expect-error only the kernel says it
    createVxlan({ name, id: 99, promiscuity: 1 })
    // @ts-expect-error the kernel does not look at it when a link is made
    createVxlan({ name, id: 99, promisc: true })
    // @ts-expect-error no such place
    createVxlan({ name, id: 99 }, { namespace: 'blue' })
    // @ts-expect-error one options object
    createVxlan({ name, id: 99 }, {}, {})
  })

  test('its three forms give the link', () => {
    expectTypeOf(createVxlan({ name, id: 99 })).toEqualTypeOf<Promise<VxlanLink>>()
    expectTypeOf(createVxlan.sync({ name, id: 99 })).toEqualTypeOf<VxlanLink>()
    expectTypeOf(createVxlan.op({ name, id: 99 })).toEqualTypeOf<Operation<VxlanLink>>()
  })
})

describe('other kinds', () => {
  test('a bridge', () => {
    createBridge({ name, switches: { mcastVlanSnooping: true }, vlanProtocol: 0x9100, group: 7 })
    // @ts-expect-error no such switch
    createBridge({ name, switches: { learning: true } })
    // @ts-expect-error only the kernel says it
    createBridge({ name, rootId: '8000.02:00:00:00:00:01' })
    expectTypeOf<BridgeOptions['mcastQueryInterval']>().toEqualTypeOf<bigint | number | undefined>()
  })

  test('a veth', () => {
    createVeth({ name, peer: { name: 'eth0', netns: { pid: 5 } } })
    // @ts-expect-error a peer is enslaved afterwards
    createVeth({ name, peer: { name: 'eth0', master: 'br0' } })
    // @ts-expect-error a peer goes up afterwards
    createVeth({ name, peer: { name: 'eth0', up: true } })
    expectTypeOf<VethLink['data']>().not.toHaveProperty('peer')
  })

  test('a vrf', () => {
    createVrf({ name, table: 10 })
    // @ts-expect-error its table
    createVrf({ name })
  })

  test('any, with what is its own apart', () => {
    createLink({ kind: 'vxlan', name, group: 7, data: { id: 99, group: text, dev: 'eth0' } })
    createLink({ kind: 'dummy', name })
    createLink({ kind: 'hsr', name })
    createLink({ kind: 'hsr', name, data: [{ type: 1, data: new Uint8Array() }] })
    // @ts-expect-error attributes of a kind that is not known here have no names
    createLink({ kind: 'hsr', name, data: { slave1: 5 } })
    // @ts-expect-error of another kind
    createLink({ kind: 'vxlan', name, data: { forwardDelay: 5 } })
    // @ts-expect-error not apart
    createLink({ kind: 'vxlan', name, id: 99 })
  })
})

describe('a link', () => {
  test('is told apart by its kind', async () => {
    const link = await getLink('vx0')
    expectTypeOf(link).toEqualTypeOf<Link>()
    if (link.kind === 'vxlan') {
      expectTypeOf(link).toEqualTypeOf<VxlanLink>()
      expectTypeOf(link.data.id).toEqualTypeOf<number | undefined>()
      expectTypeOf(link.data.remote).toEqualTypeOf<string | undefined>()
      expectTypeOf(link.data.df).toEqualTypeOf<'unset' | 'set' | 'inherit' | number | undefined>()
      expectTypeOf(link.data.reservedBits).toEqualTypeOf<bigint | undefined>()
    }
    if (link.kind === 'bridge') {
      expectTypeOf(link.data.rootId).toEqualTypeOf<string | undefined>()
      // @ts-expect-error of another kind
      void link.data.id
    }
    if (link.kind === 'other') expectTypeOf(link.kindName).toEqualTypeOf<string>()
    // @ts-expect-error hardware has no data
    if (link.kind === 'none') void link.data
    // @ts-expect-error not before it is known
    void link.data.id
    // @ts-expect-error no such kind
    void (link.kind === 'hsr')
  })

  test('tells what protocol families have on it', async () => {
    const { ipv4, ipv6, xdp, vfs, otherFamilies } = await getLink('eth0')
    expectTypeOf(ipv4?.conf?.rpFilter).toEqualTypeOf<number | undefined>()
    expectTypeOf(ipv4?.conf?.[34]).toEqualTypeOf<number | undefined>()
    expectTypeOf(ipv6?.token).toEqualTypeOf<string | undefined>()
    expectTypeOf(ipv6?.statistics).toEqualTypeOf<readonly bigint[] | undefined>()
    expectTypeOf(xdp?.progId).toEqualTypeOf<number | undefined>()
    expectTypeOf(vfs?.[0]?.spoofCheck).toEqualTypeOf<boolean | undefined>()
    expectTypeOf(otherFamilies).toEqualTypeOf<readonly UnknownAttribute[] | undefined>()
    // @ts-expect-error no such setting
    void ipv4?.conf?.rp_filter
    // @ts-expect-error told apart by family
    void ipv4?.token
  })

  test('is read-only', async () => {
    const link = await createVxlan({ name, id: 99 })
    // @ts-expect-error read-only
    link.name = 'other'
    // @ts-expect-error read-only
    link.mtu = 5
    // @ts-expect-error read-only
    link.data.id = 5
    // @ts-expect-error read-only
    link.flags.push('up')
    const links = await listLinks()
    // @ts-expect-error read-only
    links.pop()
    expectTypeOf(links).toEqualTypeOf<readonly Link[]>()
  })

  test('is named by its name, its index, or itself', async () => {
    getLink('eth0')
    getLink(3)
    getLink(await getLink('eth0'))
    getLink({ dev: 'eth0', vf: true, statistics: false }, { netns: 'blue' })
    addAltName('eth0', ['one', 'two'])
    expectTypeOf(getPeerLink('eth0')).toEqualTypeOf<Promise<Link>>()
    // @ts-expect-error no names
    addAltName('eth0')
    deleteLink({ index: 3 })
    // @ts-expect-error no index
    deleteLink({ name: 'eth0' })
    // @ts-expect-error not undefined
    deleteLink(undefined)
    // @ts-expect-error not nothing
    deleteLink()
  })
})

describe('listLinks', () => {
  test('takes a filter or none, and where', () => {
    listLinks()
    listLinks({})
    listLinks({ kind: 'vxlan', master: 'br0', up: true, group: 7 }, { netns: 'blue' })
    listLinks.sync(undefined, { netns: 'blue' })
    listLinks.op()
    // @ts-expect-error no such filter
    listLinks({ name: 'eth0' })
    // @ts-expect-error no such kind
    listLinks({ kind: 'hsr' })
    listLinks({ vf: true, statistics: false })
    expectTypeOf<LinkFilter['kind']>().toEqualTypeOf<Link['kind'] | undefined>()
  })
})

describe('updateLink', () => {
  test('takes what can be changed', () => {
    updateLink('eth0', { up: true, mtu: 1400, master: null, alias: '', netns: 'blue' })
    updateLink('vx0', { learning: false, ageing: 60, remote: text, dev: 'eth0' })
    updateLink('vx0', { group: 7, data: { group: text } })
    updateLink('eth0', { netns: 'blue', index: 5, addrGenMode: 'none', token: '::1', protoDownReason: { 3: true } })
    updateLink('eth0', { xdp: { fd: -1 }, trailers: true })
    updateLink('br0', { ageingTime: 5, vlanFiltering: true, fdbFlush: true })
  })

  test('and nothing that is fixed', () => {
    // @ts-expect-error fixed
    updateLink('vx0', { id: 5 })
    // @ts-expect-error fixed
    updateLink('vx0', { data: { dstPort: 5 } })
    // @ts-expect-error fixed
    updateLink('vx0', { proxy: true })
    // @ts-expect-error fixed
    updateLink('veth0', { peer: { name: 'eth0' } })
    // @ts-expect-error fixed
    updateLink('vrf0', { table: 11 })
    // @ts-expect-error fixed
    updateLink('eth0', { numTxQueues: 3 })
    // @ts-expect-error only the kernel says it
    updateLink('br0', { bridgeId: '8000.02:00:00:00:00:01' })
    // @ts-expect-error no such option
    updateLink('eth0', { newIndex: 5 })
    // @ts-expect-error only the kernel says it
    updateLink('eth0', { xdp: { progId: 5 } })
    // @ts-expect-error settings are sysctls
    updateLink('eth0', { ipv6: { conf: { forwarding: 1 } } })
    // @ts-expect-error no such option
    updateLink('eth0', { flags: ['up'] })
  })
})

describe('a port', () => {
  test('is told apart by the kind of its master', async () => {
    const { port } = await getLink('eth1')
    if (port?.kind === 'bridge') expectTypeOf(port.data.cost).toEqualTypeOf<number | undefined>()
    if (port?.kind === 'bond') expectTypeOf(port.data.prio).toEqualTypeOf<number | undefined>()
    if (port?.kind === 'vrf') expectTypeOf(port.data.table).toEqualTypeOf<number | undefined>()
    if (port?.kind === 'other') expectTypeOf(port.kindName).toEqualTypeOf<string>()
    // @ts-expect-error not before it is known
    void port?.data.cost
    // @ts-expect-error read-only
    if (port?.kind === 'bridge') port.data.cost = 5
  })

  test('has options by the kind of its master', () => {
    updateLink('eth1', { port: { cost: 5, learning: false, backupPort: null, state: 'learning' } })
    updateLink('eth1', { master: 'bond0', port: { prio: -5, queueId: 3 } })
    // @ts-expect-error only the kernel says it
    updateLink('eth1', { port: { designatedCost: 5 } })
    // @ts-expect-error only the kernel says it
    updateLink('eth1', { port: { table: 5 } })
    // @ts-expect-error no such option
    updateLink('eth1', { port: { nope: 5 } })
  })
})

test('options are an object that others can extend', () => {
  expectTypeOf<VxlanOptions['dstPort']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<VxlanOptions['name']>().toEqualTypeOf<string>()
})
