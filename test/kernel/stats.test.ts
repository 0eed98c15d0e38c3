/** Statistics of links: what we read is what `ip` and `bridge` print. */
import { expect, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { getLinkStats, listLinkStats, setLinkStats } from '../../lib/stats/operations.js'
import type { LinkStats } from '../../lib/stats/stats.js'
import type { BothWays } from '../../lib/stats/xstats.js'
import { requireKinds } from '../support/kernel-has.js'
import { type Printed, testNamespace } from '../support/namespace.js'
import { run } from '../support/programs.js'

/** Asks until `isThere`; the kernel counts as packets come, with nobody to wait for. */
async function until<T>(ask: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await ask()
    if (isThere(found)) return found
  }
}

/** What `look` shows while what we read stays as it is. */
async function still<T, S>(ask: () => Promise<T>, look: () => Promise<S>): Promise<{ ours: T; shown: S }> {
  for (;;) {
    const ours = await ask()
    const shown = await look()
    if (JSON.stringify(await ask(), text) === JSON.stringify(ours, text)) return { ours, shown }
  }
}
const text = (_name: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)

const skipNoVlans = (context: Parameters<typeof requireKinds>[0]) => (error: unknown) => {
  // `ip` says no more than that.
  if (/not supported/.test(String(error)))
    context.skip('this kernel has no VLANs of bridges (CONFIG_BRIDGE_VLAN_FILTERING)')
  throw error
}

const suite = (printed: Printed, group: string, name: string) =>
  printed.find((one) => one.group === group && one.suite === name)

test('every link, with its packets', async () => {
  const ns = await testNamespace([
    'link add eth0 index 258 type veth peer name eth1 index 772',
    'link set eth0 up',
    'link set eth1 up',
  ])
  const where = { netns: ns.name }
  const dev = 258
  // Neighbour discovery and multicast reports, unasked.
  await until(
    () => getLinkStats({ dev, group: 'link' }, where),
    ({ link }) => (link?.txPackets ?? 0n) > 1n && (link?.rxPackets ?? 0n) > 1n,
  )
  const { ours, shown } = await still(
    () => getLinkStats({ dev: 'eth0', group: 'link' }, where),
    () => ns.show('-s -s link show dev eth0'),
  )
  const { rx, tx } = shown[0].stats64
  const number = (value: bigint | undefined) => Number(value)
  const { link } = ours
  expect(ours).toEqual({ dev, link })
  expect([link?.rxBytes, link?.rxPackets, link?.rxErrors, link?.rxDropped, link?.multicast].map(number)).toEqual([
    ...[rx.bytes, rx.packets, rx.errors, rx.dropped, rx.multicast],
  ])
  expect([link?.txBytes, link?.txPackets, link?.txErrors, link?.txDropped, link?.collisions].map(number)).toEqual([
    ...[tx.bytes, tx.packets, tx.errors, tx.dropped, tx.collisions],
  ])
  expect(link?.txBytes).not.toBe(link?.txPackets)
  const all = await listLinkStats({ group: 'link' }, where)
  expect(all.map((one) => one.dev)).toEqual(expect.arrayContaining([1, 258, 772]))
  expect(await listLinkStats({ dev: 772, group: ['link'] }, where)).toMatchObject([{ dev: 772 }])
  expect(listLinkStats.sync({ dev: 'eth1' }, where)).toMatchObject([{ dev: 772, link: expect.anything() }])
})

const bridge = [
  'link add br0 index 1286 type bridge mcast_stats_enabled 1 mcast_querier 1 stp_state 1 forward_delay 200',
  'link add eth0 index 258 type veth peer name eth1 index 772',
  'link set eth0 master br0',
  ...['eth0', 'eth1', 'br0'].map((dev) => `link set ${dev} up`),
]

type BridgeMcast = NonNullable<NonNullable<NonNullable<LinkStats['xstats']>['bridge']>['mcast']>

