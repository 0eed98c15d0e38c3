/** Which routes are listed and flushed: those that `ip route` shows for the same words. Names of numbers, as in its files. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SystemCallError } from '../../lib/errors.js'
import type { Steps } from '../../lib/netlink/operation.js'
import type { Task } from '../../lib/netlink/task.js'
import { flushRoutes } from '../../lib/route/flush.js'
import { listRoutes, type RouteFilter } from '../../lib/route/list.js'
import { addRoute, appendRoute, deleteRoute, prependRoute, updateRoute } from '../../lib/route/operations.js'
import type { RouteOptions } from '../../lib/route/options.js'
import { numbered, numberedRealms, protoNames, scopeNames, tableNames } from '../../lib/rtnetlink/names.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { fileNamespace, upWithoutAddress } from '../support/namespace.js'
import { run } from '../support/programs.js'

const ns = fileNamespace([
  'link add eth0 index 66051 type veth peer name eth0p index 66052',
  'link add eth1 index 66055 type veth peer name eth1p index 66056',
  ...['eth0', 'eth0p', 'eth1', 'eth1p'].flatMap(upWithoutAddress),
  'link set lo up',
  'addr add 10.1.2.3/24 dev eth0',
  'addr add 10.9.8.7/24 dev eth1',
  'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
  'nexthop add id 66051 via 10.1.2.9 dev eth0',
])

const gw4 = '10.1.2.9'
const gw6 = '2001:db8:1:2::9'
const routes: readonly RouteOptions[] = [
  { dst: 'default', via: gw4, metric: 66_051 },
  { dst: '10.20.0.0/16', via: gw4, proto: 'bird' },
  { dst: '10.20.30.0/24', via: '10.9.8.9', proto: 'bird', src: '10.9.8.7' },
  { dst: '10.20.30.0/25', dev: 'eth1', scope: 'link', tos: 0x10 },
  { dst: '10.20.31.0/24', type: 'blackhole', proto: 'static' },
  { dst: '10.20.32.0/24', nexthops: [{ via: gw4 }, { via: '10.9.8.9', weight: 3 }] },
  { dst: '10.20.33.0/24', via: gw4, realms: { from: 66, to: 77 } },
  { dst: '10.20.34.0/24', nhid: 66_051 },
  { dst: '10.20.35.0/24', via: gw6, dev: 'eth0', scope: 'site' },
  { dst: '10.21.0.0/16', via: gw4, table: 77 },
  { dst: '2001:db8:20::/48', via: gw6, proto: 'bird' },
  { dst: '2001:db8:20:30::/60', dev: 'eth1', metric: 77 },
  { dst: '2001:db8:20:40::/60', via: gw6, from: '2001:db8:a::/48' },
  { dst: 'default', family: 'inet6', via: 'fe80::9', dev: 'eth1' },
]
const add = () =>
  batch(
    routes.map((route) => appendRoute.op(route)),
    ns.where,
  )
const nothingFailed = (outcomes: Awaited<ReturnType<typeof add>>) =>
  expect(outcomes.flatMap((one) => (one.ok ? [] : [one.error]))).toEqual([])

/** As ip prints destinations. */
const bare = (dst: string) => dst.replace(/\/(32|128)$/, '')
const named = (all: readonly { readonly dst: string }[]) => all.map(({ dst }) => bare(dst)).sort()

/** `more`: what ip passes over, which looks at a route with one way only. */
const filters: readonly [words: string, filter: RouteFilter, more?: readonly string[]][] = [
  ['-4 route show', { family: 'inet' }],
  ['-4 route show proto bird', { proto: 'bird', family: 'inet' }],
  ['-6 route show proto bird', { proto: 'bird', family: 'inet6' }],
  ['-4 route show type blackhole', { type: 'blackhole', family: 'inet' }],
  ['-4 route show scope link', { scope: 'link', family: 'inet' }],
  ['-4 route show dev eth1', { dev: 'eth1', family: 'inet' }, ['10.20.32.0/24']],
  [`-4 route show via ${gw4}`, { via: gw4, family: 'inet' }, ['10.20.32.0/24']],
  [`-6 route show via ${gw6}`, { via: gw6, family: 'inet6' }],
  ['-4 route show src 10.9.8.7', { src: '10.9.8.7' }],
  ['-4 route show root 10.20.30.0/23', { root: '10.20.30.0/23' }],
  ['-4 route show match 10.20.30.7', { match: '10.20.30.7' }],
  ['-4 route show exact 10.20.0.0/16', { dst: '10.20.0.0/16' }],
  ['-6 route show root 2001:db8:20::/47', { root: '2001:db8:20::/47' }],
  ['-6 route show match 2001:db8:20:31::1', { match: '2001:db8:20:31::1' }],
  ['-4 route show tos 0x10', { tos: 0x10 }],
  ['-4 route show realms 66/77', { realms: { from: 66, to: 77 } }],
  ['-4 route show table 77', { table: 77 }],
  ['-6 route show from 2001:db8:a::/48', { from: '2001:db8:a::/48' }],
  ['-4 route show table all proto kernel type local', { table: 'all', proto: 'kernel', type: 'local', family: 'inet' }],
]

