/** Routes: what we ask for is what `ip` shows, and the verbs mean what they say. */
import { describe, expect, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { listRoutes } from '../../lib/route/list.js'
import { lookupRoute } from '../../lib/route/lookup.js'
import { addRoute, appendRoute, deleteRoute, replaceRoute } from '../../lib/route/operations.js'
import type { RouteOptions } from '../../lib/route/options.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { skipUnknown } from '../support/kernel-has.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'
import { printedRoute } from '../support/printed-routes.js'

const stage = () =>
  testNamespace([
    'link add eth0 index 66051 type veth peer name eth0p index 66052',
    'link add eth1 index 66055 type veth peer name eth1p index 66056',
    ...['eth0', 'eth0p', 'eth1', 'eth1p'].flatMap(upWithoutAddress),
    'link set lo up',
    'addr add 10.1.2.3/24 dev eth0',
    'addr add 10.9.8.7/24 dev eth1',
    'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
    'addr add 2001:db8:9:8::7/64 dev eth1 nodad',
    'nexthop add id 66051 via 10.1.2.9 dev eth0',
    'nexthop add id 66053 via 2001:db8:1:2::9 dev eth0',
  ])

const names = new Map([
  [1, 'lo'],
  [66_051, 'eth0'],
  [66_052, 'eth0p'],
  [66_055, 'eth1'],
  [66_056, 'eth1p'],
])

const net4 = '10.20.30.0/24'
const net6 = '2001:db8:20:30::/60'
const gw4 = '10.1.2.9'
const gw6 = '2001:db8:1:2::9'

type Printed = Readonly<Record<string, unknown>>

async function printed(netns: TestNamespace, family: 4 | 6): Promise<Printed[]> {
  const routes = (await netns.show(`-${family} route show table all`)) as Printed[]
  // The next hop object itself; and what the clock has run on meanwhile.
  return routes.map(({ nh_info: _info, expires, ...route }) => ({ ...route, ...(expires !== undefined && anyExpiry) }))
}

const anyExpiry = { expires: 'some' }

/** All routes, as `ip` prints them and as we list them in its form. */
async function bothViews(netns: TestNamespace, family: 4 | 6) {
  const ours = await listRoutes({ table: 'all', family: family === 4 ? 'inet' : 'inet6' }, { netns: netns.name })
  const ip = await printed(netns, family)
  return {
    ip,
    ours: ours.map(({ expires, ...route }) => ({ ...printedRoute(route, names), ...(expires && anyExpiry) })),
  }
}

const only = (routes: readonly Printed[], dst: string) => routes.filter((route) => route.dst === dst)

/** Every metric, each of another value. */
const metrics = {
  mtu: 4660,
  window: 66_051,
  rtt: 258.125,
  rttvar: 129.25,
  ssthresh: 66_052,
  cwnd: 77,
  advmss: 1402,
  reordering: 66_053,
  hoplimit: 66,
  initcwnd: 258,
  features: ['ecn', 'allfrag'],
  rtoMin: 513,
  initrwnd: 514,
  quickack: true,
  congctl: 'reno',
  fastopenNoCookie: true,
} as const
const printedMetrics = {
  mtu: 4660,
  window: 66_051,
  rtt: 258,
  rttvar: 129,
  ssthresh: 66_052,
  cwnd: 77,
  advmss: 1402,
  reordering: 66_053,
  hoplimit: 66,
  initcwnd: 258,
  ecn: null,
  features: '0x9',
  rto_min: 513,
  initrwnd: 514,
  quickack: 1,
  congestion: 'reno',
  fastopen_no_cookie: 1,
}

const cases: readonly [what: string, options: Omit<RouteOptions, 'dst'> & { dst?: string }, printed: Printed][] = [
  [
    'via',
    { via: gw4 },
    { gateway: gw4, dev: 'eth0', protocol: 'boot', scope: 'global', table: 'main', type: 'unicast' },
  ],
  ['dev', { dev: 'eth1' }, { dev: 'eth1', scope: 'link' }],
  ['dev by index', { dev: 66_055 }, { dev: 'eth1' }],
  ['dev as an object', { dev: { index: 66_055 } }, { dev: 'eth1' }],
  ['onlink', { via: '172.20.1.2', dev: 'eth1', onlink: true }, { gateway: '172.20.1.2', flags: ['onlink'] }],
  ['a small table', { via: gw4, table: 77 }, { table: '77' }],
  ['a large table', { via: gw4, table: 16_909_060 }, { table: '16909060' }],
  ['a table by name', { via: gw4, table: 'default' }, { table: 'default' }],
  ['metric', { via: gw4, metric: 66_051 }, { metric: 66_051 }],
  ['the largest metric', { via: gw4, metric: 0xffff_fffe }, { metric: 0xffff_fffe }],
  ['scope', { dev: 'eth0', scope: 'site' }, { scope: 'site' }],
  ['scope by number', { dev: 'eth0', scope: 66 }, { scope: '66' }],
  ['proto', { via: gw4, proto: 'bird' }, { protocol: 'bird' }],
  ['proto by number', { via: gw4, proto: 77 }, { protocol: '77' }],
  ['src', { via: gw4, src: '10.9.8.7' }, { prefsrc: '10.9.8.7' }],
  ['tos', { via: gw4, tos: 0x14 }, { tos: '0x14' }],
  ['realms', { via: gw4, realms: { from: 66, to: 77 } }, { flow: { from: '66', to: '77' } }],
  ['nhid', { nhid: 66_051 }, { nhid: 66_051, gateway: gw4 }],
  ['via of IPv6', { via: gw6, dev: 'eth0' }, { via: { family: 'inet6', host: gw6 } }],
  ['metrics', { via: gw4, ...metrics, lock: ['mtu', 'hoplimit'] }, { metrics: [printedMetrics] }],
  ['blackhole', { type: 'blackhole' }, { type: 'blackhole', scope: 'global' }],
  ['unreachable', { type: 'unreachable' }, { type: 'unreachable' }],
  ['prohibit', { type: 'prohibit' }, { type: 'prohibit' }],
  ['throw', { type: 'throw', table: 77 }, { type: 'throw' }],
  ['local', { type: 'local', dev: 'lo' }, { type: 'local', table: 'local', scope: 'host' }],
  ['broadcast', { type: 'broadcast', dev: 'eth0' }, { type: 'broadcast', table: 'local', scope: 'link' }],
  ['anycast', { type: 'anycast', dev: 'eth0' }, { type: 'anycast', table: 'local', scope: 'link' }],
  ['multicast', { type: 'multicast', dev: 'eth0', dst: '239.1.2.0/24' }, { type: 'multicast', scope: 'link' }],
  ['default', { dst: 'default', via: gw4 }, { dst: 'default', gateway: gw4 }],
  ['default in numbers', { dst: '0.0.0.0/0', dev: 'eth1' }, { dst: 'default', dev: 'eth1' }],
  ['default over IPv6', { dst: 'default', family: 'inet', via: gw6 }, { via: { family: 'inet6', host: gw6 } }],
  ['a host', { dst: '10.20.30.7', via: gw4 }, { dst: '10.20.30.7' }],
  ['an odd length', { dst: '10.20.30.8/29', via: gw4 }, { dst: '10.20.30.8/29' }],
  [
    'nexthops',
    {
      nexthops: [
        { via: gw4, dev: 'eth0', weight: 3 },
        { via: '172.20.1.2', dev: 'eth1', weight: 256, onlink: true },
        { via: '2001:db8:9:8::9', dev: 'eth1' },
      ],
    },
    {
      nexthops: [
        { gateway: gw4, dev: 'eth0', weight: 3, flags: [] },
        { gateway: '172.20.1.2', dev: 'eth1', weight: 256, flags: ['onlink'] },
        { via: { family: 'inet6', host: '2001:db8:9:8::9' }, dev: 'eth1', weight: 1, flags: [] },
      ],
    },
  ],
]

const cases6: typeof cases = [
  ['via', { via: gw6 }, { gateway: gw6, dev: 'eth0', protocol: 'boot', metric: 1024, pref: 'medium' }],
  ['dev', { dev: 'eth1' }, { dev: 'eth1' }],
  ['onlink', { via: '2001:db8:ffff::2', dev: 'eth1', onlink: true }, { flags: ['onlink'] }],
  ['table', { via: gw6, table: 16_909_060 }, { table: '16909060' }],
  ['metric', { via: gw6, metric: 66_051 }, { metric: 66_051 }],
  ['proto', { via: gw6, proto: 'ra' }, { protocol: 'ra' }],
  ['src', { via: gw6, src: '2001:db8:9:8::7' }, { prefsrc: '2001:db8:9:8::7' }],
  ['pref low', { via: gw6, pref: 'low' }, { pref: 'low' }],
  ['pref high', { via: gw6, pref: 'high' }, { pref: 'high' }],
  ['expires', { via: gw6, expires: 66_051 }, { expires: 'some' }],
  ['from', { via: gw6, from: '2001:db8:a::/48' }, { from: '2001:db8:a::/48' }],
  ['nhid', { nhid: 66_053 }, { nhid: 66_053, gateway: gw6 }],
  ['metrics', { via: gw6, ...metrics, lock: ['mtu'] }, { metrics: [printedMetrics] }],
  ['blackhole', { type: 'blackhole' }, { type: 'blackhole', dev: 'lo' }],
  ['unreachable', { type: 'unreachable' }, { type: 'unreachable' }],
  ['prohibit', { type: 'prohibit' }, { type: 'prohibit' }],
  ['throw', { type: 'throw', table: 77 }, { type: 'throw' }],
  ['local', { type: 'local', dev: 'lo' }, { type: 'local', table: 'local' }],
  ['anycast', { type: 'anycast', dev: 'eth0' }, { type: 'anycast', table: 'local' }],
  ['multicast', { type: 'multicast', dev: 'eth0', dst: 'ff0e::102:0/112' }, { type: 'multicast' }],
  ['default', { dst: 'default', via: 'fe80::9', dev: 'eth1' }, { dst: 'default', gateway: 'fe80::9' }],
  ['default by family', { dst: 'default', family: 'inet6', dev: 'eth1' }, { dst: 'default', dev: 'eth1' }],
  ['a host', { dst: '2001:db8:20::7', via: gw6 }, { dst: '2001:db8:20::7' }],
  [
    'nexthops',
    {
      nexthops: [
        { via: gw6, weight: 3 },
        { via: '2001:db8:ffff::2', dev: 'eth1', weight: 66, onlink: true },
      ],
    },
    {
      nexthops: [
        { gateway: gw6, dev: 'eth0', weight: 3, flags: [] },
        { gateway: '2001:db8:ffff::2', dev: 'eth1', weight: 66, flags: ['onlink'] },
      ],
    },
  ],
]

describe.each([
  { family: 4, network: net4, all: cases },
  { family: 6, network: net6, all: cases6 },
] as const)('every option of IPv$family', ({ family, network, all }) => {
  test('is what ip shows, and goes again as it was listed', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    for (const [what, { dst = network, ...options }, expected] of all) {
      const { ip: before } = await bothViews(netns, family)
      await addRoute({ dst, ...options }, where)
      const { ip, ours } = await bothViews(netns, family)
      const made = ip.filter((one) => !before.some((other) => JSON.stringify(other) === JSON.stringify(one)))
      expect(made, what).toEqual([expect.objectContaining(expected)])
      expect(ours, what).toEqual(ip)
      for (const route of await listRoutes({ dst: made[0]?.dst as string, table: 'all' }, where)) {
        const isMade = JSON.stringify(printedRoute({ ...route }, names).type) === JSON.stringify(made[0]?.type)
        if (isMade) await deleteRoute(route, where)
      }
      expect((await bothViews(netns, family)).ip, `${what}, deleted`).toEqual(before)
    }
  })
})

