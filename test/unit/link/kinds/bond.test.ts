import { describe, expect, test } from 'vitest'
import { type BondOptions, createBond } from '../../../../lib/link/kinds/bond.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, type FamilyCases, runSteps, testFixtures } from '../../../support/requests.js'

/** Words behind `type bond` → the options that say the same. */
const additions: Readonly<Record<string, Partial<BondOptions>>> = {
  '': {},
  'mode balance-rr': { mode: 'balance-rr' },
  'mode active-backup': { mode: 'active-backup' },
  'mode balance-xor': { mode: 'balance-xor' },
  'mode broadcast': { mode: 'broadcast' },
  'mode 802.3ad': { mode: '802.3ad' },
  'mode balance-tlb': { mode: 'balance-tlb' },
  'mode balance-alb': { mode: 'balance-alb' },
  'miimon 66051': { miimon: 66051 },
  'miimon 100 updelay 4600': { miimon: 100, updelay: 4600 },
  'miimon 100 downdelay 4700': { miimon: 100, downdelay: 4700 },
  'miimon 100 peer_notify_delay 4800': { miimon: 100, peerNotifyDelay: 4800 },
  'use_carrier 0': { useCarrier: false },
  'use_carrier 1': { useCarrier: true },
  'arp_interval 66051': { arpInterval: 66051 },
  'arp_ip_target 10.1.2.3': { arpIpTarget: ['10.1.2.3'] },
  'arp_ip_target 10.1.2.3,10.4.5.6': { arpIpTarget: ['10.1.2.3', '10.4.5.6'] },
  'ns_ip6_target 2001:db8:1:2:3:4:5:6,2001:db8:a:b:c:d:e:f': {
    nsIp6Target: ['2001:db8:1:2:3:4:5:6', '2001:db8:a:b:c:d:e:f'],
  },
  'arp_validate none': { arpValidate: 'none' },
  'arp_validate active': { arpValidate: 'active' },
  'arp_validate backup': { arpValidate: 'backup' },
  'arp_validate all': { arpValidate: 'all' },
  'arp_validate filter': { arpValidate: 'filter' },
  'arp_validate filter_active': { arpValidate: 'filter_active' },
  'arp_validate filter_backup': { arpValidate: 'filter_backup' },
  'arp_all_targets any': { arpAllTargets: 'any' },
  'arp_all_targets all': { arpAllTargets: 'all' },
  'arp_missed_max 66': { arpMissedMax: 66 },
  'primary eth0': { primary: 'eth0' },
  'mode active-backup primary_reselect always': { mode: 'active-backup', primaryReselect: 'always' },
  'primary_reselect better': { primaryReselect: 'better' },
  'primary_reselect failure': { primaryReselect: 'failure' },
  'fail_over_mac none': { failOverMac: 'none' },
  'fail_over_mac active': { failOverMac: 'active' },
  'fail_over_mac follow': { failOverMac: 'follow' },
  'xmit_hash_policy layer2': { xmitHashPolicy: 'layer2' },
  'xmit_hash_policy layer2+3': { xmitHashPolicy: 'layer2+3' },
  'xmit_hash_policy layer3+4': { xmitHashPolicy: 'layer3+4' },
  'xmit_hash_policy encap2+3': { xmitHashPolicy: 'encap2+3' },
  'xmit_hash_policy encap3+4': { xmitHashPolicy: 'encap3+4' },
  'xmit_hash_policy vlan+srcmac': { xmitHashPolicy: 'vlan+srcmac' },
  'resend_igmp 66': { resendIgmp: 66 },
  'num_grat_arp 67': { numPeerNotif: 67 },
  'num_unsol_na 68': { numPeerNotif: 68 },
  'all_slaves_active 1': { allSlavesActive: true },
  'all_slaves_active 0': { allSlavesActive: false },
  'min_links 66051': { minLinks: 66051 },
  'lp_interval 66051': { lpInterval: 66051 },
  'packets_per_slave 258': { packetsPerSlave: 258 },
  'mode balance-tlb tlb_dynamic_lb 0': { mode: 'balance-tlb', tlbDynamicLb: false },
  'tlb_dynamic_lb 1': { tlbDynamicLb: true },
  'mode 802.3ad lacp_rate fast': { mode: '802.3ad', lacpRate: 'fast' },
  'lacp_rate slow': { lacpRate: 'slow' },
  'lacp_active on': { lacpActive: true },
  'lacp_active off': { lacpActive: false },
  'ad_select stable': { adSelect: 'stable' },
  'ad_select bandwidth': { adSelect: 'bandwidth' },
  'ad_select count': { adSelect: 'count' },
  'ad_user_port_key 258': { adUserPortKey: 258 },
  'ad_actor_sys_prio 4660': { adActorSysPrio: 4660 },
  'ad_actor_system 02:11:22:33:44:55': { adActorSystem: '02:11:22:33:44:55' },
  'mode 802.3ad miimon 100 updelay 4600 downdelay 4700 xmit_hash_policy layer3+4 lacp_rate fast ad_select bandwidth min_links 3 ad_actor_sys_prio 4660 ad_user_port_key 258 ad_actor_system 02:11:22:33:44:55':
    {
      mode: '802.3ad',
      miimon: 100,
      updelay: 4600,
      downdelay: 4700,
      xmitHashPolicy: 'layer3+4',
      lacpRate: 'fast',
      adSelect: 'bandwidth',
      minLinks: 3,
      adActorSysPrio: 4660,
      adUserPortKey: 258,
      adActorSystem: '02:11:22:33:44:55',
    },
}

