import { describe, expect, test } from 'vitest'
import { type BareudpOptions, createBareudp } from '../../../../lib/link/kinds/bareudp.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, testFixtures } from '../../../support/requests.js'

const needed = { dstPort: 4660, etherType: 'ipv4' } as const

/** Words behind `type bareudp` → the options that say the same. */
const additions: Readonly<Record<string, Omit<BareudpOptions, 'name'>>> = {
  'dstport 4660 ethertype ipv4': needed,
  'dstport 4660 ethertype ipv6': { dstPort: 4660, etherType: 'ipv6' },
  'dstport 4660 ethertype mpls_uc': { dstPort: 4660, etherType: 'mplsUc' },
  'dstport 4660 ethertype mpls_mc': { dstPort: 4660, etherType: 'mplsMc' },
  'dstport 4660 ethertype 0x1234': { dstPort: 4660, etherType: 0x1234 },
  'dstport 4660 ethertype ipv4 srcportmin 22136': { ...needed, srcPortMin: 22136 },
  'dstport 4660 ethertype mpls_uc multiproto': { dstPort: 4660, etherType: 'mplsUc', multiProto: true },
  'dstport 4660 ethertype ipv4 nomultiproto': { ...needed, multiProto: false },
  'dstport 4660 ethertype ipv4 srcportmin 22136 multiproto': { ...needed, srcPortMin: 22136, multiProto: true },
}

const create = (options: object) => createBareudp.op({ name: 'b0', ...options } as BareudpOptions)

describe('bytes as iproute2 sends them', () => {
  testFixtures('bareudp', {
    same: endings('ip link add b0 type bareudp', additions, create),
  })
})

test.each([
  [{ etherType: 'ipv4' }, 'dstPort', /required/],
  [{ dstPort: 4660 }, 'etherType', /required/],
  [{ ...needed, dstPort: 0 }, 'dstPort', /from 1 to 65535/],
  [{ ...needed, etherType: 'mpls_uc' }, 'etherType', /'mplsUc'/],
  [{ ...needed, etherType: 65536 }, 'etherType', /from 0 to 65535/],
  [{ ...needed, srcPortMin: -1 }, 'srcPortMin', /from 0 to 65535/],
  [{ dstPort: 4660, etherType: 'ipv6', multiProto: true }, 'multiProto', /'ipv4' and 'mplsUc' alone/],
  [{ dstPort: 4660, etherType: 0x8848, multiProto: true }, 'multiProto', /'ipv4' and 'mplsUc' alone/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})

test('the number of an ethertype does as well as its name', () => {
  expect(() => refusal(create({ dstPort: 4660, etherType: 0x8847, multiProto: true }))).toThrow('was not refused')
})

test.each([{ dstPort: 4661 }, { etherType: 'ipv6' }, { srcPortMin: 5 }, { multiProto: true }])(
  'nothing can be changed: %o',
  (changes) => {
    const answer = existing(7, { kind: 'bareudp', name: 'b0' })
    expect(refusal(updateLink.op('b0', changes as never), { answer })).toEqual({
      path: Object.keys(changes)[0],
      expected: expect.stringMatching(/cannot change it in a bareudp link/),
      changes: [],
    })
  },
)
