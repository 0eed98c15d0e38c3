import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { KernelError } from '../../lib/errors.js'
import type { LinkChanges } from '../../lib/link/changes.js'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { createDummy } from '../../lib/link/kinds/dummy.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { openNetns } from '../../lib/netns/operations.js'
import { requireKinds, skipUnknown } from '../support/kernel-has.js'
import { still } from '../support/links.js'
import { fileNamespace, testNamespace } from '../support/namespace.js'
import { closing } from '../support/netns.js'

const namespace = fileNamespace(['link add name br0 index 772 type bridge'])
const { where } = namespace
beforeEach(() => createVeth({ name: 'va', peer: { name: 'vb' } }, where))
afterEach(async () => {
  for (const { name } of await listLinks({}, where)) if (!['lo', 'br0'].includes(name)) await remove(name)
})

/** A veth goes with its other end. */
async function remove(name: string): Promise<void> {
  await deleteLink(name, where).catch((error: KernelError) => {
    if (error.code !== 'ENODEV') throw error
  })
}

interface Row {
  readonly changes: LinkChanges
  /** What `ip -d -j` prints of it; `undefined`: nothing. */
  readonly ip: Readonly<Record<string, unknown>>
  /** What we read; as asked unless given. */
  readonly read?: Readonly<Record<string, unknown>>
  readonly first?: LinkChanges
}

const flags = (...names: string[]) => ({ flags: expect.arrayContaining(names) })
const without = (name: string) => ({ flags: expect.not.arrayContaining([name]) })

const rows: Readonly<Record<string, Row>> = {
  up: { changes: { up: true }, ip: flags('UP') },
  down: { first: { up: true }, changes: { up: false }, ip: without('UP') },
  mtu: { changes: { mtu: 1402 }, ip: { mtu: 1402 } },
  address: { changes: { address: '02:11:22:33:44:55' }, ip: { address: '02:11:22:33:44:55' } },
  broadcast: { changes: { broadcast: '02:66:77:88:99:aa' }, ip: { broadcast: '02:66:77:88:99:aa' } },
  master: {
    changes: { master: 'br0' },
    ip: { master: 'br0' },
    read: { master: 772, port: expect.objectContaining({ kind: 'bridge' }) },
  },
  'master by index': { changes: { master: 772 }, ip: { master: 'br0' }, read: { master: 772 } },
  'no master': {
    first: { master: 'br0' },
    changes: { master: null },
    ip: { master: undefined },
    read: { master: undefined },
  },
  name: { changes: { name: 'renamed' }, ip: { ifname: 'renamed' } },
  alias: { changes: { alias: 'a second näme' }, ip: { ifalias: 'a second näme' } },
  'no alias': {
    first: { alias: 'a second name' },
    changes: { alias: '' },
    ip: { ifalias: undefined },
    read: { alias: undefined },
  },
  txQueueLength: { changes: { txQueueLength: 4660 }, ip: { txqlen: 4660 } },
  'no transmit queue': { changes: { txQueueLength: 0 }, ip: { txqlen: undefined }, read: { txQueueLength: 0 } },
  group: { changes: { group: 66051 }, ip: { group: '66051' } },
  'promisc on': { changes: { promisc: true }, ip: flags('PROMISC'), read: { promiscuity: 1 } },
  'promisc off': {
    first: { promisc: true },
    changes: { promisc: false },
    ip: without('PROMISC'),
    read: { promiscuity: 0 },
  },
  'allMulticast on': { changes: { allMulticast: true }, ip: flags('ALLMULTI'), read: flags('allMulticast') },
  'multicast off': { changes: { multicast: false }, ip: without('MULTICAST'), read: without('multicast') },
  'multicast on': { first: { multicast: false }, changes: { multicast: true }, ip: flags('MULTICAST'), read: {} },
  'arp off': { changes: { arp: false }, ip: flags('NOARP'), read: flags('noArp') },
  'arp on': { first: { arp: false }, changes: { arp: true }, ip: without('NOARP'), read: without('noArp') },
  'dynamic on': { changes: { dynamic: true }, ip: flags('DYNAMIC'), read: flags('dynamic') },
  gsoMaxSize: { changes: { gsoMaxSize: 4660 }, ip: { gso_max_size: 4660 } },
  gsoMaxSegs: { changes: { gsoMaxSegs: 258 }, ip: { gso_max_segs: 258 } },
  groMaxSize: { changes: { groMaxSize: 22136 }, ip: { gro_max_size: 22136 } },
  // ip 6.1 has no words for these two.
  gsoIpv4MaxSize: { changes: { gsoIpv4MaxSize: 4661 }, ip: {} },
  groIpv4MaxSize: { changes: { groIpv4MaxSize: 22137 }, ip: {} },
  linkMode: { changes: { linkMode: 'dormant' }, ip: { linkmode: 'DORMANT' } },
}