const create = (options: Partial<BondOptions>) => createBond.op({ name: 'bo', ...options })
const answer = existing(66051, { kind: 'bond', name: 'eth0' })
const change = (changes: Parameters<typeof updateLink.op>[1]) => ({ op: updateLink.op('eth0', changes), answer })
const added: FamilyCases['same'] = endings('ip link add bo type bond', additions, create)

describe('bytes as iproute2 sends them', () => {
  testFixtures('bond', {
    same: {
      ...added,
      'ip link set eth0 type bond miimon 66051': () => change({ miimon: 66051 }),
      'ip link set eth0 type bond mode 802.3ad lacp_rate fast': () => change({ lacpRate: 'fast', mode: '802.3ad' }),
      'ip link set eth0 type bond active_slave vxlan0': () => change({ activeSlave: 'vxlan0' }),
      'ip link set eth0 type bond clear_active_slave': () => change({ activeSlave: null }),
      'ip link set eth0 type bond primary vxlan0': () => change({ primary: 'vxlan0' }),
    },
  })
})

describe('what iproute2 6.1 has no word for', () => {
  const rows: readonly (readonly [Partial<BondOptions>, number, string])[] = [
    [{ coupledControl: false }, 32, '00'],
    [{ broadcastNeighbour: true }, 33, '01'],
    [{ lacpStrict: true }, 34, '01'],
    [{ adSelect: 'prio' }, 22, '03'],
  ]
  test.each(rows)('%o', (options, number, payload) => {
    const data = runSteps(create(options)).sent[0]?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect([...(data ?? [])]).toEqual([[number, [{ bytes: payload }]]])
  })
})

describe('refuses before anything is sent', () => {
  const both: readonly (readonly [object, string, RegExp])[] = [
    [{ mode: 'lacp' }, 'mode', /'802\.3ad'/],
    [{ miimon: 2 ** 31 }, 'miimon', /from 0 to 2147483647/],
    [{ miimon: 100, peerNotifyDelay: 300_100 }, 'peerNotifyDelay', /from 0 to 300000/],
    [{ miimon: 100, updelay: 250 }, 'updelay', /a multiple of miimon \(100\)/],
    [{ miimon: 100, downdelay: 99 }, 'downdelay', /a multiple of miimon \(100\)/],
    [{ miimon: 0, updelay: 100 }, 'updelay', /nothing but 0 without miimon/],
    [{ miimon: 100, arpInterval: 100 }, 'arpInterval', /nothing but 0 beside miimon/],
    [{ arpIpTarget: ['10.1.2.3', '2001:db8::1'] }, 'arpIpTarget[1]', /an IPv4 address/],
    [{ arpIpTarget: ['10.1.2.3', '10.1.2.3'] }, 'arpIpTarget[1]', /not in the list yet/],
    [{ arpIpTarget: ['0.0.0.0'] }, 'arpIpTarget[0]', /the address of one host/],
    [{ arpIpTarget: Array.from({ length: 17 }, (_, i) => `10.1.2.${i}`) }, 'arpIpTarget', /at most 16/],
    [{ arpIpTarget: [5] }, 'arpIpTarget[0]', /an IPv4 or IPv6 address/],
    [{ nsIp6Target: ['2001:db8::1', '2001:db8:0::1'] }, 'nsIp6Target[1]', /not in the list yet/],
    [{ nsIp6Target: ['::1'] }, 'nsIp6Target[0]', /the address of one host/],
    [{ nsIp6Target: ['ff02::1'] }, 'nsIp6Target[0]', /the address of one host/],
    [{ nsIp6Target: '2001:db8::1' }, 'nsIp6Target', /an array of: an IPv6 address/],
    [{ arpMissedMax: 0 }, 'arpMissedMax', /from 1 to 255/],
    [{ lpInterval: 0 }, 'lpInterval', /from 1 to/],
    [{ adUserPortKey: 1024 }, 'adUserPortKey', /from 0 to 1023/],
    [{ adActorSysPrio: 0 }, 'adActorSysPrio', /from 1 to 65535/],
    [{ adInfo: {} }, 'adInfo', /only the kernel sets this/],
  ]
  test.each(both)('%o', (options, path, expected) => {
    const refused = { path, expected: expect.stringMatching(expected), changes: [] }
    expect(refusal(create(options))).toEqual(refused)
    expect(refusal(updateLink.op('eth0', options as never), { answer })).toEqual(refused)
  })

  test('in a bond that is being made: ports, and a delay without what it is counted in', () => {
    expect(refusal(create({ activeSlave: 3 }))).toMatchObject({ path: 'activeSlave', changes: [] })
    expect(refusal(create({ updelay: 100 }))).toMatchObject({ path: 'updelay', changes: [] })
    expect(runSteps(create({ updelay: 0, activeSlave: null })).sent).not.toEqual([])
  })

  test('but not in one that has them', () => {
    expect(runSteps(change({ updelay: 100, activeSlave: 3 }).op, { answer }).sent).not.toEqual([])
  })
})
