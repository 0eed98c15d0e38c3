import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { type FdbFlushFilter, flushFdb } from '../../../lib/fdb/flush.js'
import { getFdb, listFdb } from '../../../lib/fdb/list.js'
import {
  addFdb,
  appendFdb,
  deleteFdb,
  type FdbIdentity,
  type FdbOptions,
  replaceFdb,
} from '../../../lib/fdb/operations.js'
import type { Request } from '../../../lib/netlink/request.js'
import { RTM_GETNEIGH } from '../../../lib/rtnetlink/constants.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const lladdr = '02:11:22:33:44:55'
const zero = '00:00:00:00:00:00'
const dst = '10.4.5.6'
const dst6 = '2001:db8:a:b:c:d:e:f'
const links = { eth0: 66051, br0: 66053, vxlan0: 66054, vxlan2: 66058 }

/** Look-ups of entries are refused. */
const refused =
  (code: string, errno: number) =>
  ({ mode, memo, name }: Request) => {
    if (mode !== 'get' || memo !== undefined) return undefined
    throw new KernelError(code, { code, errno, request: name })
  }
const absent = refused('ENOENT', 2)
const unanswered = refused('EOPNOTSUPP', 95)

type More = Partial<FdbOptions>
const add =
  (dev: string, more: More = {}) =>
  () => ({ op: addFdb.op({ dev, lladdr, ...more }), answer: absent })
const vx = (more: More = {}) => add('vxlan0', { dst, ...more })
const bridge = (more: More) => add('eth0', { master: true, state: 'static', ...more })
const del =
  (dev: string, more: Partial<FdbIdentity> = {}) =>
  () => ({ op: deleteFdb.op({ dev, lladdr, ...more }), answer: unanswered })

const bothInOne = 'self and master are two requests of ours, so that it can be told which of them failed'
const flush = (more: Partial<FdbFlushFilter> = {}, dev = 'br0') => flushFdb.op({ dev, ...more })
const truncated = 'iproute2 cuts the index of the port to 16 bits'
const words = `dev vxlan0 dst ${dst}`

