import { beforeEach, describe, expect, test } from 'vitest'
import { listNeighbours } from '../../lib/neighbour/list.js'
import {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  type NeighbourOptions,
  replaceNeighbour,
} from '../../lib/neighbour/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { skipUnknown } from '../support/kernel-has.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'
import { neighbourLinks } from '../support/neighbours.js'

let ns: TestNamespace
let where: { netns: string }
beforeEach(async () => {
  ns = await testNamespace([
    ...neighbourLinks,
    'address add 10.1.2.3/24 dev eth0',
    'address add 10.1.3.3/24 dev eth1',
    'address add fd00:1::3/64 dev eth0 nodad',
  ])
  where = { netns: ns.name }
})

const v4 = '10.1.2.9'
const v6 = 'fd00:1::9'
const lladdr = '02:11:22:33:44:55'
const other = '02:66:77:88:99:aa'
type More = Partial<NeighbourOptions>

/** What a neighbour is that does not answer: incomplete, and failed after a while. */
const asking = [['INCOMPLETE'], ['FAILED']]

/** As ip sees it, whatever its state. */
async function shown(address: string, words = 'nud all') {
  const found = (await ns.show(`neighbour show ${words}`)).filter(({ dst }) => dst === address)
  expect(found.length).toBeLessThan(2)
  return found[0]
}