test('locks are what ip shows, which prints them only as text', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  await addRoute({ dst: net4, via: gw4, ...metrics, lock: ['mtu', 'hoplimit'] }, where)
  const text = await netns.text('route show')
  expect(text).toContain('mtu lock 4660')
  expect(text).toContain('hoplimit lock 66')
  expect(text).toContain('rto_min lock 513ms')
  expect(text).toContain('advmss 1402')
  const [route] = await listRoutes({ dst: net4 }, where)
  expect(route?.metrics).toEqual({ ...metrics, lock: ['mtu', 'hoplimit', 'rtoMin'] })
})

test('features: TCP timestamps in microseconds', async (context) => {
  const netns = await stage()
  const where = { netns: netns.name }
  const route = { via: gw4, dst: net4, features: ['tcpUsecTs'] } as const
  await addRoute(route, where).catch(skipUnknown(context, 'tcpUsecTs (Linux 6.7)'))
  expect(only((await netns.show('route show')) as Printed[], net4)).toMatchObject([{ metrics: [{ features: '0x10' }] }])
  expect(await listRoutes({ dst: net4 }, where)).toMatchObject([{ metrics: { features: ['tcpUsecTs'] } }])
})

const families = [
  { label: 'IPv4', dst: net4, via: gw4, other: '10.1.2.10' },
  { label: 'IPv6', dst: net6, via: gw6, other: '2001:db8:1:2::a' },
] as const

