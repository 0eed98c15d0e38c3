import { expect, test } from 'vitest'
import { createVcan, vcan } from '../../../lib/link/kinds/vcan.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'

testKind({ kind: vcan, create: createVcan, rows: {} })

const on = stageOf(vcan)
test('vcan: its MTU says what frames it takes', async (context) => {
  const { namespace, where } = await on(context)
  const ARPHRD_CAN = 280
  const made = await createVcan({ name: 'kx' }, where)
  expect(made.type).toBe(ARPHRD_CAN)
  // CAN FD, and CAN XL where the kernel begins with that.
  expect([72, 2060]).toContain(made.mtu)
  expect((await updateLink('kx', { mtu: 16 }, where)).mtu).toBe(16)
  const [shown] = await namespace.show('link show dev kx')
  expect(shown).toMatchObject({ link_type: 'can', mtu: 16 })
})
