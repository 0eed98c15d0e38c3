import { describe, expect, test } from 'vitest'
import { createIp6gretap, type Ip6gretapOptions } from '../../../../lib/link/kinds/ip6gretap.js'
import { updateLink } from '../../../../lib/link/update.js'
import { beside6, besideAny, gre6Words, type Refused, refusedAlways, refusedOfNew } from '../../../support/gre.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createIp6gretap.op({ name: 'tun', ...options } as Ip6gretapOptions)
const tun = existing(66053, { kind: 'ip6gretap', name: 'tun', data: {} })

describe('bytes as iproute2 sends them', () => {
  testFixtures('ip6gretap', {
    unless: beside6,
    same: {
      ...endings('ip link add tun type ip6gretap', gre6Words, create),
      'ip link add tun type ip6gretap local any remote any': () => ({
        op: create({ local: '::', remote: '::' }),
        ...besideAny('00000000000000000000000000000000', 6),
      }),
    },
  })
})

test('a change does not say that there is no other end: the kernel refuses zeros', () => {
  const data = { iKey: 5, remote: '::' }
  const answer = existing(7, { kind: 'ip6gretap', name: 'tun', data })
  const { sent } = runSteps(updateLink.op('tun', { fwmark: 6 }), { answer })
  const info = sent.find(({ request }) => request.mode === 'act')?.tree.attributes.get(18)?.[0]
  expect([...(info?.children?.get(2)?.[0]?.children?.keys() ?? [])].sort((a, b) => a - b)).toEqual([2, 4, 13, 20])
})

test.each<Refused>([
  ...refusedAlways,
  [{ hopLimit: 256 }, 'hopLimit', /from 0 to 255/],
  [{ tclass: 'none' }, 'tclass', /'inherit'/],
  [{ flowLabel: 0x10_0000 }, 'flowLabel', /from 0 to 1048575/],
  [{ local: '10.1.2.3' }, 'local', /an IPv6 address/],
  [{ remote: '0.0.0.0' }, 'remote', /an IPv6 address/],
])('refuses %o before anything is sent', (options, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(create({ ...options }))).toEqual(refused)
  expect(refusal(updateLink.op('tun', options as never), { answer: tun })).toEqual(refused)
})

test.each<Refused>([...refusedOfNew])(
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
