import { describe, expect, test } from 'vitest'
import { createIpip, type IpipOptions } from '../../../../lib/link/kinds/ipip.js'
import { updateLink } from '../../../../lib/link/update.js'
import { encapPorts, iptunEncapWords } from '../../../support/encap-words.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const both = { local: '10.1.2.3', remote: '10.4.5.6' } as const

/** Words behind `type ipip` → the options that say the same. */
const additions: Readonly<Record<string, Partial<IpipOptions>>> = {
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
  'mode ipip': { mode: 'ipip' },
  'mode ip4ip4': { mode: 'ipip' },
  'mode mplsip': { mode: 'mplsip' },
  'mode any': { mode: 'any' },
  'fwmark 0x1020304': { fwmark: 0x1020304 },
  external: { external: true },
  ...iptunEncapWords,
  'encap none': { encap: 'none' },
  'local 10.1.2.3 remote 10.4.5.6 ttl 66 tos 0x12 dev eth0 fwmark 0x1020304 mode any encap fou encap-sport 4660 encap-dport 22136 encap-csum':
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
    },
}

const create = (options: Partial<IpipOptions>) => createIpip.op({ name: 'tun', ...options })
const sentAlways = 'iproute2 sends every attribute, with what the kernel has without it'

describe('bytes as iproute2 sends them', () => {
  testFixtures('ipip', {
    unless: {
      'ip alone: 18.2.1 = 00000000': sentAlways,
      'ip alone: 18.2.2 = 00000000': sentAlways,
      'ip alone: 18.2.3 = 00000000': sentAlways,
      'ip alone: 18.2.4 = 00': sentAlways,
      'ip alone: 18.2.5 = 00': sentAlways,
      'ip alone: 18.2.9 = 00':
        'not what the kernel has without it: with ip an ipip tunnel carries MPLS too; here that is `mode: any`',
      'ip alone: 18.2.10 = 01': sentAlways,
      'ip alone: 18.2.15 = 0000': sentAlways,
      'ip alone: 18.2.16 = 0000': sentAlways,
      'ip alone: 18.2.17 = 0000': sentAlways,
      'ip alone: 18.2.18 = 0000': sentAlways,
      'ip alone: 18.2.20 = 00000000': sentAlways,
    },
    same: {
      ...endings('ip link add tun type ipip', additions, create),
      'ip link add tun type ipip local any remote any': () => ({
        op: create({ local: '0.0.0.0', remote: '0.0.0.0' }),
        except: {
          'ours alone: 18.2.2 = 00000000': 'what was said is sent; the kernel has 0 without',
          'ours alone: 18.2.3 = 00000000': 'what was said is sent; the kernel has 0 without',
        },
      }),
    },
    beyond: {
      'ip link add tun type ipip 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.4.0.0/16':
        '6rd is of sit; iproute2 parses the words and sends nothing of them',
    },
  })
})

test('a change says all that can be said: what is absent the kernel would take for its default', () => {
  const data = {
    ...both,
    dev: 0,
    ttl: 66,
    tos: 0x12,
    pmtuDisc: true,
    mode: 'ipip',
    encap: 'none',
    fwmark: 5,
    unknown: [],
  }
  const changing = (changes: object) => {
    const answer = existing(7, { kind: 'ipip', name: 'tun', data })
    return runSteps(updateLink.op('tun', changes), { answer }).sent.find(({ request }) => request.mode === 'act')
  }
  const sent = changing({ ttl: 67, data: { tos: 0x14 } })
    ?.tree.attributes.get(18)?.[0]
    ?.children?.get(2)?.[0]?.children
  expect(Object.fromEntries([...(sent ?? [])].map(([number, [node]]) => [number, node?.bytes]))).toEqual({
    2: '0a010203',
    3: '0a040506',
    4: '43',
    5: '14',
    10: '01',
    15: '0000',
    20: '05000000',
  })
  expect(changing({ mtu: 1400 })?.tree.attributes.has(18)).toBe(false)
})

test.each([
  [{ local: '2001:db8::1' }, 'local', /an IPv4 address/],
  [{ ttl: 256 }, 'ttl', /from 0 to 255/],
  [{ mode: 'ip6ip6' }, 'mode', /'any', 'ipip', 'mplsip'/],
  [{ encap: 'udp' }, 'encap', /'none', 'fou', 'gue'/],
  [{ encapFlags: ['csum', 'sum'] }, 'encapFlags', /'csum'/],
  [{ encapDport: 65536 }, 'encapDport', /from 0 to 65535/],
  [{ external: 'yes' }, 'external', /true or false/],
  [{ ttl: 66, pmtuDisc: false }, 'pmtuDisc', /^true: with a ttl/],
  [{ external: true, remote: '10.1.2.3' }, 'remote', /routes or eBPF choose the ends/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})
