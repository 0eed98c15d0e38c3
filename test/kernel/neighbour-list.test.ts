import { beforeEach, describe, expect, test } from 'vitest'
import { flushNeighbours, listNeighbours, type NeighbourFilter } from '../../lib/neighbour/list.js'
import {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  type NeighbourOptions,
  updateNeighbour,
} from '../../lib/neighbour/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { manyOf } from '../support/guest.js'
import { skipUnknown } from '../support/kernel-has.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'
import { neighbourLinks } from '../support/neighbours.js'

let ns: TestNamespace
let where: { netns: string }
beforeEach(async () => {
  ns = await testNamespace(neighbourLinks)
  where = { netns: ns.name }
})

const lladdr = '02:11:22:33:44:55'
const other = '02:66:77:88:99:aa'

/** One in each state that stays, on two links, of both families. */
const ours: readonly NeighbourOptions[] = [
  { dev: 'eth0', address: '10.1.2.1', lladdr },
  { dev: 'eth0', address: '10.1.2.2', lladdr, state: 'stale', proto: 'bgp' },
  { dev: 'eth0', address: '10.1.3.3', lladdr, state: 'noarp' },
  { dev: 'eth0', address: '10.1.3.4', state: 'failed' },
  { dev: 'eth0', address: 'fd00:1::5', lladdr, state: 'reachable', externLearn: true },
  { dev: 'eth1', address: '10.1.2.6', lladdr, state: 'stale' },
  { dev: 'eth0', address: '10.1.2.7', proxy: true },
  { dev: 'eth1', address: 'fd00:1::8', proxy: true, proto: 'bgp' },
]

async function addAll() {
  const outcomes = await batch(
    ours.map((options) => addNeighbour.op(options)),
    where,
  )
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
}

const last = (address: string) => Number(address.at(-1))
// Group addresses come and go, as multicast reports are sent.
const isOurs = ({ address }: { readonly address: string }) => ours.some((options) => options.address === address)
const numbers = (found: readonly { readonly address: string }[]) =>
  found
    .filter(isOurs)
    .map(({ address }) => last(address))
    .sort()

/** As ip sees them. */
const shown = async (words: string) =>
  numbers((await ns.show(`neighbour show ${words}`)).map(({ dst }) => ({ address: dst })))

test('lists by all that ip can', async () => {
  await addAll()
  const all = 'nud permanent nud stale nud noarp nud failed nud reachable'
  const cases: [NeighbourFilter, string, number[]][] = [
    [{}, all, [1, 2, 3, 4, 5, 6]],
    [{ to: '10.1.2.0/24' }, `to 10.1.2.0/24 ${all}`, [1, 2, 6]],
    [{ to: 'fd00:1::5' }, `to fd00:1::5 ${all}`, [5]],
    [{ master: 'br0' }, `master br0 ${all}`, [6]],
    [{ proto: 'bgp' }, `protocol bgp ${all}`, [2]],
    [{ unused: true, state: 'permanent' }, 'unused nud permanent', [1]],
    [{ proxy: true }, 'proxy', [7, 8]],
    [{ proxy: true, to: '10.1.0.0/16' }, 'proxy to 10.1.0.0/16', [7]],
  ]
  for (const [filter, words, expected] of cases) {
    expect([filter, numbers(await listNeighbours(filter, where))]).toEqual([filter, expected])
    expect([words, await shown(words)]).toEqual([words, expected])
  }
  expect(numbers(await listNeighbours({ vrf: 'br0' }, where))).toEqual([6])
  // Its timer holds what is reachable.
  expect(numbers(await listNeighbours({ unused: false }, where))).toEqual([5])
  expect(numbers(await listNeighbours({ to: '10.1.2.0/24', family: 'inet6' }, where))).toEqual([])
  expect(numbers(await listNeighbours({ proxy: true, proto: 'bgp', dev: 'eth1' }, where))).toEqual([8])
})

test('of links without a master', async (context) => {
  await addAll()
  const found = numbers(await listNeighbours({ master: null }, where))
  if (found.length === 0) context.skip('this kernel cannot list the neighbours of links without a master (Linux 5.17)')
  expect(found).toEqual([1, 2, 3, 4, 5])
})