/** As `ip -j stats` prints it. */
function printedMcast(mcast: BridgeMcast) {
  const versions = (...all: readonly BothWays[]) =>
    Object.fromEntries(
      (['rx', 'tx'] as const).flatMap((way) => all.map((one, i) => [`${way}_v${i + 1}`, Number(one[way])])),
    )
  const ways = ({ rx, tx }: BothWays) => ({ rx: Number(rx), tx: Number(tx) })
  return {
    igmp_queries: versions(mcast.igmpV1Queries, mcast.igmpV2Queries, mcast.igmpV3Queries),
    igmp_reports: versions(mcast.igmpV1Reports, mcast.igmpV2Reports, mcast.igmpV3Reports),
    igmp_leaves: ways(mcast.igmpLeaves),
    igmp_parse_errors: Number(mcast.igmpParseErrors),
    mld_queries: versions(mcast.mldV1Queries, mcast.mldV2Queries),
    mld_reports: versions(mcast.mldV1Reports, mcast.mldV2Reports),
    mld_leaves: ways(mcast.mldLeaves),
    mld_parse_errors: Number(mcast.mldParseErrors),
  }
}

test('multicast and spanning tree of a bridge', async () => {
  const ns = await testNamespace(bridge)
  const where = { netns: ns.name }
  const read = () => listLinkStats({ group: ['xstats', 'xstatsSlave'] }, where)
  const of = (all: readonly LinkStats[], dev: number) => all.find((one) => one.dev === dev)
  const isBusy = (all: readonly LinkStats[]) => {
    const { mcast, stp } = of(all, 258)?.xstatsSlave?.bridge ?? {}
    return (mcast?.igmpV2Queries.tx ?? 0n) > 0n && (stp?.txBpdu ?? 0n) > 0n
  }
  await until(read, isBusy)
  const { ours, shown } = await still(read, () => ns.show('stats show group xstats group xstats_slave'))
  const port = of(ours, 258)?.xstatsSlave?.bridge
  const whole = of(ours, 1286)?.xstats?.bridge
  const printed = (name: string) =>
    suite(
      shown.filter(({ ifname }) => ifname === 'eth0'),
      'xstats_slave',
      name,
    )
  expect(printed('mcast').multicast).toEqual(printedMcast(port?.mcast as BridgeMcast))
  const own = suite(
    shown.filter(({ ifname }) => ifname === 'br0'),
    'xstats',
    'mcast',
  )
  expect(own.multicast).toEqual(printedMcast(whole?.mcast as BridgeMcast))
  const stp = port?.stp
  expect(printed('stp').stp).toEqual({
    ...{ rx_bpdu: Number(stp?.rxBpdu), tx_bpdu: Number(stp?.txBpdu), rx_tcn: Number(stp?.rxTcn) },
    ...{ tx_tcn: Number(stp?.txTcn), transition_blk: Number(stp?.transitionBlk) },
    transition_fwd: Number(stp?.transitionFwd),
  })
  expect(whole?.stp).toBeUndefined()
  expect(ours.filter(({ xstatsSlave }) => xstatsSlave).map(({ dev }) => dev)).toEqual([258])
  expect(await getLinkStats({ dev: 'eth0', group: 'xstats' }, where)).toEqual({ dev: 258 })
})

test('VLANs of a bridge', async (context) => {
  const vlans = 'vlan_filtering 1 vlan_stats_enabled 1 vlan_stats_per_port 1'
  const ns = await testNamespace([`${bridge[0]} ${vlans}`, ...bridge.slice(1)]).catch(skipNoVlans(context))
  const where = { netns: ns.name }
  const read = async () => (await getLinkStats({ dev: 'br0', group: 'xstats' }, where)).xstats?.bridge?.vlans ?? []
  // The bridge announces its own address.
  await until(read, ([first]) => (first?.rxPackets ?? 0n) > 0n)
  const { ours, shown } = await still(read, () => ns.bridge('-s vlan show dev br0'))
  const [vlan] = shown[0].vlans
  expect(ours).toEqual([
    {
      vid: vlan.vlan,
      flags: expect.arrayContaining(['pvid', 'untagged']),
      rxBytes: BigInt(vlan.rx_bytes),
      rxPackets: BigInt(vlan.rx_packets),
      txBytes: BigInt(vlan.tx_bytes),
      txPackets: BigInt(vlan.tx_packets),
    },
  ])
  expect((await getLinkStats({ dev: 'eth0' }, where)).xstatsSlave?.bridge?.vlans).toMatchObject([{ vid: 1 }])
})

