import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { createLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import type { Operation } from '../../lib/netlink/operation.js'
import type { Where } from '../../lib/netlink/where.js'
import { createNetns, openNetns } from '../../lib/netns/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { skipUnknown } from '../support/kernel-has.js'
import { linkNames, still, withoutEcho } from '../support/links.js'
import { testNamespace } from '../support/namespace.js'
import { closing, liveNetns } from '../support/netns.js'

const names = async (where: Where) => linkNames(await listLinks({}, where))

/** A link of each kind with all that a creation may carry beside the kind's own. */
const creations: Readonly<Record<string, () => Operation<{ readonly name: string }>>> = {
  vxlan: () => createVxlan.op({ name: 'new', id: 99, learning: false }),
  bridge: () => createBridge.op({ name: 'new', priority: 4660 }),
  veth: () => createVeth.op({ name: 'new', peer: { name: 'other' } }),
  'through createLink': () => createLink.op({ kind: 'vxlan', name: 'new', group: 7, data: { id: 99 } }),
  'with an alias': () => createBridge.op({ name: 'new', alias: 'a second name' }),
  'as a port': () => createVeth.op({ name: 'new', master: 'br0', peer: { name: 'other' } }),
  'as a port with an alias, up': () => createVxlan.op({ name: 'new', id: 99, up: true, master: 'br0', alias: 'x' }),
  'with what all links have': () =>
    createBridge.op({
      name: 'new',
      index: 4242,
      address: '02:11:22:33:44:55',
      mtu: 1402,
      txQueueLength: 4660,
      group: 258,
      numTxQueues: 3,
      numRxQueues: 5,
      gsoMaxSize: 4660,
      gsoMaxSegs: 258,
      linkMode: 'dormant',
    }),
  groMaxSize: () => createBridge.op({ name: 'new', groMaxSize: 22136 }),
  gsoIpv4MaxSize: () => createBridge.op({ name: 'new', gsoIpv4MaxSize: 4661 }),
  groIpv4MaxSize: () => createBridge.op({ name: 'new', groIpv4MaxSize: 22137 }),
}

describe('what was created is returned', () => {
  test.for(Object.entries(creations))('%s', async ([name, create], context) => {
    const namespace = await testNamespace(['link add name br0 type bridge'])
    const where = { netns: namespace.name }
    const [outcome] = await batch([create()], where)
    if (outcome?.ok !== true) throw skipUnknown(context, name)(outcome?.error)
    const link = await getLink('new', where)
    expect(still(outcome.value)).toEqual(still(link))
    const [shown] = await namespace.show('link show dev new')
    expect(shown).toMatchObject({ ifindex: link.index, ifname: 'new', mtu: link.mtu, address: link.address })
    expect(shown.ifalias).toBe(link.alias)
    expect(shown.master).toBe(link.master === undefined ? undefined : 'br0')
  })

  test.for(Object.entries(creations))('%s, by a kernel that does not echo', async ([name, create], context) => {
    const namespace = await testNamespace(['link add name br0 type bridge'])
    const where = { netns: namespace.name }
    const [outcome] = await batch([withoutEcho(create())], where)
    if (outcome?.ok !== true) throw skipUnknown(context, name)(outcome?.error)
    expect(still(outcome.value)).toEqual(still(await getLink('new', where)))
  })

  test('what all links have, as ip prints it', async () => {
    const namespace = await testNamespace(['link add name br0 type bridge'])
    const [outcome] = await batch([creations['with what all links have']?.() as never], { netns: namespace.name })
    if ((outcome as { ok: boolean }).ok !== true) throw (outcome as unknown as { error: unknown }).error
    expect((await namespace.show('link show dev new'))[0]).toMatchObject({
      ifindex: 4242,
      address: '02:11:22:33:44:55',
      mtu: 1402,
      txqlen: 4660,
      group: '258',
      num_tx_queues: 3,
      gso_max_size: 4660,
      gso_max_segs: 258,
      linkmode: 'DORMANT',
    })
  })

  test('blocking', async () => {
    const { name } = await testNamespace()
    const link = createBridge.sync({ name: 'new' }, { netns: name })
    expect(still(getLink.sync('new', { netns: name }))).toEqual(still(link))
  })
})

describe('a name that is taken', () => {
  test.each([
    ['the same kind', () => createVxlan.op({ name: 'vx', id: 7, ttl: 9, mtu: 1300, up: true })],
    ['another kind', () => createBridge.op({ name: 'vx', priority: 7, mtu: 1300, up: true })],
    ['a pair', () => createVeth.op({ name: 'vx', mtu: 1300, peer: { name: 'other' } })],
    ['the other end of a pair', () => createVeth.op({ name: 'free', peer: { name: 'vx', mtu: 1300 } })],
  ])('by %s: EEXIST, and all is as it was', async (_, create) => {
    const namespace = await testNamespace(['link add name vx type vxlan id 99 dstport 4660 ttl 5'])
    const where = { netns: namespace.name }
    const before = await getLink('vx', where)
    const [outcome] = await batch([create() as Operation<unknown>], where)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'EEXIST', applied: false, request: 'RTM_NEWLINK' } })
    expect(await getLink('vx', where)).toEqual(before)
    expect(await names(where)).toEqual(['lo', 'vx'])
  })

  test('a number that is taken', async () => {
    const { name } = await testNamespace(['link add name br0 index 4242 type bridge'])
    const creation = createBridge({ name: 'new', index: 4242 }, { netns: name })
    await expect(creation).rejects.toMatchObject({ code: expect.stringMatching(/EBUSY|EEXIST/) })
    expect(await names({ netns: name })).toEqual(['br0', 'lo'])
  })

  test('a VNI that is taken', async () => {
    const { name } = await testNamespace(['link add name vx type vxlan id 99 dstport 4660'])
    const creation = createVxlan({ name: 'new', id: 99, dstPort: 4660 }, { netns: name })
    await expect(creation).rejects.toMatchObject({
      code: 'EEXIST',
      kernelMessage: expect.stringMatching(/VNI already exists/),
    })
    expect(await names({ netns: name })).toEqual(['lo', 'vx'])
  })
})