describe('flush', () => {
  test('deletes what nobody has set up, and tells it', async () => {
    await addAll()
    const gone = await flushNeighbours({ dev: 'eth0' }, where)
    expect(numbers(gone)).toEqual([2, 4, 5])
    expect(gone.find(({ address }) => address === '10.1.2.2')).toMatchObject({ dev: 258, lladdr, proto: 'bgp' })
    expect(await shown('nud all')).toEqual([1, 3, 6])
    expect(await shown('proxy')).toEqual([7, 8])
    expect(await flushNeighbours({ dev: 'eth0' }, where)).toEqual([])
  })

  test('by state, network, master and protocol; proxies', async () => {
    await addAll()
    const flush = async (filter: NeighbourFilter) => numbers(await flushNeighbours(filter, where))
    expect(await flush({ to: '10.1.2.0/24', state: ['permanent', 'noarp'] })).toEqual([1])
    expect(await flush({ state: 'noarp', dev: 'eth0', family: 'inet' })).toEqual([3])
    expect(await flush({ proto: 'bgp' })).toEqual([2])
    expect(await flush({ master: 'br0' })).toEqual([6])
    expect(await flush({ proxy: true, family: 'inet6' })).toEqual([8])
    expect(await shown('nud all')).toEqual([4, 5])
    expect(await shown('proxy')).toEqual([7])
    expect(numbers(flushNeighbours.sync({ proxy: true }, where))).toEqual([7])
    await expect(flushNeighbours({}, where)).rejects.toMatchObject({ code: 'ERR_RTNETLINK_INVALID_ARGUMENT' })
  })

  test('many', async () => {
    const all = Array.from({ length: manyOf(3000) }, (_, i) => `fd00:2::${(i + 1).toString(16)}`)
    await batch(
      all.map((address) => addNeighbour.op({ dev: 'eth0', address, lladdr })),
      where,
    )
    const gone = await flushNeighbours({ to: 'fd00:2::/64', state: 'permanent' }, where)
    expect(gone.map(({ address }) => address).sort()).toEqual(all.sort())
    expect(await listNeighbours({ to: 'fd00:2::/64' }, where)).toEqual([])
  })
})

describe('update', () => {
  const address = 'fd00:1::5'
  const who = { dev: 'eth0', address }
  const seen = async () => (await ns.show('neighbour show dev eth0 nud all')).find(({ dst }) => dst === address)

  test('changes what is said and leaves the rest', async () => {
    await addNeighbour({ ...who, lladdr, state: 'stale', router: true, externLearn: true, proto: 'bgp' }, where)
    await updateNeighbour({ ...who, lladdr: other }, where)
    const flags = { router: null, extern_learn: null, protocol: 'bgp' }
    expect(await seen()).toMatchObject({ lladdr: other, state: ['STALE'], ...flags })
    await updateNeighbour({ ...who, state: 'noarp', proto: 66 }, where)
    expect(await seen()).toMatchObject({ lladdr: other, state: ['NOARP'], ...flags, protocol: '66' })
    await updateNeighbour({ ...who, externLearn: false, state: 'permanent' }, where)
    const { lladdr: now, state, ...rest } = await seen()
    expect([now, state, 'router' in rest, 'extern_learn' in rest]).toEqual([other, ['PERMANENT'], true, false])
    expect(await getNeighbour(who, where)).toMatchObject({ lladdr: other, state: 'permanent', proto: 66 })
  })

  test('makes nothing', async () => {
    const absent = { code: 'ENOENT', applied: false }
    await expect(updateNeighbour({ ...who, lladdr }, where)).rejects.toMatchObject(absent)
    expect(await seen()).toBeUndefined()
    await expect(updateNeighbour({ ...who, proxy: true, proto: 'bgp' }, where)).rejects.toMatchObject(absent)
    expect(await shown('proxy')).toEqual([])
    await addNeighbour({ ...who, proxy: true, router: true }, where)
    await updateNeighbour({ ...who, proxy: true, proto: 'bgp' }, where)
    expect(await ns.show('neighbour show proxy')).toMatchObject([{ dst: address, router: null, protocol: 'bgp' }])
    await deleteNeighbour({ ...who, proxy: true }, where)
  })

  test('what is managed stays so', async (context) => {
    await addNeighbour({ ...who, managed: true }, where).catch(skipUnknown(context, 'managed of neighbours'))
    await updateNeighbour({ ...who, router: true }, where)
    expect(await seen()).toMatchObject({ managed: null })
    await updateNeighbour({ ...who, managed: false, lladdr, state: 'stale' }, where)
    const now = await seen()
    expect(now).toMatchObject({ lladdr, state: ['STALE'] })
    expect(now).not.toHaveProperty('managed')
  })
})
