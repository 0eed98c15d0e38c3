import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { flushMdb, type MdbFlush } from '../../../lib/mdb/flush.js'
import { getMdb, listMdb, type MdbQuery } from '../../../lib/mdb/list.js'
import type { MdbEntry } from '../../../lib/mdb/mdb.js'
import { addMdb, deleteMdb, replaceMdb } from '../../../lib/mdb/operations.js'
import type { BridgeMdbOptions, MdbOptions, VxlanMdbOptions } from '../../../lib/mdb/options.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const v4 = '239.1.2.3'
const v6 = 'ff0e::102:304'
const mac = '01:00:5e:01:02:03'
const src = '10.4.5.6'
const src6 = '2001:db8::506'
const links = { eth0: 66051, br0: 66053, vxlan0: 66054, vxlan1: 66057 }

const permanent = { state: 'permanent' } as const
type Port = Omit<BridgeMdbOptions, 'dev' | 'port'>
const port = (options: Port) => addMdb.op({ dev: 'br0', port: 'eth0', ...options })
type Destination = Omit<VxlanMdbOptions, 'dev' | 'dst'> & { readonly dst?: string }
const dst = (options: Destination) => addMdb.op({ dev: 'vxlan0', dst: src, ...options })

const notOthers = { theirs: ({ type }: { type: string }) => type === 'RTM_DELMDB' }
const flush = (options: MdbFlush) => ({ op: flushMdb.op(options), ...notOthers })
const get = (options: MdbQuery) => getMdb.op(options)

