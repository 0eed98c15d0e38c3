import { describe, expect, test, vi } from 'vitest'
import { createBond } from '../../../lib/link/kinds/bond.js'
import { getLink } from '../../../lib/link/operations.js'
import { bondPort } from '../../../lib/link/ports/bond.js'
import { updateLink } from '../../../lib/link/update.js'
import { MASTER, portStage, testPort } from '../../support/port-rows.js'

const patience = { timeout: 30_000 }

const backup = { mode: 'active-backup', miimon: 100 }

testPort({
  port: bondPort,
  createMaster: createBond,
  rows: {
    queueId: { value: 3, ip: ['queue_id', 3], other: 5 },
    prio: { value: -66051, ip: ['prio', -66051], other: 66052, master: backup, since: 'Linux 6.0' },
    actorPortPrio: { value: 4660, ip: ['raw', '3412'], other: 4661, master: { mode: '802.3ad' }, since: 'Linux 6.18' },
  },
})

const on = portStage('bond')

describe('port of a bond', () => {
  test('what only the kernel says, as ip prints it', async (context) => {
    const { namespace, where } = await on(context)
    await createBond({ name: MASTER, mode: '802.3ad', miimon: 100, lacpRate: 'fast', up: true }, where)
    await updateLink('pa', { address: '02:11:22:33:44:55' }, where)
    await updateLink('pb', { up: true }, where)
    await updateLink('pa', { master: MASTER, port: { queueId: 7 } }, where)
    await vi.waitFor(
      async () =>
        expect((await getLink('pa', where)).port).toMatchObject({ data: { miiStatus: 'up', adAggregatorId: 1 } }),
      patience,
    )
    const { port } = await getLink('pa', where)
    expect(port).toMatchObject({
      kind: 'bond',
      data: { state: 'active', linkFailureCount: 0, permHwaddr: '02:11:22:33:44:55', queueId: 7 },
    })
    expect(port?.data).not.toHaveProperty('unknown')
    const shown = async () => {
      const [{ linkinfo }] = (await namespace.show('link show dev pa')) as [{ linkinfo: Record<string, never> }]
      return linkinfo.info_slave_data as unknown as Record<string, unknown>
    }
    expect(await shown()).toMatchObject({ state: 'ACTIVE', mii_status: 'UP', perm_hwaddr: '02:11:22:33:44:55' })
    const snake = (word: unknown) => String(word).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    // It changes with the time.
    await vi.waitFor(async () => {
      const { port } = await getLink('pa', where)
      const bits = port?.kind === 'bond' ? port.data.adActorOperPortState : undefined
      expect(bits).toEqual(expect.arrayContaining(['aggregating', 'shortTimeout']))
      expect((await shown()).ad_actor_oper_port_state_str).toEqual(bits?.map(snake))
    }, patience)
  })

  test('a link that is up is none before it is down', async (context) => {
    const { where } = await on(context)
    await createBond({ name: MASTER, index: 4660 }, where)
    await updateLink('pa', { up: true }, where)
    const error = await updateLink('pa', { master: MASTER }, where).catch((error: unknown) => error)
    // With the kernel's own words: that it is EPERM does not mean a lack of privileges.
    expect(error).toMatchObject({ applied: false, kernelMessage: expect.stringMatching(/enslaved while up/) })
    // The flags come before the master.
    expect(await updateLink('pa', { up: false, master: MASTER }, where)).toMatchObject({ master: 4660, up: true })
  })

  test('prio only where one port is active', async (context) => {
    const { where } = await on(context)
    await createBond({ name: MASTER, mode: 'balance-xor' }, where)
    const link = await updateLink('pa', { master: MASTER }, where)
    if (!Object.hasOwn(link.port?.data ?? {}, 'prio'))
      context.skip('this kernel has no prio of ports of a bond (Linux 6.0)')
    await expect(updateLink('pa', { port: { queueId: 3, prio: 5 } }, where)).rejects.toMatchObject({
      code: 'EACCES',
      applied: 'partly',
      appliedOptions: ['port.queueId'],
    })
  })
})
