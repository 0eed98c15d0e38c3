import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { type BridgeLink, type BridgeOptions, bridgeAttributes, createBridge } from '../../lib/link/kinds/bridge.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { rawData } from '../support/links.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

let namespace: TestNamespace
let where: { netns: string }
/** Without it the kernel answers EOPNOTSUPP to some of its attributes, takes others, and does nothing. */
let hasVlanFiltering: boolean
beforeAll(async () => {
  namespace = await createTestNamespace()
  where = { netns: namespace.name }
  const error = await createBridge({ name: 'probe', vlanFiltering: true }, where).catch((error: unknown) => error)
  hasVlanFiltering = !isKernelError(error, 'EOPNOTSUPP')
  if (hasVlanFiltering) await deleteLink('probe', where)
})
afterEach(async () => {
  for (const { name } of await listLinks({ kind: 'bridge' }, where)) await deleteLink(name, where)
})
afterAll(() => namespace?.remove())

type Name = Exclude<keyof BridgeOptions & keyof typeof bridgeAttributes.rows, 'address' | 'group'>

interface Row {
  readonly value: unknown
  /** Where and what `ip -d -j` prints; `'raw'`: iproute2 6.1 has no word for it, so the kernel's bytes are looked at. */
  readonly ip: readonly [path: string, value: unknown] | readonly ['raw', hex: string]
  /** Another value, for a link that exists. */
  readonly other: unknown
  readonly beside?: Partial<BridgeOptions>
  readonly needs?: 'vlan filtering'
  /** What is read back, where that is something else. */
  readonly read?: unknown
}

