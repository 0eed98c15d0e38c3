/** What the live tests of the GRE family share: attributes with values, and what `ip -d -j` prints of them. */
import { fouOption } from './encapsulation.js'
import type { KindRow } from './kind-rows.js'

export const greStage = ['link add e0 index 258 type veth peer name e1 index 772']

export const ends4 = { local: '10.1.2.3', remote: '10.4.5.6' } as const
export const ends6 = { local: '2001:db8::3', remote: '2001:db8:1::4' } as const

const external = (beside: object): KindRow => ({
  value: true,
  ip: ['external', true],
  other: true,
  beside: { local: undefined, remote: undefined, ...beside },
  change: 'ignored',
})

const common = {
  dev: { value: 'e0', read: 258, ip: ['link', 'e0'], other: 772 },
  encap: { value: 'fou', ip: ['encap.type', 'fou'], other: 'gue', since: fouOption },
  encapFlags: { value: ['csum', 'remCsum'], ip: ['raw', '0500'], other: ['csum6'] },
  encapSport: { value: 4660, ip: ['raw', '1234'], other: 22136 },
  encapDport: { value: 22136, ip: ['raw', '5678'], other: 4660 },
} as const satisfies Record<string, KindRow>

const seqRows = {
  seq: { value: true, read: undefined, ip: ['oseq', true], other: false, follows: ['iSeq', 'oSeq'] },
  iSeq: { value: true, ip: ['iseq', true], other: false },
  oSeq: { value: true, ip: ['oseq', true], other: false },
} as const satisfies Record<string, KindRow>

const csumRows = {
  csum: { value: true, read: undefined, ip: ['ocsum', true], other: false, follows: ['iCsum', 'oCsum'] },
  iCsum: { value: true, ip: ['icsum', true], other: false },
  oCsum: { value: true, ip: ['ocsum', true], other: false },
} as const satisfies Record<string, KindRow>

const keyRows = {
  key: { value: 66051, read: undefined, ip: ['okey', '0.1.2.3'], other: 66052, follows: ['iKey', 'oKey'] },
  iKey: { value: 66051, ip: ['ikey', '0.1.2.3'], other: 66052 },
  oKey: { value: 66051, ip: ['okey', '0.1.2.3'], other: 66052 },
} as const satisfies Record<string, KindRow>

/** The header of ERSPAN has a session and a sequence number: what takes one away from `erspanBare` brings another. */
const erspanHeaderRows = {
  seq: {
    ...seqRows.seq,
    beside: { iSeq: undefined },
    other: true,
  },
  iSeq: { ...seqRows.iSeq, beside: { oSeq: true } },
  oSeq: { ...seqRows.oSeq, beside: { iSeq: true } },
  key: {
    value: 515,
    read: undefined,
    ip: ['okey', '0.0.2.3'],
    other: 516,
    follows: ['iKey', 'oKey'],
    beside: { oKey: undefined },
  },
  iKey: { value: 515, ip: ['ikey', '0.0.2.3'], other: 516 },
  oKey: { value: 515, ip: ['okey', '0.0.2.3'], other: 516 },
  erspanIndex: { value: 66051, ip: ['erspan_index', 66051], other: 66052 },
  erspanDir: { value: 'egress', ip: ['erspan_dir', 'egress'], other: 'ingress', beside: { erspanVer: 2 } },
  erspanHwid: { value: 17, ip: ['erspan_hwid', '0x11'], other: 18, beside: { erspanVer: 2 } },
  erspanVer: {
    value: 2,
    ip: ['erspan_ver', 2],
    other: 1,
    follows: ['erspanIndex', 'erspanDir', 'erspanHwid'],
  },
} as const satisfies Record<string, KindRow>

export const erspanBare = { iSeq: true, oKey: 514 } as const
const noHeader = { iSeq: undefined, oKey: undefined }

export const rows4 = {
  ...common,
  local: { value: '10.1.2.4', ip: ['local', '10.1.2.4'], other: '10.1.2.5' },
  remote: { value: '10.4.5.7', ip: ['remote', '10.4.5.7'], other: '10.4.5.8' },
  ttl: { value: 66, ip: ['ttl', 66], other: 67 },
  tos: { value: 0x12, ip: ['tos', '0x12'], other: 0x14 },
  pmtuDisc: { value: false, ip: ['pmtudisc', false], other: true },
  ignoreDf: { value: true, ip: ['ignore_df', true], other: false, beside: { pmtuDisc: false } },
  fwmark: { value: 0x1020304, ip: ['fwmark', '0x1020304'], other: 66051 },
} as const satisfies Record<string, KindRow>

export const rows6 = {
  ...common,
  local: { value: '2001:db8::5', ip: ['local', '2001:db8::5'], other: '2001:db8::6' },
  remote: { value: '2001:db8:1::7', ip: ['remote', '2001:db8:1::7'], other: '2001:db8:1::8' },
  hopLimit: { value: 66, ip: ['ttl', 66], other: 67 },
  encapLimit: { value: 9, ip: ['encap_limit', 9], other: 'none' },
  tclass: { value: 0x12, ip: ['tclass', '0x12'], other: 'inherit' },
  flowLabel: { value: 0x12345, ip: ['flowlabel', '0x12345'], other: 'inherit' },
  fwmark: { value: 0x1020304, ip: ['fwmark', '0x1020304'], other: 'inherit' },
  dscpInherit: { value: true, ip: ['ip6_tnl_f_rcv_dscp_copy', true], other: false },
  allowLocalRemote: { value: true, ip: ['ip6_tnl_f_allow_local_remote', true], other: false },
  // ip prints it of ip6tnl alone; the higher bits are what the kernel finds out by itself.
  flags: { value: ['mip6'], ip: ['raw', '08000300'], other: [], otherRead: undefined },
} as const satisfies Record<string, KindRow>

export const plainRows = { ...seqRows, ...csumRows, ...keyRows, external: external({}) }
export const erspanRows = { ...erspanHeaderRows, external: external(noHeader) }
/** Version 0 has neither session nor sequence number, and may have a checksum. */
export const csumOfVersion0 = {
  csum: { ...csumRows.csum, beside: { erspanVer: 0 } },
  iCsum: { ...csumRows.iCsum, beside: { erspanVer: 0 } },
  oCsum: { ...csumRows.oCsum, beside: { erspanVer: 0 } },
} as const satisfies Record<string, KindRow>
