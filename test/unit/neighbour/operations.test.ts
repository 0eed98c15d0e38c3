import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import {
  addNeighbour,
  deleteNeighbour,
  getNeighbour,
  listNeighbours,
  type NeighbourOptions,
  replaceNeighbour,
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
const inPlace = 'no verb replaces what must exist: replaceNeighbour makes it too (NLM_F_CREATE)'

/** The neighbour as the kernel tells it afterwards. */
const withFlags =
  (...flags: readonly string[]) =>
  ({ mode, memo }: Request) =>
    mode === 'get' && memo === undefined ? [{ address: v4, flags }] : undefined

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
      [`ip neigh change ${v4} lladdr ${lladdr} dev eth0`]: inPlace,
      [`ip neigh change ${v4} dev eth0 nud stale`]: inPlace,
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
