import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { routeMessage } from '../../../lib/route/message.js'
import { type Route, readRoute } from '../../../lib/route/route.js'
import { RTM_NEWROUTE } from '../../../lib/rtnetlink/constants.js'
import { printedRoute } from '../../support/printed-routes.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'
import { read } from '../../support/source.js'

interface Printed extends Readonly<Record<string, unknown>> {
  readonly dst: string
}

const file = JSON.parse(read('test/fixtures/replies/route.json')) as {
  stages: { world: { links: Record<string, number> } }
  fixtures: { command: string; json: Printed[] }[]
}
const names = new Map(Object.entries(file.stages.world.links).map(([name, index]) => [index, name]))
const captured = capturedReplies('route').filter(({ type }) => type === RTM_NEWROUTE)

const decode = (bytes: Uint8Array) =>
  readRoute(decodePayload(routeMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length))

const routesOf = (command: string) =>
  captured.filter((message) => message.command === command).map(({ bytes }) => decode(bytes) as Route)

/** What ip adds from elsewhere: an encapsulation that we keep as bytes, and the next hop object. */
const foreign = ['encap', 'id', 'src', 'ttl', 'nh_info', 'cache']

/** The name of the encapsulation's destination, `dst`, stands in the JSON twice; the later one wins. */
function comparable(printed: Printed, ours: Route) {
  const { tos, ...rest } = Object.fromEntries(Object.entries(printed).filter(([name]) => !foreign.includes(name)))
  return { ...rest, ...(tos !== 0 && tos !== undefined && { tos }), ...('encap' in printed && { dst: ours.dst }) }
}

describe.each(file.fixtures)('$command', ({ command, json }) => {
  const routes = routesOf(command)

  test('gives as many routes as ip prints', () => {
    expect(routes.length).toBe(json.length)
    expect(routes.length).toBeGreaterThan(0)
  })

  test.each(json.map((printed, i) => [printed.dst, printed, i] as const))('%s', (_dst, printed, i) => {
    const ours = routes[i] as Route
    const { table, scope, protocol, flags, ...shown } = printedRoute(ours, names)
    const theirs = comparable(printed, ours)
    const isLookup = command.includes(' get ')
    expect({
      ...shown,
      // ip leaves out the table that it was asked for.
      ...('table' in theirs && { table }),
      // … and of a look-up what says nothing.
      ...(!isLookup && { scope, protocol }),
      flags: isLookup ? [] : flags,
    }).toEqual(theirs)
  })
})

const find = (command: string, dst: string) => routesOf(command).find((route) => route.dst === dst)

test('locks, of which ip says nothing in JSON', () => {
  expect(find('ip -d -j -4 route show table all', 'default')).toEqual({
    family: 'inet',
    dst: 'default',
    type: 'unicast',
    table: 'main',
    proto: 'static',
    scope: 'global',
    via: '10.1.2.9',
    dev: 66_051,
    onlink: false,
    flags: [],
    metrics: { mtu: 4660, advmss: 1402, initcwnd: 258, lock: ['mtu'] },
  })
})

test('an encapsulation', () => {
  const encapsulated = find('ip -d -j route show table 10', '10.20.39.0/24')
  const ip = { type: 'ip', id: 66_051n, src: '10.1.2.3', dst: '10.4.5.6', ttl: 66, tos: 0, flags: [] }
  expect(encapsulated?.encap).toEqual(ip)
})

test('an answer of a look-up', () => {
  expect(routesOf('ip -d -j route get 10.20.30.5')).toEqual([
    {
      family: 'inet',
      dst: '10.20.30.5/32',
      type: 'unicast',
      table: 'main',
      proto: 'unspec',
      scope: 'global',
      via: '172.20.1.2',
      dev: 66_051,
      src: '10.1.2.3',
      uid: 0,
      onlink: false,
      flags: ['cloned'],
    },
  ])
})

describe('readRoute', () => {
  const header = { family: 'inet', dstLength: 0, fromLength: 0, tos: 0, table: 254, flags: [] } as const
  const base = { ...header, proto: 'boot', scope: 'global', type: 'unicast' } as const

  test('leaves out what is no route of IPv4 or IPv6', () => {
    expect(readRoute({ header: { ...base, family: 128 }, attributes: {} })).toBeUndefined()
    expect(readRoute({ header: { ...base, family: 'bridge' }, attributes: {} })).toBeUndefined()
  })

  test('takes the table from the header where there is no attribute', () => {
    expect(readRoute({ header: { ...base, table: 255 }, attributes: {} })?.table).toBe('local')
    expect(readRoute({ header: { ...base, table: 77 }, attributes: {} })?.table).toBe(77)
  })

  test('tells the bits of a look-up by their own names', () => {
    const flags = (names: readonly (number | 'cloned' | 'rtOffloadFailed')[]) =>
      readRoute({ header: { ...base, flags: names as never }, attributes: {} })?.flags
    expect(flags(['rtOffloadFailed'])).toEqual(['rtOffloadFailed'])
    expect(flags(['cloned', 'rtOffloadFailed', 0x8000_0000])).toEqual(['cloned', 'multicast', 'local'])
  })

  test('says why packets are refused, and for how long', () => {
    const zeroes = { users: 0, lastUse: 0, used: 0, id: 0, time: 0, timeAge: 0 }
    const cacheInfo = { ...zeroes, expires: 6605, error: -13 }
    expect(readRoute({ header: base, attributes: { cacheInfo } })).toMatchObject({ expires: 66, error: 'EACCES' })
  })

  test('knows the source that is none', () => {
    const from = (address: string, fromLength: number) =>
      readRoute({ header: { ...base, family: 'inet6', fromLength }, attributes: { from: address } })?.from
    expect(from('::', 128)).toBeUndefined()
    expect(from('::', 96)).toBe('::/96')
    expect(from('fd00::1', 128)).toBe('fd00::1/128')
  })
})

test('looks at nothing outside a damaged message', () => {
  const samples = new Map(captured.map(({ bytes }) => [bytes.length, bytes]))
  expect(samples.size).toBeGreaterThan(5)
  for (const sample of samples.values()) {
    for (const bytes of damaged(sample)) {
      const inside = readsInside(bytes, (around, start, end) =>
        decodePayload(routeMessage, sourceOf(around, true), start + HEADER_BYTES, end),
      )
      if (!inside) expect.fail(`read outside of ${Buffer.from(bytes).toString('hex')}`)
    }
  }
})
