/** What the tests of the GRE family share: words of `ip` behind `type KIND`, and the options that say the same. */
import type { GreOptions } from '../../lib/link/kinds/gre.js'
import type { Ip6greOptions } from '../../lib/link/kinds/ip6gre.js'
import { encapPorts, encapWords } from './encap-words.js'
import type { Reasons } from './requests.js'

type Both = Partial<Pick<GreOptions, keyof GreOptions & keyof Ip6greOptions>>

const words: Readonly<Record<string, Both>> = {
  'dev eth0': { dev: 'eth0' },
  'fwmark 0x1020304': { fwmark: 0x1020304 },
  external: { external: true },
  ...encapWords,
  'encap none': { encap: 'none' },
  'key 66051': { key: 66051 },
  'key 1.2.3.4': { key: '1.2.3.4' },
  'key 0': { key: 0 },
  'ikey 66051': { iKey: 66051 },
  'okey 66052': { oKey: 66052 },
  'ikey 66051 okey 66052': { iKey: 66051, oKey: 66052 },
  nokey: { key: null },
  noikey: { iKey: null },
  nookey: { oKey: null },
  seq: { seq: true },
  iseq: { iSeq: true },
  oseq: { oSeq: true },
  noseq: { seq: false },
  noiseq: { iSeq: false },
  nooseq: { oSeq: false },
  csum: { csum: true },
  icsum: { iCsum: true },
  ocsum: { oCsum: true },
  nocsum: { csum: false },
  noicsum: { iCsum: false },
  noocsum: { oCsum: false },
  'ikey 66051 oseq icsum': { iKey: 66051, oSeq: true, iCsum: true },
  'okey 66052 iseq ocsum': { oKey: 66052, iSeq: true, oCsum: true },
  'key 66051 seq csum': { key: 66051, seq: true, csum: true },
}

export const gre4Words: Readonly<Record<string, Partial<GreOptions>>> = {
  ...words,
  '': {},
  'local 10.1.2.3': { local: '10.1.2.3' },
  'remote 10.4.5.6': { remote: '10.4.5.6' },
  'ttl 66': { ttl: 66 },
  'ttl inherit': { ttl: 0 },
  'tos 0x12': { tos: 0x12 },
  'tos inherit': { tos: 1 },
  nopmtudisc: { pmtuDisc: false },
  pmtudisc: { pmtuDisc: true },
  'nopmtudisc ignore-df': { pmtuDisc: false, ignoreDf: true },
  'noignore-df': { ignoreDf: false },
  'local 10.1.2.3 remote 10.4.5.6 ttl 66 tos 0x12 dev eth0 fwmark 0x1020304 nopmtudisc ignore-df ikey 66051 okey 66052 oseq icsum encap fou encap-sport 4660 encap-dport 22136 encap-csum':
    {
      local: '10.1.2.3',
      remote: '10.4.5.6',
      ttl: 66,
      tos: 0x12,
      dev: 'eth0',
      fwmark: 0x1020304,
      pmtuDisc: false,
      ignoreDf: true,
      iKey: 66051,
      oKey: 66052,
      oSeq: true,
      iCsum: true,
      encap: 'fou',
      ...encapPorts,
      encapFlags: ['csum'],
    },
}

