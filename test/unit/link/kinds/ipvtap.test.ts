import { describe, expect, test } from 'vitest'
import { createIpvtap, type IpvtapOptions } from '../../../../lib/link/kinds/ipvtap.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

const create = (options: Partial<IpvtapOptions>) => createIpvtap.op({ name: 'it0', link: 'eth0', ...options })

describe('bytes as iproute2 sends them', () => {
  testFixtures('ipvtap', {
    unless: { 'ip alone: 18.2.2 = 0000': 'iproute2 says flags beside each mode; absent they stay as they are' },
    same: {
      'ip link add link eth0 name it0 type ipvtap': () => create({}),
      'ip link add link eth0 name it0 type ipvtap mode l3s': () => create({ mode: 'l3s' }),
      'ip link add link eth0 name it0 type ipvtap mode l2 private': () => create({ mode: 'l2', flags: ['private'] }),
      'ip link set it1 type ipvtap mode l2 vepa': () => ({
        op: updateLink.op('it1', { mode: 'l2', flags: ['vepa'] }),
        answer: existing(66095, { kind: 'ipvtap', name: 'it1' }),
      }),
    },
  })
})

test('needs a link below', () => {
  expect(refusal(createIpvtap.op({ name: 'it0' } as never))).toMatchObject({ path: 'link', changes: [] })
})
