import { describe, expect, test } from 'vitest'
import { createIpvlan, type IpvlanOptions } from '../../../../lib/link/kinds/ipvlan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, type FamilyCases, testFixtures } from '../../../support/requests.js'

/** Words behind `type ipvlan` → the options that say the same. */
const words: Readonly<Record<string, Partial<IpvlanOptions>>> = {
  '': {},
  'mode l2': { mode: 'l2' },
  'mode l3': { mode: 'l3' },
  'mode l3s': { mode: 'l3s' },
  'mode l2 private': { mode: 'l2', flags: ['private'] },
  'mode l3 vepa': { mode: 'l3', flags: ['vepa'] },
  'mode l2 bridge': { mode: 'l2', flags: [] },
  private: { flags: ['private'] },
  vepa: { flags: ['vepa'] },
  bridge: { flags: [] },
}

const create = (options: Partial<IpvlanOptions>) => createIpvlan.op({ name: 'iv0', link: 'eth0', ...options })
const iv1 = existing(66094, { kind: 'ipvlan', name: 'iv1' })
const change = (changes: object) => ({ op: updateLink.op('iv1', { data: changes } as never), answer: iv1 })
const added: FamilyCases['same'] = endings('ip link add link eth0 name iv0 type ipvlan', words, create)
const bridgeToo = 'iproute2 says flags beside each mode; absent they stay as they are'

describe('bytes as iproute2 sends them', () => {
  testFixtures('ipvlan', {
    unless: { 'ip alone: 18.2.2 = 0000': bridgeToo },
    same: {
      ...added,
      'ip link set iv1 type ipvlan mode l3s': () => change({ mode: 'l3s' }),
      'ip link set iv1 type ipvlan private': () => change({ flags: ['private'] }),
      'ip link set iv1 type ipvlan mode l2 vepa': () => change({ mode: 'l2', flags: ['vepa'] }),
      'ip link set iv1 type ipvlan bridge': () => change({ flags: [] }),
    },
  })
})

test.each<[object, string, RegExp]>([
  [{ mode: 'l4' }, 'mode', /'l2', 'l3', 'l3s'/],
  [{ flags: ['bridge'] }, 'flags', /'private', 'vepa'/],
  [{ flags: 'private' }, 'flags', /an array/],
  [{ flags: ['private', 'vepa'] }, 'flags', /one excludes the other/],
  [{ flags: [3] }, 'flags', /one excludes the other/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(create(options), { links: { eth0: 2 } })).toEqual(refused)
  expect(refusal(change(options).op, { answer: iv1 })).toMatchObject({
    ...refused,
    path: expect.stringContaining(path),
  })
})

test('needs a link below', () => {
  expect(refusal(createIpvlan.op({ name: 'iv0' } as never))).toMatchObject({ path: 'link', changes: [] })
})
