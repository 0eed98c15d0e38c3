import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../../lib/codec/codec.js'
import { opaque } from '../../../../lib/codec/nest.js'
import { HEADER_BYTES } from '../../../../lib/netlink/header.js'
import { decodePayload } from '../../../../lib/netlink/message.js'
import { routeMessage } from '../../../../lib/route/message.js'
import { addRoute, appendRoute, deleteRoute, replaceRoute } from '../../../../lib/route/operations.js'
import type { RouteOptions } from '../../../../lib/route/options.js'
import { readRoute } from '../../../../lib/route/route.js'
import { type Encap, type EncapOptions, readEncap } from '../../../../lib/rtnetlink/encap/encap.js'
import { fromHex } from '../../../support/codec.js'
import { refusal } from '../../../support/links.js'
import {
  type Comparison,
  type FamilyCases,
  requestFixtures,
  runSteps,
  testFixtures,
} from '../../../support/requests.js'

const net4 = '10.20.30.0/24'
const gw4 = '10.1.2.9'
const net6 = '2001:db8:20:30::/60'
const gw6 = '2001:db8:1:2::9'
const sid = '2001:db8:a:b:c:d:e:f'
const [s2, s3] = ['2001:db8:11::12', 'fc00:42::3']
const links = { eth0: 66051, eth1: 66055, vxlan1: 66057 }

interface Said extends Partial<RouteOptions> {
  readonly encap: EncapOptions
  /** Where it reads back as something else: what ip adds, names that are numbers by then. */
  readonly reads?: object
}

/** Command → what says the same. */
type Cases = Readonly<Record<string, Said>>

const route = ({ reads: _reads, ...said }: Said, dst: string) => addRoute.op({ dst, ...said })

const dstOf = (command: string) => / add (?:local )?(\S+)/.exec(command)?.[1] ?? ''

