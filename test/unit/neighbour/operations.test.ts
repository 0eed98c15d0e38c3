import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { flushNeighbours, listNeighbours } from '../../../lib/neighbour/list.js'
import {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  type NeighbourOptions,
  replaceNeighbour,
  updateNeighbour,
} from '../../../lib/neighbour/operations.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const v4 = '10.1.2.9'
const v6 = '2001:db8:1:2::9'
const lladdr = '02:11:22:33:44:55'
const links = { eth0: 66051, br0: 66053, 'vxlan.99': 66071, vtep245: 66073, vxlan100: 66074 }

const absent = ({ mode, memo, name }: Request) => {
  if (mode !== 'get' || memo !== undefined) return undefined
  throw new KernelError('no such entry', { code: 'ENOENT', errno: 2, request: name })
}

type More = Partial<NeighbourOptions>
const add =
  (address: string, more: More = {}) =>
  () =>
    addNeighbour.op({ dev: 'eth0', address, ...more })
const addProxy = (address: string, more: More = {}) => {
  const op = add(address, { proxy: true, ...more })
  return () => ({ op: op(), answer: absent })
}
const known = (more: More = {}) => add(v4, { lladdr, ...more })

const dropped = 'the kernel takes no link-layer address then and says nothing, so neither do we take one'

/** Of a neighbour that is like this by then. */
const update =
  (options: More, now: object, except: Readonly<Record<string, string>> = {}) =>
  () => ({
    op: updateNeighbour.op({ dev: 'eth0', address: v4, ...options }),
    answer: ({ mode, memo }: Request) =>
      mode === 'get' && memo === undefined ? [{ dev: 66051, address: v4, ...now }] : undefined,
    except,
  })

/** The neighbour as the kernel tells it afterwards. */
const withFlags =
  (...flags: readonly string[]) =>
  ({ mode, memo }: Request) =>
    mode === 'get' && memo === undefined ? [{ address: v4, flags }] : undefined

const validated = (more: More & { readonly address: string }) => () => ({
  op: addNeighbour.op({ dev: 'eth0', lladdr, state: 'stale', externValid: true, ...more }),
  answer: withFlags('externValid'),
})

test('a kernel that passes over a flag is not taken at its word', () => {
  const attempt = () =>
    runSteps(addNeighbour.op({ dev: 'eth0', address: v4, managed: true }), { links: { eth0: 7 }, answer: withFlags() })
  expect(attempt).toThrow(/this kernel has no managed of neighbours \(NDA_FLAGS_EXT\)/)
})

