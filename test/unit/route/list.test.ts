import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { KernelError } from '../../../lib/errors.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { listRoutes, type RouteFilter } from '../../../lib/route/list.js'
import { routeMessage } from '../../../lib/route/message.js'
import type { Route } from '../../../lib/route/route.js'
import { RTM_NEWROUTE } from '../../../lib/rtnetlink/constants.js'
import { refusal } from '../../support/links.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'

const captured = capturedReplies('route').filter(({ type, command }) => type === RTM_NEWROUTE && / all$/.test(command))

/** What the library keeps of all routes when the kernel filters nothing. */
function kept(filter: RouteFilter): readonly string[] {
  const { result } = runSteps(listRoutes.op(filter), {
    links: { eth0: 66_051 },
    answer: (request) =>
      request.mode !== 'dump'
        ? undefined
        : captured.flatMap(({ bytes }) => {
            const read = decodePayload(routeMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
            return request.read(read) ?? []
          }),
  })
  return result.map(({ dst }) => dst)
}

describe('filters also when the kernel does not', () => {
  test.each<[RouteFilter, readonly string[]]>([
    [{ table: 10 }, ['10.20.32.0/24', '10.20.34.0/24', '10.20.38.0/24', '10.20.39.0/24']],
    [{ table: 16_909_060 }, ['10.20.33.0/24', '2001:db8:20:60::/60']],
    [{ table: 16_909_060, family: 'inet6' }, ['2001:db8:20:60::/60']],
    [{ proto: 'static' }, ['default', '2001:db8:20:30::/60']],
    [{ proto: 4, family: 'inet' }, ['default']],
    [{ type: 'blackhole', table: 'all' }, ['10.20.31.0/24', '2001:db8:20:60::/60']],
    [{ type: 8, table: 'all' }, ['10.20.33.0/24']],
    [{ dst: 'default' }, ['default']],
    [{ dst: '::/0' }, []],
    [{ dst: '127.0.0.1', table: 'local' }, ['127.0.0.1/32']],
    [{ dst: '2001:0db8:20:30:0::/60' }, ['2001:db8:20:30::/60']],
    [{ dst: '10.20.30.0/24', dev: 'eth0' }, ['10.20.30.0/24']],
    [{ dst: '10.20.36.0/24', dev: 66_051 }, ['10.20.36.0/24']],
    [{ dst: '10.20.36.0/24', dev: 66_057 }, []],
    [
      { via: '2001:0db8:1:2:0::9' },
      ['10.20.35.0/24', '2001:db8:20:30::/60', '2001:db8:20:40::/60', '2001:db8:20:50::/60'],
    ],
    [{ via: '10.9.8.9', table: 'all' }, ['10.20.36.0/24']],
    [{ src: '10.1.2.3' }, ['10.1.2.0/24', '10.20.30.0/24']],
    [{ scope: 'link', family: 'inet' }, ['10.1.2.0/24', '10.3.0.0/20', '10.4.5.0/28', '10.9.8.0/24']],
    [{ scope: 254, table: 'all', root: '127.0.0.0/8' }, ['127.0.0.0/8', '127.0.0.1/32']],
    [{ tos: 0, table: 10, root: '10.20.38.0/23' }, ['10.20.38.0/24', '10.20.39.0/24']],
    [{ metric: 66_051, table: 'all' }, ['10.3.0.0/20', '10.20.30.0/24', '2001:db8:20:30::/60']],
    [{ metric: 0, table: 10 }, ['10.20.32.0/24', '10.20.34.0/24', '10.20.38.0/24', '10.20.39.0/24']],
    [{ tos: 0x14, table: 'all' }, []],
    [{ realms: { to: 77 }, table: 'all' }, ['10.20.38.0/24']],
    [{ realms: { from: 66, to: 77 }, table: 'all' }, ['10.20.38.0/24']],
    [{ realms: { from: 65, to: 77 }, table: 'all' }, []],
    [{ nhid: 66_051, table: 'all' }, ['10.20.37.0/24']],
    [{ root: '10.20.0.0/16' }, ['10.20.30.0/24', '10.20.31.0/24', '10.20.35.0/24', '10.20.36.0/24', '10.20.37.0/24']],
    [{ root: '10.20.32.0/21', table: 10 }, ['10.20.32.0/24', '10.20.34.0/24', '10.20.38.0/24', '10.20.39.0/24']],
    [{ root: 'default', dev: 'eth0', proto: 'static' }, ['default', '2001:db8:20:30::/60']],
    [{ root: '2001:db8:20:40::/59' }, ['2001:db8:20:40::/60', '2001:db8:20:50::/60']],
    [{ match: '10.20.30.7' }, ['default', '10.20.30.0/24']],
    [{ match: '10.20.30.0/24' }, ['default', '10.20.30.0/24']],
    [{ match: '2001:db8:20:30::1' }, ['2001:db8:20:30::/60']],
    [{ match: 'default' }, ['default']],
    [{ from: '2001:db8:a::/48', table: 'all' }, []],
    [{ table: 'cache' }, []],
  ])('%o', (filter, expected) => {
    expect(kept(filter)).toEqual(expected)
  })

  test('the local table is there only when it is asked for', () => {
    expect(kept({})).not.toContain('127.0.0.0/8')
    expect(kept({ table: 'all' })).toContain('127.0.0.0/8')
  })
})

test.each<[string, object]>([
  ['family', { family: 'bridge' }],
  ['table', { table: 'mine' }],
  ['table', { table: 0 }],
  ['table', { table: null }],
  ['proto', { proto: 'nobody' }],
  ['proto', { proto: 256 }],
  ['type', { type: 1.5 }],
  ['dst', { dst: '10.0.0.1/24' }],
  ['dst', { dst: '10.0.0.0/24', family: 'inet6' }],
  ['dev', { dev: -1 }],
  ['via', { via: '10.0.0.0/24' }],
  ['src', { src: 'nowhere' }],
  ['src', { src: 'fd00::1', dst: '10.0.0.0/24' }],
  ['scope', { scope: 'near' }],
  ['metric', { metric: -1 }],
  ['tos', { tos: 256 }],
  ['nhid', { nhid: 0 }],
  ['realms', { realms: 3 }],
  ['root', { root: '10.0.0.1/24' }],
  ['root', { root: '10.0.0.0/8', family: 'inet6' }],
  ['match', { match: 'x' }],
  ['match', { match: 'fd00::1', root: '10.0.0.0/8' }],
  ['from', { from: 'fd00::1/64' }],
  ['gateway', { gateway: '10.0.0.1' }],
])('%s: listRoutes(%o) is refused', (path, filter) => {
  expect(refusal(listRoutes.op(filter as RouteFilter))).toMatchObject({ path, changes: [] })
})

describe('a dump that fails', () => {
  const failing = (code: string) =>
    runSteps(listRoutes.op({ table: 7777, family: 'inet' }), {
      answer: () => {
        throw new KernelError('refused', { code, errno: 1, request: 'RTM_GETROUTE' })
      },
    }).result

  test('for want of the table is a table without routes', () => {
    expect(failing('ENOENT')).toEqual([])
  })

  test('for another reason is a failure', () => {
    expect(() => failing('EINVAL')).toThrow(KernelError)
  })
})

describe('a table that changes while it is read', () => {
  const route: Route = {
    family: 'inet',
    dst: '10.20.30.0/24',
    type: 'unicast',
    table: 'main',
    proto: 'boot',
    scope: 'global',
    via: '10.1.2.9',
    dev: 3,
    onlink: false,
    flags: [],
  }
  const list = (...routes: Route[]) => runSteps(listRoutes.op(), { answer: () => routes }).result

  test('may show a route twice: it is listed once', () => {
    const hop = { dev: 3, weight: 1, onlink: false, flags: [] }
    const multipath = { ...route, dst: '10.20.31.0/24', nexthops: [hop] }
    const later: Route = { ...multipath, flags: ['linkdown'], expires: 3, nexthops: [{ ...hop, flags: ['dead'] }] }
    expect(list(route, multipath, { ...route }, later)).toEqual([route, later])
  })

  test.each<Partial<Route>>([
    { via: '10.1.2.8' },
    { dev: 4 },
    { tos: 4 },
    { metric: 4 },
    { src: '10.1.2.3' },
    { from: '10.1.2.3/32' },
    { proto: 'static' },
    { scope: 'link' },
    { type: 'throw' },
    { metrics: { mtu: 1400 } },
    { table: 'local' },
    { nhid: 4 },
    { onlink: true },
    { realms: { to: 4 } },
    { nexthops: [{ dev: 3, weight: 2, onlink: false, flags: [] }] },
    { unknown: [{ type: 22, data: Uint8Array.of(1) }] },
  ])('two that differ in %o are two', (difference) => {
    const other = { ...route, ...difference }
    expect(list(route, other)).toEqual([route, other])
  })
})