test('more VLANs than fit one message', async (context) => {
  const ns = await testNamespace(['link add br0 type bridge vlan_filtering 1']).catch(skipNoVlans(context))
  const where = { netns: ns.name }
  await run(['bridge', '-n', ns.name, 'vlan', 'add', 'vid', '2-4094', 'dev', 'br0', 'self'])
  const [found, ...others] = await listLinkStats({ dev: 'br0', group: 'xstats' }, where)
  expect(others).toEqual([])
  const vids = (found?.xstats?.bridge?.vlans ?? []).map(({ vid }) => vid)
  expect(vids).toEqual(Array.from({ length: 4094 }, (_, i) => i + 1))
  // Where the kernel makes one message of all, the length of an attribute overflows.
  expect((await getLinkStats({ dev: 'br0' }, where)).xstats?.bridge?.vlans).toHaveLength(4094)
})

test('LACP of a bond', async (context) => {
  await requireKinds(context, 'bond')
  const ns = await testNamespace([
    'link add bond7 index 1286 type bond mode 802.3ad',
    'link add eth0 index 258 type veth peer name eth1 index 772',
    'link set eth0 master bond7',
    ...['eth0', 'eth1', 'bond7'].map((dev) => `link set ${dev} up`),
  ])
  const where = { netns: ns.name }
  const read = () => listLinkStats({ group: ['xstats', 'xstatsSlave'] }, where)
  const sent = (all: readonly LinkStats[]) => all.find(({ dev }) => dev === 258)?.xstatsSlave?.bond?.ad?.lacpduTx ?? 0n
  await until(read, (all) => sent(all) > 0n)
  const { ours, shown } = await still(read, () => ns.show('stats show dev eth0 group xstats_slave'))
  expect(suite(shown, 'xstats_slave', '802.3ad')['802.3ad']).toMatchObject({
    lacpdu_tx: Number(sent(ours)),
    lacpdu_rx: 0,
  })
  expect(ours.find(({ dev }) => dev === 1286)?.xstats?.bond?.ad?.lacpduTx).toBe(sent(ours))
})

test('statistics of hardware are asked for, and there is none', async (context) => {
  const ns = await testNamespace(['link add eth0 index 258 type veth peer name eth1 index 772'])
  const where = { netns: ns.name }
  await setLinkStats({ dev: 'eth0', l3Stats: true }, where).catch((error) => {
    if (isKernelError(error, 'EOPNOTSUPP')) context.skip('this kernel has no statistics of hardware (Linux 5.18)')
    throw error
  })
  const info = async (dev: number) =>
    (await getLinkStats({ dev, subgroup: ['hwStatsInfo', 'cpuHit'] }, where)).offload?.hwStatsInfo?.l3Stats
  expect([await info(258), await info(772)]).toEqual([
    { request: true, used: false },
    { request: false, used: false },
  ])
  const shown = await ns.show('stats show dev eth0 group offload')
  expect(shown.find((one) => one.subgroup === 'hw_stats_info').info.l3_stats).toEqual({ request: true, used: false })
  await setLinkStats({ dev: 'eth0', l3Stats: false }, where)
  expect(await info(258)).toEqual({ request: false, used: false })
  // Only what was asked for is told.
  const { dev, ...rest } = await getLinkStats({ dev: 'eth0', subgroup: 'hwStatsInfo' }, where)
  expect(Object.keys(rest)).toEqual(['offload'])
})

test('MPLS', async (context) => {
  const ns = await testNamespace(['link add eth0 index 258 type veth peer name eth1 index 772', 'link set eth0 up'])
  const where = { netns: ns.name }
  // Such a route loads the module, where there is one.
  await ns.ip('route add 10.9.9.0/24 encap mpls 16 dev eth0').catch(() => {})
  const stats = await listLinkStats({ dev: 'eth0', group: 'afstats' }, where)
  if (stats[0]?.afstats === undefined) context.skip('this kernel has no MPLS (CONFIG_MPLS_ROUTING)')
  expect(stats).toMatchObject([{ dev: 258, afstats: { mpls: { rxPackets: 0n, rxNoRoute: 0n } } }])
})

test('what is not there', async () => {
  const where = { netns: (await testNamespace()).name }
  await expect(getLinkStats({ dev: 4242 }, where)).rejects.toMatchObject({ code: 'ENODEV', request: 'RTM_GETSTATS' })
  await expect(setLinkStats({ dev: 'nope', l3Stats: true }, where)).rejects.toMatchObject({ code: 'ENODEV' })
  expect(await listLinkStats({ dev: 4242 }, where)).toEqual([])
})