describe('bytes as iproute2 sends them', () => {
  testFixtures('fdb', {
    unless: {
      'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
    },
    same: {
      [`bridge fdb add ${lladdr} ${words}`]: vx(),
      [`bridge fdb add ${lladdr} dev vxlan0 dst ${dst6}`]: vx({ dst: dst6 }),
      [`bridge fdb add ${lladdr} ${words} port 4660`]: vx({ port: 4660 }),
      [`bridge fdb add ${lladdr} ${words} vni 66051`]: vx({ vni: 66051 }),
      [`bridge fdb add ${lladdr} ${words} via eth0`]: vx({ via: 'eth0' }),
      [`bridge fdb add ${lladdr} ${words} port 4660 vni 66051 via eth0`]: vx({ port: 4660, vni: 66051, via: 'eth0' }),
      [`bridge fdb add ${lladdr} ${words} self`]: vx({ self: true }),
      [`bridge fdb add ${lladdr} ${words} self permanent`]: vx({ self: true, state: 'permanent' }),
      [`bridge fdb add ${lladdr} ${words} self static`]: vx({ state: 'static' }),
      [`bridge fdb add ${lladdr} ${words} self dynamic`]: vx({ state: 'dynamic' }),
      [`bridge fdb add ${lladdr} ${words} local`]: vx({ state: 'permanent' }),
      [`bridge fdb add ${lladdr} ${words} router`]: vx({ router: true }),
      [`bridge fdb add ${lladdr} ${words} use`]: vx({ use: true }),
      [`bridge fdb add ${lladdr} ${words} extern_learn`]: vx({ externLearn: true }),
      [`bridge fdb add ${lladdr} ${words} self extern_learn router`]: vx({ externLearn: true, router: true }),
      [`bridge fdb add ${lladdr} ${words} src_vni 66051`]: vx({ srcVni: 66051 }),
      [`bridge fdb add ${lladdr} dev vxlan0 nhid 66051`]: add('vxlan0', { nhid: 66051 }),
      [`bridge fdb add ${lladdr} dev vxlan0 master`]: add('vxlan0', { master: true }),
      [`bridge fdb add ${lladdr} dev vxlan0 master static`]: add('vxlan0', { master: true, state: 'static' }),
      [`bridge fdb add ${lladdr} dev vxlan0 master dynamic`]: add('vxlan0', { master: true, state: 'dynamic' }),
      [`bridge fdb add ${lladdr} dev vxlan0 master static sticky`]: add('vxlan0', {
        master: true,
        state: 'static',
        sticky: true,
      }),
      [`bridge fdb add ${lladdr} dev vxlan0 master static extern_learn`]: add('vxlan0', {
        master: true,
        state: 'static',
        externLearn: true,
      }),
      [`bridge fdb add ${lladdr} dev vxlan0 master vlan 258`]: add('vxlan0', { master: true, vlan: 258 }),
      [`bridge fdb add ${lladdr} dev vxlan0 master static vlan 258`]: add('vxlan0', {
        master: true,
        state: 'static',
        vlan: 258,
      }),
      [`bridge fdb add ${lladdr} dev vxlan2 dst ${dst} src_vni 66051`]: add('vxlan2', { dst, srcVni: 66051 }),
      [`bridge fdb add ${lladdr} dev vxlan2 dst ${dst} src_vni 66051 vni 66052 port 4660`]: add('vxlan2', {
        dst,
        srcVni: 66051,
        vni: 66052,
        port: 4660,
      }),
      [`bridge fdb add ${lladdr} dev vxlan2 src_vni 66051 nhid 66051`]: add('vxlan2', { srcVni: 66051, nhid: 66051 }),
      [`bridge fdb add ${lladdr} dev eth0`]: add('eth0'),
      [`bridge fdb add ${lladdr} dev eth0 master`]: add('eth0', { master: true }),
      [`bridge fdb add ${lladdr} dev eth0 master static`]: add('eth0', { master: true, state: 'static' }),
      [`bridge fdb add ${lladdr} dev eth0 master dynamic vlan 258`]: add('eth0', {
        master: true,
        state: 'dynamic',
        vlan: 258,
      }),
      [`bridge fdb add ${lladdr} dev eth0 self`]: add('eth0', { self: true, master: false }),
      [`bridge fdb add ${lladdr} dev br0 self`]: add('br0', { self: true }),
      [`bridge fdb add ${lladdr} dev br0 self vlan 258`]: add('br0', { self: true, vlan: 258 }),
      [`bridge fdb add ${zero} ${words}`]: vx({ lladdr: zero }),
      [`bridge fdb append ${zero} ${words}`]: () => appendFdb.op({ dev: 'vxlan0', lladdr: zero, dst }),
      [`bridge fdb append ${lladdr} ${words}`]: () => ({
        op: appendFdb.op({ dev: 'vxlan0', lladdr, dst }),
        except: {
          'differs: flags = "0x605", ip "0xc05"':
            'EXCL for APPEND: the kernel would accept a second destination of a unicast address and ignore it',
        },
      }),
      [`bridge fdb append ${zero} dev vxlan0 dst ${dst6}`]: () =>
        appendFdb.op({ dev: 'vxlan0', lladdr: zero, dst: dst6 }),
      [`bridge fdb replace ${lladdr} ${words}`]: () => replaceFdb.op({ dev: 'vxlan0', lladdr, dst }),
      [`bridge fdb replace ${lladdr} dev eth0 master static`]: () =>
        replaceFdb.op({ dev: 'eth0', lladdr, master: true, state: 'static' }),
      [`bridge fdb del ${lladdr} dev vxlan0`]: del('vxlan0'),
      [`bridge fdb del ${lladdr} ${words}`]: del('vxlan0', { dst }),
      [`bridge fdb del ${lladdr} ${words} port 4660 vni 66051 via eth0`]: del('vxlan0', {
        dst,
        port: 4660,
        vni: 66051,
        via: 'eth0',
      }),
      [`bridge fdb del ${zero} ${words}`]: del('vxlan0', { lladdr: zero, dst }),
      [`bridge fdb del ${lladdr} dev eth0 master`]: del('eth0', { master: true }),
      [`bridge fdb del ${lladdr} dev eth0 master vlan 258`]: del('eth0', { master: true, vlan: 258 }),
      [`bridge fdb del ${lladdr} dev eth0 self`]: del('eth0', { self: true }),
      'bridge fdb flush dev br0': () => flush(),
      'bridge fdb flush dev br0 vlan 258': () => flush({ vlan: 258 }),
      'bridge fdb flush dev eth0 master': () => flush({ master: true }, 'eth0'),
      'bridge fdb flush dev eth0 self': () => flush({ self: true }, 'eth0'),
      'bridge fdb flush dev br0 permanent': () => flush({ state: 'permanent' }),
      'bridge fdb flush dev br0 nopermanent': () => flush({ state: ['dynamic', 'static'] }),
      'bridge fdb flush dev br0 static': () => flush({ state: 'static' }),
      'bridge fdb flush dev br0 dynamic': () => flush({ state: ['dynamic'] }),
      'bridge fdb flush dev br0 added_by_user extern_learn nosticky offloaded': () =>
        flush({ addedByUser: true, externLearn: true, sticky: false, offloaded: true }),
      [`bridge fdb get ${lladdr} br br0`]: () => found(getFdb.op({ br: 'br0', lladdr })),
      [`bridge fdb get ${lladdr} dev vxlan0`]: () => found(getFdb.op({ dev: 'vxlan0', lladdr })),
      [`bridge fdb get ${lladdr} dev vxlan0 self`]: () => found(getFdb.op({ dev: 'vxlan0', lladdr, self: true })),
      [`bridge fdb get ${lladdr} dev eth0 master vlan 258`]: () =>
        found(getFdb.op({ dev: 'eth0', lladdr, master: true, vlan: 258 })),
      [`bridge fdb get ${lladdr} dev vxlan2 vni 66051 self`]: () =>
        found(getFdb.op({ dev: 'vxlan2', lladdr, srcVni: 66051, self: true })),
    },
    beyond: {
      [`bridge fdb add ${lladdr} dev eth0 master sticky`]:
        'refused before it is sent: a permanent entry is sticky anyway',
      [`bridge fdb add ${lladdr} dev vxlan0 self master dst ${dst}`]: bothInOne,
      [`bridge fdb add ${lladdr} dev vxlan0 self master static vlan 258 dst ${dst}`]: bothInOne,
      'bridge fdb flush dev br0 brport eth0': truncated,
    },
  })
  testFixtures('fdb-newest', {
    unless: {
      'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
    },
    same: {
      [`bridge fdb add ${lladdr} dev eth0 master static activity_notify`]: bridge({ activityNotify: true }),
      [`bridge fdb add ${lladdr} dev eth0 master static inactive`]: bridge({ inactive: true }),
      [`bridge fdb add ${lladdr} dev eth0 master static activity_notify inactive norefresh`]: bridge({
        activityNotify: true,
        inactive: true,
        refresh: false,
      }),
      [`bridge fdb replace ${lladdr} dev eth0 master static norefresh`]: () =>
        replaceFdb.op({ dev: 'eth0', lladdr, master: true, state: 'static', refresh: false }),
      'bridge fdb flush dev vxlan0': () => flush({}, 'vxlan0'),
      [`bridge fdb flush ${words} port 4660 vni 66051`]: () => flush({ dst, port: 4660, vni: 66051 }, 'vxlan0'),
      [`bridge fdb flush dev vxlan0 dst ${dst6}`]: () => flush({ dst: dst6 }, 'vxlan0'),
      'bridge fdb flush dev vxlan0 router noextern_learn': () => flush({ router: true, externLearn: false }, 'vxlan0'),
      'bridge fdb flush dev vxlan0 norouter offloaded': () => flush({ router: false, offloaded: true }, 'vxlan0'),
      'bridge fdb flush dev vxlan0 static': () => flush({ state: 'static' }, 'vxlan0'),
      'bridge fdb flush dev vxlan2 src_vni 66051': () => flush({ srcVni: 66051 }, 'vxlan2'),
      'bridge fdb flush dev vxlan2 nhid 66051': () => flush({ nhid: 66051 }, 'vxlan2'),
      'bridge fdb flush dev eth0 master vlan 258 noadded_by_user sticky': () =>
        flush({ master: true, vlan: 258, addedByUser: false, sticky: true }, 'eth0'),
    },
    beyond: {
      'bridge fdb flush dev br0 brport eth0': truncated,
      'bridge fdb flush dev br0 nostatic': "says what 'dynamic' says: a bridge keeps permanent entries as static ones",
      'bridge fdb flush dev br0 nodynamic': 'two requests of ours: a VXLAN has permanent entries that are not static',
      'bridge fdb flush dev vxlan0 self master extern_learn': bothInOne,
    },
  })
  testFixtures('dumps', {
    only: (command) => command.includes(' fdb '),
    same: {
      'bridge fdb show': () => listFdb.op(),
      'bridge fdb show dev vxlan0': () => listFdb.op({ dev: 'vxlan0' }),
      'bridge fdb show br br0': () => listFdb.op({ br: 'br0' }),
      'bridge fdb show br br0 brport eth1': () => listFdb.op({ br: 'br0', dev: 'eth1' }),
      'bridge fdb show brport eth1': () => listFdb.op({ dev: 'eth1' }),
    },
  })
  testFixtures('topologies', {
    only: (command) => command.includes(' fdb '),
    same: {
      'bridge fdb add aa:bb:cc:dd:ee:01 dev vxlan.99 dst 10.0.0.231': () =>
        addFdb.op({ dev: 'vxlan.99', lladdr: 'aa:bb:cc:dd:ee:01', dst: '10.0.0.231' }),
      [`bridge fdb add ${lladdr} dev vtep245 dst 192.168.32.246`]: () =>
        addFdb.op({ dev: 'vtep245', lladdr, dst: '192.168.32.246' }),
      [`bridge fdb append ${lladdr} dev vxlan100 dst 192.168.245.172`]: () => ({
        op: appendFdb.op({ dev: 'vxlan100', lladdr, dst: '192.168.245.172' }),
        except: { 'differs: flags = "0x605", ip "0xc05"': 'EXCL for APPEND, as above' },
      }),
    },
  })
})

