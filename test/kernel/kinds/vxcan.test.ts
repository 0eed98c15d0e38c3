import { expect, test } from 'vitest'
import { createVxcan, vxcan } from '../../../lib/link/kinds/vxcan.js'
import { updateLink } from '../../../lib/link/update.js'
import { stageOf, testKind } from '../../support/kind-rows.js'
import { peerRows, testPeer } from '../../support/peer-rows.js'

testKind({
  kind: vxcan,
  create: createVxcan,
  rows: { peer: { value: { name: 'ky' }, read: undefined, ip: ['raw', undefined], other: { name: 'kz' } } },
})

const { address: _1, broadcast: _2, ...rows } = peerRows
testPeer({ kind: vxcan, create: createVxcan, rows: { ...rows, mtu: [16, 'mtu', 16] }, first: 'vxcan0' })

const on = stageOf(vxcan)

test('vxcan: the MTU of classic CAN, of CAN FD and back', async (context) => {
  const { where } = await on(context)
  expect(await createVxcan({ name: 'kx', mtu: 16 }, where)).toMatchObject({ mtu: 16, type: 280 })
  expect(await updateLink('kx', { mtu: 72 }, where)).toMatchObject({ mtu: 72 })
  expect(await updateLink('kx', { mtu: 16 }, where)).toMatchObject({ mtu: 16 })
})
