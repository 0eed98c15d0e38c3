import { describe, expect, test } from 'vitest'
import { createIp6tnl, type Ip6tnlOptions } from '../../../../lib/link/kinds/ip6tnl.js'
import { updateLink } from '../../../../lib/link/update.js'
import { encapPorts, iptunEncapWords } from '../../../support/encap-words.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, runSteps, testFixtures } from '../../../support/requests.js'

const both = { local: '2001:db8:1:2::3', remote: '2001:db8:4:5::6' } as const

/** Words behind `type ip6tnl` → the options that say the same. */
const additions: Readonly<Record<string, Partial<Ip6tnlOptions>>> = {
  '': {},
  'local 2001:db8:1:2::3': { local: both.local },
  'remote 2001:db8:4:5::6': { remote: both.remote },
  'local 2001:db8:1:2::3 remote 2001:db8:4:5::6': both,
  'dev eth0': { dev: 'eth0' },
  'hoplimit 66': { hopLimit: 66 },
  'hoplimit 0': { hopLimit: 0 },
  'encaplimit 7': { encapLimit: 7 },
  'encaplimit 0': { encapLimit: 0 },
  'tclass 0x12': { tclass: 0x12 },
  'tclass inherit': { tclass: 'inherit' },
  'flowlabel 0x34567': { flowLabel: 0x34567 },
  'flowlabel inherit': { flowLabel: 'inherit' },
  'tclass 0x12 flowlabel 0x34567': { tclass: 0x12, flowLabel: 0x34567 },
  'tclass inherit flowlabel 0x34567': { tclass: 'inherit', flowLabel: 0x34567 },
  'dscp inherit': { dscpInherit: true },
  'allow-localremote': { allowLocalRemote: true },
  'noallow-localremote': { allowLocalRemote: false },
  'fwmark 0x1020304': { fwmark: 0x1020304 },
  'fwmark inherit': { fwmark: 'inherit' },
  'mode ip6ip6': { mode: 'ip6ip6' },
  'mode ipip6': { mode: 'ipip6' },
  'mode any': { mode: 'any' },
  external: { external: true },
  ...iptunEncapWords,
  'local 2001:db8:1:2::3 remote 2001:db8:4:5::6 dev eth0 hoplimit 66 encaplimit 7 tclass 0x12 flowlabel 0x34567 dscp inherit allow-localremote fwmark 0x1020304 mode ipip6 encap fou encap-sport 4660 encap-dport 22136 encap-csum':
    {
      ...both,
      dev: 'eth0',
      hopLimit: 66,
      encapLimit: 7,
      tclass: 0x12,
      flowLabel: 0x34567,
      dscpInherit: true,
      allowLocalRemote: true,
      fwmark: 0x1020304,
      mode: 'ipip6',
      encap: 'fou',
      ...encapPorts,
      encapFlags: ['csum', 'csum6'],
    },
}

const create = (options: Partial<Ip6tnlOptions>) => createIp6tnl.op({ name: 'tun', ...options })
const sentAlways = 'iproute2 sends every attribute, with what the kernel has without it'

describe('bytes as iproute2 sends them', () => {
  testFixtures('ip6tnl', {
    unless: {
      'ip alone: 18.2.1 = 00000000': sentAlways,
      'ip alone: 18.2.2 = 00000000000000000000000000000000': sentAlways,
      'ip alone: 18.2.3 = 00000000000000000000000000000000': sentAlways,
      'ip alone: 18.2.4 = 40':
        'not what the kernel has without it: with ip the hop limit is 64; here that is `hopLimit: 64`',
      'ip alone: 18.2.6 = 04':
        'not what the kernel has without it: with ip the limit is 4; here that is `encapLimit: 4`',
      'ip alone: 18.2.7 = 00000000': sentAlways,
      'ip alone: 18.2.8 = 00000000': sentAlways,
      'ip alone: 18.2.9 = 00': sentAlways,
      'ip alone: 18.2.15 = 0000': sentAlways,
      'ip alone: 18.2.16 = 0200':
        'not what the kernel has without it: with ip UDP has a checksum; here that is `encapFlags: [csum6]`',
      'ip alone: 18.2.17 = 0000': sentAlways,
      'ip alone: 18.2.18 = 0000': sentAlways,
      'ip alone: 18.2.20 = 00000000': sentAlways,
    },
    same: {
      ...endings('ip link add tun type ip6tnl', additions, create),
      'ip link add tun type ip6tnl encaplimit none': () => ({
        op: create({ encapLimit: 'none' }),
        except: { 'differs: 18.2.6 = 00, ip 04': 'a limit that the flag beside it sets aside' },
      }),
    },
  })
})

/** IFLA_INFO_DATA of a change, by number. */
function changed(data: object, changes: object) {
  const answer = existing(7, { kind: 'ip6tnl', name: 'tun', data })
  const act = runSteps(updateLink.op('tun', changes), { answer }).sent.find(({ request }) => request.mode === 'act')
  const sent = act?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
  return Object.fromEntries([...(sent ?? [])].map(([number, [node]]) => [number, node?.bytes]))
}

test('a change of one part of a number or of the flags says the other parts again', () => {
  const data = { encapLimit: 'none', tclass: 0x12, flowLabel: 0x34567, fwmark: 0, dscpInherit: true, flags: ['mip6'] }
  expect(changed(data, { tclass: 0x78 })).toEqual({
    6: '00',
    7: '07834567',
    8: '19000000',
    20: '00000000',
  })
  expect(changed(data, { flowLabel: 'inherit', encapLimit: 5, data: { dscpInherit: false, flags: [] } })).toEqual({
    6: '05',
    7: '01200000',
    8: '04000000',
    20: '00000000',
  })
})

test.each([
  [{ local: '10.1.2.3' }, 'local', /an IPv6 address/],
  [{ tclass: 256 }, 'tclass', /from 0 to 255, or 'inherit'/],
  [{ tclass: 'none' }, 'tclass', /or 'inherit'/],
  [{ flowLabel: 0x10_0000 }, 'flowLabel', /from 0 to 1048575, or 'inherit'/],
  [{ encapLimit: 'inherit' }, 'encapLimit', /from 0 to 255, or 'none'/],
  [{ fwmark: -1 }, 'fwmark', /or 'inherit'/],
  [{ dscpInherit: 1 }, 'dscpInherit', /true or false/],
  [{ flags: [0x40] }, 'flags', /that no other option says/],
  [{ flags: [0x1_0000] }, 'flags', /that no other option says/],
  [{ external: true, remote: '2001:db8::1' }, 'remote', /routes or eBPF choose the ends/],
])('refuses %o before anything is sent', (options, path, expected) => {
  expect(refusal(create(options as never))).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
})
