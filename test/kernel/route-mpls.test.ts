/** Routes of MPLS: what we ask for is what `ip -f mpls` shows, the verbs mean what they say, and packets cross. */
import { beforeAll, expect, test } from 'vitest'
import { writeSysctl } from '../../lib/netns/sysctl.js'
import { listRoutes } from '../../lib/route/list.js'
import { lookupRoute } from '../../lib/route/lookup.js'
import type { MplsRouteOptions } from '../../lib/route/mpls.js'
import { addRoute, deleteRoute, replaceRoute } from '../../lib/route/operations.js'
import { captureOne } from '../support/capture.js'
import { echo } from '../support/echo.js'
import { loadModules, skipEncap } from '../support/encaps.js'
import { fileNamespace, type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'

const stage = fileNamespace([
  'link add eth0 index 66051 type veth peer name eth0p index 66052',
  'link add eth1 index 66055 type veth peer name eth1p index 66056',
  ...['eth0', 'eth0p', 'eth1', 'eth1p', 'lo'].flatMap(upWithoutAddress),
  'addr add 10.1.2.3/24 dev eth0',
  'addr add 10.9.8.7/24 dev eth1',
  'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
])
const { where } = stage

let hasMpls = false
/** The label table has to be made first: it has no room at all. */
beforeAll(async () => {
  await loadModules('mpls_router', 'mpls_iptunnel')
  hasMpls = await writeSysctl('net.mpls.platform_labels', 100_000, { netns: stage.name }).then(
    () => true,
    () => false,
  )
})

function requireMpls(context: { skip(note?: string): never }): void {
  if (!hasMpls) context.skip('this kernel has no MPLS routes (module mpls_router, CONFIG_MPLS_ROUTING)')
}

const gw4 = '10.1.2.9'
const gw6 = '2001:db8:1:2::9'
const family = 'mpls' as const

test('what is written is what ip and we read back', async (context) => {
  requireMpls(context)
  const ways = [
    { as: [513], via: gw4, dev: 'eth0' },
    { as: [514, 515], via: '10.9.8.9', dev: 'eth1' },
  ]
  const cases: readonly [Omit<MplsRouteOptions, 'family'>, object, object][] = [
    [{ dst: 258, via: gw4, dev: 'eth0' }, { via: { family: 'inet', host: gw4 }, dev: 'eth0' }, { dev: 66_051 }],
    [
      { dst: 259, as: [513, 514, 66_051], via: gw6, dev: 'eth0' },
      { to: '513/514/66051', via: { family: 'inet6', host: gw6 } },
      { dev: 66_051 },
    ],
    [{ dst: 260, dev: 'lo' }, { dev: 'lo' }, { dev: 1 }],
    [{ dst: 66_051, via: gw4 }, { dev: 'eth0' }, { dev: 66_051 }],
    [{ dst: 261, via: gw4, proto: 'static' }, { protocol: 'static' }, { dev: 66_051 }],
    [{ dst: 262, via: gw4, ttlPropagate: false }, { 'ttl-propogate': false }, { dev: 66_051 }],
    [{ dst: 263, via: gw4, ttlPropagate: true }, { 'ttl-propogate': true }, { dev: 66_051 }],
    [
      { dst: 264, nexthops: ways },
      {
        nexthops: [
          { to: '513', dev: 'eth0' },
          { to: '514/515', dev: 'eth1' },
        ],
      },
      {
        nexthops: [
          { ...ways[0], dev: 66_051 },
          { ...ways[1], dev: 66_055 },
        ],
      },
    ],
  ]
  for (const [options] of cases) await addRoute({ family, ...options }, where)
  const printed = await stage.show('-f mpls route show')
  const listed = await listRoutes({ family }, where)
  for (const [options, ip, ours] of cases) {
    expect(printed.find(({ dst }) => Number(dst) === options.dst)).toMatchObject(ip)
    const expected = { family, proto: 'boot', ...options, ...ours }
    expect(listed.find(({ dst }) => dst === options.dst)).toMatchObject(expected)
  }
  expect(listed).toHaveLength(cases.length)
  expect((await listRoutes({ family, dev: 'eth1' }, where)).map(({ dst }) => dst)).toEqual([264])
  expect((await listRoutes({ family, proto: 'static' }, where)).map(({ dst }) => dst)).toEqual([261])
  expect((await listRoutes({ family, dst: 259 }, where)).map(({ dst }) => dst)).toEqual([259])
  expect((await listRoutes({ table: 'all' }, where)).map(({ family }) => family)).not.toContain('mpls')
  for (const route of listed) await deleteRoute(route, where)
  expect(await listRoutes({ family }, where)).toEqual([])
})

test('verbs: absent, the same, another', async (context) => {
  requireMpls(context)
  const base = { family, dst: 300, as: [400], via: gw4 }
  await expect(deleteRoute(base, where)).rejects.toMatchObject({ code: 'ESRCH', applied: false })
  await expect(lookupRoute({ family, dst: 300 }, where)).rejects.toMatchObject({ code: 'ENETUNREACH' })
  await addRoute(base, where)
  await expect(addRoute({ ...base, as: [401] }, where)).rejects.toMatchObject({ code: 'EEXIST' })
  expect(await lookupRoute({ family, dst: 300, fibMatch: true }, where)).toMatchObject({
    dst: 300,
    as: [400],
    via: gw4,
  })
  await replaceRoute({ ...base, as: [402] }, where)
  expect(await lookupRoute({ family, dst: 300 }, where)).toMatchObject({ as: [402], via: gw4, dev: 66_051 })
  expect(await listRoutes({ family }, where)).toHaveLength(1)
  await deleteRoute(base, where)
  await expect(addRoute({ ...base, dst: 100_000 }, where)).rejects.toMatchObject({
    code: 'EINVAL',
    kernelMessage: expect.stringContaining('platform_labels'),
  })
})

/** Two machines with two that switch labels between them, in a row: each joined to the next by a veth pair. */
async function row(): Promise<TestNamespace[]> {
  const names = ['a', 'b', 'c', 'd']
  const all: TestNamespace[] = []
  for (const _name of names) all.push(await testNamespace(upWithoutAddress('lo')))
  for (const [i, left] of all.slice(0, -1).entries()) {
    const right = all[i + 1] as TestNamespace
    await left.ip(`link add right type veth peer name left netns ${right.name}`)
    for (const [netns, dev, host] of [[left, 'right', 1] as const, [right, 'left', 2] as const]) {
      for (const words of upWithoutAddress(dev)) await netns.ip(words)
      await netns.ip(`addr add 10.0.${i}.${host}/24 dev ${dev}`)
    }
  }
  for (const { name } of all) {
    await writeSysctl('net.mpls.platform_labels', 1000, { netns: name })
    await writeSysctl('net.ipv4.ip_forward', 1, { netns: name })
    for (const dev of ['left', 'right'])
      await writeSysctl(`net.mpls.conf.${dev}.input`, 1, { netns: name }).catch(() => undefined)
  }
  return all
}

test('packets cross two machines that know labels and no addresses', async (context) => {
  requireMpls(context)
  const [a, b, c, d] = (await row()) as [TestNamespace, TestNamespace, TestNamespace, TestNamespace]
  const there = { dst: '10.0.2.2/32', via: '10.0.0.2', encap: { type: 'mpls', labels: [100] } } as const
  const back = { dst: '10.0.0.1/32', via: '10.0.2.1', encap: { type: 'mpls', labels: [200] } } as const
  await addRoute(there, a.where).catch(skipEncap(context, 'mpls'))
  await addRoute({ family, dst: 100, as: [101], via: '10.0.1.2' }, b.where)
  await addRoute({ family, dst: 101, via: '10.0.2.2' }, c.where)
  await addRoute(back, d.where)
  await addRoute({ family, dst: 200, as: [201], via: '10.0.1.1' }, c.where)
  await addRoute({ family, dst: 201, via: '10.0.0.1' }, b.where)
  const { packet } = await captureOne(c.name, 'left', ['mpls'])
  const seen = await echo({ netns: a.name, address: '10.0.0.1' }, { netns: d.name, address: '10.0.2.2' })
  expect(seen).toBe('10.0.0.1')
  expect(await packet).toMatch(/MPLS \(label (101|201), /)
})
