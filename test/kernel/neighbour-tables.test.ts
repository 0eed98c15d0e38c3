import { expect, test } from 'vitest'
import { listNeighbourTables, updateNeighbourTable } from '../../lib/neighbour/tables.js'
import { readSysctl } from '../../lib/netns/sysctl.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'

// Whole seconds where /proc has seconds; multiples of 20 elsewhere, which every kernel's clock can tell.
const wanted = {
  baseReachable: 66060,
  retrans: 4660,
  gcStale: 258_000,
  delayProbe: 7000,
  queue: 37,
  appProbes: 3,
  ucastProbes: 5,
  mcastProbes: 9,
  mcastReprobes: 11,
  anycastDelay: 1280,
  proxyDelay: 1540,
  proxyQueue: 515,
  locktime: 1800,
}

/** What /proc/sys calls them, and how many milliseconds a unit has there. */
const files: readonly (readonly [keyof typeof wanted, string, number])[] = [
  ['baseReachable', 'base_reachable_time_ms', 1],
  ['retrans', 'retrans_time_ms', 1],
  ['gcStale', 'gc_stale_time', 1000],
  ['delayProbe', 'delay_first_probe_time', 1000],
  ['queue', 'unres_qlen', 1],
  ['appProbes', 'app_solicit', 1],
  ['ucastProbes', 'ucast_solicit', 1],
  ['mcastProbes', 'mcast_solicit', 1],
  ['mcastReprobes', 'mcast_resolicit', 1],
  ['anycastDelay', 'anycast_delay', 10],
  ['proxyDelay', 'proxy_delay', 10],
  ['proxyQueue', 'proxy_qlen', 1],
  ['locktime', 'locktime', 10],
]

const stage = () =>
  testNamespace([
    'link add eth0 index 258 type veth peer name eth1 index 772',
    ...['eth0', 'eth1'].map((name) => `link set ${name} addrgenmode none`),
  ])

const sysctl = (ns: TestNamespace, protocol: string, file: string) =>
  readSysctl(`net.${protocol}.neigh.eth0.${file}`, { netns: ns.name })

test('what a link has of its own is what ip, /proc and we read back', async () => {
  const ns = await stage()
  const where = { netns: ns.name }
  const before = await listNeighbourTables({ name: 'arp_cache', dev: 'eth1' }, where)
  for (const name of ['arp_cache', 'ndisc_cache']) await updateNeighbourTable({ name, dev: 'eth0', ...wanted }, where)

  for (const [name, family, protocol] of [
    ['arp_cache', 'inet', 'ipv4'],
    ['ndisc_cache', 'inet6', 'ipv6'],
  ] as const) {
    const [found, ...more] = await listNeighbourTables({ name, dev: 'eth0' }, where)
    expect(more).toEqual([])
    expect(found).toMatchObject({ name, family, dev: 258, ...wanted })
    expect(found).not.toHaveProperty('thresh1')
    const told = await Promise.all(files.map(([, file]) => sysctl(ns, protocol, file)))
    expect(told.map(Number)).toEqual(files.map(([option, , unit]) => wanted[option] / unit))
    expect(Number(await sysctl(ns, protocol, 'unres_qlen_bytes'))).toBe(found?.queueLenBytes)
  }
  const printed = await ns.show('ntable show dev eth0')
  const expected = {
    base_reachable: 66060,
    retrans: 4660,
    gc_stale: 258_000,
    delay_probe: 7000,
    queue: 37,
    app_probes: 3,
    ucast_probes: 5,
    mcast_probes: 9,
    anycast_delay: 1280,
    proxy_delay: 1540,
    proxy_queue: 515,
    locktime: 1800,
  }
  expect(printed).toEqual(
    ['arp_cache', 'ndisc_cache'].map((name) => expect.objectContaining({ name, dev: 'eth0', ...expected })),
  )
  expect(await listNeighbourTables({ name: 'arp_cache', dev: 'eth1' }, where)).toEqual(before)
})

test('only what is said changes; zero is a value', async (context) => {
  const ns = await stage()
  const where = { netns: ns.name }
  const arp = { name: 'arp_cache', dev: 'eth0' }
  await updateNeighbourTable({ ...arp, ...wanted }, where)
  await updateNeighbourTable({ ...arp, queueLenBytes: 66051, ucastProbes: 0 }, where)
  const [found] = await listNeighbourTables(arp, where)
  expect(found).toMatchObject({ ...wanted, queue: expect.any(Number), queueLenBytes: 66051, ucastProbes: 0 })
  expect(await sysctl(ns, 'ipv4', 'unres_qlen_bytes')).toBe('66051')
  if (found?.intervalProbeTime === undefined) context.skip('this kernel has no intervalProbeTime (Linux 6.0)')
  await updateNeighbourTable({ ...arp, intervalProbeTime: 4660 }, where)
  expect(await sysctl(ns, 'ipv4', 'interval_probe_time_ms')).toBe('4660')
  expect(await listNeighbourTables(arp, where)).toMatchObject([{ intervalProbeTime: 4660, retrans: wanted.retrans }])
})

test('the tables themselves, which are of the whole machine', async () => {
  const ns = await stage()
  const where = { netns: ns.name }
  const tables = (await listNeighbourTables({}, where)).filter(({ dev }) => dev === undefined)
  const printed = (await ns.show('-s ntable show')).filter(({ dev }) => dev === undefined)
  const told = tables.map(({ name, family, thresh1, thresh2, thresh3, gcInterval, config, baseReachable }) => ({
    ...{ name, family, thresh1, thresh2, thresh3, gc_interval: gcInterval, base_reachable: baseReachable },
    ...{ key_length: config?.keyLen, entry_size: config?.entrySize, hash_rnd: config?.hashRnd },
  }))
  expect(printed).toEqual(told.map((table) => expect.objectContaining(table)))
  expect(tables.map(({ name }) => name)).toEqual(['arp_cache', 'ndisc_cache'])
  expect(tables.map(({ config }) => config?.keyLen)).toEqual([4, 16])
  for (const [i, { stats }] of tables.entries()) {
    expect(stats?.allocs).toBeTypeOf('bigint')
    // They count on between the two listings.
    expect(stats?.lookups).toBeLessThanOrEqual(BigInt(printed[i].lookups))
  }
  // ENOENT is all that a namespace other than the first is told (neightbl_set).
  for (const changes of [{ thresh1: 128 }, { gcInterval: 30_000 }, { retrans: 1000 }])
    await expect(updateNeighbourTable({ name: 'arp_cache', ...changes }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      applied: false,
    })
  const absent = updateNeighbourTable({ name: 'decnet_cache', dev: 'eth0', retrans: 1000 }, where)
  await expect(absent).rejects.toThrow(/^cannot update neighbour table decnet_cache of eth0: /)
  expect((await listNeighbourTables({ family: 'inet6' }, where)).every(({ name }) => name === 'ndisc_cache')).toBe(true)
})