describe('bytes as iproute2 sends them', () => {
  const unless = {
    'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
  }
  testFixtures('mdb', {
    unless,
    same: {
      ...endings(
        'bridge mdb add dev br0 port eth0 grp',
        {
          [v4]: { grp: v4 },
          [`${v4} permanent`]: { grp: v4, ...permanent },
          [`${v4} temp`]: { grp: v4, state: 'temp' },
          [`${v4} permanent vid 258`]: { grp: v4, ...permanent, vid: 258 },
          [`${v4} src ${src}`]: { grp: v4, src },
          [`${v4} src ${src} permanent`]: { grp: v4, src, ...permanent },
          [v6]: { grp: v6 },
          [`${v6} src ${src6} permanent vid 258`]: { grp: v6, src: src6, ...permanent, vid: 258 },
          [`${mac} permanent`]: { grp: mac },
          [`${mac} permanent vid 258`]: { grp: mac, ...permanent, vid: 258 },
          [`${v4} permanent filter_mode exclude`]: { grp: v4, ...permanent, filterMode: 'exclude' },
          [`${v4} permanent filter_mode include source_list 10.4.5.6,10.7.8.9`]: {
            grp: v4,
            ...permanent,
            filterMode: 'include',
            sourceList: [src, '10.7.8.9'],
          },
          [`${v4} filter_mode exclude source_list ${src}`]: { grp: v4, filterMode: 'exclude', sourceList: [src] },
          [`${v6} filter_mode include source_list ${src6}`]: { grp: v6, filterMode: 'include', sourceList: [src6] },
          [`${v4} permanent proto zebra`]: { grp: v4, ...permanent, proto: 'zebra' },
          [`${v4} permanent proto 66`]: { grp: v4, ...permanent, proto: 66 },
          [`${v4} permanent vid 258 filter_mode include source_list 10.4.5.6,10.7.8.9 proto 66`]: {
            grp: v4,
            ...permanent,
            vid: 258,
            filterMode: 'include',
            sourceList: [src, '10.7.8.9'],
            proto: 66,
          },
        },
        port,
      ),
      [`bridge mdb add dev br0 port br0 grp ${v4}`]: () => addMdb.op({ dev: 'br0', port: 'br0', grp: v4 }),
      [`bridge mdb add dev br0 port br0 grp ${mac} permanent`]: () => addMdb.op({ dev: 'br0', port: 'br0', grp: mac }),
      [`bridge mdb replace dev br0 port eth0 grp ${v4} permanent`]: () =>
        replaceMdb.op({ dev: 'br0', port: 'eth0', grp: v4, ...permanent }),
      [`bridge mdb replace dev br0 port eth0 grp ${v4} filter_mode exclude source_list 10.7.8.9 proto zebra`]: () =>
        replaceMdb.op({
          dev: 'br0',
          port: 'eth0',
          grp: v4,
          filterMode: 'exclude',
          sourceList: ['10.7.8.9'],
          proto: 'zebra',
        }),
      [`bridge mdb del dev br0 port eth0 grp ${v4}`]: () => deleteMdb.op({ dev: 'br0', port: 'eth0', grp: v4 }),
      [`bridge mdb del dev br0 port eth0 grp ${v4} vid 258`]: () =>
        deleteMdb.op({ dev: 'br0', port: 'eth0', grp: v4, vid: 258 }),
      [`bridge mdb del dev br0 port eth0 grp ${v4} src ${src}`]: () =>
        deleteMdb.op({ dev: 'br0', port: 'eth0', grp: v4, src }),
      [`bridge mdb del dev br0 port eth0 grp ${mac}`]: () => deleteMdb.op({ dev: 'br0', port: 'eth0', grp: mac }),
      [`bridge mdb del dev br0 port br0 grp ${v6}`]: () => deleteMdb.op({ dev: 'br0', port: 'br0', grp: v6 }),
      [`bridge mdb get dev br0 grp ${v4}`]: () => get({ dev: 'br0', grp: v4 }),
      [`bridge mdb get dev br0 grp ${v4} src ${src}`]: () => get({ dev: 'br0', grp: v4, src }),
      [`bridge mdb get dev br0 grp ${v6} vid 258`]: () => get({ dev: 'br0', grp: v6, vid: 258 }),
      [`bridge mdb get dev br0 grp ${mac}`]: () => get({ dev: 'br0', grp: mac }),
      'bridge mdb flush dev br0': () => flush({ dev: 'br0' }),
      'bridge mdb flush dev br0 port eth0': () => flush({ dev: 'br0', port: 'eth0' }),
      'bridge mdb flush dev br0 port br0': () => flush({ dev: 'br0', port: 'br0' }),
      'bridge mdb flush dev br0 vid 258': () => flush({ dev: 'br0', vid: 258 }),
      'bridge mdb flush dev br0 proto zebra': () => flush({ dev: 'br0', proto: 'zebra' }),
      'bridge mdb flush dev br0 permanent': () => flush({ dev: 'br0', permanent: true }),
      'bridge mdb flush dev br0 nopermanent': () => flush({ dev: 'br0', permanent: false }),
      'bridge mdb flush dev br0 port eth0 vid 258 proto 66 permanent': () =>
        flush({ dev: 'br0', port: 'eth0', vid: 258, proto: 66, permanent: true }),
    },
  })
  testFixtures('mdb-vxlan', {
    unless,
    same: {
      ...endings(
        'bridge mdb add dev vxlan0 port vxlan0 grp',
        {
          [`${v4} permanent dst ${src}`]: { grp: v4 },
          [`${v4} permanent dst ${src} dst_port 22136`]: { grp: v4, port: 'vxlan0', dstPort: 22136 },
          [`${v4} permanent dst ${src} vni 66051`]: { grp: v4, ...permanent, vni: 66051 },
          [`${v4} permanent dst ${src} via eth0`]: { grp: v4, via: 'eth0' },
          [`${v4} permanent dst ${src} proto zebra`]: { grp: v4, proto: 'zebra' },
          [`${v4} src 10.7.8.9 permanent dst ${src}`]: { grp: v4, src: '10.7.8.9' },
          [`${v4} permanent dst ${src} filter_mode include source_list 10.7.8.9,10.7.8.10`]: {
            grp: v4,
            filterMode: 'include',
            sourceList: ['10.7.8.9', '10.7.8.10'],
          },
          [`${v4} permanent dst ${src} filter_mode exclude`]: { grp: v4, filterMode: 'exclude' },
          [`${v6} permanent dst ${src}`]: { grp: v6 },
          [`${v6} src ${src6} permanent dst 2001:db8::607`]: { grp: v6, src: src6, dst: '2001:db8::607' },
          [`0.0.0.0 permanent dst ${src}`]: { grp: '0.0.0.0' },
          [`:: permanent dst ${src}`]: { grp: '::' },
          [`${v4} permanent dst ${src} dst_port 22136 vni 66051 via eth0 filter_mode exclude source_list 10.7.8.9 proto 66`]:
            {
              grp: v4,
              dstPort: 22136,
              vni: 66051,
              via: 'eth0',
              filterMode: 'exclude',
              sourceList: ['10.7.8.9'],
              proto: 66,
            },
        },
        dst,
      ),
      [`bridge mdb add dev vxlan1 port vxlan1 grp ${v4} permanent dst ${src} src_vni 66052`]: () =>
        addMdb.op({ dev: 'vxlan1', grp: v4, dst: src, srcVni: 66052 }),
      [`bridge mdb add dev vxlan1 port vxlan1 grp ${v4} permanent dst ${src} src_vni 66052 vni 66053`]: () =>
        addMdb.op({ dev: 'vxlan1', grp: v4, dst: src, srcVni: 66052, vni: 66053 }),
      [`bridge mdb replace dev vxlan0 port vxlan0 grp ${v4} permanent dst ${src} dst_port 22136`]: () =>
        replaceMdb.op({ dev: 'vxlan0', grp: v4, dst: src, dstPort: 22136 }),
      [`bridge mdb del dev vxlan0 port vxlan0 grp ${v4} dst ${src}`]: () =>
        deleteMdb.op({ dev: 'vxlan0', grp: v4, dst: src }),
      [`bridge mdb del dev vxlan0 port vxlan0 grp ${v4} src 10.7.8.9 dst ${src}`]: () =>
        deleteMdb.op({ dev: 'vxlan0', grp: v4, src: '10.7.8.9', dst: src }),
      [`bridge mdb del dev vxlan1 port vxlan1 grp ${v4} dst ${src} src_vni 66052`]: () =>
        deleteMdb.op({ dev: 'vxlan1', grp: v4, dst: src, srcVni: 66052 }),
      [`bridge mdb get dev vxlan0 grp ${v4}`]: () => get({ dev: 'vxlan0', grp: v4 }),
      [`bridge mdb get dev vxlan0 grp ${v6} src ${src6}`]: () => get({ dev: 'vxlan0', grp: v6, src: src6 }),
      [`bridge mdb get dev vxlan1 grp ${v4} src_vni 66052`]: () => get({ dev: 'vxlan1', grp: v4, srcVni: 66052 }),
      'bridge mdb flush dev vxlan0': () => flush({ dev: 'vxlan0' }),
      [`bridge mdb flush dev vxlan0 dst ${src}`]: () => flush({ dev: 'vxlan0', dst: src }),
      'bridge mdb flush dev vxlan0 dst_port 22136': () => flush({ dev: 'vxlan0', dstPort: 22136 }),
      'bridge mdb flush dev vxlan0 vni 66051': () => flush({ dev: 'vxlan0', vni: 66051 }),
      'bridge mdb flush dev vxlan1 src_vni 66052': () => flush({ dev: 'vxlan1', srcVni: 66052 }),
      'bridge mdb flush dev vxlan0 proto zebra': () => flush({ dev: 'vxlan0', proto: 'zebra' }),
      'bridge mdb flush dev vxlan0 permanent': () => flush({ dev: 'vxlan0', permanent: true }),
    },
  })
  testFixtures('dumps', {
    only: (command) => command.includes(' mdb '),
    same: { 'bridge mdb show': () => ({ op: listMdb.op(), theirs: firstOf('RTM_GETMDB') }) },
  })
})