describe('bytes as iproute2 sends them', () => {
  testFixtures('neighbour', {
    unless: {
      'differs: flags = "0x5", ip "0x1"': 'the last request of a send asks for an answer, also where objects are one',
      'differs: ndm_state = "none", ip "permanent"': 'the default of `ip neigh`; a deletion does not look at it',
    },
    same: {
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0`]: known(),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud permanent`]: known({ state: 'permanent' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud reachable`]: known({ state: 'reachable' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud stale`]: known({ state: 'stale' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud delay`]: known({ state: 'delay' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud probe`]: known({ state: 'probe' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud noarp`]: known({ state: 'noarp' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 router`]: known({ router: true }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 extern_learn`]: known({ externLearn: true }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 protocol static`]: known({ proto: 'static' }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 protocol 66`]: known({ proto: 66 }),
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 router extern_learn protocol zebra nud reachable`]: known({
        router: true,
        externLearn: true,
        proto: 'zebra',
        state: 'reachable',
      }),
      [`ip neigh add ${v4} dev eth0 use`]: add(v4, { use: true }),
      [`ip neigh add ${v4} dev eth0 managed`]: () => ({
        op: addNeighbour.op({ dev: 'eth0', address: v4, managed: true }),
        answer: withFlags('managed'),
      }),
      [`ip neigh add proxy ${v4} dev eth0`]: addProxy(v4),
      [`ip neigh add proxy ${v4} dev eth0 protocol static`]: addProxy(v4, { proto: 'static' }),
      [`ip neigh add proxy ${v4} dev eth0 router`]: addProxy(v4, { router: true }),
      [`ip neigh add ${v6} lladdr ${lladdr} dev eth0`]: add(v6, { lladdr }),
      [`ip neigh add ${v6} lladdr ${lladdr} dev eth0 router nud stale`]: add(v6, {
        lladdr,
        router: true,
        state: 'stale',
      }),
      [`ip neigh add ${v6} lladdr ${lladdr} dev eth0 extern_learn`]: add(v6, { lladdr, externLearn: true }),
      [`ip neigh add proxy ${v6} dev eth0`]: addProxy(v6),
      [`ip neigh replace ${v4} lladdr ${lladdr} dev eth0`]: () =>
        replaceNeighbour.op({ dev: 'eth0', address: v4, lladdr }),
      [`ip neigh replace ${v6} lladdr ${lladdr} dev eth0 nud permanent`]: () =>
        replaceNeighbour.op({ dev: 'eth0', address: v6, lladdr, state: 'permanent' }),
      [`ip neigh change ${v4} lladdr ${lladdr} dev eth0`]: update({ lladdr }, { state: 'permanent', flags: [] }),
      [`ip neigh change ${v4} dev eth0 nud stale`]: update(
        { state: 'stale' },
        { lladdr, state: 'reachable', flags: [] },
        {
          'ours alone: 2 = 021122334455': 'said again, as everything that stays',
        },
      ),
      [`ip neigh del ${v4} dev eth0`]: () => deleteNeighbour.op({ dev: 'eth0', address: v4 }),
      [`ip neigh del ${v6} dev eth0`]: () => deleteNeighbour.op({ dev: 'eth0', address: v6 }),
      [`ip neigh del proxy ${v4} dev eth0`]: () => deleteNeighbour.op({ dev: 'eth0', address: v4, proxy: true }),
      'ip neigh get 10.1.2.3 dev eth0': () => getNeighbour.op({ dev: 'eth0', address: '10.1.2.3' }),
      [`ip neigh get proxy ${v4} dev eth0`]: () => getNeighbour.op({ dev: 'eth0', address: v4, proxy: true }),
      [`ip neigh get ${v6} dev eth0`]: () => getNeighbour.op({ dev: 'eth0', address: v6 }),
    },
    beyond: {
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud failed`]: dropped,
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud incomplete`]: dropped,
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud none`]: dropped,
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 managed`]: dropped,
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 use`]: dropped,
      [`ip neigh add ${v4} dev eth0`]: 'refused before it is sent: the kernel refuses it and keeps an empty entry',
      [`ip neigh del ${v4} lladdr ${lladdr} dev eth0`]: 'the identity of a neighbour has no link-layer address in it',
    },
  })
  testFixtures('dumps', {
    only: (command) => command.includes(' neigh '),
    same: {
      'ip neigh show': () => listNeighbours.op(),
      'ip neigh show dev eth0': () => listNeighbours.op({ dev: 'eth0' }),
      'ip neigh show proxy': () => listNeighbours.op({ proxy: true }),
      'ip neigh show proxy dev eth0': () => listNeighbours.op({ proxy: true, dev: 'eth0' }),
      'ip -6 neigh show': () => listNeighbours.op({ family: 'inet6' }),
      'ip neigh show master br0': () => listNeighbours.op({ master: 'br0' }),
      'ip neigh show nud permanent': () => listNeighbours.op({ state: 'permanent' }),
    },
  })
  testFixtures('neighbour-lists', {
    only: (command) => command.includes(' neigh '),
    same: {
      'ip neigh show nomaster': () => listNeighbours.op({ master: null }),
      'ip neigh show master br0 nud stale': () => listNeighbours.op({ vrf: 'br0', state: 'stale' }),
      'ip neigh show unused': () => listNeighbours.op({ unused: true }),
      'ip neigh show to 10.1.2.0/24 dev eth0': () => listNeighbours.op({ to: '10.1.2.0/24', dev: 'eth0' }),
      'ip -4 neigh show nud stale nud failed': () => listNeighbours.op({ family: 'inet', state: ['stale', 'failed'] }),
      'ip neigh show protocol static': () => listNeighbours.op({ proto: 'static' }),
    },
  })
  testFixtures('neighbour-newest', {
    same: {
      [`ip neigh add ${v4} lladdr ${lladdr} dev eth0 nud stale extern_valid`]: validated({ address: v4 }),
      [`ip neigh add ${v6} lladdr ${lladdr} dev eth0 nud stale router extern_valid`]: validated({
        address: v6,
        router: true,
      }),
    },
  })
  testFixtures('topologies', {
    only: (command) => / neigh(bor)? /.test(command),
    same: {
      'ip neighbor add 192.168.231.0 lladdr aa:bb:cc:dd:ee:01 dev vxlan.99': () =>
        addNeighbour.op({ dev: 'vxlan.99', address: '192.168.231.0', lladdr: 'aa:bb:cc:dd:ee:01' }),
      [`ip neigh add 172.246.0.0 dev vtep245 lladdr ${lladdr}`]: () =>
        addNeighbour.op({ dev: 'vtep245', address: '172.246.0.0', lladdr }),
      [`ip neighbor add 172.18.0.2 lladdr ${lladdr} dev vxlan100`]: () =>
        addNeighbour.op({ dev: 'vxlan100', address: '172.18.0.2', lladdr }),
    },
  })
})

describe('refused before anything changes', () => {
  const base: NeighbourOptions = { dev: 'eth0', address: v4, lladdr }
  test.each<[string, string, unknown]>([
    ['no link', 'dev', { address: v4, lladdr }],
    ['no address', 'address', { dev: 'eth0', lladdr }],
    ['an address with prefix length', 'address', { ...base, address: '10.1.2.9/24' }],
    ['a short address', 'address', { ...base, address: '10.9' }],
    ['no link-layer address', 'lladdr', { dev: 'eth0', address: v4 }],
    ['a cut MAC address', 'lladdr', { ...base, lladdr: '02:11:22:33:44' }],
    ['a link-layer address beside proxy', 'lladdr', { ...base, proxy: true }],
    ['a state beside proxy', 'state', { dev: 'eth0', address: v4, proxy: true, state: 'stale' }],
    ['managed beside proxy', 'managed', { dev: 'eth0', address: v4, proxy: true, managed: true }],
    ['a link-layer address beside managed', 'lladdr', { ...base, managed: true }],
    ['a state beside use', 'state', { dev: 'eth0', address: v4, use: true, state: 'stale' }],
    ['a link-layer address beside state none', 'lladdr', { ...base, state: 'none' }],
    ['an unknown state', 'state', { ...base, state: 'PERMANENT' }],
    ['a state of 17 bits', 'state', { ...base, state: 0x10000 }],
    ['a switch that is none', 'router', { ...base, router: 1 }],
    ['a proxy that is none', 'proxy', { ...base, proxy: 'yes' }],
    ['an unknown protocol', 'proto', { ...base, proto: 'Static' }],
    ['a protocol of nine bits', 'proto', { ...base, proto: 256 }],
    ['an unknown option', 'mac', { ...base, mac: lladdr }],
    ['a hostile name', '__proto__', Object.assign(JSON.parse('{"__proto__": 1}'), base)],
  ])('%s', (_what, path, options) => {
    const given = options as NeighbourOptions
    expect(refusal(addNeighbour.op(given), { links, answer: absent })).toMatchObject({ path, changes: [] })
    expect(refusal(replaceNeighbour.op(given), { links })).toMatchObject({ path, changes: [] })
  })

  test('filters that are none', () => {
    expect(refusal(listNeighbours.op({ family: 'ipv4' as never }))).toMatchObject({ path: 'family' })
    expect(refusal(listNeighbours.op({ state: ['stale', 'nope' as never] }))).toMatchObject({ path: 'state' })
    expect(refusal(listNeighbours.op({ proxy: 1 as never }))).toMatchObject({ path: 'proxy' })
    expect(refusal(listNeighbours.op({ unused: 'yes' as never }))).toMatchObject({ path: 'unused' })
    expect(refusal(listNeighbours.op({ to: '10.1.2.0/33' }))).toMatchObject({ path: 'to' })
    expect(refusal(listNeighbours.op({ proto: 'nobody' as never }))).toMatchObject({ path: 'proto' })
    expect(refusal(listNeighbours.op({ proxy: true, state: 'stale' }))).toMatchObject({ path: 'state' })
    expect(refusal(listNeighbours.op({ proxy: true, unused: false }))).toMatchObject({ path: 'unused' })
    expect(refusal(listNeighbours.op({ vrf: 'br0', master: null }), { links })).toMatchObject({ path: 'vrf' })
    expect(refusal(flushNeighbours.op({}))).toMatchObject({ path: '', changes: [] })
    expect(refusal(flushNeighbours.op({ stale: true } as never))).toMatchObject({ path: 'stale', changes: [] })
  })
})

describe('one that was listed', () => {
  const listed = { family: 'inet', address: v4, dev: 66051, state: 'none', type: 'unicast', probes: 3 } as const
  const flagsOf = (flags: readonly 'proxy'[]) =>
    runSteps(deleteNeighbour.op({ ...listed, flags } as never)).sent[0]?.tree.header.ndm_flags
  test('is deleted where it was listed: among the neighbours or the proxies', () => {
    expect(flagsOf([])).toEqual([])
    expect(flagsOf(['proxy'])).toEqual(['proxy'])
  })
})

test('a proxy entry that is there already is not overwritten', () => {
  const add = addNeighbour.op({ dev: 'eth0', address: v4, proxy: true })
  expect(() => runSteps(add, { links })).toThrow(
    expect.objectContaining({ code: 'EEXIST', errno: 17, applied: false, request: 'RTM_NEWNEIGH' }),
  )
})

describe('a change says again what it does not speak of, as the kernel takes all or nothing', () => {
  const sent = (options: More, now: object) => {
    const { op, answer } = update(options, now)()
    const { tree } = runSteps(op, { links, answer }).sent.find(({ request }) => request.mode === 'act') ?? {}
    const [own] = tree?.attributes.get(2) ?? []
    return [
      tree?.flags,
      tree?.header.ndm_state,
      tree?.header.ndm_flags,
      own?.bytes,
      tree?.attributes.get(15)?.[0]?.bytes,
    ]
  }
  const replace = 0x105
  const mac = '021122334455'
  const now = { lladdr, state: 'stale', flags: ['router', 'externLearn'] }

  test.each<[string, More, object, unknown[]]>([
    ['nothing', {}, now, ['stale', ['externLearn', 'router'], mac]],
    ['the address', { lladdr: '02:00:00:00:00:01' }, now, ['stale', ['externLearn', 'router'], '020000000001']],
    ['the state', { state: 'noarp' }, now, ['noarp', ['externLearn', 'router'], mac]],
    ['a state without address', { state: 'failed' }, now, ['failed', ['externLearn', 'router'], undefined]],
    ['switches', { router: false, externLearn: false }, now, ['stale', [], mac]],
    ['managed', { managed: true }, { ...now, flags: ['managed'] }, ['none', [], undefined, '01000000']],
    ['use', { use: true }, { ...now, flags: ['router'] }, ['permanent', ['use', 'router'], undefined]],
    ['what is managed', { router: true }, { ...now, flags: ['managed'] }, ['none', ['router'], undefined, '01000000']],
  ])('%s', (_what, options, found, [state, flags, own, extended]) => {
    expect(sent(options, found)).toEqual([replace, state, flags, own, extended])
  })

  test('what goes together with nothing is refused', () => {
    const refuse = (options: More, found: object) =>
      refusal(update(options, found)().op, { links, answer: update(options, found)().answer })
    expect(refuse({ lladdr }, { ...now, flags: ['managed'] })).toMatchObject({ path: 'lladdr', changes: [] })
    expect(refuse({ lladdr }, { state: 'failed', flags: [] })).toMatchObject({ path: 'lladdr', changes: [] })
  })
})

describe('flushing', () => {
  const entry = (address: string, more: object = {}) => ({
    ...{ dev: 7, family: 'inet', address, state: 'stale', flags: [], type: 'unicast', ...more },
  })
  const all = [
    entry('10.1.2.1'),
    entry('10.1.2.2', { state: 'permanent' }),
    entry('10.1.2.3', { state: 'noarp', flags: ['externLearn'] }),
    entry('10.1.2.4', { state: 'failed' }),
  ]
  const gone = (filter: object, listed: readonly object[] = all, failure?: string) => {
    const answer = ({ mode, name }: Request) => {
      if (mode === 'dump') return listed
      if (mode !== 'act' || failure === undefined) return undefined
      throw new KernelError(failure, { code: failure, errno: 1, request: name })
    }
    const { result, sent } = runSteps(flushNeighbours.op(filter), { answer })
    return {
      result: result.map(({ address }) => address),
      sent: sent.slice(1).map(({ tree }) => tree.header.ndm_flags),
    }
  }

  test('leaves what is permanent or noarp, unless that is asked for', () => {
    expect(gone({ dev: 7 })).toEqual({ result: ['10.1.2.1', '10.1.2.4'], sent: [[], []] })
    expect(gone({ dev: 7, state: 'permanent' }).result).toHaveLength(4)
  })

  test('proxies', () => {
    expect(gone({ proxy: true }, [entry('10.1.2.5', { state: 'none', flags: ['proxy'] })])).toEqual({
      result: ['10.1.2.5'],
      sent: [['proxy']],
    })
  })

  test('tells what it deleted, and fails where it could not', () => {
    expect(gone({ dev: 7 }, all, 'ENOENT').result).toEqual([])
    expect(() => gone({ dev: 7 }, all, 'EPERM')).toThrow(expect.objectContaining({ code: 'EPERM' }))
  })
})
