import { execFileSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import type { Infer } from '../../../lib/codec/table.js'
import { bridge, type bridgeAttributes, bridgeSwitches, createBridge } from '../../../lib/link/kinds/bridge.js'
import { createVeth } from '../../../lib/link/kinds/veth.js'
import { deleteLink, getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Where } from '../../../lib/netlink/where.js'
import { type KindRow, stageOf, testKind } from '../../support/kind-rows.js'
import { rawData } from '../../support/links.js'

const patience = { timeout: 30_000 }

/** Without it the kernel answers EOPNOTSUPP to some of its attributes, takes others, and does nothing. */
const withVlanFiltering = {
  since: 'CONFIG_BRIDGE_VLAN_FILTERING',
  async isKnown(where: Where) {
    const probe = await createBridge({ name: 'kx', vlanFiltering: true }, where).catch(() => undefined)
    if (probe !== undefined) await deleteLink(probe, where)
    return probe !== undefined
  },
}

// Times are even numbers: the kernel keeps them in ticks of its own, of which one may be 0.4 hundredths of a second.
const rows: Readonly<Record<keyof Infer<typeof bridgeAttributes>, KindRow>> = {
  forwardDelay: { value: 1234, ip: ['forward_delay', 1234], other: 1236 },
  helloTime: { value: 258, ip: ['hello_time', 258], other: 260 },
  maxAge: { value: 2346, ip: ['max_age', 2346], other: 2348 },
  ageingTime: { value: 66052, ip: ['ageing_time', 66052], other: 66054 },
  stpState: { value: 1, ip: ['stp_state', 1], other: 0 },
  stpMode: { value: 'kernel', ip: ['raw', '02000000'], other: 'auto', since: 'Linux 7.1' },
  priority: { value: 4660, ip: ['priority', 4660], other: 4661, follows: ['rootId', 'bridgeId'] },
  vlanFiltering: { value: true, ip: ['vlan_filtering', 1], other: false, ...withVlanFiltering },
  vlanProtocol: { value: '802.1ad', ip: ['vlan_protocol', '802.1ad'], other: '802.1Q', ...withVlanFiltering },
  vlanDefaultPvid: { value: 258, ip: ['vlan_default_pvid', 258], other: 259, ...withVlanFiltering },
  vlanStatsEnabled: { value: true, ip: ['vlan_stats_enabled', 1], other: false, ...withVlanFiltering },
  vlanStatsPerPort: { value: true, ip: ['vlan_stats_per_port', 1], other: false, ...withVlanFiltering },
  groupFwdMask: { value: 0x1238, ip: ['group_fwd_mask', '0x1238'], other: 0x1248 },
  groupAddress: { value: '01:80:c2:00:00:0d', ip: ['group_addr', '01:80:c2:00:00:0d'], other: '01:80:c2:00:00:0e' },
  fdbFlush: { value: true, ip: ['fdb_flush', undefined], other: true, read: undefined },
  fdbMaxLearned: { value: 66051, ip: ['raw', '03020100'], other: 66052, since: 'Linux 6.7' },
  switches: {
    value: { linkLocalLearning: false },
    ip: ['no_linklocal_learn', 1],
    other: { linkLocalLearning: true },
  },
  mcastRouter: { value: 2, ip: ['mcast_router', 2], other: 0 },
  mcastSnooping: { value: false, ip: ['mcast_snooping', 0], other: true },
  mcastQueryUseIfaddr: { value: true, ip: ['mcast_query_use_ifaddr', 1], other: false },
  mcastQuerier: { value: true, ip: ['mcast_querier', 1], other: false, follows: ['mcastQuerierState'] },
  // Taken and without effect since Linux 4.19.
  mcastHashElasticity: { value: 66051, ip: ['mcast_hash_elasticity', 16], other: 66052, read: 16, otherRead: 16 },
  mcastHashMax: { value: 1024, ip: ['mcast_hash_max', 1024], other: 2048 },
  mcastLastMemberCount: { value: 66051, ip: ['mcast_last_member_cnt', 66051], other: 66052 },
  mcastStartupQueryCount: { value: 66051, ip: ['mcast_startup_query_cnt', 66051], other: 66052 },
  mcastLastMemberInterval: { value: 66052n, ip: ['mcast_last_member_intvl', 66052], other: 66054n },
  mcastMembershipInterval: { value: 66052n, ip: ['mcast_membership_intvl', 66052], other: 66054n },
  mcastQuerierInterval: { value: 66052n, ip: ['mcast_querier_intvl', 66052], other: 66054n },
  mcastQueryInterval: { value: 66052n, ip: ['mcast_query_intvl', 66052], other: 66054n },
  mcastQueryResponseInterval: { value: 4660n, ip: ['mcast_query_response_intvl', 4660], other: 4662n },
  mcastStartupQueryInterval: { value: 66052n, ip: ['mcast_startup_query_intvl', 66052], other: 66054n },
  mcastStatsEnabled: { value: true, ip: ['mcast_stats_enabled', 1], other: false },
  mcastIgmpVersion: { value: 3, ip: ['mcast_igmp_version', 3], other: 2 },
  mcastMldVersion: { value: 2, ip: ['mcast_mld_version', 2], other: 1 },
  nfCallIptables: { value: true, ip: ['nf_call_iptables', 1], other: false },
  nfCallIp6tables: { value: true, ip: ['nf_call_ip6tables', 1], other: false },
  nfCallArptables: { value: true, ip: ['nf_call_arptables', 1], other: false },
}

testKind({ kind: bridge, create: createBridge, rows })

const on = stageOf(bridge)

const vlans = { vlanFiltering: true, vlanDefaultPvid: 0 }

/** Each switch, with the value that it has not by itself, and what it needs. */
const switches = {
  linkLocalLearning: { on: false },
  mcastVlanSnooping: { on: true, beside: vlans },
  mstEnabled: { on: true, beside: vlans },
  mdbOffloadFailNotification: { on: true },
  fdbLocalVlan0: { on: true, beside: vlans },
} as const

test('bridge: there is a test for every switch', () => {
  expect(Object.keys(switches)).toEqual([...bridgeSwitches.numberOf.keys()])
})

test.for(Object.entries(switches))(
  'bridge: the switch %s, and the others stay as they are',
  async ([name, row], context) => {
    const { where } = await on(context)
    const { data } = await createBridge({ name: 'kx' }, where)
    const before = data.switches as Record<string, boolean>
    if (before[name] === undefined) context.skip(`this kernel has no switch ${name} of bridge links`)
    const beside = 'beside' in row ? row.beside : undefined
    if (beside !== undefined) {
      const filtering = await updateLink('kx', beside, where).catch(() => undefined)
      if (filtering === undefined) context.skip('this kernel has no CONFIG_BRIDGE_VLAN_FILTERING')
    }
    const link = await updateLink('kx', { switches: { [name]: row.on } }, where)
    expect(link).toMatchObject({ data: { switches: { ...before, [name]: row.on } } })
    // The kernel's own bits: values, and which of them it has.
    const raw = Buffer.from((await rawData('kx', where)).get(46) ?? '', 'hex')
    expect(raw.readUInt32LE(0)).toBe(1 << (bridgeSwitches.numberOf.get(name) as number))
  },
)

test('bridge: what only the kernel says, as ip prints it', async (context) => {
  const { namespace, where } = await on(context)
  await createBridge({ name: 'kx', address: '02:11:22:33:44:55', priority: 0x1234, up: true }, where)
  const link = await getLink('kx', where)
  // ip prints a MAC address in an id without leading zeroes.
  expect(link).toMatchObject({
    data: {
      bridgeId: '1234.02:11:22:33:44:55',
      rootId: '1234.02:11:22:33:44:55',
      rootPort: 0,
      rootPathCost: 0,
      topologyChange: false,
    },
  })
  const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
  expect(linkinfo.info_data).toMatchObject({ bridge_id: '1234.2:11:22:33:44:55', root_id: '1234.2:11:22:33:44:55' })
})

test('bridge: fdbFlush forgets what was learned, and keeps what was set', async (context) => {
  const { namespace, where } = await on(context)
  await createBridge({ name: 'kx', up: true }, where)
  await createVeth({ name: 'pa', master: 'kx', up: true, peer: { name: 'pb' } }, where)
  await updateLink('pb', { up: true }, where)
  const add = (mac: string, state: string) =>
    execFileSync('bridge', ['-n', namespace.name, 'fdb', 'replace', mac, 'dev', 'pa', 'master', state], {
      stdio: 'pipe',
    })
  // The kernel refuses it until the port forwards, which the carrier's arrival brings about.
  await vi.waitFor(() => add('02:11:22:33:44:55', 'dynamic'), patience)
  add('02:66:77:88:99:aa', 'static')
  const known = async () =>
    (await namespace.bridge('fdb show dev pa')).map(({ mac }) => mac).filter((mac) => /^02:(11|66)/.test(mac))
  // With VLAN filtering in the kernel there is an entry for each VLAN.
  expect([...new Set(await known())].sort()).toEqual(['02:11:22:33:44:55', '02:66:77:88:99:aa'])
  await updateLink('kx', { fdbFlush: true }, where)
  expect([...new Set(await known())]).toEqual(['02:66:77:88:99:aa'])
  await deleteLink('pa', where)
})
