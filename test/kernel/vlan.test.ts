import { beforeEach, describe, expect, test } from 'vitest'
import { updateLink } from '../../lib/link/update.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { listBridgeVlanGlobals, updateBridgeVlanGlobal } from '../../lib/vlan/global.js'
import { listBridgeVlanRanges, listBridgeVlans } from '../../lib/vlan/list.js'
import { listMstStates, updateMstState } from '../../lib/vlan/mst.js'
import { addBridgeVlan, deleteBridgeVlan, replaceBridgeVlan, updateBridgeVlan } from '../../lib/vlan/operations.js'
import { addBridgeVlanTunnel, deleteBridgeVlanTunnel, listBridgeVlanTunnels } from '../../lib/vlan/tunnel.js'
import { skipUnknown } from '../support/kernel-has.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'
import { rawEntry, rawGlobal, requireVlanFiltering } from '../support/vlan.js'

const br0 = 1286
const eth0 = 258
const eth1 = 772

let ns: TestNamespace
let where: { netns: string }
beforeEach(async (context) => {
  ns = await testNamespace([
    `link add br0 index ${br0} type bridge mcast_snooping 1`,
    `link add eth0 index ${eth0} type veth peer name peer0`,
    `link add eth1 index ${eth1} type veth peer name peer1`,
    'link add vx0 index 1029 type vxlan external dstport 4790',
    ...['eth0', 'eth1', 'vx0'].map((dev) => `link set ${dev} master br0`),
    ...['br0', 'eth0', 'peer0', 'eth1', 'peer1', 'vx0'].flatMap(upWithoutAddress),
  ])
  where = { netns: ns.name }
  await requireVlanFiltering(context, ns.name)
  // Without VLAN 1, which every port has else.
  await updateLink('br0', { vlanFiltering: true, vlanDefaultPvid: 0 }, where)
})

/** Which kernels tell from Linux 5.15 on. */
const withoutRouter = ({ mcast_router: _, ...vlan }: Record<string, unknown>) => vlan

/** The VLANs of each link, as `bridge` prints them. */
async function shown(words = 'vlan show'): Promise<Record<string, readonly unknown[]>> {
  const links = await ns.bridge(words)
  const all = links.map(({ ifname, vlans, tunnels }) => [ifname, (vlans ?? tunnels).map(withoutRouter)])
  return Object.fromEntries(all)
}

const plain = (vlan: number, more: object = {}) => ({ vlan, state: 'forwarding', ...more })