describe.each(families)('verbs of $label', ({ label, dst, via, other }) => {
  const start = async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    const gateways = async () => {
      const routes = only((await netns.show(`-${label.slice(-1)} route show`)) as Printed[], bare)
      return routes.flatMap(({ gateway, nexthops }) =>
        nexthops === undefined ? gateway : (nexthops as Printed[]).map((hop) => hop.gateway),
      )
    }
    return { where, gateways }
  }
  const bare = dst
  const add = { dst, via }
  const refused = (code: string) => expect.objectContaining({ code, applied: false })

  test('add makes one that is not there', async () => {
    const { where, gateways } = await start()
    await addRoute(add, where)
    await expect(addRoute(add, where)).rejects.toEqual(refused('EEXIST'))
    await expect(addRoute({ dst, via: other }, where)).rejects.toEqual(refused('EEXIST'))
    expect(await gateways()).toEqual([via])
    await addRoute({ dst, via: other, metric: 7 }, where)
    expect(await gateways()).toHaveLength(2)
  })

  test('append makes another beside it', async () => {
    const { where, gateways } = await start()
    await appendRoute(add, where)
    await expect(appendRoute(add, where)).rejects.toEqual(refused('EEXIST'))
    await appendRoute({ dst, via: other }, where)
    expect(await gateways()).toEqual([via, other])
    expect(await listRoutes({ dst }, where)).toHaveLength(label === 'IPv4' ? 2 : 1)
  })

  test('replace makes or overwrites', async () => {
    const { where, gateways } = await start()
    await replaceRoute(add, where)
    await replaceRoute(add, where)
    expect(await gateways()).toEqual([via])
    await replaceRoute({ dst, via: other, mtu: 1402 }, where)
    expect(await gateways()).toEqual([other])
    await replaceRoute(add, where)
    const [route] = await listRoutes({ dst }, where)
    expect(route).toMatchObject({ via })
    expect(route).not.toHaveProperty('metrics')
  })

  test('delete removes what was said, and fails if absent', async () => {
    const { where, gateways } = await start()
    await expect(deleteRoute({ dst, any: true }, where)).rejects.toEqual(refused('ESRCH'))
    await expect(deleteRoute(add, where)).rejects.toEqual(refused('ESRCH'))
    await addRoute(add, where)
    await addRoute({ dst, via: other, metric: 7 }, where)
    await expect(deleteRoute({ dst, via: other, metric: 8 }, where)).rejects.toEqual(refused('ESRCH'))
    await expect(deleteRoute({ ...add, dev: 'eth1' }, where)).rejects.toEqual(refused('ESRCH'))
    await expect(deleteRoute({ ...add, proto: 'static' }, where)).rejects.toEqual(refused('ESRCH'))
    await expect(deleteRoute({ ...add, table: 77 }, where)).rejects.toEqual(refused('ESRCH'))
    expect(await gateways()).toHaveLength(2)
    await deleteRoute({ dst, metric: 7 }, where)
    expect(await gateways()).toEqual([via])
    await deleteRoute({ dst, any: true }, where)
    expect(await gateways()).toEqual([])
  })
})