/** An answer on whichever link was asked about. */
function found(op: ReturnType<typeof getFdb.op>) {
  const answer = ({ memo, value }: Request) =>
    memo === undefined ? [{ dev: (value.header as { index?: number }).index, lladdr, state: 2, flags: [] }] : undefined
  return { op, answer }
}

describe('refused before anything changes', () => {
  const base: FdbOptions = { dev: 'vxlan0', lladdr, dst }
  const bridge: FdbOptions = { dev: 'eth0', lladdr, master: true }
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { lladdr, dst }],
    ['no MAC address', 'lladdr', { dev: 'vxlan0', dst }],
    ['a cut MAC address', 'lladdr', { ...base, lladdr: '02:11:22:33:44' }],
    ['an IP address for a MAC address', 'lladdr', { ...base, lladdr: dst }],
    ['an address with prefix length', 'dst', { ...base, dst: `${dst}/32` }],
    ['the unspecified address', 'dst', { ...base, dst: '0.0.0.0' }],
    ['the unspecified IPv6 address', 'dst', { ...base, dst: '::' }],
    ['port 0', 'port', { ...base, port: 0 }],
    ['a port of 17 bits', 'port', { ...base, port: 65536 }],
    ['a VNI of 25 bits', 'vni', { ...base, vni: 2 ** 24 }],
    ['a negative VNI', 'vni', { ...base, vni: -1 }],
    ['a srcVni of 25 bits', 'srcVni', { ...base, srcVni: 2 ** 24 }],
    ['VLAN 0', 'vlan', { ...bridge, vlan: 0 }],
    ['VLAN 4095', 'vlan', { ...bridge, vlan: 4095 }],
    ['next hop 0', 'nhid', { dev: 'vxlan0', lladdr, nhid: 0 }],
    ['a port without a destination', 'port', { dev: 'vxlan0', lladdr, port: 4660 }],
    ['a VNI without a destination', 'vni', { dev: 'vxlan0', lladdr, vni: 7 }],
    ['a link without a destination', 'via', { dev: 'vxlan0', lladdr, via: 'eth0' }],
    ['a destination beside a next hop', 'dst', { ...base, nhid: 7 }],
    ['a destination in a bridge', 'dst', { ...bridge, dst }],
    ['a next hop in a bridge', 'nhid', { ...bridge, nhid: 7 }],
    ['a VLAN beside a destination', 'vlan', { ...base, vlan: 7 }],
    ['sticky beside a destination', 'sticky', { ...base, sticky: true }],
    ['sticky and permanent', 'sticky', { ...bridge, sticky: true }],
    ['an unknown state', 'state', { ...base, state: 'reachable' }],
    ['a state of the prototype', 'state', { ...base, state: 'toString' }],
    ['neither self nor master', 'self', { ...base, self: false }],
    ['a switch that is none', 'externLearn', { ...base, externLearn: 'yes' }],
    ['a bridge for a switch', 'master', { ...bridge, master: 'br0' }],
    ['an unknown option', 'nolearning', { ...base, nolearning: true }],
  ])('%s', (_what, path, options) => {
    const given = options as FdbOptions
    for (const verb of [addFdb, appendFdb, replaceFdb])
      expect(refusal(verb.op(given), { links, answer: absent })).toMatchObject({ path, changes: [] })
  })

  test.each([zero, '01:00:5e:00:00:01', '33:33:00:00:00:01'])('replacing the destinations of %s', (lladdr) => {
    const refused = refusal(replaceFdb.op({ dev: 'vxlan0', lladdr, dst }), { links })
    expect(refused).toMatchObject({ path: 'lladdr', changes: [] })
    expect(refused.expected).toMatch(/vxlan_fdb_update_existing/)
  })

  test.each<[string, string, unknown]>([
    ['no MAC address', 'lladdr', { dev: 'vxlan0' }],
    ['all destinations in disguise', 'dst', { ...base, dst: '0.0.0.0' }],
    ['a VNI that would be ignored', 'vni', { dev: 'vxlan0', lladdr, vni: 7 }],
    ['a bridge, but no listed entry', 'master', { dev: 'eth0', lladdr, master: 66053 }],
  ])('deleting: %s', (_what, path, options) => {
    expect(refusal(deleteFdb.op(options as FdbIdentity), { links })).toMatchObject({ path, changes: [] })
  })

  test.each<[string, string, unknown]>([
    ['nowhere', 'dev', { lladdr }],
    ['at two places', 'br', { dev: 'eth0', br: 'br0', lladdr }],
    ['in two tables', 'master', { dev: 'eth0', lladdr, self: true, master: true }],
    ['in the own table of a bridge', 'self', { br: 'br0', lladdr, self: true }],
  ])('getting: %s', (_what, path, options) => {
    expect(refusal(getFdb.op(options as never), { links })).toMatchObject({ path })
  })

  test('filters that are none', () => {
    expect(refusal(listFdb.op({ vlan: 0 }))).toMatchObject({ path: 'vlan' })
    expect(refusal(listFdb.op({ state: 'fresh' as never }))).toMatchObject({ path: 'state' })
    expect(refusal(listFdb.op({ state: ['static', 'fresh' as never] }))).toMatchObject({ path: 'state' })
    expect(refusal(listFdb.op({ master: 'br0' } as never))).toMatchObject({ path: 'master' })
  })
})

