import { describe, expect, test } from 'vitest'
import { createIp6gre, type Ip6greOptions } from '../../../../lib/link/kinds/ip6gre.js'
import { updateLink } from '../../../../lib/link/update.js'
import { beside6, besideAny, gre6Words, type Refused, refusedAlways, refusedOfNew } from '../../../support/gre.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, testFixtures } from '../../../support/requests.js'

const create = (options: object) => createIp6gre.op({ name: 'tun', ...options } as Ip6greOptions)
const tun = existing(66053, { kind: 'ip6gre', name: 'tun', data: {} })

describe('bytes as iproute2 sends them', () => {
  testFixtures('ip6gre', {
    unless: beside6,
    same: {
      ...endings('ip link add tun type ip6gre', gre6Words, create),
      'ip link add tun type ip6gre local any remote any': () => ({
        op: create({ local: '::', remote: '::' }),
        ...besideAny('00000000000000000000000000000000', 6, 7),
      }),
    },
  })
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
