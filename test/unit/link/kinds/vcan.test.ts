import { describe, expect, test } from 'vitest'
import { createVcan } from '../../../../lib/link/kinds/vcan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { runSteps, testFixtures } from '../../../support/requests.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('vcan', {
    same: {
      'ip link add vcan0 type vcan': () => createVcan.op({ name: 'vcan0' }),
      'ip link add vcan0 mtu 16 up type vcan': () => createVcan.op({ name: 'vcan0', mtu: 16, up: true }),
    },
  })
})

test.each(['address', 'broadcast'])('takes no %s', (name) => {
  const refused = refusal(createVcan.op({ name: 'vcan0', [name]: '02:11:22:33:44:55' }))
  expect(refused).toEqual({ path: name, expected: 'nothing: a CAN link has no address', changes: [] })
})

test.each([15, 17, 71, 73, 75, 2061])('takes no MTU of %i', (mtu) => {
  const refused = { path: 'mtu', expected: expect.stringMatching(/^16 \(CAN\)/), changes: [] }
  const answer = existing(5, { kind: 'vcan', name: 'vcan0' })
  expect(refusal(createVcan.op({ name: 'vcan0', mtu }))).toEqual(refused)
  expect(refusal(updateLink.op('vcan0', { mtu }), { answer })).toEqual(refused)
})

test.each([16, 72, 76, 1500, 2060])('takes an MTU of %i', (mtu) => {
  expect(runSteps(createVcan.op({ name: 'vcan0', mtu })).sent).toHaveLength(1)
})