export const gre6Words: Readonly<Record<string, Partial<Ip6greOptions>>> = {
  ...words,
  '': {},
  'local 2001:db8:1:2:3:4:5:6': { local: '2001:db8:1:2:3:4:5:6' },
  'remote 2001:db8:a:b:c:d:e:f': { remote: '2001:db8:a:b:c:d:e:f' },
  'hoplimit 66': { hopLimit: 66 },
  'ttl 66': { hopLimit: 66 },
  'hoplimit 0': { hopLimit: 0 },
  'encaplimit 9': { encapLimit: 9 },
  'encaplimit none': { encapLimit: 'none' },
  'tclass 0x12': { tclass: 0x12 },
  'tclass inherit': { tclass: 'inherit' },
  'flowlabel 0x12345': { flowLabel: 0x12345 },
  'flowlabel inherit': { flowLabel: 'inherit' },
  'tclass 0x12 flowlabel 0x12345': { tclass: 0x12, flowLabel: 0x12345 },
  'dscp inherit': { dscpInherit: true },
  'fwmark inherit': { fwmark: 'inherit' },
  'allow-localremote': { allowLocalRemote: true },
  'noallow-localremote': { allowLocalRemote: false },
  'encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote': {
    encapLimit: 'none',
    tclass: 'inherit',
    flowLabel: 'inherit',
    dscpInherit: true,
    fwmark: 'inherit',
    allowLocalRemote: true,
  },
  'local 2001:db8:1:2:3:4:5:6 remote 2001:db8:a:b:c:d:e:f hoplimit 66 encaplimit 9 tclass 0x12 flowlabel 0x12345 dev eth0 fwmark 0x1020304 ikey 66051 okey 66052 oseq icsum allow-localremote':
    {
      local: '2001:db8:1:2:3:4:5:6',
      remote: '2001:db8:a:b:c:d:e:f',
      hopLimit: 66,
      encapLimit: 9,
      tclass: 0x12,
      flowLabel: 0x12345,
      dev: 'eth0',
      fwmark: 0x1020304,
      iKey: 66051,
      oKey: 66052,
      oSeq: true,
      iCsum: true,
      allowLocalRemote: true,
    },
}

const sentAlways = 'iproute2 sends every attribute, with what the kernel has without it'

const always = (numbers: Readonly<Record<number, string>>): Reasons =>
  Object.fromEntries(Object.entries(numbers).map(([number, hex]) => [`ip alone: 18.2.${number} = ${hex}`, sentAlways]))

const zeros = {
  2: '0000',
  3: '0000',
  4: '00000000',
  5: '00000000',
  14: '0000',
  15: '0000',
  16: '0000',
  17: '0000',
  20: '00000000',
}

/** What iproute2 sends beside many options. */
export const beside4 = { ...always(zeros), ...always({ 8: '00', 9: '00', 10: '01', 22: '01' }) }
export const beside6 = {
  ...always(zeros),
  ...always({ 12: '00000000', 13: '00000000', 22: '01' }),
  'ip alone: 18.2.8 = 40': "where the kernel has 0, iproute2's own default",
  'ip alone: 18.2.11 = 04': "where the kernel has 0, iproute2's own default",
  'differs: 18.2.11 = 00, ip 04': 'beside the bit that says that there is no limit, the limit is nothing',
  'ip alone: 18.2.15 = 0200': 'TUNNEL_ENCAP_FLAG_CSUM6, with which iproute2 begins over IPv6; there is no UDP',
}

const zerosSaid = 'what was said is sent; the kernel has 0 without'
/** Beside addresses of zeros, which the kernel has anyway. */
export const besideAny = (hex: string, ...numbers: readonly number[]): { except: Reasons } => ({
  except: Object.fromEntries(numbers.map((number) => [`ours alone: 18.2.${number} = ${hex}`, zerosSaid])),
})

/** Options, the one that is refused, and what was expected. */
export type Refused = readonly [options: object, path: string, expected: RegExp]

/** Refused of all kinds of the family, in a request that makes a link and in one that changes it. */
export const refusedAlways: readonly Refused[] = [
  [{ key: 5, iKey: 6 }, 'iKey', /nothing beside key/],
  [{ key: 5, oKey: null }, 'oKey', /nothing beside key/],
  [{ seq: true, oSeq: false }, 'oSeq', /nothing beside seq/],
  [{ csum: false, iCsum: true }, 'iCsum', /nothing beside csum/],
  [{ iSeq: 1 }, 'iSeq', /true or false/],
  [{ oCsum: null }, 'oCsum', /true or false/],
  [{ iKey: -1 }, 'iKey', /an integer from 0/],
  [{ iKey: false }, 'iKey', /or null for none/],
  [{ encap: 'udp' }, 'encap', /'none', 'fou', 'gue'/],
  [{ encapSport: 65536 }, 'encapSport', /from 0 to 65535/],
  [{ fwmark: 2 ** 32 }, 'fwmark', /an integer from 0/],
]

/** Refused in a request that makes a link. */
export const refusedOfNew: readonly Refused[] = [
  [{ external: true, local: '10.1.2.3' }, 'local', /with external/],
  [{ external: true, remote: '10.4.5.6' }, 'remote', /with external/],
  [{ external: true, oKey: 5 }, 'oKey', /with external/],
  [{ external: 'yes' }, 'external', /true or false/],
]