test('delete takes of several the one that was listed', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const variants = [
    // First: the kernel takes a route of one hop for one of several that begin with it (fib_nh_match).
    { nexthops: [{ via: gw4 }, { via: '10.9.8.9' }] },
    { nexthops: [{ via: gw4 }, { via: '10.9.8.9', weight: 2 }] },
    { nexthops: [{ via: gw4 }, { via: '10.9.8.9', realms: { to: 66 } }] },
    { via: gw4, src: '10.9.8.7' },
    { via: gw4, src: '10.1.2.3' },
    { via: gw4, mtu: 1402 },
    { via: gw4, mtu: 1402, proto: 'static' },
    { via: '10.1.2.10' },
    { dev: 'eth1', scope: 'site' },
    { via: gw4, mtu: 1402, lock: ['mtu'] },
    { via: gw4, realms: { to: 66 } },
    { via: gw4, realms: { from: 77, to: 66 } },
    { type: 'blackhole' },
  ] as const
  for (const options of variants) await appendRoute({ dst: net4, ...options }, where)
  const all = await listRoutes({ dst: net4 }, where)
  expect(all).toHaveLength(variants.length)
  const middle = all[3] as (typeof all)[number]
  await deleteRoute(middle, where)
  expect(await listRoutes({ dst: net4 }, where)).toEqual(all.filter((route) => route !== middle))
  for (const route of [...all].reverse()) if (route !== middle) await deleteRoute(route, where)
  expect(await listRoutes({ dst: net4 }, where)).toEqual([])
})

