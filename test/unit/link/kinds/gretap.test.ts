import { describe, expect, test } from 'vitest'
import { createGretap, type GretapOptions } from '../../../../lib/link/kinds/gretap.js'
import { updateLink } from '../../../../lib/link/update.js'
import { beside4, besideAny, gre4Words, type Refused, refusedAlways, refusedOfNew } from '../../../support/gre.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createGretap.op({ name: 'tun', ...options } as GretapOptions)
const tun = existing(66053, { kind: 'gretap', name: 'tun', data: {} })

describe('bytes as iproute2 sends them', () => {
  testFixtures('gretap', {
    unless: beside4,
    same: {
      ...endings('ip link add tun type gretap', gre4Words, create),
      'ip link add tun type gretap local any remote any': () => ({
        op: create({ local: '0.0.0.0', remote: '0.0.0.0' }),
        ...besideAny('00000000', 6),
      }),
    },
  })
})

test('a change does not say that there is no other end: the kernel refuses zeros', () => {
  const data = { iKey: 5, remote: '0.0.0.0' }
  const answer = existing(7, { kind: 'gretap', name: 'tun', data })
  const { sent } = runSteps(updateLink.op('tun', { fwmark: 6 }), { answer })
  const info = sent.find(({ request }) => request.mode === 'act')?.tree.attributes.get(18)?.[0]
  expect([...(info?.children?.get(2)?.[0]?.children?.keys() ?? [])].sort((a, b) => a - b)).toEqual([2, 4, 20])
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

test.each<Refused>([...refusedOfNew, [{ ignoreDf: true }, 'ignoreDf', /pmtuDisc: false/]])(
  'refuses a new one with %o before anything is sent',
  (options, path, expected) => {
    expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  },
)

test('refuses to change whether it is external', () => {
  expect(refusal(updateLink.op('tun', { data: { external: true } } as never), { answer: tun })).toMatchObject({
    path: 'data.external',
    expected: expect.stringMatching(/the kernel cannot change it/),
  })
})