test('filters', async () => {
  nothingFailed(await add())
  for (const [words, filter, more = []] of filters) {
    const ours = named(await listRoutes(filter, ns.where))
    const theirs = named((await ns.show(words)) as { dst: string }[])
    expect(ours, words).toEqual([...theirs, ...more].sort())
    expect(ours.length, words).toBeGreaterThan(0)
  }
  // Of these ip has no word.
  expect(named(await listRoutes({ metric: 77 }, ns.where))).toEqual(['2001:db8:20:30::/60'])
  expect(named(await listRoutes({ metric: 66_051, family: 'inet' }, ns.where))).toEqual(['default'])
  expect(named(await listRoutes({ nhid: 66_051 }, ns.where))).toEqual(['10.20.34.0/24'])
  expect(named(await listRoutes({ scope: 'site' }, ns.where))).toEqual(['10.20.35.0/24'])
  await flushRoutes({ table: 77 }, ns.where)
  expect(await listRoutes({ table: 77 }, ns.where)).toEqual([])
})

test('flushRoutes removes what matches and nothing else', async () => {
  await add()
  const mine = async () => named(await listRoutes({}, ns.where)).filter((dst) => /^(def|10\.2|2001:db8:2)/.test(dst))
  const all = await mine()
  const gone = await flushRoutes({ proto: 'bird' }, ns.where)
  expect(named(gone)).toEqual(['10.20.0.0/16', '10.20.30.0/24', '2001:db8:20::/48'])
  expect(await mine()).toEqual(all.filter((dst) => !named(gone).includes(dst)))
  expect(named(await flushRoutes({ root: '10.20.32.0/22' }, ns.where))).toEqual([
    ...['10.20.32.0/24', '10.20.33.0/24', '10.20.34.0/24', '10.20.35.0/24'],
  ])
  expect(named(await flushRoutes({ dst: 'default' }, ns.where))).toEqual(['default', 'default'])
  expect(named(flushRoutes.sync({ table: 77 }, ns.where))).toEqual(['10.21.0.0/16'])
  expect(await flushRoutes({ proto: 'bird' }, ns.where)).toEqual([])
  // What the kernel made for the addresses is there still.
  expect(named((await ns.show('-4 route show')) as { dst: string }[])).toContain('10.1.2.0/24')
})

test('prepend puts a route before others, update changes what is there', async () => {
  const dst = '10.22.0.0/16'
  const vias = async () => (await ns.show(`route show ${dst}`)).map(({ gateway }) => gateway)
  await expect(updateRoute({ dst, via: gw4 }, ns.where)).rejects.toMatchObject({ code: 'ENOENT', applied: false })
  await prependRoute({ dst, via: gw4 }, ns.where)
  await prependRoute({ dst, via: '10.1.2.10' }, ns.where)
  expect(await vias()).toEqual(['10.1.2.10', gw4])
  await expect(prependRoute({ dst, via: gw4 }, ns.where)).rejects.toMatchObject({ code: 'EEXIST' })
  await updateRoute({ dst, via: '10.1.2.11', mtu: 1402 }, ns.where)
  await updateRoute({ dst, via: '10.1.2.12' }, ns.where)
  expect(await vias()).toEqual(['10.1.2.12', gw4])
  expect((await listRoutes({ dst }, ns.where))[0]).not.toHaveProperty('metrics')
  await flushRoutes({ dst }, ns.where)
  const six = { dst: '2001:db8:22::/48', via: gw6 }
  await expect(updateRoute(six, ns.where)).rejects.toMatchObject({ code: 'ENOENT', applied: false })
  await prependRoute(six, ns.where)
  await updateRoute({ ...six, via: '2001:db8:1:2::a' }, ns.where)
  expect(await listRoutes({ dst: six.dst }, ns.where)).toMatchObject([{ via: '2001:db8:1:2::a' }])
  await flushRoutes({ dst: six.dst }, ns.where)
})