describe('what is written is what bridge and we read back', () => {
  test('VLANs of ports and of the bridge, one or several, with their flags', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: 10, pvid: true, untagged: true }, where)
    await addBridgeVlan({ dev: 'eth0', vid: 20, untagged: true, master: true }, where)
    await addBridgeVlan({ dev: 'eth1', vid: '30-32' }, where)
    await addBridgeVlan({ dev: eth1, vid: { first: 4093, last: 4094 }, untagged: true }, where)
    await addBridgeVlan({ dev: 'br0', vid: '30', pvid: true, self: true }, where)
    expect(await shown()).toEqual({
      eth0: [plain(10, { flags: ['PVID', 'Egress Untagged'] }), plain(20, { flags: ['Egress Untagged'] })],
      eth1: [plain(30, { vlanEnd: 32 }), plain(4093, { vlanEnd: 4094, flags: ['Egress Untagged'] })],
      br0: [plain(30, { flags: ['PVID'] })],
    })
    const all = await listBridgeVlans({}, where)
    const told = all.map(({ dev, vid, pvid, untagged }) => `${dev} ${vid} ${pvid} ${untagged}`)
    expect(told.sort()).toEqual(
      [
        ...[`${br0} 30 true false`, `${eth0} 10 true true`, `${eth0} 20 false true`],
        ...[30, 31, 32].map((vid) => `${eth1} ${vid} false false`),
        ...[4093, 4094].map((vid) => `${eth1} ${vid} false true`),
      ].sort(),
    )
    expect(await listBridgeVlanRanges({ dev: 'eth1' }, where)).toMatchObject([
      { dev: eth1, vid: { first: 30, last: 32 }, pvid: false, untagged: false, state: 'forwarding' },
      { dev: eth1, vid: { first: 4093, last: 4094 }, untagged: true },
    ])
    const vids = async (filter: object) => (await listBridgeVlans(filter, where)).map(({ vid }) => vid)
    expect(await vids({ dev: 'eth1', vid: '31-4093' })).toEqual([31, 32, 4093])
    expect(await vids({ vid: 10 })).toEqual([10])
    expect(await vids({ dev: 'br0' })).toEqual([30])
  })

  test('the state of a port in a VLAN', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: '10-12' }, where)
    await updateBridgeVlan({ dev: 'eth0', vid: '10-11', state: 'blocking' }, where)
    expect(await shown()).toEqual({ eth0: [plain(10, { vlanEnd: 11, state: 'blocking' }), plain(12)] })
    const states = (await listBridgeVlans({ dev: 'eth0' }, where)).map(({ state }) => state)
    expect(states).toEqual(['blocking', 'blocking', 'forwarding'])
  })

  test('mcastRouter', async (context) => {
    await addBridgeVlan({ dev: 'eth0', vid: 10 }, where)
    await addBridgeVlan({ dev: 'br0', vid: 10, self: true }, where)
    const skip = skipUnknown(context, 'mcastRouter of VLANs')
    await updateBridgeVlan({ dev: 'eth0', vid: 10, mcastRouter: 2 }, where).catch(skip)
    await updateBridgeVlan({ dev: 'br0', vid: 10, mcastRouter: 0 }, where)
    const printed = await ns.bridge('vlan show')
    expect(printed.map(({ ifname, vlans }) => [ifname, vlans[0].mcast_router])).toEqual([
      ['br0', 0],
      ['eth0', 2],
    ])
    expect(await listBridgeVlans({ vid: 10 }, where)).toMatchObject([
      { dev: br0, mcastRouter: 0 },
      { dev: eth0, mcastRouter: 2 },
    ])
  })

  test('neighSuppress', async (context) => {
    await addBridgeVlan({ dev: 'eth0', vid: 12 }, where)
    const one = { dev: 'eth0', vid: 12 }
    await updateBridgeVlan({ ...one, neighSuppress: true }, where).catch(skipUnknown(context, 'neighSuppress of VLANs'))
    expect((await rawEntry(eth0, where)).at(-1)?.get(9)).toBe('01')
    expect(await listBridgeVlans(one, where)).toMatchObject([{ neighSuppress: true }])
  })

  test('neighForwardGrat', async (context) => {
    await addBridgeVlan({ dev: 'eth0', vid: 10 }, where)
    const one = { dev: 'eth0', vid: 10 }
    const skip = skipUnknown(context, 'neighForwardGrat of VLANs')
    const before = await listBridgeVlans(one, where)
    const on = before[0]?.neighForwardGrat !== true
    await updateBridgeVlan({ ...one, neighForwardGrat: on }, where).catch(skip)
    expect((await rawEntry(eth0, where)).at(-1)?.get(10)).toBe(on ? '01' : '00')
    expect(await listBridgeVlans(one, where)).toMatchObject([{ neighForwardGrat: on }])
  })

  test('the limit of multicast groups, where VLANs have groups of their own', async (context) => {
    await addBridgeVlan({ dev: 'eth0', vid: 10 }, where)
    const one = { dev: 'eth0', vid: 10 }
    const limit = { ...one, mcastMaxGroups: 66051 }
    await updateLink('br0', { switches: { mcastVlanSnooping: true } }, where)
    await updateBridgeVlan(limit, where).catch(skipUnknown(context, 'mcastMaxGroups of VLANs'))
    expect((await rawEntry(eth0, where)).at(-1)?.get(8)).toBe('03020100')
    expect(await listBridgeVlans(one, where)).toMatchObject([{ mcastMaxGroups: 66051, mcastGroupCount: 0 }])
  })
})