describe('each change, made and read back', () => {
  test.for(Object.entries(rows))('%s', async ([name, { first, changes, ip, read }], context) => {
    if (first !== undefined) await updateLink('va', first, where)
    const { index, ...before } = await getLink('va', where)
    const link = await updateLink('va', changes, where).catch(skipUnknown(context, name))
    const known = Object.entries(changes).filter(([name]) => Object.hasOwn(before, name) || name === 'alias')
    const expected = { index, ...Object.fromEntries(known), ...read }
    for (const [what, value] of Object.entries(expected))
      expect({ [what]: link[what as keyof typeof link] }).toEqual({ [what]: value })
    const [shown] = await namespace.show(`link show dev ${changes.name ?? 'va'}`)
    for (const [path, value] of Object.entries(ip)) expect({ [path]: shown[path] }).toEqual({ [path]: value })
    expect(still(await getLink(index, where))).toEqual(still(link))
  })

  test('many at once, by index and by object', async () => {
    const va = await getLink('va', where)
    const changes = {
      up: true,
      mtu: 1402,
      address: '02:11:22:33:44:55',
      name: 'renamed',
      master: 'br0',
      group: 9,
    } as const
    expect(await updateLink(va.index, changes, where)).toMatchObject({ ...changes, master: 772 })
    // Before Linux 6.2 a link that is up keeps its name.
    expect(await updateLink(va, { up: false, alias: 'x' }, where)).toMatchObject({ up: false, alias: 'x' })
    expect(await updateLink(va, { name: 'again' }, where)).toMatchObject({ name: 'again', alias: 'x' })
  })

  test('the group of the link and that of the vxlan are two things', async () => {
    await createVxlan({ name: 'vx', id: 99, group: '239.1.2.3', dev: 'va' }, where)
    expect(await updateLink('vx', { group: 258 }, where)).toMatchObject({ group: 258, data: { group: '239.1.2.3' } })
    const link = await updateLink('vx', { group: 259, ageing: 60, data: { group: '239.1.2.4' } }, where)
    expect(link).toMatchObject({ group: 259, data: { group: '239.1.2.4', ageing: 60 } })
  })

  test('none of a link that is not there', async () => {
    for (const absent of ['absent', 4242, { index: 4242 }])
      await expect(updateLink(absent, { up: true }, where)).rejects.toMatchObject({ code: 'ENODEV', applied: false })
    await expect(updateLink('va', { up: true, master: 'absent' }, where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'master',
      applied: false,
    })
    expect(await getLink('va', where)).toMatchObject({ up: false })
  })

  test('a name that is taken changes neither', async () => {
    const before = await getLink('va', where)
    await expect(updateLink('va', { name: 'vb' }, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    expect(still(await getLink('va', where))).toEqual(still(before))
  })
})

test('state and carrier, of a link that lets itself be told', async (context) => {
  await requireKinds(context, 'dummy')
  await createDummy({ name: 'dy', up: true }, where)
  for (const operState of ['dormant', 'up'] as const) {
    expect((await updateLink('dy', { operState }, where)).operState).toBe(operState)
    expect((await namespace.show('link show dev dy'))[0].operstate).toBe(operState.toUpperCase())
  }
  for (const carrier of [false, true]) {
    expect((await updateLink('dy', { carrier }, where)).carrier).toBe(carrier)
    const hasNone = async () => (await namespace.show('link show dev dy'))[0].flags.includes('NO-CARRIER')
    // The kernel notices in its own time (linkwatch).
    await vi.waitFor(async () => expect(await hasNone()).toBe(!carrier), { timeout: 30_000 })
  }
})

describe('to another namespace', () => {
  test.each(['name', 'handle'])('given as a %s', async (form) => {
    const there = await testNamespace()
    const netns = form === 'name' ? there.name : closing(await openNetns(there.name))
    const link = await updateLink('va', { netns, name: 'moved', mtu: 1402 }, where)
    expect(link).toMatchObject({ name: 'moved', mtu: 1402 })
    expect(still(await getLink('moved', { netns: there.name }))).toEqual(still(link))
    await expect(getLink('va', where)).rejects.toMatchObject({ code: 'ENODEV' })
    expect(await getLink('vb', where)).toMatchObject({ link: link.index, linkNetnsid: expect.any(Number) })
  })

  test('where its index is taken it has another', async () => {
    const { index } = await getLink('va', where)
    const there = await testNamespace([`link add name other index ${index} type bridge`])
    const link = await updateLink('va', { netns: there.name }, where)
    expect(link.index).not.toBe(index)
    expect(still(await getLink('va', { netns: there.name }))).toEqual(still(link))
  })

  test('its master is one of there', async () => {
    const there = await testNamespace(['link add name br0 index 4242 type bridge'])
    const link = await updateLink('va', { netns: there.name, master: 'br0' }, where)
    expect(link).toMatchObject({ master: 4242 })
  })

  test('where its name is taken it does not go', async () => {
    const there = await testNamespace(['link add name va type bridge'])
    const before = await getLink('va', where)
    const move = updateLink('va', { netns: there.name, mtu: 1402 }, where)
    await expect(move).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    expect(still(await getLink('va', where))).toEqual(still(before))
  })
})

describe('where the kernel stops half-way', () => {
  const failure = async (changes: Parameters<typeof updateLink>[1], dev = 'va') => {
    const error = await updateLink(dev, changes, where).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(KernelError)
    return error as KernelError
  }

  test('mtu, then a master that is none', async () => {
    const error = await failure({ mtu: 1402, alias: 'x', master: 'lo', promisc: true, txQueueLength: 5 })
    expect(error).toMatchObject({ applied: 'partly', appliedOptions: ['mtu', 'alias', 'promisc'] })
    expect(error.message).toMatch(/applied before that: mtu, alias, promisc$/)
    expect(await getLink('va', where)).toMatchObject({
      mtu: 1402,
      alias: 'x',
      promiscuity: 1,
      txQueueLength: 1000,
    })
  })

  test('address, then an mtu that is too large', async () => {
    const error = await failure({ mtu: 70_000, address: '02:11:22:33:44:55', txQueueLength: 5 })
    expect(error).toMatchObject({ applied: 'partly', appliedOptions: ['address'] })
    expect(await getLink('va', where)).toMatchObject({ mtu: 1500, address: '02:11:22:33:44:55', txQueueLength: 1000 })
  })

  test('what the kind has of its own comes first', async () => {
    await createVxlan({ name: 'vx', id: 99, local: '10.1.2.3', remote: '10.4.5.6' }, where)
    const changes = { master: 'lo', ageing: 60, data: { local: Uint8Array.of(10, 1, 2, 4) } }
    expect(await failure(changes, 'vx')).toMatchObject({ applied: 'partly', appliedOptions: ['ageing', 'data.local'] })
    expect(await getLink('vx', where)).toMatchObject({ data: { ageing: 60, local: '10.1.2.4' } })
  })

  test('the move to another namespace comes before all else', async () => {
    const there = await testNamespace()
    const error = await failure({ netns: there.name, address: '02:11:22:33:44:55', mtu: 70_000 })
    expect(error).toMatchObject({ applied: 'partly', appliedOptions: ['netns', 'address'] })
    expect(await getLink('va', { netns: there.name })).toMatchObject({ mtu: 1500, address: '02:11:22:33:44:55' })
  })

  test('nothing, where the first field is refused', async () => {
    expect(await failure({ mtu: 70_000, master: 'br0' })).toMatchObject({ applied: false, appliedOptions: undefined })
  })
})

test('a bridge in a bridge: the kernel says why', async () => {
  await createBridge({ name: 'br1' }, where)
  await expect(updateLink('br1', { master: 'br0' }, where)).rejects.toMatchObject({
    code: 'ELOOP',
    kernelMessage: expect.stringMatching(/bridge to a bridge/),
    applied: false,
  })
})
