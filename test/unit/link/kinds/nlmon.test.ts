import { describe, expect, test } from 'vitest'
import { createNlmon } from '../../../../lib/link/kinds/nlmon.js'
import { refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('nlmon', {
    same: {
      'ip link add nlmon0 type nlmon': () => createNlmon.op({ name: 'nlmon0' }),
      'ip link add nlmon0 mtu 4660 up type nlmon': () => createNlmon.op({ name: 'nlmon0', mtu: 4660, up: true }),
    },
  })
})

test.each(['address', 'broadcast'])('takes no %s', (name) => {
  const refused = refusal(createNlmon.op({ name: 'nlmon0', [name]: '02:11:22:33:44:55' }))
  expect(refused).toEqual({ path: name, expected: 'nothing: an nlmon link has no address', changes: [] })
})