/** The bytes are those of iproute2, and iproute2's bytes read as what was said. */
function testEncap(family: string, cases: Cases, more: Partial<FamilyCases> & Pick<Comparison, 'unless'> = {}): void {
  const same = Object.entries(cases).map(([command, said]) => [command, () => route(said, dstOf(command))] as const)
  testFixtures(family, { ...more, same: { ...Object.fromEntries(same), ...more.same } })
  test.each(Object.entries(cases))('reads: %s', (command, { encap, reads }) => {
    const bytes = fromHex(requestFixtures(family).get(command)?.messages[0]?.hex ?? '')
    const message = decodePayload(routeMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
    expect(readRoute(message)?.encap).toEqual({ ...encap, ...reads })
  })
}

const via = { via: gw4, dev: 'eth0' }

describe('mpls', () => {
  const four = { encap: { type: 'mpls', labels: [259] }, via: gw4 } as const
  const hops = (via4: string, via6: string) => [
    { via: via4, dev: 'eth0', encap: { type: 'mpls', labels: [258] } } as const,
    { via: via6, dev: 'eth1', encap: { type: 'mpls', labels: [513, 514], ttl: 66 } } as const,
  ]
  const other4 = hops(gw4, '10.9.8.9').map((hop, i) => (i === 1 ? { ...hop, weight: 3 } : hop))
  testEncap(
    'encap-mpls',
    {
      [`ip route add ${net4} encap mpls 258 via ${gw4}`]: { encap: { type: 'mpls', labels: [258] }, via: gw4 },
      [`ip route add ${net4} encap mpls 258/513/66051 ttl 66 via ${gw4} dev eth0`]: {
        encap: { type: 'mpls', labels: [258, 513, 66_051], ttl: 66 },
        ...via,
      },
      [`ip -6 route add ${net6} encap mpls 258/513 via ${gw6}`]: {
        encap: { type: 'mpls', labels: [258, 513] },
        via: gw6,
      },
    },
    {
      same: {
        [`ip route add ${net4} nexthop encap mpls 258 via ${gw4} dev eth0 nexthop encap mpls 513/514 ttl 66 via 10.9.8.9 dev eth1 weight 3`]:
          () => addRoute.op({ dst: net4, nexthops: other4 }),
        [`ip -6 route add ${net6} nexthop encap mpls 258 via ${gw6} dev eth0 nexthop encap mpls 513/514 ttl 66 via 2001:db8:9:8::9 dev eth1`]:
          () => addRoute.op({ dst: net6, nexthops: hops(gw6, '2001:db8:9:8::9') }),
        [`ip route append ${net4} encap mpls 259 via ${gw4}`]: () => appendRoute.op({ dst: net4, ...four }),
        [`ip route replace ${net4} encap mpls 259 via ${gw4}`]: () => replaceRoute.op({ dst: net4, ...four }),
        [`ip route del ${net4} encap mpls 259 via ${gw4}`]: () => deleteRoute.op({ dst: net4, ...four }),
      },
    },
  )
})

describe('ip and ip6', () => {
  const long = 72_623_859_790_382_856n
  const flags = ['csum', 'key', 'seq'] as const
  const ip = { type: 'ip', id: 66_051n, dst: '10.4.5.6' } as const
  const ip6 = { type: 'ip6', id: 66_051n, dst: sid } as const
  const on = <E extends EncapOptions>(encap: E) => ({ encap, dev: 'vxlan1' })
  /** In a route that the kernel refuses before it looks at the options. */
  const refused = (encap: EncapOptions, erspanOpts?: object): Said => ({
    ...{ encap, dev: 'vxlan1', type: 'local', scope: 'global' },
    ...(erspanOpts && { reads: { erspanOpts } }),
  })
  const geneve = (length: number) =>
    [
      { class: 1234, type: 80, data: Uint8Array.of(1, 2, 3, 4) },
      { class: 5678, type: 12, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ].slice(0, length)
  const withOpts = (word: string, encap: typeof ip | typeof ip6): Cases => ({
    [`${word} geneve_opts 1234:80:01020304 dev vxlan1 scope global`]: refused({ ...encap, geneveOpts: geneve(1) }),
    [`${word} geneve_opts 1234:80:01020304,5678:12:0102030405060708 dev vxlan1 scope global`]: refused({
      ...encap,
      geneveOpts: geneve(2),
    }),
    [`${word} vxlan_opts 4660 dev vxlan1 scope global`]: refused({ ...encap, vxlanOpts: { gbp: 4660 } }),
    [`${word} erspan_opts 1:66051:0:0 dev vxlan1 scope global`]: refused(
      {
        ...encap,
        erspanOpts: { version: 1, index: 66_051 },
      },
      { version: 1, index: 66_051, dir: 0, hwid: 0 },
    ),
    [`${word} erspan_opts 2:0:1:18 dev vxlan1 scope global`]: refused(
      {
        ...encap,
        erspanOpts: { version: 2, dir: 1, hwid: 18 },
      },
      { version: 2, index: 0, dir: 1, hwid: 18 },
    ),
  })
  testEncap(
    'encap-ip',
    {
      [`ip route add ${net4} encap ip id 66051 dst 10.4.5.6 dev vxlan1`]: on(ip),
      [`ip route add ${net4} encap ip id ${long} src 10.1.2.3 dst 10.4.5.6 ttl 66 tos 18 key csum seq dev vxlan1`]: on({
        ...{ ...ip, id: long, src: '10.1.2.3', ttl: 66, tos: 0x18, flags },
      }),
      [`ip route add ${net4} encap ip id 66051 dst 10.4.5.6 key dev vxlan1`]: on({ ...ip, flags: ['key'] }),
      [`ip route add ${net4} encap ip id 66051 dst 10.4.5.6 csum dev vxlan1`]: on({ ...ip, flags: ['csum'] }),
      [`ip route add ${net4} encap ip id 66051 dst 10.4.5.6 seq dev vxlan1`]: on({ ...ip, flags: ['seq'] }),
      [`ip route add ${net4} encap ip6 id 66051 dst ${sid} dev vxlan1`]: on(ip6),
      [`ip -6 route add ${net6} encap ip6 id ${long} src 2001:db8:1:2::3 dst ${sid} hoplimit 66 tc 18 key csum seq dev vxlan1`]:
        on({ ...ip6, id: long, src: '2001:db8:1:2::3', hoplimit: 66, tc: 0x18, flags }),
      ...withOpts(`ip route add local ${net4} encap ip id 66051 dst 10.4.5.6`, ip),
      ...withOpts(`ip route add local ${net4} encap ip6 id 66051 dst ${sid}`, ip6),
    },
    {
      unless: {
        'ip alone: 22.8.3.2 = 00000000': 'what the version does not have, ip says to be 0',
        'ip alone: 22.8.3.3 = 00': 'as above',
        'ip alone: 22.8.3.4 = 00': 'as above',
      },
    },
  )
})

describe('seg6', () => {
  const on = (encap: Omit<Extract<EncapOptions, { type: 'seg6' }>, 'type'>): Said => ({
    encap: { type: 'seg6', ...encap },
    dev: 'eth0',
  })
  const modes = ['encap', 'inline', 'l2encap', 'encap.red', 'l2encap.red'] as const
  testEncap('encap-seg6', {
    ...Object.fromEntries(
      modes.map((mode) => [
        `ip -6 route add ${net6} encap seg6 mode ${mode} segs ${sid},${s2},${s3} dev eth0`,
        on({ mode, segs: [sid, s2, s3] }),
      ]),
    ),
    [`ip route add ${net4} encap seg6 mode encap segs ${sid} dev eth0`]: on({ mode: 'encap', segs: [sid] }),
    [`ip -6 route add ${net6} encap seg6 mode encap segs ${sid},${s2} hmac 66051 dev eth0`]: on({
      mode: 'encap',
      segs: [sid, s2],
      hmac: 66_051,
    }),
    [`ip -6 route add ${net6} encap seg6 mode inline segs ${sid},${s2} hmac 66051 dev eth0`]: on({
      mode: 'inline',
      segs: [sid, s2],
      hmac: 66_051,
    }),
    [`ip -6 route add ${net6} encap seg6 mode encap segs ${sid} tunsrc 2001:db8:1:2::3 dev eth0`]: on({
      mode: 'encap',
      segs: [sid],
      tunsrc: '2001:db8:1:2::3',
    }),
  })
})

describe('seg6local', () => {
  type Local = Extract<EncapOptions, { type: 'seg6local' }>
  const command = (words: string) => `ip -6 route add ${sid} encap seg6local action ${words} dev eth0`
  const on = (encap: Omit<Local, 'type'>, reads?: object): Said => ({
    encap: { type: 'seg6local', ...encap },
    dev: 'eth0',
    ...(reads && { reads }),
  })
  const none = { packets: 0n, bytes: 0n, errors: 0n }
  const others = ['End.BM', 'End.S', 'End.AS', 'End.AM'] as const
  testEncap('encap-seg6local', {
    [command('End')]: on({ action: 'End' }),
    [command(`End.X nh6 ${gw6}`)]: on({ action: 'End.X', nh6: gw6 }),
    [command(`End.X nh6 ${gw6} oif eth1`)]: on({ action: 'End.X', nh6: gw6, oif: 'eth1' }, { oif: links.eth1 }),
    [command('End.T table 66051')]: on({ action: 'End.T', table: 66_051 }),
    [command('End.DX2 oif eth1')]: on({ action: 'End.DX2', oif: 'eth1' }, { oif: links.eth1 }),
    [command(`End.DX6 nh6 ${gw6}`)]: on({ action: 'End.DX6', nh6: gw6 }),
    [command(`End.DX4 nh4 ${gw4}`)]: on({ action: 'End.DX4', nh4: gw4 }),
    [command('End.DT6 table 66051')]: on({ action: 'End.DT6', table: 66_051 }),
    [command('End.DT6 vrftable 66051')]: on({ action: 'End.DT6', vrftable: 66_051 }),
    [command('End.DT4 vrftable 66051')]: on({ action: 'End.DT4', vrftable: 66_051 }),
    [command('End.DT46 vrftable 66051')]: on({ action: 'End.DT46', vrftable: 66_051 }),
    [command(`End.B6 srh segs ${s2},${s3}`)]: on({ action: 'End.B6', srh: { segs: [s2, s3] } }),
    [command(`End.B6.Encaps srh segs ${s2},${s3} hmac 66051`)]: on({
      action: 'End.B6.Encaps',
      srh: { segs: [s2, s3], hmac: 66_051 },
    }),
    ...Object.fromEntries(others.map((action) => [command(action), on({ action })])),
    [command('End count')]: on({ action: 'End', counters: true }, { counters: none }),
    [command('End flavors psp')]: on({ action: 'End', flavors: ['psp'] }),
    [command('End flavors psp,usp,usd')]: on({ action: 'End', flavors: ['psp', 'usp', 'usd'] }),
    [command(`End.X nh6 ${gw6} flavors next-csid lblen 48 nflen 12`)]: on({
      ...{ action: 'End.X', nh6: gw6, flavors: ['next-csid'] as 'next-csid'[], lblen: 48, nflen: 12 },
    }),
    [command('End flavors next-csid,psp lblen 40 nflen 24 count')]: on(
      { action: 'End', flavors: ['psp', 'next-csid'], lblen: 40, nflen: 24, counters: true },
      { counters: none },
    ),
    [command('End.S iif eth1')]: on({ action: 'End.S', iif: 'eth1' }, { iif: links.eth1 }),
  })
})

describe('rpl', () => {
  const on = (...segs: string[]): Said => ({ encap: { type: 'rpl', segs }, dev: 'eth0' })
  testEncap('encap-rpl', {
    [`ip -6 route add ${net6} encap rpl segs ${sid} dev eth0`]: on(sid),
    [`ip -6 route add ${net6} encap rpl segs ${sid},${s2},${s3} dev eth0`]: on(sid, s2, s3),
  })
})

describe('ioam6', () => {
  const trace = { type: 0x81_0000, ns: 0x1234, size: 12 }
  const words = 'trace prealloc type 0x810000 ns 4660 size 12 dev eth0'
  const always = { freq: { k: 1, n: 1 } }
  const on = (encap: object, reads?: object) =>
    ({ encap: { type: 'ioam6', ...encap, trace }, dev: 'eth0', reads }) as Said
  testEncap(
    'encap-ioam6',
    {
      [`ip -6 route add ${net6} encap ioam6 ${words}`]: on({}, { mode: 'inline', ...always }),
      [`ip -6 route add ${net6} encap ioam6 mode inline ${words}`]: on({ mode: 'inline' }, always),
      [`ip -6 route add ${net6} encap ioam6 mode encap tundst ${sid} ${words}`]: on(
        { mode: 'encap', tundst: sid },
        always,
      ),
      [`ip -6 route add ${net6} encap ioam6 mode auto tundst ${sid} ${words}`]: on(
        { mode: 'auto', tundst: sid },
        always,
      ),
      [`ip -6 route add ${net6} encap ioam6 freq 258/66051 mode auto tunsrc 2001:db8:1:2::3 tundst ${sid} ${words}`]:
        on({
          ...{ freq: { k: 258, n: 66_051 }, mode: 'auto', tunsrc: '2001:db8:1:2::3', tundst: sid },
        }),
    },
    {
      unless: {
        'ip alone: 22.1 = 01': "the kernel's default, inline",
        'ip alone: 22.4 = 01000000': "the kernel's default, every packet",
        'ip alone: 22.5 = 01000000': "the kernel's default, every packet",
      },
    },
  )
})

describe('xfrm', () => {
  testEncap('encap-xfrm', {
    [`ip route add ${net4} dev eth0 encap xfrm if_id 66051`]: { encap: { type: 'xfrm', ifId: 66_051 }, dev: 'eth0' },
    [`ip -6 route add ${net6} dev eth0 encap xfrm if_id 66051 link_dev eth1`]: {
      encap: { type: 'xfrm', ifId: 66_051, linkDev: 'eth1' },
      dev: 'eth0',
      reads: { linkDev: links.eth1 },
    },
  })
})

describe('ila', () => {
  const on = (encap: object): Said => ({ encap: { type: 'ila', ...encap } as EncapOptions, dev: 'eth0' })
  const start = `ip -6 route add ${sid} encap ila`
  const locator = '2001:db8:1:2'
  testEncap('encap-ila', {
    [`${start} ${locator} dev eth0`]: on({ locator }),
    [`${start} ${locator} csum-mode neutral-map-auto ident-type luid hook-type input dev eth0`]: on({
      ...{ locator, csumMode: 'neutralMapAuto', identType: 'luid', hookType: 'input' },
    }),
    [`${start} ${locator} csum-mode adj-transport ident-type use-format hook-type output dev eth0`]: on({
      ...{ locator, csumMode: 'adjTransport', identType: 'useFormat', hookType: 'output' },
    }),
    [`${start} 0:0:0:2 csum-mode neutral-map dev eth0`]: on({ locator: '0:0:0:2', csumMode: 'neutralMap' }),
    [`${start} 0:0:0:2 csum-mode no-action dev eth0`]: on({ locator: '0:0:0:2', csumMode: 'noAction' }),
  })
})

describe('refused before anything is sent', () => {
  const trace = { type: 1, ns: 0, size: 4 }
  const seg6 = { type: 'seg6', mode: 'encap', segs: [sid] }
  const ioam6 = { type: 'ioam6', trace }
  const local = (action: unknown, more: object = {}) => ({ type: 'seg6local', action, ...more })
  test.each<[string, unknown]>([
    ['encap', 'mpls'],
    ['encap.type', {}],
    ['encap.type', { type: 'fou' }],
    ['encap.type', { type: 'bpf', in: { name: 'x' } }],
    ['encap.ttls', { type: 'mpls', labels: [100], ttls: 1 }],
    ['encap.labels', { type: 'mpls' }],
    ['encap.labels', { type: 'mpls', labels: [] }],
    ['encap.labels', { type: 'mpls', labels: 100 }],
    ['encap.labels[1]', { type: 'mpls', labels: [100, 2 ** 20] }],
    ['encap.labels', { type: 'mpls', labels: Array(31).fill(100) }],
    ['encap.ttl', { type: 'mpls', labels: [100], ttl: 256 }],
    ['encap.dst', { type: 'ip', dst: '2001:db8::1' }],
    ['encap.dst', { type: 'ip6', dst: '10.0.0.1' }],
    ['encap.id', { type: 'ip', id: -1 }],
    ['encap.flags', { type: 'ip', flags: ['Key'] }],
    ['encap.vxlanOpts', { type: 'ip', geneveOpts: [], vxlanOpts: { gbp: 1 } }],
    ['encap.geneveOpts[0].data', { type: 'ip', geneveOpts: [{ class: 1, type: 1, data: new Uint8Array(3) }] }],
    ['encap.vxlanOpts.gbp', { type: 'ip', vxlanOpts: { gbp: -1 } }],
    ['encap.vxlanOpts.gbp', { type: 'ip', vxlanOpts: { gbp: 0x1_0000 } }],
    ['encap.erspanOpts.version', { type: 'ip6', erspanOpts: { index: 1 } }],
    ['encap.erspanOpts.index', { type: 'ip6', erspanOpts: { version: 1 } }],
    ['encap.erspanOpts.hwid', { type: 'ip6', erspanOpts: { version: 1, index: 1, hwid: 1 } }],
    ['encap.mode', { type: 'seg6', segs: [sid] }],
    ['encap.mode', { ...seg6, mode: 'Encap' }],
    ['encap.segs', { type: 'seg6', mode: 'encap' }],
    ['encap.segs', { ...seg6, segs: [] }],
    ['encap.segs[0]', { ...seg6, segs: ['10.0.0.1'] }],
    ['encap.segs[1]', { ...seg6, segs: [sid, `${sid}/64`] }],
    ['encap.hmac', { ...seg6, hmac: 0 }],
    ['encap.srh', { ...seg6, srh: {} }],
    ['encap.tunsrc', { ...seg6, tunsrc: '10.0.0.1' }],
    ['encap.action', { type: 'seg6local' }],
    ['encap.action', local('End.DX8')],
    ['encap.action', local('End.BPF')],
    ['encap.nh6', local('End.DX6')],
    ['encap.nh6', local('End.DX4', { nh4: gw4, nh6: gw6 })],
    ['encap.nh4', local('End.DX4', { nh4: gw6 })],
    ['encap.table', local('End.DT6')],
    ['encap.table', local('End.DT6', { table: 7, vrftable: 7 })],
    ['encap.vrftable', local('End.DT4', { table: 7 })],
    ['encap.oif', local('End', { oif: 'eth1' })],
    ['encap.srh.segs', local('End.B6', { srh: { segs: [] } })],
    ['encap.srh.room', local('End.B6', { srh: { segs: [sid], room: true } })],
    ['encap.lblen', local('End', { flavors: ['psp'], lblen: 32 })],
    ['encap.flavors', local('End', { flavors: ['psp', 'PSP'] })],
    ['encap.flavors', local('End.DX6', { nh6: gw6, flavors: ['psp'] })],
    ['encap.counters', local('End', { counters: 1 })],
    ['encap.bpf', local('End.S', { bpf: {} })],
    ['encap.segs', { type: 'rpl' }],
    ['encap.segs[0]', { type: 'rpl', segs: ['x'] }],
    ['encap.trace', { type: 'ioam6' }],
    ['encap.trace.size', { ...ioam6, trace: { ...trace, size: 5 } }],
    ['encap.trace.type', { ...ioam6, trace: { ...trace, type: 0 } }],
    ['encap.trace.type', { ...ioam6, trace: { ...trace, type: 2 ** 24 } }],
    ['encap.trace.hops', { ...ioam6, trace: { ...trace, hops: 1 } }],
    ['encap.tundst', { ...ioam6, tundst: sid }],
    ['encap.tundst', { ...ioam6, mode: 'encap' }],
    ['encap.freq.n', { ...ioam6, freq: { k: 1 } }],
    ['encap.ifId', { type: 'xfrm' }],
    ['encap.ifId', { type: 'xfrm', ifId: 0 }],
    ['encap.locator', { type: 'ila' }],
    ['encap.locator', { type: 'ila', locator: '2001:db8::' }],
    ['encap.number', { type: 'other', number: 0, data: [] }],
    ['encap.data[0].type', { type: 'other', number: 77, data: [{ type: 0, data: new Uint8Array() }] }],
    ['encap.data[0].data', { type: 'other', number: 77, data: [{ type: 1 }] }],
  ])('%s of %o', (path, encap) => {
    const options = { dst: net6, dev: 'eth0', encap } as RouteOptions
    expect(refusal(addRoute.op(options), { links })).toMatchObject({ path, changes: [] })
    const hops = { dst: net6, nexthops: [{ dev: 'eth0' }, { dev: 'eth1', encap }] } as RouteOptions
    expect(refusal(addRoute.op(hops), { links })).toMatchObject({ path: `nexthops[1].${path}`, changes: [] })
  })

  test('beside next hops, which have their own', () => {
    const encap = { type: 'mpls', labels: [100] } as const
    expect(refusal(addRoute.op({ dst: net4, nhid: 7, encap }))).toMatchObject({ path: 'encap' })
    expect(refusal(addRoute.op({ dst: net4, nexthops: [{ dev: 1 }], encap }))).toMatchObject({ path: 'encap' })
    expect(refusal(deleteRoute.op({ dst: net6, metric: 7, encap }))).toMatchObject({ path: 'encap' })
  })

  test('a link that is not there is named by its option', () => {
    const encap = { type: 'xfrm', ifId: 7, linkDev: 'nope' } as const
    const attempt = () => runSteps(addRoute.op({ dst: net4, dev: 1, encap }), { links })
    expect(attempt).toThrow(expect.objectContaining({ code: 'ENODEV', attribute: 'encap.linkDev' }))
  })
})

test('options of GENEVE, as the kernel tells them: all in one nest', () => {
  const first = '0600010012340000 0500020080000000 0800030001020304'
  const second = '0600010056780000 0500020012000000 04000300'
  const source = sourceOf(fromHex(`34000880 30000180 ${first} ${second}`), true)
  expect(readEncap(2, opaque.read(source, 0, source.bytes.length))).toEqual({
    type: 'ip',
    geneveOpts: [
      { class: 0x1234, type: 0x80, data: Uint8Array.of(1, 2, 3, 4) },
      { class: 0x5678, type: 0x12, data: new Uint8Array() },
    ],
  })
})

describe('what is not understood', () => {
  const read = (number: number | undefined, hex: string) => {
    const source = sourceOf(fromHex(hex), true)
    return readEncap(number, opaque.read(source, 0, source.bytes.length))
  }

  test('a type without a name keeps its attributes', () => {
    const data = [{ type: 3, data: Uint8Array.of(1, 2, 3, 4) }]
    expect(read(77, '0800030001020304')).toEqual({ type: 'other', number: 77, data })
    expect(read(undefined, '0800030001020304')).toBeUndefined()
  })

  test('an attribute without a name, and one of another form, are kept', () => {
    expect(read(1, '0800090001020304')).toEqual({ type: 'mpls', unknown: [{ type: 9, data: fromHex('01020304') }] })
    // A label with a traffic class; a routing header with a tag.
    expect(read(1, '08000100001025ff')).toEqual({ type: 'mpls', unknown: [{ type: 1, data: fromHex('001025ff') }] })
    const srh = `01000000${'0002040000000007'}${'20010db8000a000b000c000d000e000f'}`
    expect(read(5, `20000100${srh}`)).toEqual({ type: 'seg6', unknown: [{ type: 1, data: fromHex(srh) }] })
  })

  test('what is no attributes at all is kept as one', () => {
    expect(read(5, 'ffff0100')).toEqual({ type: 'seg6', unknown: [{ type: 22, data: fromHex('ffff0100') }] })
  })

  test('it can be said again as it came', () => {
    const other = { type: 'other', number: 77, data: [{ type: 3, data: fromHex('01020304') }] } as const
    const { sent } = runSteps(addRoute.op({ dst: net4, dev: 7, encap: other }))
    const attributes = sent[0]?.tree.attributes
    expect(attributes?.get(21)?.[0]?.bytes).toBe('4d00')
    expect(attributes?.get(22)?.[0]?.children?.get(3)?.[0]?.bytes).toBe('01020304')
  })
})

describe('one that was listed is deleted', () => {
  const sentWith = (dst: string, encap: Encap) => {
    const listed = { dst, dev: 7, type: 'unicast', table: 'main', flags: [], encap } as const
    return runSteps(deleteRoute.op(listed)).sent[0]?.tree.attributes.has(22)
  }
  test('with what IPv4 compares, and without what nobody can say', () => {
    expect(sentWith(net4, { type: 'mpls', labels: [100] })).toBe(true)
    expect(sentWith(net6, { type: 'mpls', labels: [100] })).toBe(false)
    expect(sentWith(net4, { type: 'bpf', in: { name: 'x' }, headroom: 14 })).toBe(false)
    expect(sentWith(net4, { type: 'mpls', unknown: [{ type: 9, data: new Uint8Array(4) }] })).toBe(false)
    expect(sentWith(net4, { type: 'other', number: 77, data: [] })).toBe(true)
  })
  test('by its counters, which are no option', () => {
    const counters = { packets: 7n, bytes: 700n, errors: 1n }
    expect(sentWith(net4, { type: 'seg6local', action: 'End', counters })).toBe(true)
  })
})
