import { execFileSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { type KernelError, RtnetlinkError } from '../../../lib/errors.js'
import { createBridge } from '../../../lib/link/kinds/bridge.js'
import { deleteLink, getLink } from '../../../lib/link/operations.js'
import { bridgePort, bridgePortAttributes } from '../../../lib/link/ports/bridge.js'
import { updateLink } from '../../../lib/link/update.js'
import type { Where } from '../../../lib/netlink/where.js'
import { testNamespace } from '../../support/namespace.js'
import { MASTER, portStage, testPort } from '../../support/port-rows.js'

const patience = { timeout: 30_000 }

/** The kernel lets the state be set only of a port that works. */
async function bringUp(where: Where, name: string): Promise<void> {
  for (const dev of [MASTER, name, name.replace('a', 'b')]) await updateLink(dev, { up: true }, where)
  await vi.waitFor(async () => {
    const { operState, port } = await getLink(name, where)
    expect({ operState, port }).toMatchObject({ operState: 'up', port: { data: { state: 'forwarding' } } })
  }, patience)
}

testPort({
  port: bridgePort,
  createMaster: createBridge,
  rows: {
    state: { value: 'learning', ip: ['state', 'learning'], other: 'listening', prepare: bringUp },
    priority: { value: 18, ip: ['priority', 18], other: 19, follows: ['id', 'designatedPort'] },
    cost: { value: 4660, ip: ['cost', 4660], other: 4661 },
    hairpin: { value: true, ip: ['hairpin', true], other: false },
    guard: { value: true, ip: ['guard', true], other: false },
    rootBlock: { value: true, ip: ['root_block', true], other: false },
    fastleave: { value: true, ip: ['fastleave', true], other: false },
    learning: { value: false, ip: ['learning', false], other: true },
    flood: { value: false, ip: ['flood', false], other: true },
    mcastFlood: { value: false, ip: ['mcast_flood', false], other: true },
    bcastFlood: { value: false, ip: ['bcast_flood', false], other: true },
    mcastToUnicast: { value: true, ip: ['mcast_to_unicast', true], other: false },
    mcastRouter: { value: 2, ip: ['multicast_router', 2], other: 0 },
    mcastMaxGroups: { value: 66051, ip: ['raw', '03020100'], other: 66052, since: 'Linux 6.3' },
    mcastEhtHostsLimit: { value: 66051, ip: ['raw', '03020100'], other: 66052, since: 'Linux 5.12' },
    proxyArp: { value: true, ip: ['proxy_arp', true], other: false },
    proxyArpWifi: { value: true, ip: ['proxy_arp_wifi', true], other: false },
    neighSuppress: { value: true, ip: ['neigh_suppress', true], other: false },
    neighVlanSuppress: { value: true, ip: ['raw', '01'], other: false, since: 'Linux 6.4' },
    neighForwardGrat: { value: true, ip: ['raw', '01'], other: false, since: 'Linux 7.2' },
    vlanTunnel: { value: true, ip: ['vlan_tunnel', true], other: false },
    isolated: { value: true, ip: ['isolated', true], other: false },
    locked: { value: true, ip: ['locked', true], other: false, since: 'Linux 5.18' },
    mab: { value: true, ip: ['raw', '01'], other: false, beside: { locked: true }, since: 'Linux 6.2' },
    backupPort: { value: 'qa', read: 1286, ip: ['backup_port', 'qa'], other: 1286 },
    backupNhid: { value: 66051, ip: ['raw', '03020100'], other: 66052, since: 'Linux 6.6' },
    groupFwdMask: { value: 0x1238, ip: ['group_fwd_mask', '0x1238'], other: 0x1248 },
    fdbFlush: { value: true, read: undefined, ip: ['fdb_flush', undefined], other: true },
  },
})

const on = portStage('bridge')

describe('port of a bridge', () => {
  test('what only the kernel says, as ip and bridge print it', async (context) => {
    const { namespace, where } = await on(context)
    await createBridge({ name: MASTER, address: '02:11:22:33:44:55', priority: 0x1234, stpState: 1 }, where)
    await updateLink('pa', { master: MASTER, port: { cost: 4660, priority: 18 } }, where)
    const { port } = await getLink('pa', where)
    expect(port).toMatchObject({
      kind: 'bridge',
      data: {
        id: 0x4801,
        no: 1,
        rootId: '1234.02:11:22:33:44:55',
        bridgeId: '1234.02:11:22:33:44:55',
        designatedPort: 0x4801,
        designatedCost: 0,
        topologyChangeAck: false,
        configPending: false,
        holdTimer: 0n,
        mrpRingOpen: false,
      },
    })
    const [{ linkinfo }] = (await namespace.show('link show dev pa')) as [{ linkinfo: { info_slave_data: object } }]
    expect(linkinfo.info_slave_data).toMatchObject({
      id: '0x4801',
      no: '0x1',
      designated_port: 0x4801,
      designated_cost: 0,
      bridge_id: '1234.2:11:22:33:44:55',
    })
    expect(await namespace.bridge('link show dev pa')).toMatchObject([{ cost: 4660, priority: 18, master: MASTER }])
  })

  test('every attribute that the kernel sends has a row', async (context) => {
    const { where } = await on(context)
    await createBridge({ name: MASTER }, where)
    await updateLink('pa', { master: MASTER }, where)
    expect((await getLink('pa', where)).port?.data).not.toHaveProperty('unknown')
    expect((await getLink(MASTER, where)).port).toBeUndefined()
    expect(Object.keys(bridgePortAttributes.rows).length).toBeGreaterThan(40)
  })

  test('it becomes one and is set up in one call, and in another namespace', async (context) => {
    const { where } = await on(context)
    await createBridge({ name: MASTER, index: 4660 }, where)
    const link = await updateLink('pa', { master: MASTER, mtu: 1402, port: { cost: 5, learning: false } }, where)
    expect(link).toMatchObject({ master: 4660, mtu: 1402, port: { data: { cost: 5, learning: false } } })
    const there = await testNamespace(['link add name other index 772 type bridge'])
    await createBridge({ name: 'brx', index: 4661 }, { netns: there.name })
    const moved = await updateLink(
      'pa',
      { netns: there.name, master: 'brx', port: { cost: 6, backupPort: null } },
      where,
    )
    expect(moved).toMatchObject({ master: 4661, port: { data: { cost: 6 } } })
    expect(moved.index).not.toBe(772)
    expect(await there.bridge('link show dev pa')).toMatchObject([{ cost: 6, learning: true, master: 'brx' }])
    await deleteLink('pa', { netns: there.name })
  })

  test('a state that the spanning tree of the kernel does not leave', async (context) => {
    const { namespace, where } = await on(context)
    await createBridge({ name: MASTER }, where)
    await updateLink('pa', { master: MASTER }, where)
    await bringUp(where, 'pa')
    const { port } = await updateLink('pa', { port: { state: 'blocking' } }, where)
    expect(port).toMatchObject({ data: { state: 'forwarding' } })
    // Why `disabled` is refused.
    await namespace.ip('link set pa type bridge_slave state 0')
    expect(await namespace.bridge('link show dev pa')).toMatchObject([{ state: 'forwarding' }])
    await updateLink(MASTER, { stpState: 1 }, where)
    await expect(updateLink('pa', { port: { state: 'forwarding' } }, where)).rejects.toMatchObject({ code: 'EBUSY' })
  })

  test('no backup port', async (context) => {
    const { namespace, where } = await on(context)
    await createBridge({ name: MASTER }, where)
    await updateLink('qa', { master: MASTER }, where)
    await updateLink('pa', { master: MASTER, port: { backupPort: 'qa' } }, where)
    expect(await namespace.bridge('link show dev pa')).toMatchObject([{ backup_port: 'qa' }])
    const { port } = await updateLink('pa', { port: { backupPort: null } }, where)
    expect(port?.data).not.toHaveProperty('backupPort')
    expect((await namespace.bridge('link show dev pa'))[0]).not.toHaveProperty('backup_port')
  })

  test('fdbFlush forgets what was learned here, and nothing else', async (context) => {
    const { namespace, where } = await on(context)
    await createBridge({ name: MASTER }, where)
    for (const name of ['pa', 'qa']) {
      await updateLink(name, { master: MASTER }, where)
      await bringUp(where, name)
    }
    const add = (mac: string, dev: string, state: string) =>
      execFileSync('bridge', ['-n', namespace.name, 'fdb', 'replace', mac, 'dev', dev, 'master', state])
    add('02:11:22:33:44:55', 'pa', 'dynamic')
    add('02:66:77:88:99:aa', 'pa', 'static')
    add('02:11:22:33:44:56', 'qa', 'dynamic')
    const known = async () => [
      ...new Set((await namespace.bridge('fdb show')).map(({ mac }) => mac).filter((mac) => /^02:(11|66)/.test(mac))),
    ]
    expect((await known()).sort()).toEqual(['02:11:22:33:44:55', '02:11:22:33:44:56', '02:66:77:88:99:aa'])
    await updateLink('pa', { port: { fdbFlush: true } }, where)
    expect((await known()).sort()).toEqual(['02:11:22:33:44:56', '02:66:77:88:99:aa'])
  })
})

describe('what the kernel refuses', () => {
  const failure = (attempt: Promise<unknown>) =>
    attempt.then(
      () => expect.unreachable(),
      (error: unknown) => {
        expect(error).toBeInstanceOf(RtnetlinkError)
        return error as KernelError
      },
    )

  test('the error names the option', async (context) => {
    const { where } = await on(context)
    await createBridge({ name: MASTER }, where)
    await updateLink('pa', { master: MASTER }, where)
    const error = await failure(updateLink('pa', { port: { learning: false, cost: 5, groupFwdMask: 2 } }, where))
    expect(error).toMatchObject({ code: 'EINVAL', applied: 'partly' })
    // br_setport points at nothing; it goes on with the next option until one is refused.
    expect(error.appliedOptions).toContain('port.learning')
    const state = await failure(updateLink('pa', { port: { state: 'forwarding' } }, where))
    expect(state).toMatchObject({ code: 'ENETDOWN', applied: false })
  })

  test('behind a new master: the master is applied', async (context) => {
    const { where } = await on(context)
    await createBridge({ name: MASTER, index: 4660 }, where)
    const error = await failure(updateLink('pa', { mtu: 1402, master: MASTER, port: { groupFwdMask: 2 } }, where))
    expect(error).toMatchObject({ code: 'EINVAL', applied: 'partly', appliedOptions: ['mtu', 'master'] })
    expect(await getLink('pa', where)).toMatchObject({ mtu: 1402, master: 4660 })
  })

  test('before the new master: nothing is applied', async (context) => {
    const { where } = await on(context)
    await createBridge({ name: MASTER }, where)
    const error = await failure(updateLink('pa', { mtu: 70_000, master: MASTER, port: { cost: 5 } }, where))
    expect(error).toMatchObject({ code: 'EINVAL', applied: false })
    expect(await getLink('pa', where)).not.toHaveProperty('master')
  })

  test('options of a port of a link that is none', async (context) => {
    const { where } = await on(context)
    await expect(updateLink('pa', { port: { cost: 5 } }, where)).rejects.toMatchObject({
      name: 'InvalidArgumentError',
      path: 'port',
    })
  })
})
