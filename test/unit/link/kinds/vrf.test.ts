import { describe, expect, test } from 'vitest'
import { createVrf } from '../../../../lib/link/kinds/vrf.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

const vrf = (table: number) => () => createVrf.op({ name: 'vrf1', table })

describe('bytes as iproute2 sends them', () => {
  testFixtures('vrf', {
    same: {
      'ip link add vrf1 type vrf table 10': vrf(10),
      'ip link add vrf1 type vrf table 66051': vrf(66051),
      'ip link add vrf1 type vrf table main': vrf(254),
      'ip link add vrf1 index 66071 address 02:11:22:33:44:55 up type vrf table 16909060': () =>
        createVrf.op({ name: 'vrf1', index: 66071, address: '02:11:22:33:44:55', up: true, table: 16909060 }),
    },
  })
})

test.each([
  [{}, /an integer from 1 to 4294967295 \(required\)/],
  [{ table: 0 }, /an integer from 1 to 4294967295/],
  [{ table: 'main' }, /an integer from 1 to 4294967295/],
  [{ table: 2 ** 32 }, /an integer from 1 to 4294967295/],
])('refuses %o before anything is sent', (options, expected) => {
  const refused = { path: 'table', expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(createVrf.op({ name: 'vrf1', ...options } as never))).toEqual(refused)
})

test('the table is chosen at birth', () => {
  expect(refusal(updateLink.op('vrf0', { table: 11 } as never), { answer: existing(7, { kind: 'vrf' }) })).toEqual({
    path: 'table',
    expected: expect.stringMatching(/cannot change it in a vrf link/),
    changes: [],
  })
})
