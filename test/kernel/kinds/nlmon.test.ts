import { expect, test } from 'vitest'
import { createNlmon, nlmon } from '../../../lib/link/kinds/nlmon.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

testKind({ kind: nlmon, create: createNlmon, rows: {} })

const on = stageOf(nlmon)
test('nlmon: a link of netlink, without address', async (context) => {
  const { namespace, where } = await on(context)
  const ARPHRD_NETLINK = 824
  const made = await createNlmon({ name: 'kx', up: true }, where)
  expect(made).toMatchObject({ type: ARPHRD_NETLINK, up: true })
  expect(made.address).toBeUndefined()
  const [shown] = await namespace.show('link show dev kx')
  expect(shown.link_type).toBe('netlink')
})