describe('verbs: absent, the same, another', () => {
  const flags = async (dev = 'eth0') =>
    (await listBridgeVlans({ dev }, where)).map(({ vid, pvid, untagged }) => [vid, pvid, untagged])

  test('add is exclusive, also where the kernel would say yes', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: 10, pvid: true }, where)
    await expect(addBridgeVlan({ dev: 'eth0', vid: 10 }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(addBridgeVlan({ dev: 'eth0', vid: '5-15', untagged: true }, where)).rejects.toMatchObject({
      code: 'EEXIST',
      applied: false,
    })
    expect(await flags()).toEqual([[10, true, false]])
  })

  test('replace makes and overwrites; a port has one pvid', async () => {
    await replaceBridgeVlan({ dev: 'eth0', vid: 10, pvid: true, untagged: true }, where)
    await replaceBridgeVlan({ dev: 'eth0', vid: 11, pvid: true }, where)
    expect(await flags()).toEqual([
      [10, false, true],
      [11, true, false],
    ])
    await replaceBridgeVlan({ dev: 'eth0', vid: '10-12' }, where)
    expect(await flags()).toEqual([10, 11, 12].map((vid) => [vid, false, false]))
  })

  test('delete fails where one is not there, and then deletes none', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: '10-12' }, where)
    await expect(deleteBridgeVlan({ dev: 'eth0', vid: '12-13' }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      request: 'RTM_DELLINK',
      applied: false,
    })
    await expect(deleteBridgeVlan({ dev: 'br0', vid: 10, self: true }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await deleteBridgeVlan({ dev: 'eth0', vid: 11 }, where)
    expect((await flags()).map(([vid]) => vid)).toEqual([10, 12])
  })

  test('all that is listed can be deleted as it is', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: '10-12' }, where)
    await addBridgeVlan({ dev: 'eth1', vid: '10-12', untagged: true }, where)
    for (const vlan of await listBridgeVlans({ dev: 'eth0' }, where)) await deleteBridgeVlan(vlan, where)
    for (const range of await listBridgeVlanRanges({ dev: 'eth1' }, where)) await deleteBridgeVlan(range, where)
    expect(await shown()).toEqual({})
  })

  test('update fails where one is not there, and says what became of those before it', async () => {
    await addBridgeVlan({ dev: 'eth0', vid: '10-11' }, where)
    await addBridgeVlan({ dev: 'eth0', vid: 13 }, where)
    const state = 'learning'
    await expect(updateBridgeVlan({ dev: 'eth0', vid: 12, state }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      applied: false,
    })
    await expect(updateBridgeVlan({ dev: 'eth0', vid: '11-13', state }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      applied: 'partly',
    })
    expect((await listBridgeVlans({ dev: 'eth0' }, where)).map((one) => one.state)).toEqual([
      'forwarding',
      'learning',
      'forwarding',
    ])
  })

  test('a failure says about what', async () => {
    await expect(addBridgeVlan({ dev: 'nope', vid: 10 }, where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'dev',
    })
    await expect(replaceBridgeVlan({ dev: 'br0', vid: 10 }, where)).rejects.toThrow(/^cannot replace VLAN 10 of br0: /)
    await expect(replaceBridgeVlan({ dev: 'peer0', vid: 10 }, where)).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
    await expect(listBridgeVlans({ dev: 'peer0' }, where)).rejects.toThrow(
      /peer0 is neither a bridge nor a port of one/,
    )
  })

  test('many, in a batch and blocking', async () => {
    const vids = Array.from({ length: 1000 }, (_, i) => 4 * i + 2)
    const outcomes = batch.sync(
      vids.map((vid) => replaceBridgeVlan.op({ dev: 'eth0', vid })),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(listBridgeVlans.sync({ dev: 'eth0' }, where).map(({ vid }) => vid)).toEqual(vids)
    expect(await listBridgeVlanRanges({ dev: 'eth0' }, where)).toHaveLength(1000)
  })
})