test('replace among several overwrites the first', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const vias = async (dst: string) =>
    (await listRoutes({ dst }, where)).flatMap(({ via, nexthops }) => via ?? nexthops?.map((hop) => hop.via))
  for (const via of [gw4, '10.1.2.10', '10.1.2.11']) await appendRoute({ dst: net4, via }, where)
  await replaceRoute({ dst: net4, via: '10.1.2.12' }, where)
  expect(await vias(net4)).toEqual(['10.1.2.12', '10.1.2.10', '10.1.2.11'])
  await expect(replaceRoute({ dst: net4, via: '10.1.2.11' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
  expect(await vias(net4)).toEqual(['10.1.2.12', '10.1.2.10', '10.1.2.11'])
  for (const via of [gw6, '2001:db8:1:2::a']) await appendRoute({ dst: net6, via }, where)
  await replaceRoute({ dst: net6, via: '2001:db8:1:2::b' }, where)
  expect(await vias(net6)).toEqual(['2001:db8:1:2::b'])
})

test('one of several next hops of IPv6 goes by its gateway', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const three = [{ via: gw6 }, { via: '2001:db8:1:2::a' }, { via: '2001:db8:1:2::b' }]
  const left = async () => (await listRoutes({ dst: net6 }, where)).map(({ nexthops }) => nexthops?.length)
  await addRoute({ dst: net6, nexthops: three }, where)
  expect(await left()).toEqual([3])
  await deleteRoute({ dst: net6, via: gw6 }, where)
  expect(await left()).toEqual([2])
  await deleteRoute({ dst: net6, metric: 1024 }, where)
  expect(await left()).toEqual([])
})

test('the default route goes only by its name', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  await addRoute({ dst: 'default', via: gw4 }, where)
  await addRoute({ dst: 'default', via: gw6 }, where)
  await deleteRoute({ dst: 'default', any: true }, where)
  expect((await listRoutes({ dst: 'default' }, where)).map(({ via }) => via)).toEqual([gw6])
  await deleteRoute({ dst: 'default', family: 'inet6', any: true }, where)
  expect(await listRoutes({ dst: 'default' }, where)).toEqual([])
})

