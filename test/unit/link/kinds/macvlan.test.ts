import { describe, expect, test } from 'vitest'
import { createMacvlan, type MacvlanOptions } from '../../../../lib/link/kinds/macvlan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { type FamilyCases, runSteps, testFixtures } from '../../../support/requests.js'

const one = '02:11:22:33:44:55'
const other = '02:66:77:88:99:aa'

/** Words behind `type macvlan` → the options that say the same. */
const words: Readonly<Record<string, Partial<MacvlanOptions>>> = {
  '': {},
  'mode private': { mode: 'private' },
  'mode vepa': { mode: 'vepa' },
  'mode bridge': { mode: 'bridge' },
  'mode passthru': { mode: 'passthru' },
  'mode passthru nopromisc': { mode: 'passthru', flags: ['noPromisc'] },
  'mode source': { mode: 'source' },
  'mode source nodst': { mode: 'source', flags: ['noDst'] },
  [`mode source macaddr set ${one} ${other}`]: { mode: 'source', macaddr: [one, other] },
  [`mode source macaddr set ${one}`]: { mode: 'source', macaddr: [one] },
  'mode source macaddr set': { mode: 'source', macaddr: [] },
  [`mode source macaddr add ${one}`]: { mode: 'source', macaddr: { add: one } },
  [`mode source macaddr del ${one}`]: { mode: 'source', macaddr: { del: one } },
  'mode bridge bcqueuelen 66051': { mode: 'bridge', bcQueueLength: 66051 },
  [`mode source nodst macaddr set ${one} ${other} bcqueuelen 66051`]: {
    mode: 'source',
    flags: ['noDst'],
    macaddr: [one, other],
    bcQueueLength: 66051,
  },
  'bcqueuelen 66051': { bcQueueLength: 66051 },
}
const isChange =
  /^mode (bridge|source macaddr (add|del|set .* .*)|passthru nopromisc)$|^mode source macaddr (add|del) \S+$/

const create = (options: Partial<MacvlanOptions>) =>
  createMacvlan.op({ name: 'mv0', link: 'eth0', ...options } as MacvlanOptions)
const mv1 = existing(66092, { kind: 'macvlan', name: 'mv1' })
const change = (changes: object) => ({ op: updateLink.op('mv1', changes as never), answer: mv1 })

const entries = Object.entries(words)
const added: FamilyCases['same'] = Object.fromEntries([
  ...entries.map(([said, options]) => [
    `ip link add link eth0 name mv0 type macvlan ${said}`.trim(),
    () => create(options),
  ]),
  ...entries
    .filter(([said]) => isChange.test(said))
    .map(([said, options]) => [`ip link set mv1 type macvlan ${said}`, () => change(options)]),
])
const empty = 'an empty list says the same'

describe('bytes as iproute2 sends them', () => {
  testFixtures('macvlan', {
    same: {
      ...added,
      [`ip link add link eth0 name mv0 address ${one} up type macvlan mode bridge`]: () =>
        create({ address: one, up: true, mode: 'bridge' }),
      [`ip link set mv1 type macvlan macaddr add ${one}`]: () => change({ macaddr: { add: one } }),
      'ip link set mv1 type macvlan bcqueuelen 66051': () => change({ bcQueueLength: 66051 }),
    },
    beyond: {
      'ip link add link eth0 name mv0 type macvlan mode source macaddr flush': empty,
      'ip link set mv1 type macvlan mode source macaddr flush': empty,
    },
  })
})

test.each([
  [{ bcLim: 66051 }, 9, '03020100'],
  [{ bcLim: -2 }, 9, 'feffffff'],
  [{ flags: ['noPromisc', 'noDst'] }, 2, '0300'],
  [{ flags: [] }, 2, '0000'],
] as const)('what iproute2 6.1 does not say: %o', (options, number, payload) => {
  const data = runSteps(create(options), { links: { eth0: 2 } }).sent[0]?.tree.attributes.get(18)?.[0]?.children
  expect([...(data?.get(2)?.[0]?.children ?? [])]).toEqual([[number, [{ bytes: payload }]]])
})

test.each<[object, string, RegExp]>([
  [{ mode: 'passthrough' }, 'mode', /'passthru', 'source'/],
  [{ flags: 'noPromisc' }, 'flags', /an array/],
  [{ flags: ['nopromisc'] }, 'flags', /'noPromisc'/],
  [{ mode: 'source', macaddr: one }, 'macaddr', /an array of.*\{ add \}/],
  [{ mode: 'source', macaddr: null }, 'macaddr', /an array of/],
  [{ mode: 'source', macaddr: {} }, 'macaddr', /an array of/],
  [{ mode: 'source', macaddr: { add: one, del: other } }, 'macaddr', /an array of/],
  [{ mode: 'source', macaddr: { set: [one] } }, 'macaddr', /an array of/],
  [{ mode: 'source', macaddr: { add: undefined } }, 'macaddr.add', /a MAC address/],
  [{ mode: 'source', macaddr: { add: '01:00:5e:00:00:01' } }, 'macaddr.add', /a unicast MAC address/],
  [{ mode: 'source', macaddr: [one, '00:00:00:00:00:00'] }, 'macaddr[1]', /a unicast MAC address/],
  [{ mode: 'source', macaddr: [one, 'eth0'] }, 'macaddr[1]', /a MAC address/],
  [{ mode: 'bridge', macaddr: [one] }, 'mode', /'source' \(required with macaddr\)/],
  [{ macaddrCount: 1 }, 'macaddrCount', /only the kernel sets this/],
  [{ usedBcQueueLength: 1 }, 'usedBcQueueLength', /only the kernel sets this/],
  [{ bcQueueLength: -1 }, 'bcQueueLength', /from 0 to 4294967295/],
  [{ bcLim: 2 ** 31 }, 'bcLim', /from -2147483648 to 2147483647/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(create(options), { links: { eth0: 2 } })).toEqual(refused)
  expect(refusal(updateLink.op('mv1', options as never), { answer: mv1 })).toEqual(refused)
})

test('a new link needs a link below, and the mode that takes addresses', () => {
  const required = { path: 'link', expected: expect.stringMatching(/a link.*required/), changes: [] }
  expect(refusal(createMacvlan.op({ name: 'mv0' } as never))).toEqual(required)
  expect(refusal(create({ macaddr: [one] }))).toMatchObject({ path: 'mode', changes: [] })
  // The number of a mode is as good as its name.
  expect(runSteps(create({ mode: 16, macaddr: [one] }), { links: { eth0: 2 } }).sent).toHaveLength(1)
})