/** `bridge` lists everything twice: the second time for the routers. */
function firstOf(wanted: string) {
  let isFirst = true
  return ({ type }: { type: string }) => {
    const isWanted = type === wanted && isFirst
    if (isWanted) isFirst = false
    return isWanted
  }
}

const entry = (more: Partial<MdbEntry> = {}): MdbEntry => ({
  dev: links.br0,
  port: links.eth0,
  grp: v4,
  state: 'permanent',
  flags: [],
  ...more,
})
const refuse = (request: Request, code: 'EINVAL' | 'EOPNOTSUPP' | 'EEXIST', kernelMessage?: string): never => {
  throw new KernelError('no', { code, errno: 22, request: request.name, kernelMessage })
}

describe('flush', () => {
  const mine = [entry(), entry({ src, proto: 'zebra' }), entry({ grp: v6, state: 'temp', proto: 'kernel' })]
  const other = entry({ dev: 99 })
  /** Lists `before` until something was deleted, and `after` from then on. */
  const kernel = (after: readonly MdbEntry[], change: (request: Request) => undefined | never) => {
    let now: readonly MdbEntry[] = [...mine, other]
    return (request: Request) => {
      if (request.mode === 'dump') return [now]
      if (request.memo !== undefined) return undefined
      change(request)
      now = after
      return []
    }
  }

  test('the result is what is gone', () => {
    const answer = kernel([mine[1] as MdbEntry, other], () => undefined)
    expect(runSteps(flushMdb.op({ dev: 'br0' }), { links, answer }).result).toEqual([mine[0], mine[2]])
  })

  test.each(['EINVAL', 'EOPNOTSUPP'] as const)('one by one where the kernel has no NLM_F_BULK: %s', (code) => {
    const answer = kernel([other], (request) => (request.flags === 0x200 ? refuse(request, code) : undefined))
    const { result, sent } = runSteps(flushMdb.op({ dev: 'br0', permanent: true }), { links, answer })
    // The entry of one source goes before the one that may have made it.
    expect(result).toEqual([mine[1], mine[0]])
    expect(sent.filter(({ request }) => request.mode === 'act').map(({ request }) => request.flags)).toEqual([
      0x200, 0, 0,
    ])
  })

  test('a bridge that is down does not delete, and says so', () => {
    const answer = kernel([], (request) => refuse(request, 'EINVAL'))
    expect(() => runSteps(flushMdb.op({ dev: 'br0', proto: 'zebra' }), { links, answer })).toThrow(/the bridge is down/)
  })

  test('what an old kernel does not tell of a VXLAN is not guessed', () => {
    const answer = kernel([], (request) => refuse(request, 'EOPNOTSUPP'))
    expect(() => runSteps(flushMdb.op({ dev: 'br0', vni: 5 }), { links, answer })).toThrow(KernelError)
  })
})

