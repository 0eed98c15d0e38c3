import { describe, expect, test } from 'vitest'
import { createVti6, type Vti6Options } from '../../../../lib/link/kinds/vti6.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const both = { local: '2001:db8:1:2::3', remote: '2001:db8:4:5::6' } as const

/** Words behind `type vti6` → the options that say the same. */
const additions: Readonly<Record<string, Partial<Vti6Options>>> = {
  '': {},
  'local 2001:db8:1:2::3': { local: both.local },
  'remote 2001:db8:4:5::6': { remote: both.remote },
  'local 2001:db8:1:2::3 remote 2001:db8:4:5::6': both,
  'dev eth0': { dev: 'eth0' },
  'key 66051': { key: 66051 },
  'ikey 66051': { iKey: 66051 },
  'okey 66051': { oKey: 66051 },
  'key 0.4.5.6': { key: '0.4.5.6' },
  'ikey 66051 okey 0.0.18.52': { iKey: 66051, oKey: '0.0.18.52' },
  'fwmark 0x1020304': { fwmark: 0x1020304 },
  'local 2001:db8:1:2::3 remote 2001:db8:4:5::6 dev eth0 ikey 66051 okey 0.0.18.52 fwmark 0x1020304': {
    ...both,
    dev: 'eth0',
    iKey: 66051,
    oKey: 0x1234,
    fwmark: 0x1020304,
  },
}

const create = (options: Partial<Vti6Options>) => createVti6.op({ name: 'tun', ...options })
const sentAlways = 'iproute2 sends every attribute, with what the kernel has without it'

describe('bytes as iproute2 sends them', () => {
  testFixtures('vti6', {
    unless: {
      'ip alone: 18.2.1 = 00000000': sentAlways,
      'ip alone: 18.2.2 = 00000000': sentAlways,
      'ip alone: 18.2.3 = 00000000': sentAlways,
      'ip alone: 18.2.4 = 00000000000000000000000000000000': sentAlways,
      'ip alone: 18.2.5 = 00000000000000000000000000000000': sentAlways,
      'ip alone: 18.2.6 = 00000000': sentAlways,
    },
    same: endings('ip link add tun type vti6', additions, create),
  })
})

test('a change of both keys does not say the old ones again', () => {
  const answer = existing(7, { kind: 'vti6', name: 'tun', data: { iKey: 1, oKey: 2, fwmark: 3 } })
  const act = runSteps(updateLink.op('tun', { key: 66051 }), { answer }).sent.find(
    ({ request }) => request.mode === 'act',
  )
  const sent = act?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
  expect([...(sent ?? [])].map(([number, nodes]) => [number, nodes.map(({ bytes }) => bytes)])).toEqual([
    [2, ['00010203']],
    [3, ['00010203']],
    [6, ['03000000']],
  ])
})

test.each([
  [{ local: '10.1.2.3' }, 'local', /an IPv6 address/],
  [{ key: 2 ** 32 }, 'key', /from 0 to 4294967295, or a dotted quad/],
  [{ iKey: '1.2.3' }, 'iKey', /a dotted quad/],
  [{ oKey: 1.5 }, 'oKey', /a dotted quad/],
  [{ key: 5, iKey: 6 }, 'iKey', /nothing beside key/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})