describe('tunnels', () => {
  const tunnels = { ids: '1010-1012', vlans: '10-12' }
  const mapped = [{ vlan: 10, vlanEnd: 12, tunid: 1010, tunidEnd: 1012 }]

  test('are written as bridge reads them', async () => {
    await updateLink('vx0', { port: { vlanTunnel: true } }, where)
    await addBridgeVlan({ dev: 'vx0', vid: '10-20' }, where)
    await addBridgeVlanTunnel({ dev: 'vx0', vid: '10-12', id: '1010-1012' }, where)
    await addBridgeVlanTunnel({ dev: 'vx0', vid: 20, id: 0xffffff }, where)
    expect(await shown('-c vlan tunnelshow')).toEqual({ vx0: [...mapped, { vlan: 20, tunid: 0xffffff }] })
    expect(await listBridgeVlanTunnels({ dev: 'vx0' }, where)).toEqual([
      ...[10, 11, 12].map((vid) => ({ dev: 1029, vid, id: 1000 + vid })),
      { dev: 1029, vid: 20, id: 0xffffff },
    ])
    expect(await listBridgeVlanRanges({ vid: '11-13' }, where)).toMatchObject([
      { vid: { first: 11, last: 12 }, tunnel: { first: 1011, last: 1012 } },
      { vid: { first: 13, last: 13 } },
    ])
  })

  test('add is exclusive, delete fails where there is none', async () => {
    await updateLink('vx0', { port: { vlanTunnel: true } }, where)
    await addBridgeVlan({ dev: 'vx0', vid: '10-12' }, where)
    const one = { dev: 'vx0', vid: 10, id: 1010 }
    await addBridgeVlanTunnel(one, where)
    const taken = { code: 'EEXIST', applied: false }
    await expect(addBridgeVlanTunnel(one, where)).rejects.toMatchObject(taken)
    await expect(addBridgeVlanTunnel({ ...one, vid: 11 }, where)).rejects.toMatchObject(taken)
    await expect(addBridgeVlanTunnel({ dev: 'vx0', vid: tunnels.vlans, id: tunnels.ids }, where)).rejects.toMatchObject(
      taken,
    )
    await expect(addBridgeVlanTunnel({ dev: 'vx0', vid: 13, id: 1 }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    const none = { code: 'ENOENT', applied: false }
    await expect(deleteBridgeVlanTunnel({ dev: 'vx0', vid: 11 }, where)).rejects.toMatchObject(none)
    await expect(deleteBridgeVlanTunnel({ ...one, id: 1011 }, where)).rejects.toMatchObject(none)
    expect(await listBridgeVlanTunnels({}, where)).toHaveLength(1)
    for (const tunnel of await listBridgeVlanTunnels({}, where)) await deleteBridgeVlanTunnel(tunnel, where)
    await addBridgeVlanTunnel({ dev: 'vx0', vid: tunnels.vlans, id: tunnels.ids }, where)
    await deleteBridgeVlanTunnel({ dev: 'vx0', vid: tunnels.vlans }, where)
    expect(await shown('vlan tunnelshow')).toEqual({})
  })
})

describe('global options', () => {
  /** Even ones: a kernel that counts in 1/250 of a second makes odd ones smaller. */
  const times = {
    mcastLastMemberInterval: 124n,
    mcastMembershipInterval: 26504n,
    mcastQuerierInterval: 25704n,
    mcastQueryInterval: 12704n,
    mcastQueryResponseInterval: 1204n,
    mcastStartupQueryInterval: 3304n,
  }
  const options = {
    mcastSnooping: false,
    mcastQuerier: true,
    mcastIgmpVersion: 3,
    mcastMldVersion: 2,
    mcastLastMemberCount: 66051,
    mcastStartupQueryCount: 66052,
  }
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

  test('are written as bridge reads them', async (context) => {
    await addBridgeVlan({ dev: 'eth0', vid: '10-13' }, where)
    await updateBridgeVlanGlobal({ dev: 'br0', vid: '11-12', ...options, ...times }, where).catch((error) => {
      skipUnknown(context, 'global options of VLANs')(error)
    })
    const all = (await ns.bridge('vlan global show')) as { ifname: string; vlans: Record<string, unknown>[] }[]
    const printed = all[0]?.vlans.find(({ vlan }) => vlan === 11)
    const words = Object.entries({ ...options, ...times }).map(([name, value]) => [snake(name), Number(value)])
    expect(printed).toMatchObject({ vlan: 11, vlanEnd: 12, ...Object.fromEntries(words) })
    expect(await listBridgeVlanGlobals({ dev: 'br0', vid: '12-13' }, where)).toMatchObject([
      { dev: br0, vid: 12, ...options, ...times },
      { dev: br0, vid: 13, mcastSnooping: true, mcastQuerier: false },
    ])
    await expect(
      updateBridgeVlanGlobal({ dev: 'br0', vid: '13-14', mcastSnooping: false }, where),
    ).rejects.toMatchObject({ code: 'ENOENT', applied: 'partly' })
    await expect(updateBridgeVlanGlobal({ dev: 'eth0', vid: 11, mcastSnooping: true }, where)).rejects.toMatchObject({
      code: 'EINVAL',
    })
  })

  test('msti, and what a port does in an instance', async (context) => {
    const none = updateMstState({ dev: 'eth0', msti: 772, state: 'learning' }, where)
    await expect(none).rejects.toMatchObject({ code: expect.stringMatching(/^(EBUSY|ENOENT)$/) })
    await updateLink('br0', { switches: { mstEnabled: true } }, where)
    await addBridgeVlan({ dev: 'eth0', vid: '10-13' }, where)
    const skip = skipUnknown(context, 'instances of the spanning tree (Linux 5.18)')
    await updateBridgeVlanGlobal({ dev: 'br0', vid: '12-13', msti: 772 }, where).catch(skip)
    const raw = await rawGlobal(br0, where)
    expect(raw.map((one) => one.get(18))).toContain('0403')
    expect((await listBridgeVlanGlobals({}, where)).map(({ vid, msti }) => [vid, msti])).toEqual([
      [10, 0],
      [11, 0],
      [12, 772],
      [13, 772],
    ])
    await updateMstState({ dev: 'eth0', msti: 772, state: 'learning' }, where)
    expect(await shown()).toEqual({
      eth0: [plain(10, { vlanEnd: 11 }), plain(12, { vlanEnd: 13, state: 'learning' })],
    })
    expect(await listMstStates({ dev: 'eth0' }, where)).toEqual([
      { dev: eth0, msti: 0, state: 'forwarding' },
      { dev: eth0, msti: 772, state: 'learning' },
    ])
    expect(await listMstStates({ msti: 772 }, where)).toHaveLength(1)
    // The kernel would say yes, and keep nothing.
    await expect(updateMstState({ dev: 'eth0', msti: 773, state: 'learning' }, where)).rejects.toMatchObject({
      code: 'ENOENT',
    })
    await expect(updateBridgeVlan({ dev: 'eth0', vid: 10, state: 'blocking' }, where)).rejects.toMatchObject({
      code: 'EBUSY',
    })
  })
})
