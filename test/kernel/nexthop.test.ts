/** Next hop objects: what we ask for is what `ip nexthop` shows, and what uses them leads where they do. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { appendFdb } from '../../lib/fdb/operations.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { getNexthopBucket, listNexthopBuckets } from '../../lib/nexthop/buckets.js'
import { flushNexthops, listNexthops } from '../../lib/nexthop/list.js'
import {
  addNexthop,
  deleteNexthop,
  getNexthop,
  type NexthopObjectOptions,
  replaceNexthop,
} from '../../lib/nexthop/operations.js'
import { listRoutes } from '../../lib/route/list.js'
import { lookupRoute } from '../../lib/route/lookup.js'
import { addRoute } from '../../lib/route/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { requireKinds, skipUnknown } from '../support/kernel-has.js'
import { fileNamespace, upWithoutAddress } from '../support/namespace.js'
import { printedNexthop } from '../support/printed-nexthops.js'

const ns = fileNamespace([
  'link add eth0 index 66051 type veth peer name eth0p index 66052',
  'link add eth1 index 66055 type veth peer name eth1p index 66056',
  'link add br0 index 66053 type bridge',
  'link set eth1 master br0',
  ...['eth0', 'eth0p', 'eth1', 'eth1p', 'br0'].flatMap(upWithoutAddress),
  'link set lo up',
  'addr add 10.1.2.3/24 dev eth0',
  'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
])
const names = new Map([
  [66_051, 'eth0'],
  [66_055, 'eth1'],
])
const v4 = '10.1.2.9'
const v6 = '2001:db8:1:2::9'

/** Whatever a test makes goes with it. */
const clean = () =>
  onTestFinished(async () => {
    for (const { id } of await listNexthops(undefined, ns.where)) await deleteNexthop({ id }, ns.where).catch(() => {})
  })
const ids = async (filter?: Parameters<typeof listNexthops>[0]) =>
  (await listNexthops(filter, ns.where)).map(({ id }) => id)

const single: readonly NexthopObjectOptions[] = [
  { id: 1, via: v4, dev: 'eth0', proto: 'bgp' },
  { id: 2, via: v6, dev: 66_051, proto: 77 },
  { id: 3, dev: 'eth1' },
  { id: 4, dev: 'eth0', family: 'inet6' },
  { id: 5, via: '172.20.1.2', dev: 'eth1', onlink: true },
  { id: 6, blackhole: true },
  { id: 7, blackhole: true, family: 'inet6' },
  { id: 66_051, via: '10.4.5.6', fdb: true },
  { id: 0xffff_fffe, via: '10.4.5.7', fdb: true },
]
const groups: readonly NexthopObjectOptions[] = [
  { id: 20, group: [{ id: 1, weight: 3 }, { id: 5, weight: 254 }, { id: 2 }], proto: 'zebra' },
  { id: 21, group: [{ id: 66_051 }, { id: 0xffff_fffe, weight: 2 }], fdb: true },
]

test('every option is what ip shows, and what the call returns', async () => {
  clean()
  const made = []
  for (const options of [...single, ...groups]) made.push(await addNexthop(options, ns.where))
  const shown = await ns.show('nexthop show')
  const inOrder = [...made].sort((one, other) => one.id - other.id)
  expect(inOrder.map((one) => printedNexthop(one, names))).toEqual(shown)
  expect(await listNexthops(undefined, ns.where)).toEqual(inOrder)
  expect(shown.find(({ id }) => id === 20)).toMatchObject({
    ...{ group: [{ id: 1, weight: 3 }, { id: 5, weight: 254 }, { id: 2 }], protocol: 'zebra' },
  })
  expect(shown.find(({ id }) => id === 5)).toMatchObject({ gateway: '172.20.1.2', dev: 'eth1', flags: ['onlink'] })
  expect(shown.find(({ id }) => id === 2)).toMatchObject({ gateway: v6, dev: 'eth0', protocol: '77' })
  // ip does not say of which family one without an address is.
  expect(made.filter(({ id }) => [3, 4, 6, 7].includes(id)).map(({ family }) => family)).toEqual([
    'inet',
    'inet6',
    'inet',
    'inet6',
  ])
  // Each goes as it was listed; a group with its last member.
  for (const one of inOrder.filter(({ group }) => group === undefined)) await deleteNexthop(one, ns.where)
  expect(await ns.show('nexthop show')).toEqual([])
})