describe('self and master together', () => {
  const both = {
    dev: 'vxlan0',
    lladdr,
    dst,
    vlan: 258,
    sticky: true,
    state: 'static',
    self: true,
    master: true,
  } as const
  const refuse = (flag: string) => (request: Request) => {
    if (request.type === RTM_GETNEIGH) return unanswered(request)
    const flags = (request.value.header as { flags: readonly string[] }).flags
    if (request.mode !== 'act' || !flags.includes(flag)) return undefined
    throw new KernelError('no [EEXIST]', { code: 'EEXIST', errno: 17, request: request.name })
  }

  test('are two requests, each told what its table knows', () => {
    const { sent } = runSteps(addFdb.op(both), { links })
    expect(sent.map(({ tree }) => [tree.header.ndm_flags, [...tree.attributes.keys()]])).toEqual([
      [
        ['master', 'sticky'],
        [2, 5],
      ],
      [['self'], [2, 1]],
    ])
  })

  test.each([
    ['master', { applied: false, appliedOptions: undefined }],
    ['self', { applied: 'partly', appliedOptions: ['master'] }],
  ])('tell what is there when %s fails', (half, details) => {
    for (const verb of [addFdb, deleteFdb])
      expect(() => runSteps(verb.op(both), { links, answer: refuse(half) })).toThrow(
        expect.objectContaining({ code: 'EEXIST', ...details, message: `no [EEXIST] (in the table of ${half})` }),
      )
  })
})

