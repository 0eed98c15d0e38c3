import { describe, expect, test } from 'vitest'
import { createIpvlan, type IpvlanLink, ipvlan } from '../../../lib/link/kinds/ipvlan.js'
import { deleteLink, getLink } from '../../../lib/link/operations.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { testNamespace } from '../../support/namespace.js'
import { ipvlanRows, stackedStage } from '../../support/stacked-rows.js'

testKind({ kind: ipvlan, create: createIpvlan, stage: stackedStage, bare: { link: 'e0' }, rows: ipvlanRows })

describe('ipvlan', () => {
  const on = stageOf(ipvlan, stackedStage)
  const bare = { name: 'kx', link: 'e0' } as const

  test('mode and flags are one for all above one link, and a new link sets l3 unless told otherwise', async (context) => {
    const { where } = await on(context)
    const now = async () => ((await getLink('kx', where)) as IpvlanLink).data
    await createIpvlan({ ...bare, mode: 'l2', flags: ['private'] }, where)
    await createIpvlan({ name: 'ky', link: 'e0' }, where)
    expect(await now()).toEqual({ mode: 'l3', flags: ['private'] })
    await updateLink('ky', { data: { mode: 'l2', flags: [] } }, where)
    expect(await now()).toEqual({ mode: 'l2', flags: [] })
    await deleteLink('ky', where)
  })

  test('is born in another namespace, on a link of this one', async (context) => {
    const { where } = await on(context)
    const other = await testNamespace()
    const made = await createIpvlan({ ...bare, mode: 'l2', netns: other.name }, where)
    expect(made).toMatchObject({ kind: 'ipvlan', link: 258, linkNetnsid: 0, data: { mode: 'l2' } })
  })
})