describe('in another namespace', () => {
  async function places() {
    const [here, there] = [await testNamespace(), await testNamespace()]
    return { here: { netns: here.name }, there: { netns: there.name } }
  }

  /** A process that lives there until the test ends. */
  async function inhabitant(netns: string): Promise<number> {
    const child = spawn('ip', ['netns', 'exec', netns, 'sh', '-c', 'echo here; exec cat'])
    onTestFinished(() => void child.kill())
    await once(child.stdout, 'data')
    return child.pid as number
  }

  test.each(['name', 'handle', 'path', 'pid'] as const)('given as a %s', async (form) => {
    const { here, there } = await places()
    const given = {
      name: () => there.netns,
      handle: async () => closing(await openNetns(there.netns)),
      path: () => ({ path: `/run/netns/${there.netns}` }),
      pid: async () => ({ pid: await inhabitant(there.netns) }),
    }
    const link = await createBridge({ name: 'new', alias: 'born elsewhere', netns: await given[form]() }, here)
    expect(still(await getLink('new', there))).toEqual(still(link))
    expect(link.alias).toBe('born elsewhere')
    await expect(getLink('new', here)).rejects.toMatchObject({ code: 'ENODEV' })
  })

  test('a nameless one', async () => {
    const [{ name }, netns] = [await testNamespace(), await liveNetns()]
    const link = await createVxlan({ name: 'new', id: 99, netns }, { netns: name })
    expect(still(await getLink('new', { netns }))).toEqual(still(link))
  })

  test('its master is one of there, its link below one of here', async () => {
    const { here, there } = await places()
    await batch(
      ['a', 'b', 'c', 'br0', 'e0'].map((name) => createBridge.op({ name })),
      here,
    )
    const master = await createBridge({ name: 'br0', index: 4242 }, there)
    const options = { name: 'new', id: 99, dev: 'e0', remote: '10.1.2.3', master: 'br0', netns: there.netns } as const
    const link = await createVxlan(options, here)
    expect(link).toMatchObject({ master: master.index, data: { dev: (await getLink('e0', here)).index } })
    const away = createVxlan({ ...options, name: 'x', id: 100, master: 'a' }, here)
    await expect(away).rejects.toMatchObject({ code: 'ENODEV', attribute: 'master', applied: false })
    expect(await names(there)).toEqual(['br0', 'lo', 'new'])
  })

  test('a name that is taken there', async (context) => {
    const { here, there } = await places()
    await createBridge({ name: 'new' }, there)
    await expect(createBridge({ name: 'new', netns: there.netns }, here)).rejects.toMatchObject({ code: 'EEXIST' })
    await createBridge({ name: 'other' }, here)
    const again = await createBridge({ name: 'other', netns: there.netns }, here).catch((error: unknown) => error)
    if (isKernelError(again, 'EEXIST')) context.skip('before Linux 6.15 a name must be free here as well')
    expect(await names(there)).toEqual(['lo', 'new', 'other'])
  })

  test('that is none', async () => {
    const { here } = await places()
    const creation = createBridge({ name: 'new', netns: 'rtnl-test-absent' }, here)
    await expect(creation).rejects.toMatchObject({ code: 'ERR_RTNETLINK_NETNS_ABSENT' })
    expect(await names(here)).toEqual(['lo'])
  })

  test('that is closed', async () => {
    const { here } = await places()
    const netns = await createNetns()
    netns.close()
    await expect(createBridge({ name: 'new', netns }, here)).rejects.toThrow()
    expect(await names(here)).toEqual(['lo'])
  })
})

describe('a UDP port that is taken (the kernel opens it when the link goes up)', () => {
  async function busyPort() {
    const netns = await liveNetns()
    const { fd } = await netns.openSocket({ type: 'udp', address: '0.0.0.0', port: 4660 })
    const socket = createSocket('udp4')
    socket.bind({ fd })
    onTestFinished(() => void socket.close())
    return { netns }
  }
  const options = { name: 'vx', id: 99, dstPort: 4660 } as const

  test('creation succeeds, going up does not, and the link stays', async () => {
    const where = await busyPort()
    await createVxlan(options, where)
    await expect(updateLink('vx', { up: true }, where)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(await getLink('vx', where)).toMatchObject({ up: false })
  })
  test('both at once leave nothing', async () => {
    const where = await busyPort()
    const error = await createVxlan({ ...options, up: true }, where).catch((error: unknown) => error)
    expect(isKernelError(error, 'EADDRINUSE')).toBe(true)
    expect(await names(where)).toEqual(['lo'])
  })
})