describe('refusals', () => {
  test.each<[code: string, sentence: string | undefined, options: RouteOptions]>([
    ['ENETUNREACH', 'Nexthop has invalid gateway', { dst: net4, via: '172.20.1.2', dev: 'eth0' }],
    ['EHOSTUNREACH', undefined, { dst: net6, via: '2001:db8:77::1' }],
    ['ENODEV', 'Nexthop device required for onlink', { dst: net4, via: '172.20.1.2', onlink: true }],
    ['EINVAL', 'Unknown tcp congestion algorithm', { dst: net4, via: gw4, congctl: 'nonsense' }],
    ['ENODEV', undefined, { dst: net4, dev: 77 }],
  ])('%s %s', async (code, kernelMessage, options) => {
    const netns = await stage()
    const error = await addRoute(options, { netns: netns.name }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, kernelMessage, request: 'RTM_NEWROUTE', applied: false })
    expect((error as Error).message).toContain(`cannot add route ${options.dst}: `)
  })

  test('a link that is not there is named by its option', async () => {
    const netns = await stage()
    const hops = [{ via: gw4 }, { via: '10.9.8.9', dev: 'eth7' }]
    const error = await addRoute({ dst: net4, nexthops: hops }, { netns: netns.name }).catch((reason) => reason)
    expect(isKernelError(error, 'ENODEV') && error.attribute).toBe('nexthops[1].dev')
  })

  test('a table that is not there', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    await expect(deleteRoute({ dst: net4, table: 7777, any: true }, where)).rejects.toMatchObject({
      code: 'ESRCH',
      kernelMessage: 'FIB table does not exist',
    })
    for (const family of ['inet', 'inet6', undefined] as const)
      expect(await listRoutes({ family, table: 7777 }, where)).toEqual([])
  })
})

test('filters', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const hops = [{ via: gw4 }, { via: '10.9.8.9' }]
  await batch(
    [
      addRoute.op({ dst: '10.50.1.0/24', via: gw4, proto: 'bird' }),
      addRoute.op({ dst: '10.50.2.0/24', nexthops: hops }),
      addRoute.op({ dst: '10.50.3.0/24', type: 'blackhole', proto: 'bird' }),
      addRoute.op({ dst: '10.50.4.0/24', dev: 'eth1', table: 77 }),
      addRoute.op({ dst: '2001:db8:50::/48', via: gw6, proto: 'bird' }),
      addRoute.op({ dst: '2001:db8:51::/48', dev: 'eth1', table: 300 }),
    ],
    where,
  )
  const list = async (filter: Parameters<typeof listRoutes>[0]) =>
    (await listRoutes(filter, where))
      .map(({ dst }) => dst)
      .filter((dst) => dst.includes(':50:') || /:5[01]:|\.50\./.test(dst))
  expect(await list({ proto: 'bird' })).toEqual(['10.50.1.0/24', '10.50.3.0/24', '2001:db8:50::/48'])
  expect(await list({ proto: 'bird', family: 'inet6' })).toEqual(['2001:db8:50::/48'])
  expect(await list({ proto: 'bird', type: 'blackhole' })).toEqual(['10.50.3.0/24'])
  expect(await list({ dev: 'eth1' })).toEqual(['10.50.2.0/24'])
  expect(await list({ dev: 'eth1', table: 77 })).toEqual(['10.50.4.0/24'])
  expect(await list({ table: 300 })).toEqual(['2001:db8:51::/48'])
  expect(await list({ dev: 'eth1', table: 'all' })).toEqual(['10.50.4.0/24', '10.50.2.0/24', '2001:db8:51::/48'])
  expect(await list({ dst: '10.50.2.0/24' })).toEqual(['10.50.2.0/24'])
  expect(await list({})).toHaveLength(4)
  await expect(list({ dev: 'eth7' })).rejects.toMatchObject({ code: 'ENODEV', attribute: 'dev' })
})

