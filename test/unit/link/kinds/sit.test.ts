import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../../lib/codec/codec.js'
import { decodeAttributes } from '../../../../lib/codec/reader.js'
import { createSit, type SitOptions, sit, sitAttributes } from '../../../../lib/link/kinds/sit.js'
import { encapPorts, iptunEncapWords } from '../../../support/encap-words.js'
import { refusal } from '../../../support/links.js'
import { endings, testFixtures } from '../../../support/requests.js'

const both = { local: '10.1.2.3', remote: '10.4.5.6' } as const

/** Words behind `type sit` → the options that say the same. */
const additions: Readonly<Record<string, Partial<SitOptions>>> = {
  '': {},
  'local 10.1.2.3': { local: both.local },
  'remote 10.4.5.6': { remote: both.remote },
  'local 10.1.2.3 remote 10.4.5.6 ttl 66': { ...both, ttl: 66 },
  'local 10.1.2.3 remote 10.4.5.6 ttl inherit': { ...both, ttl: 0 },
  'tos 0x12': { tos: 0x12 },
  'tos inherit': { tos: 1 },
  'local 10.1.2.3 nopmtudisc': { local: both.local, pmtuDisc: false },
  'local 10.1.2.3 pmtudisc': { local: both.local, pmtuDisc: true },
  'dev eth0': { dev: 'eth0' },
  'local 10.1.2.3 dev eth0': { local: both.local, dev: 'eth0' },
  'fwmark 0x1020304': { fwmark: 0x1020304 },
  'mode ip6ip': { mode: 'ip6ip' },
  'mode ipip': { mode: 'ipip' },
  'mode mplsip': { mode: 'mplsip' },
  'mode any': { mode: 'any' },
  isatap: { flags: ['isatap'] },
  'local 10.1.2.3 isatap': { local: both.local, flags: ['isatap'] },
  '6rd-prefix 2001:db8::/30': { sixRdPrefix: '2001:db8::/30' },
  '6rd-prefix 2001:db8::/33 6rd-relay_prefix 10.32.0.0/11': {
    sixRdPrefix: '2001:db8::/33',
    sixRdRelayPrefix: '10.32.0.0/11',
  },
  ...iptunEncapWords,
  'local 10.1.2.3 remote 10.4.5.6 ttl 66 tos 0x12 dev eth0 fwmark 0x1020304 mode any encap fou encap-sport 4660 encap-dport 22136 encap-csum 6rd-prefix 2001:db8::/30':
    {
      ...both,
      ttl: 66,
      tos: 0x12,
      dev: 'eth0',
      fwmark: 0x1020304,
      mode: 'any',
      encap: 'fou',
      ...encapPorts,
      encapFlags: ['csum'],
      sixRdPrefix: '2001:db8::/30',
    },
}

const create = (options: Partial<SitOptions>) => createSit.op({ name: 'tun', ...options })
const sentAlways = 'iproute2 sends every attribute, with what the kernel has without it'

describe('bytes as iproute2 sends them', () => {
  testFixtures('sit', {
    unless: {
      'ip alone: 18.2.1 = 00000000': sentAlways,
      'ip alone: 18.2.2 = 00000000': sentAlways,
      'ip alone: 18.2.3 = 00000000': sentAlways,
      'ip alone: 18.2.4 = 00': sentAlways,
      'ip alone: 18.2.5 = 00': sentAlways,
      'ip alone: 18.2.8 = 0000': sentAlways,
      'ip alone: 18.2.9 = 00':
        'not what the kernel has without it: with ip a sit tunnel carries IPv4 and MPLS too; here that is `mode: any`',
      'ip alone: 18.2.10 = 01': sentAlways,
      'ip alone: 18.2.12 = 00000000': sentAlways,
      'ip alone: 18.2.14 = 0000': sentAlways,
      'ip alone: 18.2.15 = 0000': sentAlways,
      'ip alone: 18.2.16 = 0000': sentAlways,
      'ip alone: 18.2.17 = 0000': sentAlways,
      'ip alone: 18.2.18 = 0000': sentAlways,
      'ip alone: 18.2.20 = 00000000': sentAlways,
    },
    same: endings('ip link add tun type sit', additions, create),
    beyond: { 'ip link add tun type sit external': 'the kernel ignores IFLA_IPTUN_COLLECT_METADATA of a sit link' },
  })
})

describe('what the kernel would refuse late, or take and not do, is refused before anything is sent', () => {
  test.each([
    [{ ttl: 66, pmtuDisc: false }, 'pmtuDisc', /^true: with a ttl/],
    [{ mode: 'ip6ip6' }, 'mode', /'any', 'ip6ip', 'ipip', 'mplsip'/],
    [{ flags: ['prl'] }, 'flags', /'isatap'/],
    [{ external: true }, 'external', /no such option/],
    [{ sixRdPrefix: '2001:db8::' }, 'sixRdPrefix', /length of at most 32/],
    [{ sixRdPrefix: '2001:db8::/33' }, 'sixRdPrefix', /length of at most 32/],
    [{ sixRdPrefix: '2001:db8::/44', sixRdRelayPrefix: '10.32.0.0/11' }, 'sixRdPrefix', /length of at most 43/],
    [{ sixRdPrefix: '2001:db8::1/32' }, 'sixRdPrefix', /no bits set behind the prefix/],
    [{ sixRdPrefix: '10.0.0.0/8' }, 'sixRdPrefix', /an IPv6 address with prefix length/],
    [{ sixRdPrefix: 5 }, 'sixRdPrefix', /with prefix length/],
    [{ sixRdPrefix: '2001:db8::/32', sixRdRelayPrefix: '2001:db8::/32' }, 'sixRdRelayPrefix', /an IPv4 address/],
    [{ sixRdPrefix: '2001:db8::/32', sixRdRelayPrefix: 'x/8' }, 'sixRdRelayPrefix', /with prefix length/],
    [{ sixRdRelayPrefix: '10.0.0.0/8' }, 'sixRdPrefix', /required with sixRdRelayPrefix/],
  ])('%o', (options, path, expected) => {
    const found = refusal(create(options as never))
    expect(found).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  })
})

test('in a change either 6rd prefix may be said alone: the other one is said again', () => {
  expect(() => sit.check?.({ sixRdRelayPrefix: '10.0.0.0/8' }, 'update', {})).not.toThrow()
  expect(() => sit.check?.({ sixRdPrefix: '2001:db8::/40' }, 'update', {})).not.toThrow()
})

test.each([
  ['as the kernel sends them', [11, 12, 13, 14]],
  ['lengths first', [14, 13, 12, 11]],
])('address and length are one prefix in a reply: %s', (_, order) => {
  const payloads: Readonly<Record<number, string>> = {
    11: '20010db8000000000000000000000000',
    12: '0a200000',
    13: '1e00',
    14: '0b00',
  }
  const attributes = order.map((number) => {
    const bytes = Buffer.from(payloads[number] as string, 'hex')
    return Buffer.concat([Uint8Array.of(bytes.length + 4, 0, number, 0), bytes, Buffer.alloc(-bytes.length & 3)])
  })
  const bytes = Buffer.concat(attributes)
  const decoded = decodeAttributes(sitAttributes, sourceOf(bytes, true), 0, bytes.length)
  expect(decoded).toEqual({ sixRdPrefix: '2001:db8::/30', sixRdRelayPrefix: '10.32.0.0/11' })
})