test('a heavy weight: 16 bits since Linux 6.12, refused before', async () => {
  clean()
  await addNexthop({ id: 1, via: v4, dev: 'eth0' }, ns.where)
  await addNexthop({ id: 2, via: '10.1.2.10', dev: 'eth0' }, ns.where)
  const group = [
    { id: 1, weight: 4660 },
    { id: 2, weight: 65_535 },
  ]
  try {
    expect((await addNexthop({ id: 3, group }, ns.where)).group).toEqual(group)
    expect((await getNexthop({ id: 3 }, ns.where)).group).toEqual(group)
  } catch (error) {
    expect(isKernelError(error, 'EINVAL') && error.kernelMessage).toBe('Reserved fields in nexthop_grp must be 0')
    expect(await ids()).toEqual([1, 2])
  }
  // What an older kernel left in the reserved fields is no weight.
  const light = await addNexthop({ id: 4, group: [{ id: 1, weight: 254 }, { id: 2 }] }, ns.where)
  expect(light.group).toEqual([
    { id: 1, weight: 254 },
    { id: 2, weight: 1 },
  ])
})

describe('verbs: absent, the same, another', () => {
  test('add is exclusive, and without an id the kernel chooses', async () => {
    clean()
    const base = { id: 5, via: v4, dev: 'eth0' }
    await addNexthop(base, ns.where)
    await expect(addNexthop(base, ns.where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(addNexthop({ ...base, via: v6 }, ns.where)).rejects.toMatchObject({ code: 'EEXIST' })
    const { id, ...chosen } = await addNexthop({ via: '10.1.2.10', dev: 'eth0' }, ns.where)
    expect(chosen).toMatchObject({ via: '10.1.2.10', dev: 66_051 })
    expect(await ids()).toEqual([5, id].sort((one, other) => one - other))
    expect(addNexthop.sync({ group: [{ id: 5 }, { id }] }, ns.where).group).toEqual([
      { id: 5, weight: 1 },
      { id, weight: 1 },
    ])
    expect((await getNexthop({ id: 5 }, ns.where)).via).toBe(v4)
  })

  test('replace makes and overwrites, also under a group and a route', async () => {
    clean()
    await replaceNexthop({ id: 5, via: v4, dev: 'eth0' }, ns.where)
    await addNexthop({ id: 6, group: [{ id: 5 }] }, ns.where)
    await addRoute({ dst: '10.20.30.0/24', nhid: 6 }, ns.where)
    expect(await lookupRoute({ dst: '10.20.30.7' }, ns.where)).toMatchObject({ via: v4 })
    await replaceNexthop({ id: 5, via: v6, dev: 'eth0', proto: 'bgp' }, ns.where)
    expect(await getNexthop({ id: 5 }, ns.where)).toMatchObject({ via: v6, proto: 'bgp' })
    expect(await lookupRoute({ dst: '10.20.30.7' }, ns.where)).toMatchObject({ via: v6, dev: 66_051 })
    await expect(replaceNexthop({ id: 5, group: [{ id: 6 }] }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(replaceNexthop({ id: 6, blackhole: true }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
  })

  test('delete takes the routes along, and fails where there is none', async () => {
    clean()
    await addNexthop({ id: 5, via: v4, dev: 'eth0' }, ns.where)
    await addNexthop({ id: 6, via: v6, dev: 'eth0' }, ns.where)
    await addNexthop({ id: 7, group: [{ id: 5 }, { id: 6, weight: 3 }] }, ns.where)
    await batch(
      [
        addRoute.op({ dst: '10.20.30.0/24', nhid: 5 }),
        addRoute.op({ dst: '10.20.31.0/24', nhid: 7 }),
        addRoute.op({ dst: '2001:db8:20::/48', nhid: 6 }),
      ],
      ns.where,
    )
    const left = async () =>
      (await listRoutes({ root: '10.20.0.0/16' }, ns.where)).map(({ dst, nhid }) => ({ dst, nhid }))
    expect(await left()).toEqual([
      { dst: '10.20.30.0/24', nhid: 5 },
      { dst: '10.20.31.0/24', nhid: 7 },
    ])
    expect((await listRoutes({ nhid: 6 }, ns.where)).map(({ dst }) => dst)).toEqual(['2001:db8:20::/48'])
    // The route of a group leads where its members do.
    expect((await listRoutes({ nhid: 7 }, ns.where))[0]?.nexthops).toMatchObject([
      { via: v4, weight: 1 },
      { via: v6, weight: 3 },
    ])
    await deleteNexthop({ id: 5 }, ns.where)
    expect(await left()).toEqual([{ dst: '10.20.31.0/24', nhid: 7 }])
    expect((await getNexthop({ id: 7 }, ns.where)).group).toEqual([{ id: 6, weight: 3 }])
    await deleteNexthop({ id: 6 }, ns.where)
    expect(await left()).toEqual([])
    expect(await ids()).toEqual([])
    for (const one of [deleteNexthop({ id: 5 }, ns.where), getNexthop({ id: 5 }, ns.where)])
      await expect(one).rejects.toMatchObject({ code: 'ENOENT', applied: false })
  })

  test('a failure says about what', async () => {
    await ns.ip('link add down0 type veth peer name down0p')
    await expect(addNexthop({ id: 5, via: v4, dev: 'down0' }, ns.where)).rejects.toMatchObject({ code: 'ENETDOWN' })
    await expect(addNexthop({ via: v4, dev: 'nope' }, ns.where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'dev',
    })
    const group = addNexthop({ id: 5, group: [{ id: 77 }] }, ns.where)
    await expect(group).rejects.toThrow(/^cannot add next hop 5: /)
    await expect(group).rejects.toMatchObject({ code: 'EINVAL', request: 'RTM_NEWNEXTHOP' })
    await expect(addNexthop({ via: '172.20.1.2', dev: 'eth0' }, ns.where)).rejects.toMatchObject({
      code: 'ENETUNREACH',
    })
    expect(await ids()).toEqual([])
  })
})

test('filters and flush', async () => {
  clean()
  for (const options of [...single, ...groups]) await addNexthop(options, ns.where)
  expect(await ids({ dev: 'eth0' })).toEqual([1, 2, 4])
  expect(await ids({ master: 'br0' })).toEqual([3, 5])
  expect(await ids({ groups: true })).toEqual([20, 21])
  expect(await ids({ fdb: true })).toEqual([21, 66_051, 0xffff_fffe])
  expect(await ids({ family: 'inet6' })).toEqual([2, 4, 7])
  expect(await ids({ proto: 'bgp' })).toEqual([1])
  expect(await ids({ id: 5 })).toEqual([5])
  expect((await flushNexthops({ fdb: true }, ns.where)).map(({ id }) => id)).toEqual([21, 66_051, 0xffff_fffe])
  expect((await flushNexthops({ master: 'br0' }, ns.where)).map(({ id }) => id)).toEqual([3, 5])
  expect(await ids()).toEqual([1, 2, 4, 6, 7, 20])
  expect(await ids({ groups: true })).toEqual([20])
})

test('a resilient group and its buckets', async (context) => {
  clean()
  await addNexthop({ id: 1, via: v4, dev: 'eth0' }, ns.where)
  await addNexthop({ id: 2, via: '172.20.1.2', dev: 'eth1', onlink: true }, ns.where)
  const options = { id: 5, group: [{ id: 1, weight: 3 }, { id: 2 }], type: 'resilient' } as const
  const timers = { idleTimer: 258.24, unbalancedTimer: 513.52 }
  const made = await addNexthop({ ...options, buckets: 8, ...timers }, ns.where).catch(
    skipUnknown(context, 'resilient groups of next hops (Linux 5.13)'),
  )
  expect(made).toMatchObject({
    type: 'resilient',
    buckets: 8,
    idleTimer: 258.24,
    unbalancedTimer: 513.52,
    unbalancedTime: 0,
  })
  expect(await ns.show('nexthop show groups')).toMatchObject([
    { id: 5, type: 'resilient', resilient_args: { buckets: 8, idle_timer: 258.24, unbalanced_timer: 513.52 } },
  ])
  const ours = await listNexthopBuckets({ id: 5 }, ns.where)
  const shown = await ns.show('nexthop bucket show id 5')
  expect(ours.map(({ id, index, nhid }) => ({ id, bucket: { index, nhid } }))).toEqual(
    shown.map(({ id, bucket: { index, nhid } }) => ({ id, bucket: { index, nhid } })),
  )
  const of = async (filter: object) => (await listNexthopBuckets(filter, ns.where)).length
  expect([await of({}), await of({ nhid: 1 }), await of({ dev: 'eth1' }), await of({ master: 'br0', id: 5 })]).toEqual([
    8, 6, 2, 2,
  ])
  const first = await getNexthopBucket({ id: 5, index: 3 }, ns.where)
  expect(first).toEqual({ ...ours[3], idleTime: expect.any(Number) })
  expect(first.idleTime).toBeGreaterThanOrEqual(ours[3]?.idleTime ?? 0)
  // What is not said goes back to what it is from the beginning, but for the buckets.
  const replaced = await replaceNexthop({ ...options, group: [{ id: 1 }, { id: 2 }], idleTimer: 0 }, ns.where)
  expect(replaced).toMatchObject({ buckets: 8, idleTimer: 0, group: [{ weight: 1 }, { weight: 1 }] })
  await expect(replaceNexthop({ ...options, buckets: 16 }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
  await expect(getNexthopBucket({ id: 5, index: 8 }, ns.where)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(listNexthopBuckets({ id: 1 }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
})

test('packets are counted', async (context) => {
  clean()
  await addNexthop({ id: 1, via: v4, dev: 'eth0' }, ns.where)
  const options = { id: 5, group: [{ id: 1 }], hwStats: true } as const
  const made = await addNexthop(options, ns.where).catch(skipUnknown(context, 'counting of next hops (Linux 6.9)'))
  expect(made).not.toHaveProperty('hwStats')
  expect(await getNexthop({ id: 5, stats: true }, ns.where)).toMatchObject({
    hwStats: true,
    group: [{ id: 1, packets: 0n }],
  })
  expect(await listNexthops({ id: 5, hwStats: true }, ns.where)).toMatchObject([
    { hwStats: true, hwStatsUsed: false, group: [{ id: 1, packets: 0n, packetsHw: 0n }] },
  ])
  await replaceNexthop({ ...options, hwStats: false }, ns.where)
  expect(await getNexthop({ id: 5, stats: true }, ns.where)).toMatchObject({ hwStats: false })
})

test('FDB entries lead to a group', async (context) => {
  await requireKinds(context, 'vxlan')
  clean()
  await createVxlan({ name: 'vx0', id: 66_050, dstPort: 4661, local: '10.1.2.3', learning: false }, ns.where)
  for (const [i, via] of ['10.4.5.6', '10.4.5.7'].entries()) await addNexthop({ id: i + 1, via, fdb: true }, ns.where)
  await addNexthop({ id: 5, group: [{ id: 1 }, { id: 2 }], fdb: true }, ns.where)
  await appendFdb({ dev: 'vx0', lladdr: '02:00:00:00:00:01', nhid: 5 }, ns.where)
  expect(await ns.bridge('fdb show dev vx0')).toMatchObject([{ mac: '02:00:00:00:00:01', nhid: 5 }])
  await expect(addRoute({ dst: '10.20.30.0/24', nhid: 5 }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
  await expect(addNexthop({ id: 6, group: [{ id: 1 }] }, ns.where)).rejects.toMatchObject({ code: 'EINVAL' })
})

test('a hundred, in a batch and blocking', async () => {
  clean()
  const made = await batch(
    Array.from({ length: 100 }, (_, i) => addNexthop.op({ id: i + 1, via: v4, dev: 'eth0', proto: 'bird' })),
    ns.where,
  )
  expect(made.filter(({ ok }) => !ok)).toEqual([])
  expect(listNexthops.sync({ proto: 'bird' }, ns.where)).toHaveLength(100)
  expect(flushNexthops.sync({ proto: 'bird' }, ns.where)).toHaveLength(100)
  expect(await ids()).toEqual([])
})