// Times are even numbers: the kernel keeps them in ticks of its own, of which one may be 0.4 hundredths of a second.
const rows: Readonly<Record<Name, Row>> = {
  forwardDelay: { value: 1234, ip: ['forward_delay', 1234], other: 1236 },
  helloTime: { value: 258, ip: ['hello_time', 258], other: 260 },
  maxAge: { value: 2346, ip: ['max_age', 2346], other: 2348 },
  ageingTime: { value: 66052, ip: ['ageing_time', 66052], other: 66054 },
  stpState: { value: 1, ip: ['stp_state', 1], other: 0 },
  stpMode: { value: 'kernel', ip: ['raw', '02000000'], other: 'auto' },
  priority: { value: 4660, ip: ['priority', 4660], other: 4661 },
  vlanFiltering: { value: true, ip: ['vlan_filtering', 1], other: false, needs: 'vlan filtering' },
  vlanProtocol: { value: '802.1ad', ip: ['vlan_protocol', '802.1ad'], other: '802.1Q', needs: 'vlan filtering' },
  vlanDefaultPvid: { value: 258, ip: ['vlan_default_pvid', 258], other: 259, needs: 'vlan filtering' },
  vlanStatsEnabled: { value: true, ip: ['vlan_stats_enabled', 1], other: false, needs: 'vlan filtering' },
  vlanStatsPerPort: { value: true, ip: ['vlan_stats_per_port', 1], other: false, needs: 'vlan filtering' },
  groupFwdMask: { value: 0x1238, ip: ['group_fwd_mask', '0x1238'], other: 0x1248 },
  groupAddress: { value: '01:80:c2:00:00:0d', ip: ['group_addr', '01:80:c2:00:00:0d'], other: '01:80:c2:00:00:0e' },
  fdbFlush: { value: true, ip: ['fdb_flush', undefined], other: true, read: undefined },
  fdbMaxLearned: { value: 66051, ip: ['raw', '03020100'], other: 66052 },
  switches: {
    value: { linkLocalLearning: false },
    ip: ['no_linklocal_learn', 1],
    other: { linkLocalLearning: true },
  },
  mcastRouter: { value: 2, ip: ['mcast_router', 2], other: 0 },
  mcastSnooping: { value: false, ip: ['mcast_snooping', 0], other: true },
  mcastQueryUseIfaddr: { value: true, ip: ['mcast_query_use_ifaddr', 1], other: false },
  mcastQuerier: { value: true, ip: ['mcast_querier', 1], other: false },
  // Taken and without effect since Linux 4.19.
  mcastHashElasticity: { value: 66051, ip: ['mcast_hash_elasticity', 16], other: 66052, read: 16 },
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

const names = Object.keys(rows) as Name[]
const told = (name: Name, value: unknown): Readonly<Record<string, unknown>> => {
  const read = 'read' in rows[name] ? rows[name].read : value
  return read === undefined ? {} : { [name]: read }
}
const withoutClock = ({ data: { gcTimer: _, ...data }, ...link }: BridgeLink) => ({ ...link, data })
function skipWithout(name: Name, context: TestContext, link: { data: object }): void {
  if (rows[name].needs !== undefined && !hasVlanFiltering) context.skip(`no ${rows[name].needs} in this kernel`)
  if (told(name, true)[name] !== undefined && !Object.hasOwn(link.data, name)) context.skip(`no ${name} in this kernel`)
}

test('there is a row for every writable attribute of the table', () => {
  const writable = Object.entries(bridgeAttributes.rows).filter(([, { options }]) => !('readOnly' in options))
  expect(names.sort()).toEqual(writable.map(([name]) => name).sort())
})

describe('each attribute, set and read back, then changed', () => {
  for (const name of names) {
    test(name, async (context) => {
      skipWithout(name, context, await createBridge({ name: 'plain' }, where))
      const { value, ip, other, beside } = rows[name]
      const made = await createBridge({ name: 'brx', ...beside, [name]: value }, where)
      const [path, printed] = ip
      const [{ linkinfo }] = (await namespace.show('link show dev brx')) as [{ linkinfo: Record<string, unknown> }]
      expect(linkinfo.info_kind).toBe('bridge')
      const number = bridgeAttributes.rows[name].attributes[0]?.number as number
      if (path === 'raw') expect((await rawData('brx', where)).get(number)).toBe(printed)
      else expect((linkinfo.info_data as Record<string, unknown>)[path]).toEqual(printed)
      const link = await getLink('brx', where)
      expect(link).toMatchObject({ kind: 'bridge', data: told(name, value) })
      expect(withoutClock(made)).toEqual(withoutClock(link as typeof made))
      expect(made.data).not.toHaveProperty('unknown')
      const changed = await updateLink('brx', { [name]: other }, where)
      const others = withoutClock(link as BridgeLink).data
      // And the others are as they were, but for what follows from it.
      const { rootId: _1, bridgeId: _2, switches: _3, mcastQuerierState: _4, ...steady } = others
      expect(changed).toMatchObject({ kind: 'bridge', data: { ...steady, ...told(name, other) } })
    })
  }
})

test('switches that are not named stay as they are', async (context) => {
  const made = await createBridge({ name: 'brx', switches: { linkLocalLearning: false } }, where)
  if (made.data.switches?.mdbOffloadFailNotification === undefined)
    context.skip('no mdbOffloadFailNotification in this kernel')
  const link = await updateLink('brx', { switches: { mdbOffloadFailNotification: true } }, where)
  expect(link).toMatchObject({ data: { switches: { linkLocalLearning: false, mdbOffloadFailNotification: true } } })
})

test('what only the kernel says, as ip prints it', async () => {
  await createBridge({ name: 'brx', address: '02:11:22:33:44:55', priority: 0x1234, up: true }, where)
  const link = await getLink('brx', where)
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
  const [{ linkinfo }] = (await namespace.show('link show dev brx')) as [{ linkinfo: { info_data: object } }]
  expect(linkinfo.info_data).toMatchObject({ bridge_id: '1234.2:11:22:33:44:55', root_id: '1234.2:11:22:33:44:55' })
})

test('fdbFlush forgets what was learned, and keeps what was set', async () => {
  await createBridge({ name: 'brx', up: true }, where)
  await createVeth({ name: 'pa', master: 'brx', up: true, peer: { name: 'pb' } }, where)
  await updateLink('pb', { up: true }, where)
  const add = (mac: string, state: string) =>
    execFileSync('bridge', ['-n', namespace.name, 'fdb', 'replace', mac, 'dev', 'pa', 'master', state], {
      stdio: 'pipe',
    })
  // The kernel refuses it until the port forwards, which the carrier's arrival brings about.
  await vi.waitFor(() => add('02:11:22:33:44:55', 'dynamic'))
  add('02:66:77:88:99:aa', 'static')
  const known = async () =>
    (await namespace.bridge('fdb show dev pa')).map(({ mac }) => mac).filter((mac) => /^02:(11|66)/.test(mac))
  // With VLAN filtering in the kernel there is an entry for each VLAN.
  expect([...new Set(await known())].sort()).toEqual(['02:11:22:33:44:55', '02:66:77:88:99:aa'])
  await updateLink('brx', { fdbFlush: true }, where)
  expect([...new Set(await known())]).toEqual(['02:66:77:88:99:aa'])
  await deleteLink('pa', where)
})