describe('lookupRoute', () => {
  test('is what ip route get says', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addRoute({ dst: net4, via: gw4, mtu: 1402 }, where)
    await addRoute({ dst: net6, via: gw6 }, where)
    expect(await lookupRoute({ dst: '10.20.30.7' }, where)).toMatchObject({
      ...{ dst: '10.20.30.7/32', via: gw4, dev: 66_051, src: '10.1.2.3', table: 'main', type: 'unicast' },
      ...{ flags: ['cloned'], uid: 0, metrics: { mtu: 1402 } },
    })
    expect(await netns.show('route get 10.20.30.7')).toMatchObject([
      { dst: '10.20.30.7', gateway: gw4, dev: 'eth0', prefsrc: '10.1.2.3', table: 'main' },
    ])
    expect(await lookupRoute({ dst: '10.20.30.7', fibMatch: true }, where)).toMatchObject({ dst: net4, proto: 'boot' })
    expect(await lookupRoute({ dst: '2001:db8:20:30::7', fibMatch: true }, where)).toMatchObject({ dst: net6 })
    const six = await lookupRoute({ dst: '2001:db8:20:30::7' }, where)
    expect(six).toMatchObject({ dst: '2001:db8:20:30::7/128', via: gw6, src: '2001:db8:1:2::3' })
    expect(six).not.toHaveProperty('from')
  })

  test('flowlabel', async (context) => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addRoute({ dst: net6, via: gw6 }, where)
    const asked = lookupRoute({ dst: '2001:db8:20:30::7', flowlabel: 0x12345 }, where)
    const found = await asked.catch(skipUnknown(context, 'flowlabel in look-ups (Linux 6.14)'))
    expect(found).toMatchObject({ dst: '2001:db8:20:30::7/128', via: gw6 })
  })

  test('asks for the packet that is described', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    for (const [i, rule] of [
      'fwmark 66051',
      'uidrange 513-514',
      'ipproto udp dport 4660 sport 22136',
      'tos 0x10',
    ].entries()) {
      await netns.ip(`rule add ${rule} table ${100 + i} pref ${100 + i}`)
      await addRoute({ dst: 'default', via: `10.1.2.${100 + i}`, table: 100 + i }, where)
    }
    const dst = '172.20.1.2'
    const found = async (options: object) => (await lookupRoute({ dst, ...options }, where)).table
    expect(await found({ mark: 66_051 })).toBe(100)
    expect(await found({ uid: 513 })).toBe(101)
    expect(await found({ ipproto: 'udp', dport: 4660, sport: 22_136 })).toBe(102)
    expect(await found({ tos: 0x10 })).toBe(103)
    await expect(found({})).rejects.toMatchObject({ code: 'ENETUNREACH' })
  })

  test('tells where a packet that comes in goes', async () => {
    const netns = await stage()
    const where = { netns: netns.name }
    const arriving = { dst: '10.1.2.3', from: '10.1.2.9', iif: 'eth0' } as const
    expect(await lookupRoute(arriving, where)).toMatchObject({
      ...{ type: 'local', from: '10.1.2.9/32', iif: 66_051, flags: ['cloned', 'local'] },
    })
    expect(await lookupRoute({ dst: '10.1.2.9', from: '10.1.2.3', oif: 'eth0' }, where)).toMatchObject({ dev: 66_051 })
  })

  test.each([
    ['unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'EACCES'],
    ['blackhole', 'EINVAL'],
  ] as const)('an %s destination', async (type, code) => {
    const netns = await stage()
    const where = { netns: netns.name }
    await addRoute({ dst: net4, type }, where)
    await addRoute({ dst: net6, type }, where)
    await expect(lookupRoute({ dst: '10.20.30.7' }, where)).rejects.toMatchObject({ code })
    await expect(lookupRoute({ dst: '2001:db8:20:30::7' }, where)).rejects.toMatchObject({ code })
  })
})

test('ten thousand routes in a batch, and a dump of them', async () => {
  const netns = await stage()
  const where = { netns: netns.name }
  const network = (i: number) => `11.${i >> 8}.${i & 255}.0/24`
  const count = 10_000
  const made = await batch(
    Array.from({ length: count }, (_, i) => addRoute.op({ dst: network(i), via: gw4, dev: 'eth0', proto: 'bird' })),
    where,
  )
  expect(made.filter(({ ok }) => !ok)).toEqual([])
  const listed = await listRoutes({ proto: 'bird' }, where)
  expect(new Set(listed.map(({ dst }) => dst)).size).toBe(count)
  expect(listed).toHaveLength(count)
  expect(listed[0]).toMatchObject({ via: gw4, dev: 66_051, proto: 'bird', table: 'main' })
  const gone = await batch(
    listed.map((route) => deleteRoute.op(route)),
    where,
  )
  expect(gone.filter(({ ok }) => !ok)).toEqual([])
  expect(await listRoutes({ proto: 'bird' }, where)).toEqual([])
})