describe('where the kernel says yes and does nothing', () => {
  const entry = (more: object) => ({ dev: 66054, lladdr, state: 'static', flags: ['self'], ...more })
  const holding =
    (more: object) =>
    ({ mode, memo }: Request) =>
      mode === 'get' && memo === undefined ? [entry(more)] : undefined

  test.each([
    ['replacing', replaceFdb.op({ dev: 'vxlan0', lladdr, dst })],
    ['appending', appendFdb.op({ dev: 'vxlan0', lladdr: zero, dst })],
  ])('%s a destination where there is a next hop', (_what, operation) => {
    expect(() => runSteps(operation, { links, answer: holding({ nhid: 7 }) })).toThrow(
      expect.objectContaining({ code: 'EOPNOTSUPP', applied: false }),
    )
  })

  test('making an entry of a user an externally learned one', () => {
    const replace = replaceFdb.op({ dev: 'vxlan0', lladdr, dst, port: 4660, externLearn: true })
    expect(() => runSteps(replace, { links, answer: holding({}) })).toThrow(
      expect.objectContaining({ code: 'EEXIST', applied: 'partly', appliedOptions: ['dst', 'port'] }),
    )
    const learned = runSteps(replace, { links, answer: holding({ flags: ['self', 'externLearn'] }) })
    expect(learned.sent.map(({ request }) => request.final)).toEqual([false, false])
  })

  test.each([{ externLearn: true }, { use: true }])('adding %o to a bridge that has it', (more) => {
    const add = addFdb.op({ dev: 'eth0', lladdr, master: true, ...more })
    expect(() => runSteps(add, { links, answer: holding({}) })).toThrow(
      expect.objectContaining({ code: 'EEXIST', applied: false }),
    )
  })

  test('use, on a port that does not learn', () => {
    const add = addFdb.op({ dev: 'eth0', lladdr, master: true, use: true })
    expect(() => runSteps(add, { links, answer: absent })).toThrow(
      expect.objectContaining({ code: 'EPERM', applied: false }),
    )
  })

  test('one destination of a unicast address', () => {
    const answer = ({ mode, name }: Request) => {
      if (mode !== 'act') return undefined
      throw new KernelError('cannot', { code: 'EEXIST', errno: 17, request: name })
    }
    const append = appendFdb.op({ dev: 'vxlan0', lladdr, dst })
    expect(() => runSteps(append, { links, answer })).toThrow(/only the all-zero and group addresses/)
  })
})

