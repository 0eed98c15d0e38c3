import { describe, expect, test } from 'vitest'
import { type BridgeOptions, createBridge } from '../../../../lib/link/kinds/bridge.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, type FamilyCases, runSteps, testFixtures } from '../../../support/requests.js'

const many = {
  forwardDelay: 1234,
  helloTime: 258,
  maxAge: 2345,
  ageingTime: 66051,
  stpState: 1,
  priority: 4660,
  vlanFiltering: true,
  vlanProtocol: '802.1ad',
  vlanDefaultPvid: 258,
  groupFwdMask: 0x1238,
  mcastQuerier: true,
} as const

/** Words behind `type bridge` → the options that say the same. */
const additions: Readonly<Record<string, Partial<BridgeOptions>>> = {
  '': {},
  'forward_delay 1234': { forwardDelay: 1234 },
  'hello_time 258': { helloTime: 258 },
  'max_age 2345': { maxAge: 2345 },
  'ageing_time 66051': { ageingTime: 66051 },
  'stp_state 1': { stpState: 1 },
  'stp_state 0': { stpState: 0 },
  'priority 4660': { priority: 4660 },
  'vlan_filtering 1': { vlanFiltering: true },
  'vlan_protocol 802.1ad': { vlanProtocol: '802.1ad' },
  'vlan_protocol 802.1Q': { vlanProtocol: '802.1Q' },
  'vlan_default_pvid 258': { vlanDefaultPvid: 258 },
  'vlan_default_pvid 0': { vlanDefaultPvid: 0 },
  'vlan_stats_enabled 1': { vlanStatsEnabled: true },
  'vlan_stats_per_port 1': { vlanStatsPerPort: true },
  'group_fwd_mask 0x1238': { groupFwdMask: 0x1238 },
  'group_address 01:80:c2:00:00:0d': { groupAddress: '01:80:c2:00:00:0d' },
  fdb_flush: { fdbFlush: true },
  'no_linklocal_learn 1': { switches: { linkLocalLearning: false } },
  'no_linklocal_learn 0': { switches: { linkLocalLearning: true } },
  'mcast_snooping 0': { mcastSnooping: false },
  'mcast_vlan_snooping 1': { switches: { mcastVlanSnooping: true } },
  'mcast_vlan_snooping 0': { switches: { mcastVlanSnooping: false } },
  'mcast_router 2': { mcastRouter: 2 },
  'mcast_query_use_ifaddr 1': { mcastQueryUseIfaddr: true },
  'mcast_querier 1': { mcastQuerier: true },
  'mcast_hash_elasticity 66051': { mcastHashElasticity: 66051 },
  'mcast_hash_max 4096': { mcastHashMax: 4096 },
  'mcast_last_member_count 66051': { mcastLastMemberCount: 66051 },
  'mcast_startup_query_count 66051': { mcastStartupQueryCount: 66051 },
  'mcast_last_member_interval 66051': { mcastLastMemberInterval: 66051 },
  'mcast_membership_interval 66051': { mcastMembershipInterval: 66051n },
  'mcast_querier_interval 66051': { mcastQuerierInterval: 66051 },
  'mcast_query_interval 66051': { mcastQueryInterval: 66051 },
  'mcast_query_response_interval 66051': { mcastQueryResponseInterval: 66051 },
  'mcast_startup_query_interval 66051': { mcastStartupQueryInterval: 66051 },
  'mcast_stats_enabled 1': { mcastStatsEnabled: true },
  'mcast_igmp_version 3': { mcastIgmpVersion: 3 },
  'mcast_mld_version 2': { mcastMldVersion: 2 },
  'nf_call_iptables 1': { nfCallIptables: true },
  'nf_call_ip6tables 1': { nfCallIp6tables: true },
  'nf_call_arptables 1': { nfCallArptables: true },
  'no_linklocal_learn 1 mcast_vlan_snooping 1 vlan_filtering 1': {
    switches: { linkLocalLearning: false, mcastVlanSnooping: true },
    vlanFiltering: true,
  },
  'forward_delay 1234 hello_time 258 max_age 2345 ageing_time 66051 stp_state 1 priority 4660 vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 258 group_fwd_mask 0x1238 mcast_querier 1':
    many,
}

const create = (options: Partial<BridgeOptions>) => createBridge.op({ name: 'brx', ...options })
const added: FamilyCases['same'] = endings('ip link add brx type bridge', additions, create)

const br0 = existing(66053, { kind: 'bridge', name: 'br0' })
const change = (changes: Parameters<typeof updateLink.op>[1]) => ({ op: updateLink.op('br0', changes), answer: br0 })

describe('bytes as iproute2 sends them', () => {
  testFixtures('bridge', {
    same: {
      ...added,
      'ip link set br0 type bridge vlan_filtering 1': () => change({ vlanFiltering: true }),
      'ip link set br0 type bridge stp_state 1 priority 4660': () => change({ stpState: 1, priority: 4660 }),
      'ip link set br0 type bridge fdb_flush': () => change({ fdbFlush: true }),
      'ip link set br0 type bridge group_address 01:80:c2:00:00:0e': () =>
        change({ groupAddress: '01:80:c2:00:00:0e' }),
      'ip link set br0 type bridge ageing_time 66051': () => change({ ageingTime: 66051 }),
    },
  })
})

describe('what iproute2 6.1 has no word for', () => {
  const rows: readonly (readonly [Partial<BridgeOptions>, number, string])[] = [
    [{ fdbMaxLearned: 66051 }, 49, '03020100'],
    [{ stpMode: 'kernel' }, 50, '02000000'],
    [{ switches: { mstEnabled: true } }, 46, '0400000004000000'],
    [{ switches: { mdbOffloadFailNotification: true } }, 46, '0800000008000000'],
    [{ switches: { fdbLocalVlan0: true, mstEnabled: false } }, 46, '1000000014000000'],
  ]
  test.each(rows)('%o', (options, number, payload) => {
    const data = runSteps(create(options)).sent[0]?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect([...(data ?? [])]).toEqual([[number, [{ bytes: payload }]]])
  })
})

test.each([
  [{ vlanDefaultPvid: 4096 }, 'vlanDefaultPvid', /an integer from 0 to 4095/],
  [{ priority: 65536 }, 'priority', /an integer from 0 to 65535/],
  [{ groupAddress: '01:80:c2:00:00' }, 'groupAddress', /a MAC address/],
  [{ mcastQuerierInterval: 1.5 }, 'mcastQuerierInterval', /bigint/],
  [{ mcastSnooping: 1 }, 'mcastSnooping', /true or false/],
  [{ switches: { mcastVlanSnooping: 1 } }, 'switches.mcastVlanSnooping', /true or false/],
  [{ switches: { nope: true } }, 'switches.nope', /linkLocalLearning/],
  [{ vlanProtocol: '802.1q' }, 'vlanProtocol', /802\.1Q/],
  [{ rootId: '8000.02:00:00:00:00:01' }, 'rootId', /only the kernel sets this/],
  [{ ageing: 5 }, 'ageing', /no such option/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(createBridge.op({ name: 'brx', ...options } as never))).toEqual(refused)
  expect(refusal(updateLink.op('br0', options as never), { answer: br0 })).toEqual(refused)
})
