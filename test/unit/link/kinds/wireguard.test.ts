import { describe, expect, test } from 'vitest'
import { createWireguard } from '../../../../lib/link/kinds/wireguard.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { testFixtures } from '../../../support/requests.js'

describe('bytes as iproute2 sends them', () => {
  testFixtures('wireguard', {
    same: {
      'ip link add wg0 type wireguard': () => createWireguard.op({ name: 'wg0' }),
      'ip link add wg0 mtu 1402 type wireguard': () => createWireguard.op({ name: 'wg0', mtu: 1402 }),
    },
  })
})

test.each(['privateKey', 'listenPort', 'peers'])('refuses %s: that is generic netlink', (name) => {
  const refused = { path: name, expected: expect.stringMatching(/no such option/), changes: [] }
  const options: object = { [name]: 5 }
  expect(refusal(createWireguard.op({ name: 'wg0', ...options }))).toEqual(refused)
  const answer = existing(7, { kind: 'wireguard', name: 'wg0' })
  expect(refusal(updateLink.op('wg0', options), { answer })).toEqual(refused)
})
