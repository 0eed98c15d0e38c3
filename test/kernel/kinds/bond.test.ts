import { describe, expect, test, vi } from 'vitest'
import { bond, createBond } from '../../../lib/link/kinds/bond.js'
import { createVeth } from '../../../lib/link/kinds/veth.js'
import { deleteLink, getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { withNamespace } from '../../support/namespace.js'

const patience = { timeout: 30_000 }

const backup = { mode: 'active-backup' }
const lacp = { mode: '802.3ad' }
const watched = { miimon: 100 }

testKind({
  kind: bond,
  create: createBond,
  stage: [
    'link add e0 index 258 type veth peer name e1 index 772',
    'link add e2 index 1029 type veth peer name e3 index 1286',
  ],
  rows: {
    mode: { value: 'balance-xor', ip: ['mode', 'balance-xor'], other: 'broadcast' },
    activeSlave: { value: null, read: undefined, ip: ['active_slave', undefined], other: null, beside: backup },
    miimon: { value: 66051, ip: ['miimon', 66051], other: 66052 },
    updelay: { value: 4600, ip: ['updelay', 4600], other: 4700, beside: watched },
    downdelay: { value: 4600, ip: ['downdelay', 4600], other: 4700, beside: watched },
    peerNotifyDelay: { value: 4600, ip: ['peer_notify_delay', 4600], other: 4700, beside: watched },
    useCarrier: { value: false, ip: ['use_carrier', 0], other: true, since: 'to be switched off: before Linux 6.18' },
    arpInterval: { value: 66051, ip: ['arp_interval', 66051], other: 66052 },
    arpIpTarget: {
      value: ['10.1.2.3', '10.4.5.6'],
      ip: ['arp_ip_target', ['10.1.2.3', '10.4.5.6']],
      other: ['10.7.8.9'],
    },
    nsIp6Target: {
      value: ['2001:db8:1:2:3:4:5:6', '2001:db8:a:b:c:d:e:f'],
      ip: ['ns_ip6_target', ['2001:db8:1:2:3:4:5:6', '2001:db8:a:b:c:d:e:f']],
      other: ['2001:db8::9'],
      since: 'Linux 5.18',
    },
    arpValidate: { value: 'filter_active', ip: ['arp_validate', 'filter_active'], other: 'backup', beside: backup },
    arpAllTargets: { value: 'all', ip: ['arp_all_targets', 'all'], other: 'any' },
    arpMissedMax: { value: 66, ip: ['arp_missed_max', 66], other: 67, since: 'Linux 5.17' },
    primary: { value: 'e0', read: undefined, ip: ['primary', undefined], other: 'e2', beside: backup },
    primaryReselect: { value: 'failure', ip: ['primary_reselect', 'failure'], other: 'better' },
    failOverMac: { value: 'follow', ip: ['fail_over_mac', 'follow'], other: 'active', beside: backup },
    xmitHashPolicy: { value: 'encap3+4', ip: ['xmit_hash_policy', 'encap3+4'], other: 'layer2+3' },
    resendIgmp: { value: 66, ip: ['resend_igmp', 66], other: 67 },
    numPeerNotif: { value: 66, ip: ['num_peer_notif', 66], other: 67 },
    allSlavesActive: { value: true, ip: ['all_slaves_active', 1], other: false },
    minLinks: { value: 66051, ip: ['min_links', 66051], other: 66052 },
    lpInterval: { value: 66051, ip: ['lp_interval', 66051], other: 66052 },
    packetsPerSlave: { value: 4660, ip: ['packets_per_slave', 4660], other: 4661 },
    tlbDynamicLb: { value: false, ip: ['tlb_dynamic_lb', 0], other: true, beside: { mode: 'balance-tlb' } },
    lacpActive: { value: false, ip: ['ad_lacp_active', 'off'], other: true, beside: lacp, since: 'Linux 5.16' },
    lacpRate: { value: 'fast', ip: ['ad_lacp_rate', 'fast'], other: 'slow', beside: lacp },
    adSelect: { value: 'count', ip: ['ad_select', 'count'], other: 'bandwidth' },
    adActorSysPrio: { value: 4660, ip: ['ad_actor_sys_prio', 4660], other: 4661, beside: lacp },
    adUserPortKey: { value: 258, ip: ['ad_user_port_key', 258], other: 259, beside: lacp },
    adActorSystem: {
      value: '02:11:22:33:44:55',
      ip: ['ad_actor_system', '02:11:22:33:44:55'],
      other: '02:66:77:88:99:aa',
      beside: lacp,
    },
    coupledControl: { value: false, ip: ['raw', '00'], other: true, beside: lacp, since: 'Linux 6.9' },
    broadcastNeighbour: { value: true, ip: ['raw', '01'], other: false, beside: lacp, since: 'Linux 6.17' },
    lacpStrict: { value: true, ip: ['raw', '01'], other: false, beside: lacp, since: 'Linux 7.2' },
  },
})

const on = stageOf(bond, [
  'link add e0 index 258 type veth peer name e1 index 772',
  'link add e2 index 1029 type veth peer name e3 index 1286',
  'link set e1 up',
  'link set e3 up',
])

describe('bond: its ports', () => {
  test('the one in use, and the primary', async (context) => {
    const { namespace, where } = await on(context)
    await createBond({ name: 'kx', mode: 'active-backup', miimon: 100, primary: 'e2', up: true }, where)
    for (const port of ['e0', 'e2']) await updateLink(port, { master: 'kx' }, where)
    const shown = async () => {
      const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
      return linkinfo.info_data
    }
    await vi.waitFor(
      async () => expect(await getLink('kx', where)).toMatchObject({ data: { activeSlave: 1029 } }),
      patience,
    )
    expect(await getLink('kx', where)).toMatchObject({ carrier: true, data: { primary: 1029 } })
    expect(await shown()).toMatchObject({ active_slave: 'e2', primary: 'e2' })
    const changed = await updateLink('kx', { primary: null, activeSlave: 'e0' }, where)
    expect(changed).toMatchObject({ data: { activeSlave: 258 } })
    expect((changed as { data: object }).data).not.toHaveProperty('primary')
    expect(await shown()).toMatchObject({ active_slave: 'e0' })
    expect(await getLink('e0', where)).toMatchObject({ port: { kind: 'bond', data: { state: 'active' } } })
    expect(await getLink('e2', where)).toMatchObject({ port: { kind: 'bond', data: { state: 'backup' } } })
    // The bond finds another one when the one in use fails.
    await updateLink('e1', { up: false }, where)
    await vi.waitFor(
      async () => expect(await getLink('kx', where)).toMatchObject({ data: { activeSlave: 1029 } }),
      patience,
    )
    expect(await getLink('e0', where)).toMatchObject({ port: { data: { miiStatus: 'down', linkFailureCount: 1 } } })
    await updateLink('e1', { up: true }, where)
    await expect(updateLink('kx', { activeSlave: 'e1' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
  })

  test('what can be changed only without ports, and only while down', async (context) => {
    const { where } = await on(context)
    await createBond({ name: 'kx', mode: '802.3ad', up: true }, where)
    const whileUp = { mode: 'broadcast', lacpRate: 'fast', adSelect: 'count', adUserPortKey: 258 } as const
    for (const [name, value] of Object.entries(whileUp))
      await expect(updateLink('kx', { [name]: value }, where)).rejects.toMatchObject({ code: 'EBUSY', applied: false })
    await updateLink('e0', { master: 'kx' }, where)
    await updateLink('kx', { up: false }, where)
    for (const change of [{ mode: 'broadcast' }, { failOverMac: 'active' }] as const)
      await expect(updateLink('kx', change, where)).rejects.toMatchObject({ code: 'ENOTEMPTY', applied: false })
    await updateLink('e0', { master: null }, where)
    // Whatever their order: the kernel takes the mode first.
    expect(await updateLink('kx', { packetsPerSlave: 3, mode: 'balance-rr' }, where)).toMatchObject({
      data: { mode: 'balance-rr', packetsPerSlave: 3 },
    })
  })

  test('LACP with another bond', async (context) => {
    const { where } = await on(context)
    await withNamespace(async (there) => {
      const far = { netns: there.name }
      const lacp = { mode: '802.3ad', miimon: 100, lacpRate: 'fast', up: true } as const
      await createBond({ ...lacp, name: 'kx', address: '02:11:22:33:44:55' }, where)
      await createBond({ ...lacp, name: 'ky', address: '02:66:77:88:99:aa' }, far)
      for (const n of [0, 1]) {
        await createVeth({ name: `n${n}`, peer: { name: `f${n}`, netns: there.name } }, where)
        await updateLink(`n${n}`, { master: 'kx' }, where)
        await updateLink(`f${n}`, { master: 'ky' }, far)
      }
      await vi.waitFor(
        async () => {
          const { data } = (await getLink('kx', where)) as { data: object }
          expect(data).toMatchObject({ adInfo: { numPorts: 2, partnerMac: '02:66:77:88:99:aa' } })
          for (const name of ['n0', 'n1'])
            expect((await getLink(name, where)).port).toMatchObject({
              data: { adActorOperPortState: expect.arrayContaining(['inSync', 'collecting', 'distributing']) },
            })
        },
        { timeout: 60_000, interval: 200 },
      )
      const [{ linkinfo }] = (await there.show('link show dev ky')) as [{ linkinfo: { info_data: object } }]
      expect(linkinfo.info_data).toMatchObject({ ad_info: { num_ports: 2, partner_mac: '02:11:22:33:44:55' } })
      for (const n of [0, 1]) await deleteLink(`n${n}`, where)
    })
  }, 120_000)
})

describe('bond: options that go together', () => {
  test('one kind of monitoring switches the other off', async (context) => {
    const { where } = await on(context)
    await createBond({ name: 'kx', mode: 'active-backup', miimon: 100, updelay: 200 }, where)
    const arp = await updateLink('kx', { arpInterval: 66051, arpIpTarget: ['10.1.2.3'] }, where)
    expect(arp).toMatchObject({ data: { miimon: 0, updelay: 0, arpInterval: 66051 } })
    // A delay is kept in units of miimon.
    expect(await updateLink('kx', { miimon: 300 }, where)).toMatchObject({
      data: { miimon: 300, updelay: 600, arpInterval: 0, arpIpTarget: ['10.1.2.3'] },
    })
    const none = await updateLink('kx', { arpIpTarget: [] }, where)
    expect((none as { data: object }).data).not.toHaveProperty('arpIpTarget')
  })

  test('what is not of the mode, and a delay without miimon', async (context) => {
    const { where } = await on(context)
    await expect(createBond({ name: 'kx', mode: 'broadcast', lacpRate: 'fast' }, where)).rejects.toMatchObject({
      code: 'EACCES',
      applied: false,
    })
    await createBond({ name: 'kx', mode: 'broadcast' }, where)
    await expect(updateLink('kx', { updelay: 100 }, where)).rejects.toMatchObject({ code: 'EPERM', applied: false })
    const sixteen = Array.from({ length: 16 }, (_, i) => `10.1.2.${i + 1}`)
    expect(await updateLink('kx', { arpIpTarget: sixteen }, where)).toMatchObject({ data: { arpIpTarget: sixteen } })
  })
})