describe('what is written is what ip and we read back', () => {
  test.each<[string, More, object, object]>([
    ['the default', {}, { state: ['PERMANENT'] }, { state: 'permanent', flags: [] }],
    ['noarp', { state: 'noarp' }, { state: ['NOARP'] }, { state: 'noarp' }],
    ['reachable', { state: 'reachable' }, { state: ['REACHABLE'] }, { state: 'reachable' }],
    ['stale', { state: 'stale' }, { state: ['STALE'] }, { state: 'stale' }],
    // Not 'delay', which the kernel makes 'probe' of at once.
    ['probe', { state: 'probe' }, { state: ['PROBE'] }, { state: 'probe' }],
    ['a number', { state: 0x40 }, { state: ['NOARP'] }, { state: 'noarp' }],
    ['externLearn', { externLearn: true }, { extern_learn: null }, { flags: ['externLearn'] }],
    ['a named protocol', { proto: 'zebra' }, { protocol: 'zebra' }, { proto: 'zebra' }],
    ['a protocol', { proto: 66 }, { protocol: '66' }, { proto: 66 }],
  ])('%s', async (_what, more, ip, ours) => {
    for (const address of [v4, v6]) {
      await addNeighbour({ dev: 'eth0', address, lladdr, ...more }, where)
      expect(await shown(address)).toMatchObject({ dst: address, dev: 'eth0', lladdr, ...ip })
      const family = address === v4 ? 'inet' : 'inet6'
      const expected = { dev: 258, family, address, lladdr, ...ours }
      expect(await getNeighbour({ dev: 'eth0', address }, where)).toMatchObject(expected)
      expect(await listNeighbours({ dev: 258, family }, where)).toContainEqual(expect.objectContaining(expected))
    }
  })

  test('router', async () => {
    await addNeighbour({ dev: 'eth0', address: v6, lladdr, router: true }, where)
    expect(await shown(v6)).toMatchObject({ router: null, state: ['PERMANENT'] })
    expect((await getNeighbour({ dev: 'eth0', address: v6 }, where)).flags).toEqual(['router'])
  })

  test('use: the kernel asks', async () => {
    await addNeighbour({ dev: 'eth0', address: '10.1.2.10', use: true }, where)
    expect(asking).toContainEqual((await shown('10.1.2.10')).state)
  })

  test('managed: the kernel asks, again and again', async (context) => {
    const skip = skipUnknown(context, 'managed of neighbours')
    await addNeighbour({ dev: 'eth0', address: v4, managed: true }, where).catch(skip)
    const managed = await shown(v4)
    expect(managed).toMatchObject({ managed: null })
    expect(asking).toContainEqual(managed.state)
    expect(await getNeighbour({ dev: 'eth0', address: v4 }, where)).toMatchObject({ flags: ['managed'] })
  })

  test('externValid', async (context) => {
    const options = { dev: 'eth0', address: v4, lladdr, state: 'stale', externValid: true } as const
    await addNeighbour(options, where).catch(skipUnknown(context, 'externValid of neighbours'))
    expect((await getNeighbour({ dev: 'eth0', address: v4 }, where)).flags).toEqual(['externValid'])
  })

  test.each(['none', 'incomplete', 'failed'] as const)('%s, without a link-layer address', async (state) => {
    await addNeighbour({ dev: 'eth0', address: v4, state }, where)
    const { lladdr, ...found } = await getNeighbour({ dev: 'eth0', address: v4 }, where)
    expect(found).toMatchObject({ state, flags: [] })
    expect(lladdr).toBeUndefined()
    expect((await shown(v4)).state).toEqual(state === 'none' ? undefined : [state.toUpperCase()])
  })

  test('proxies, which are apart', async () => {
    await addNeighbour({ dev: 'eth0', address: v4, proxy: true, proto: 'bgp' }, where)
    await addNeighbour({ dev: 'eth0', address: v6, proxy: true, router: true }, where)
    expect(await shown(v4, 'proxy')).toEqual({ dst: v4, dev: 'eth0', proxy: null, protocol: 'bgp' })
    expect(await shown(v6, 'proxy')).toMatchObject({ dst: v6, dev: 'eth0', proxy: null, router: null })
    expect(await getNeighbour({ dev: 'eth0', address: v4, proxy: true }, where)).toMatchObject({
      address: v4,
      flags: ['proxy'],
      proto: 'bgp',
    })
    expect((await listNeighbours({ proxy: true }, where)).map(({ address }) => address)).toEqual([v4, v6])
    expect(await listNeighbours({ proxy: true, dev: 'eth1' }, where)).toEqual([])
    await expect(getNeighbour({ dev: 'eth0', address: v4 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('times are seconds', async () => {
    await addNeighbour({ dev: 'eth0', address: v4, lladdr }, where)
    const printed = async () => (await ns.show('-s neighbour show dev eth0'))[0].updated as number
    // Until the kernel's clock has gone on by what can be told from hundredths.
    while ((await printed()) < 1);
    const { cacheInfo } = await getNeighbour({ dev: 'eth0', address: v4 }, where)
    expect(Math.floor(cacheInfo?.updated ?? 0)).toBeGreaterThanOrEqual(1)
    expect(Math.floor(cacheInfo?.updated ?? 0)).toBeLessThanOrEqual(await printed())
  })
})

describe('verbs: absent, the same, another', () => {
  const now = async (address = v4) => (await getNeighbour({ dev: 'eth0', address }, where)).lladdr
  const base = { dev: 'eth0', address: v4, lladdr }

  test('add is exclusive, also where the kernel would say yes and change nothing', async () => {
    await addNeighbour(base, where)
    await expect(addNeighbour(base, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(addNeighbour({ ...base, lladdr: other }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await now()).toBe(lladdr)
  })

  test('replace makes and overwrites', async () => {
    await replaceNeighbour({ ...base, externLearn: true, proto: 'bgp' }, where)
    await replaceNeighbour({ ...base, externLearn: true }, where)
    await replaceNeighbour({ ...base, lladdr: other, state: 'noarp' }, where)
    // The protocol stays: neigh_add sets it where one is given.
    expect(await getNeighbour({ dev: 'eth0', address: v4 }, where)).toMatchObject({
      lladdr: other,
      state: 'noarp',
      flags: [],
      proto: 'bgp',
    })
  })

  test('delete fails where there is none', async () => {
    await addNeighbour(base, where)
    await deleteNeighbour({ dev: 'eth0', address: v4 }, where)
    expect(await shown(v4)).toBeUndefined()
    await expect(deleteNeighbour({ dev: 'eth0', address: v4 }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      request: 'RTM_DELNEIGH',
    })
  })

  test('all that is listed can be deleted as it is', async () => {
    for (const address of [v4, v6]) {
      await addNeighbour({ ...base, address, proto: 'bgp' }, where)
      await addNeighbour({ dev: 'eth0', address, proxy: true }, where)
    }
    const listed = [
      ...(await listNeighbours({ state: 'permanent' }, where)),
      ...(await listNeighbours({ proxy: true }, where)),
    ]
    expect(listed).toHaveLength(4)
    for (const neighbour of listed) await deleteNeighbour(neighbour, where)
    expect(await ns.show('neighbour show proxy')).toEqual([])
    expect(await ns.show('neighbour show nud permanent')).toEqual([])
  })

  test('add is exclusive for proxies, of which the kernel would say yes and overwrite one', async () => {
    const proxy = { dev: 'eth0', address: v4, proxy: true, proto: 'bgp' } as const
    await addNeighbour(proxy, where)
    await expect(addNeighbour({ ...proxy, proto: 'static' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await shown(v4, 'proxy')).toMatchObject({ protocol: 'bgp' })
    await replaceNeighbour({ ...proxy, proto: 'static' }, where)
    expect(await shown(v4, 'proxy')).toMatchObject({ protocol: 'static' })
  })

  test('what is refused leaves nothing behind', async () => {
    await expect(addNeighbour({ dev: 'eth0', address: v4 }, where)).rejects.toMatchObject({ path: 'lladdr' })
    expect(await shown(v4)).toBeUndefined()
    await addNeighbour(base, where)
  })

  test('a failure says about what', async () => {
    await expect(addNeighbour({ ...base, dev: 'nope' }, where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'dev',
    })
    await expect(addNeighbour({ ...base, dev: 4242 }, where)).rejects.toThrow(/^cannot add neighbour 10\.1\.2\.9: /)
    const short = addNeighbour({ ...base, lladdr: Uint8Array.of(1, 2, 3) }, where)
    await expect(short).rejects.toMatchObject({ code: 'EINVAL', kernelMessage: 'Invalid link address' })
    const both = addNeighbour({ dev: 'eth0', address: v4, managed: true, externValid: true }, where)
    await expect(both).rejects.toMatchObject({ code: expect.stringMatching(/^(EINVAL|EOPNOTSUPP)$/) })
  })
})

test('taking the link down removes its neighbours, permanent ones too', async () => {
  await addNeighbour({ dev: 'eth0', address: v4, lladdr }, where)
  await ns.ip('link set eth0 down')
  expect(await listNeighbours({ dev: 'eth0', state: 'permanent' }, where)).toEqual([])
})

describe('lists', () => {
  const addresses = async (filter: Parameters<typeof listNeighbours>[0]) =>
    (await listNeighbours(filter, where)).map(({ address }) => address).sort()
  // Group addresses come and go, as multicast reports are sent.
  const own = (all: readonly string[]) => all.filter((address) => !/^(ff|224)/.test(address))

  test('by link, master, family and state', async () => {
    await addNeighbour({ dev: 'eth0', address: v4, lladdr }, where)
    await addNeighbour({ dev: 'eth0', address: v6, lladdr, state: 'stale' }, where)
    await addNeighbour({ dev: 'eth1', address: '10.1.3.9', lladdr, state: 'noarp' }, where)
    const ours = ['permanent', 'stale', 'noarp'] as const
    const mine = async (filter: object) => own(await addresses({ state: ours, ...filter }))
    expect(await mine({})).toEqual([v4, '10.1.3.9', v6])
    expect(await mine({ dev: 'eth0' })).toEqual([v4, v6])
    expect(await mine({ dev: 772 })).toEqual(['10.1.3.9'])
    expect(await mine({ master: 'br0' })).toEqual(['10.1.3.9'])
    expect(await mine({ master: 'eth0' })).toEqual([])
    expect(await mine({ family: 'inet6' })).toEqual([v6])
    expect(await addresses({ state: 'stale' })).toEqual([v6])
    expect(await addresses({ state: 'permanent', dev: 'eth0' })).toEqual([v4])
  })

  test('all, also those that ip hides', async () => {
    await addNeighbour({ dev: 'eth0', address: v4, state: 'none' }, where)
    const hidden = (await ns.show('neighbour show')).map(({ dst }) => dst)
    expect(hidden).not.toContain(v4)
    const every = (await ns.show('neighbour show nud all')).map(({ dst }) => dst)
    expect(own(await addresses({}))).toEqual(own(every).sort())
    expect(await addresses({})).toContain(v4)
  })

  test('many, in a batch and blocking', async () => {
    const all = Array.from({ length: 3000 }, (_, i) => `fd00:1::1:${(i + 1).toString(16)}`)
    const outcomes = batch.sync(
      all.map((address) => addNeighbour.op({ dev: 'eth0', address, lladdr })),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(
      listNeighbours
        .sync({ state: 'permanent' }, where)
        .map(({ address }) => address)
        .sort(),
    ).toEqual(all.sort())
    const gone = await batch(
      all.map((address) => deleteNeighbour.op({ dev: 'eth0', address })),
      where,
    )
    expect(gone.every(({ ok }) => ok)).toBe(true)
    expect(await listNeighbours({ state: 'permanent' }, where)).toEqual([])
  })
})
