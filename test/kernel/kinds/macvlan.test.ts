import { describe, expect, test } from 'vitest'
import { isKernelError } from '../../../lib/errors.js'
import { createMacvlan, type MacvlanLink, macvlan } from '../../../lib/link/kinds/macvlan.js'
import { deleteLink, getLink, listLinks } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { testNamespace } from '../../support/namespace.js'
import { macvlanRows, stackedStage } from '../../support/stacked-rows.js'

testKind({
  kind: macvlan,
  create: createMacvlan,
  stage: stackedStage,
  bare: { link: 'e0' },
  rows: macvlanRows,
})

describe('macvlan', () => {
  const on = stageOf(macvlan, stackedStage)
  const bare = { name: 'kx', link: 'e0' } as const
  const a = '02:11:22:33:44:55'
  const b = '02:66:77:88:99:aa'
  const c = '02:00:00:01:02:03'
  const sorted = ({ data: { macaddr = [], macaddrCount } }: MacvlanLink) => {
    expect(macaddrCount).toBe(macaddr.length)
    return [...macaddr].sort()
  }

  test.for(['private', 'vepa', 'bridge', 'passthru', 'source'] as const)('mode %s', async (mode, context) => {
    const { namespace, where } = await on(context)
    expect((await createMacvlan({ ...bare, mode }, where)).data.mode).toBe(mode)
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    expect(linkinfo.info_data).toMatchObject({ mode })
  })

  test('a list of source addresses: set at birth, changed by one, set anew, emptied', async (context) => {
    const { namespace, where } = await on(context)
    const change = async (changes: object) => (await updateLink('kx', changes as never, where)) as MacvlanLink
    const shown = async () => {
      const [{ linkinfo }] = await namespace.show('link show dev kx')
      return [...(linkinfo.info_data.macaddr_data ?? [])].sort()
    }
    expect(sorted(await createMacvlan({ ...bare, mode: 'source', macaddr: [a, b] }, where))).toEqual([a, b])
    expect(await shown()).toEqual([a, b])
    expect(sorted(await change({ macaddr: { add: c } }))).toEqual([c, a, b])
    expect(sorted(await change({ macaddr: { del: a } }))).toEqual([c, b])
    expect(await shown()).toEqual([c, b])
    expect(sorted(await change({ macaddr: [a, a] }))).toEqual([a])
    expect(sorted(await change({ macaddr: [] }))).toEqual([])
    expect(await shown()).toEqual([])
  })

  test('a list of a thousand', async (context) => {
    const { where } = await on(context)
    const many = Array.from(
      { length: 1000 },
      (_, i) => `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 0xff).toString(16).padStart(2, '0')}`,
    )
    await createMacvlan({ ...bare, mode: 'source', macaddr: many }, where)
    expect(sorted((await getLink('kx', where)) as MacvlanLink)).toEqual(many)
  })

  test('a list is for the mode source, and is lost with it', async (context) => {
    const { where } = await on(context)
    await createMacvlan({ ...bare, mode: 'bridge' }, where)
    const refused = updateLink('kx', { macaddr: { add: a } }, where)
    await expect(refused).rejects.toMatchObject({ code: 'EINVAL' })
    expect(sorted((await updateLink('kx', { mode: 'source', macaddr: [a] }, where)) as MacvlanLink)).toEqual([a])
    await updateLink('kx', { mode: 'vepa' }, where)
    expect(sorted((await updateLink('kx', { mode: 'source' }, where)) as MacvlanLink)).toEqual([])
    await expect(updateLink('kx', { mode: 'passthru' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
  })

  test('noDst', async (context) => {
    const { namespace, where } = await on(context)
    const made = await createMacvlan({ ...bare, mode: 'source', flags: ['noDst'] }, where).catch((error: unknown) => {
      if (isKernelError(error, 'EINVAL')) context.skip('this kernel has no noDst of macvlan links (Linux 5.13)')
      throw error
    })
    expect(made.data.flags).toEqual(['noDst'])
    const [{ linkinfo }] = (await namespace.show('link show dev kx')) as [{ linkinfo: { info_data: object } }]
    expect(linkinfo.info_data).toMatchObject({ nodst: true })
  })

  test('the longest queue that one asks for is in force', async (context) => {
    const { where } = await on(context)
    const { data } = await createMacvlan({ ...bare, bcQueueLength: 66051 }, where)
    if (data.bcQueueLength === undefined) context.skip('this kernel has no bcQueueLength (Linux 5.11)')
    await createMacvlan({ name: 'ky', link: 'e0', bcQueueLength: 258 }, where)
    const { data: other } = (await getLink('ky', where)) as MacvlanLink
    expect(other).toMatchObject({ bcQueueLength: 258, usedBcQueueLength: 66051 })
    await deleteLink('ky', where)
  })

  test('is born in another namespace, on a link of this one, as plugins of containers make it', async (context) => {
    const { where } = await on(context)
    const other = await testNamespace()
    const made = await createMacvlan({ ...bare, mode: 'bridge', netns: other.name, address: a }, where)
    expect(made).toMatchObject({ kind: 'macvlan', link: 258, linkNetnsid: 0, address: a, data: { mode: 'bridge' } })
    expect((await listLinks({}, where)).map(({ name }) => name)).not.toContain('kx')
  })

  test('stands on the link below another macvlan, and not on a port', async (context) => {
    const { namespace, where } = await on(context)
    await createMacvlan({ name: 'ky', link: 'e0', mode: 'bridge' }, where)
    expect((await createMacvlan({ ...bare, link: 'ky', mode: 'bridge' }, where)).link).toBe(258)
    await deleteLink('ky', where)
    await namespace.ip('link add br0 type bridge')
    await namespace.ip('link set e1 master br0')
    const onPort = createMacvlan({ name: 'ky', link: 'e1' }, where)
    await expect(onPort).rejects.toMatchObject({ code: 'EBUSY' })
    await namespace.ip('link delete br0')
  })
})
