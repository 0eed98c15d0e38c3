import { describe, expect, test } from 'vitest'
import { createGre, type GreOptions } from '../../../../lib/link/kinds/gre.js'
import { updateLink } from '../../../../lib/link/update.js'
import { beside4, besideAny, gre4Words, type Refused, refusedAlways, refusedOfNew } from '../../../support/gre.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createGre.op({ name: 'tun', ...options } as GreOptions)
const tun = existing(66053, { kind: 'gre', name: 'tun', data: {} })

describe('bytes as iproute2 sends them', () => {
  testFixtures('gre', {
    unless: beside4,
    same: {
      ...endings(
        'ip link add tun type gre',
        {
          ...gre4Words,
          // ip makes the group the key, unasked.
          'remote 239.1.2.3 local 10.1.2.3': { remote: '239.1.2.3', local: '10.1.2.3', key: '239.1.2.3' },
        },
        create,
      ),
      'ip link add tun type gre local any remote any': () => ({
        op: create({ local: '0.0.0.0', remote: '0.0.0.0' }),
        ...besideAny('00000000', 6, 7),
      }),
    },
  })
})

describe('a change says all that can be said, and the flags of one direction as one attribute', () => {
  const data = {
    dev: 0,
    iSeq: true,
    iCsum: false,
    iKey: null,
    oSeq: false,
    oCsum: true,
    oKey: 0,
    local: '10.1.2.3',
    remote: '10.4.5.6',
    ttl: 66,
    pmtuDisc: true,
    fwmark: 5,
  }
  const answer = existing(7, { kind: 'gre', name: 'tun', data })
  const sent = (changes: object) => {
    const { sent: all } = runSteps(updateLink.op('tun', changes), { answer })
    const info = all.find(({ request }) => request.mode === 'act')?.tree.attributes.get(18)?.[0]
    const numbers = [...(info?.children?.get(2)?.[0]?.children ?? [])]
    for (const [number, nodes] of numbers) expect(nodes, `attribute ${number}`).toHaveLength(1)
    return Object.fromEntries(numbers.map(([number, [node]]) => [number, node?.bytes]))
  }
  const staying = { 6: '0a010203', 7: '0a040506', 8: '42', 10: '01', 20: '05000000' }
  test.each([
    [{ data: { ttl: 67 } }, { 8: '43', 2: '1000', 3: 'a000', 4: '00000000', 5: '00000000' }],
    [{ iCsum: true }, { 2: '9000', 3: 'a000', 4: '00000000', 5: '00000000' }],
    [
      { iSeq: false, data: { oSeq: true } },
      { 2: '0000', 3: 'b000', 4: '00000000', 5: '00000000' },
    ],
    [{ seq: false }, { 2: '0000', 3: 'a000', 4: '00000000', 5: '00000000' }],
    [{ key: 66051 }, { 2: '3000', 3: 'a000', 4: '00010203', 5: '00010203' }],
    [{ iKey: 0 }, { 2: '3000', 3: 'a000', 4: '00000000', 5: '00000000' }],
    [{ oKey: null }, { 2: '1000', 3: '8000', 4: '00000000', 5: '00000000' }],
    [
      { key: null, csum: false },
      { 2: '1000', 3: '0000', 4: '00000000', 5: '00000000' },
    ],
  ])('%o', (changes, expected) => {
    expect(sent(changes)).toEqual({ ...staying, ...expected })
  })
})

test.each<Refused>([
  ...refusedAlways,
  [{ ignoreDf: true, pmtuDisc: true }, 'ignoreDf', /pmtuDisc: false/],
  [{ ttl: 256 }, 'ttl', /from 0 to 255/],
  [{ local: '2001:db8::1' }, 'local', /an IPv4 address/],
  [{ remote: '::' }, 'remote', /an IPv4 address/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(create({ ...options }))).toEqual(refused)
  expect(refusal(updateLink.op('tun', options as never), { answer: tun })).toEqual(refused)
})

test.each<Refused>([
  ...refusedOfNew,
  [{ ignoreDf: true }, 'ignoreDf', /pmtuDisc: false/],
  [{ remote: '239.1.2.3' }, 'local', /multicast/],
])('refuses a new one with %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test('refuses to change whether it is external', () => {
  expect(refusal(updateLink.op('tun', { data: { external: true } } as never), { answer: tun })).toMatchObject({
    path: 'data.external',
    expected: expect.stringMatching(/the kernel cannot change it/),
  })
})