describe('get', () => {
  const listed = [entry(), entry({ src }), entry({ vid: 258 }), entry({ port: 7 }), entry({ dev: 99 })]
  const old = (message?: string) => (request: Request) => {
    if (request.mode === 'dump') return [listed]
    return request.mode === 'get' && request.memo === undefined ? refuse(request, 'EOPNOTSUPP', message) : undefined
  }
  const run = (query: Partial<MdbQuery>, message?: string) =>
    runSteps(getMdb.op({ dev: 'br0', grp: v4, ...query }), { links, answer: old(message) }).result

  test('looks through the list where the kernel looks none up', () => {
    expect(run({})).toEqual([listed[0], listed[3]])
    expect(run({ src })).toEqual([listed[1]])
    expect(run({ vid: 258 })).toEqual([listed[2]])
    expect(() => run({ grp: v6 })).toThrow(/it has no entry \[ENOENT\]/)
  })

  test('but not where the link has no entries at all', () => {
    expect(() => run({}, 'Device does not support MDB operations')).toThrow(
      expect.objectContaining({ code: 'EOPNOTSUPP' }),
    )
  })
})

test('what failed for every VLAN of a port may have been done for some', () => {
  const attempt = (entries: readonly MdbEntry[], options: Partial<BridgeMdbOptions> = {}) => {
    const answer = (request: Request) => {
      if (request.mode === 'dump') return [entries]
      return request.mode === 'act' ? refuse(request, 'EEXIST') : undefined
    }
    try {
      return runSteps(addMdb.op({ dev: 'br0', port: 'eth0', grp: v4, ...options }), { links, answer })
    } catch (error) {
      return (error as KernelError).applied
    }
  }
  expect(attempt([entry({ vid: 258 })])).toBe('unknown')
  expect(attempt([entry({ vid: 258 })], { vid: 258 })).toBe(false)
  expect(attempt([entry()])).toBe(false)
})

