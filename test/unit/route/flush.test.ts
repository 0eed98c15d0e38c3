import { describe, expect, test } from 'vitest'
import { flushRouteCache, flushRoutes } from '../../../lib/route/flush.js'
import type { Route } from '../../../lib/route/route.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const route: Route = {
  ...{ family: 'inet', dst: '10.20.30.0/24', type: 'unicast', table: 'main', proto: 'bird', scope: 'global' },
  ...{ via: '10.1.2.9', dev: 3, onlink: false, flags: [] },
}

test.each<[string, object]>([
  ['', {}],
  ['', { family: 'inet6' }],
  ['table', { table: 'cache' }],
  ['proto', { proto: 256 }],
  ['gateway', { gateway: '10.1.2.9' }],
])('%s: flushRoutes(%o) is refused', (path, filter) => {
  expect(refusal(flushRoutes.op(filter))).toMatchObject({ path, changes: [] })
})

test('flushRoutes deletes what matches, and returns what it deleted', () => {
  const other: Route = { ...route, dst: 'default', family: 'inet6', via: 'fe80::1' }
  const { result, sent } = runSteps(flushRoutes.op({ proto: 'bird' }), {
    answer: (request) => (request.mode === 'dump' ? [route, other] : undefined),
  })
  expect(result).toEqual([route, other])
  expect(sent.map(({ request }) => request.name)).toEqual(['RTM_GETROUTE', 'RTM_DELROUTE', 'RTM_DELROUTE'])
  expect(sent[2]?.tree.header).toMatchObject({ rtm_family: 'inet6', rtm_dst_len: 0, rtm_protocol: 'bird' })
})

describe('flushRouteCache', () => {
  const cached: Route = {
    ...{ ...route, family: 'inet6', dst: '2001:db8::7/128', via: 'fe80::1', flags: ['cloned'], expires: 600 },
    metrics: { mtu: 1280 },
  }
  const run = (family?: 'inet' | 'inet6') =>
    runSteps(flushRouteCache.op({ family }), {
      answer: (request) => (request.mode === 'dump' ? [cached] : undefined),
    })
  const written = [expect.objectContaining({ args: [expect.anything(), '/proc/sys/net/ipv4/route/flush', '-1\n'] })]

  test('writes the sysctl for IPv4', () => {
    expect(run('inet')).toMatchObject({ sent: [], tasks: written })
  })
  test('deletes one by one for IPv6', () => {
    const { sent, tasks } = run('inet6')
    expect(tasks).toEqual([])
    expect(sent.map(({ request }) => request.name)).toEqual(['RTM_GETROUTE', 'RTM_DELROUTE'])
    expect(sent[1]?.tree.header).toMatchObject({ rtm_family: 'inet6', rtm_flags: ['cloned'], rtm_dst_len: 128 })
    expect([...(sent[1]?.tree.attributes.keys() ?? [])].sort()).toEqual([1, 4, 5])
  })
  test('does both', () => {
    const { sent, tasks } = run()
    expect(tasks).toEqual(written)
    expect(sent).toHaveLength(2)
  })
  test('refuses what is no family', () => {
    expect(refusal(flushRouteCache.op({ family: 'bridge' as never }))).toMatchObject({ path: 'family' })
  })
})