test('requests that change something may leave many at a time', () => {
  const requests = [
    addFdb.op({ dev: 1, lladdr, dst }),
    appendFdb.op({ dev: 1, lladdr: zero, dst }),
    replaceFdb.op({ dev: 1, lladdr, dst }),
    deleteFdb.op({ dev: 1, lladdr }),
  ].flatMap((operation) => runSteps(operation).sent)
  expect(requests.map(({ request }) => [request.mode, request.final])).toEqual(
    [['act'], ['act', 'get'], ['act', 'get'], ['act']].flat().map((mode) => [mode, true]),
  )
})

test('activity and refreshing, as the nest of the bridge has them', () => {
  const nest = (more: More) => {
    const { sent } = runSteps(addFdb.op({ dev: 1, lladdr, master: true, state: 'static', ...more }))
    return sent[0]?.tree.attributes.get(14)?.[0]?.children
  }
  expect(nest({})).toBeUndefined()
  expect(nest({ refresh: true })).toBeUndefined()
  expect(nest({ activityNotify: true, inactive: true })).toEqual(new Map([[1, [{ bytes: '03' }]]]))
  expect(nest({ activityNotify: false })).toEqual(new Map([[1, [{ bytes: '00' }]]]))
  expect(nest({ refresh: false })).toEqual(new Map([[2, [{ bytes: '' }]]]))
})