test('of two routes a listed one goes, whatever the other has beside', async () => {
  const dst = '10.22.0.0/16'
  const [plain, more] = [
    { dst, via: gw4 },
    { dst, via: gw4, mtu: 1402, quickack: true },
  ]
  for (const options of [more, plain]) await appendRoute(options, ns.where)
  const [first, second] = await listRoutes({ dst }, ns.where)
  expect(second).not.toHaveProperty('metrics')
  await deleteRoute(second as NonNullable<typeof second>, ns.where)
  expect(await listRoutes({ dst }, ns.where)).toEqual([first])
  await flushRoutes({ dst }, ns.where)
})

describe('names', () => {
  const files: Readonly<Record<string, string>> = {
    rt_tables: '77 mine\n  0x1020304\thexa # a comment\n78 twice\n',
    'rt_tables.d/b.conf': '79 twice\n80 part\n',
    'rt_tables.d/a.conf': '81 twice\n',
    'rt_tables.d/README': '82 unread\n',
    rt_protos: '78 ours\n',
    rt_scopes: '66 near\n',
    rt_realms: '66 red\n77 blue\n',
  }
  const told = 'mine hexa twice part'.split(' ')

  /** Does what the steps want done, in another directory than the machine's. */
  function inDirectory<T>(directory: string, steps: Steps<T>): T {
    const answer = ({ name, args }: Task) => {
      const path = String(args[0])
      const moved = join(directory, relative('/etc/iproute2', path))
      if (!path.startsWith('/etc/') || !existsSync(moved))
        throw new SystemCallError('absent', { code: 'ENOENT', errno: 2, syscall: 'open' })
      return name === 'readDirectory' ? readdirSync(moved) : readFileSync(moved, 'utf8')
    }
    let step = steps.next()
    while (!step.done) {
      let result: unknown
      try {
        result = answer((step.value as { readonly task: Task }).task)
      } catch (error) {
        step = steps.throw(error)
        continue
      }
      step = steps.next(result)
    }
    return step.value
  }

  test('are what ip takes them for', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rtnl-test-names-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    mkdirSync(join(directory, 'rt_tables.d'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    const lines = told.map((name, i) => `route add 10.30.${i}.0/24 dev eth0 table ${name}`)
    lines.push('route add 10.31.0.0/16 dev eth0 table 77 proto ours scope near realms red/blue')
    // Over the machine's own, for these programs alone.
    const script = `mount --bind ${directory} /etc/iproute2 && exec ip -n ${ns.name} -batch -`
    await run(['unshare', '--mount', 'sh', '-c', script], `${lines.join('\n')}\n`)
    const made = await listRoutes({ table: 'all', root: '10.30.0.0/15' }, ns.where)
    const table = (name: string) => inDirectory(directory, numbered(name, tableNames, 'table'))
    for (const [i, name] of told.entries())
      expect(made.find(({ dst }) => dst === `10.30.${i}.0/24`)?.table, name).toBe(table(name))
    expect(made.find(({ dst }) => dst === '10.31.0.0/16')).toMatchObject({
      proto: inDirectory(directory, numbered('ours', protoNames, 'proto')),
      scope: inDirectory(directory, numbered('near', scopeNames, 'scope')),
      realms: inDirectory(directory, numberedRealms({ from: 'red', to: 'blue' })),
    })
    expect(() => table('unread')).toThrow()
  })

  test('one that no file has is refused, and the files are named', async () => {
    const options = { dst: '10.32.0.0/16', dev: 'eth0', table: 'rtnl-test-absent' }
    const expected = {
      ...{ name: 'InvalidArgumentError', path: 'table', constant: 'RTA_TABLE' },
      expected: expect.stringMatching(/iproute2\/rt_tables/),
    }
    await expect(addRoute(options, ns.where)).rejects.toMatchObject(expected)
    expect(() => addRoute.sync(options, ns.where)).toThrow(expect.objectContaining(expected))
  })
})