test('an older kernel does not replace what the host has joined, and there is nothing to replace', () => {
  const attempt = (entries: readonly MdbEntry[], verb: typeof addMdb, options: Partial<BridgeMdbOptions> = {}) => {
    const answer = (request: Request) => {
      if (request.mode === 'dump') return [entries]
      return request.mode === 'act' ? refuse(request, 'EEXIST') : undefined
    }
    return () => runSteps(verb.op({ dev: 'br0', port: 'br0', grp: v4, ...options }), { links, answer })
  }
  expect(attempt([entry()], replaceMdb)).not.toThrow()
  expect(attempt([entry({ vid: 258 })], replaceMdb, { vid: 258 })).not.toThrow()
  expect(attempt([entry({ vid: 258 })], replaceMdb)).toThrow(expect.objectContaining({ applied: 'unknown' }))
  expect(attempt([entry()], replaceMdb, { port: 'eth0' })).toThrow(KernelError)
  expect(attempt([entry()], addMdb)).toThrow(KernelError)
})

describe('refused before anything is sent', () => {
  const bridge = { dev: 'br0', port: 'eth0', grp: v4 }
  const vxlan = { dev: 'vxlan0', grp: v4, dst: src }
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { port: 'eth0', grp: v4 }],
    ['no port', 'port', { dev: 'br0', grp: v4 }],
    ['no group', 'grp', { dev: 'br0', port: 'eth0' }],
    ['what is no group', 'grp', { ...bridge, grp: '10.1.2.3' }],
    ['a MAC address of one', 'grp', { ...bridge, grp: '02:00:00:00:00:01' }],
    ['all groups of a bridge', 'grp', { ...bridge, grp: '0.0.0.0' }],
    ['a group with prefix length', 'grp', { ...bridge, grp: '239.1.2.3/32' }],
    ['a source of another family', 'src', { ...bridge, src: src6 }],
    ['a source of a MAC address', 'src', { ...bridge, grp: mac, src }],
    ['VLAN 0', 'vid', { ...bridge, vid: 0 }],
    ['VLAN 4095', 'vid', { ...bridge, vid: 4095 }],
    ['a mode beside a source', 'filterMode', { ...bridge, src, filterMode: 'exclude' }],
    ['sources beside a source', 'sourceList', { ...bridge, src, sourceList: [src] }],
    ['a mode of a MAC address', 'filterMode', { ...bridge, grp: mac, filterMode: 'exclude' }],
    ['an unknown mode', 'filterMode', { ...bridge, filterMode: 'none' }],
    ['sources without a mode', 'filterMode', { ...bridge, sourceList: [src] }],
    ['include without sources', 'sourceList', { ...bridge, filterMode: 'include' }],
    ['include with an empty list', 'sourceList', { ...bridge, filterMode: 'include', sourceList: [] }],
    ['a source that is no list', 'sourceList', { ...bridge, filterMode: 'include', sourceList: src }],
    ['one source of another family', 'sourceList[1]', { ...bridge, filterMode: 'include', sourceList: [src, src6] }],
    ['an unknown state', 'state', { ...bridge, state: 'static' }],
    ['a MAC address for a while', 'state', { ...bridge, grp: mac, state: 'temp' }],
    ['an unknown protocol', 'proto', { ...bridge, proto: 'unheard-of' }],
    ['a port of a destination without one', 'dstPort', { ...bridge, dstPort: 4789 }],
    ['a VNI without a destination', 'vni', { ...bridge, vni: 5 }],
    ['an own VNI without a destination', 'srcVni', { ...bridge, srcVni: 5 }],
    ['a link without a destination', 'via', { ...bridge, via: 'eth0' }],
    ['a destination that is none', 'dst', { ...vxlan, dst: 'nowhere' }],
    ['a VLAN of a VXLAN', 'vid', { ...vxlan, vid: 5 }],
    ['a VXLAN for a while', 'state', { ...vxlan, state: 'temp' }],
    ['port 0', 'dstPort', { ...vxlan, dstPort: 0 }],
    ['a VNI of 25 bits', 'vni', { ...vxlan, vni: 0x100_0000 }],
    ['an option of another name', 'group', { ...bridge, group: v4 }],
    ['no object', '', 5],
  ])('%s', (_what, path, options) => {
    const refused = { path, changes: [] }
    expect(refusal(addMdb.op(options as MdbOptions), { links })).toMatchObject(refused)
    expect(refusal(replaceMdb.op(options as MdbOptions), { links })).toMatchObject(refused)
  })

  test.each<[string, MdbFlush | object]>([
    ['dev', {}],
    ['vid', { dev: 'br0', vid: 4095 }],
    ['dst', { dev: 'vxlan0', vid: 5, dst: src }],
    ['dst', { dev: 'vxlan0', dst: 'nowhere' }],
    ['proto', { dev: 'br0', proto: 'unheard-of' }],
    ['permanent', { dev: 'br0', permanent: 'yes' }],
    ['vni', { dev: 'vxlan0', vni: -1 }],
    ['state', { dev: 'br0', state: 'temp' }],
  ])('flush: %s', (path, options) => {
    expect(refusal(flushMdb.op(options as MdbFlush), { links })).toMatchObject({ path, changes: [] })
  })

  test.each<[string, object]>([
    ['dev', { grp: v4 }],
    ['grp', { dev: 'br0' }],
    ['src', { dev: 'br0', grp: v4, src: src6 }],
    ['vid', { dev: 'br0', grp: v4, vid: 0 }],
    ['port', { dev: 'br0', grp: v4, port: 'eth0' }],
  ])('get: %s', (path, options) => {
    expect(refusal(getMdb.op(options as MdbQuery), { links })).toMatchObject({ path, changes: [] })
  })

  test.each<[string, object]>([
    ['vid', { vid: '5' }],
    ['grp', { grp: '239.1' }],
    ['src', { src }],
  ])('list: %s', (path, filter) => {
    expect(refusal(listMdb.op(filter), { links })).toMatchObject({ path, changes: [] })
  })
})

test('a listed entry can be deleted as it is', () => {
  const listed: MdbEntry[] = [
    entry({ vid: 258, src, proto: 'zebra', timer: 5, filterMode: 'include', sourceList: [{ address: src, timer: 0 }] }),
    entry({
      dev: links.vxlan1,
      port: links.vxlan1,
      dst: src,
      dstPort: 5,
      vni: 6,
      srcVni: 7,
      via: 8,
      flags: ['blocked'],
    }),
  ]
  const bodies = listed.map((one) =>
    Buffer.from(runSteps(deleteMdb.op(one), { links }).sent[0]?.bytes ?? [])
      .toString('hex')
      .slice(32),
  )
  expect(bodies).toEqual([
    '0700000005020100200001000302010000000201ef010203000000000000000000000000080000000c000280080001000a040506',
    '0700000009020100200001000902010000000000ef0102030000000000000000000000000800000014000280080005000a0405060800090007000000',
  ])
})
