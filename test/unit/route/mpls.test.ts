import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { KernelError } from '../../../lib/errors.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { listRoutes } from '../../../lib/route/list.js'
import { lookupRoute } from '../../../lib/route/lookup.js'
import { type MplsRouteOptions, readMplsRoute } from '../../../lib/route/mpls.js'
import { mplsRouteMessage } from '../../../lib/route/mpls-message.js'
import { addRoute, appendRoute, deleteRoute, replaceRoute } from '../../../lib/route/operations.js'
import { fromHex } from '../../support/codec.js'
import { refusal } from '../../support/links.js'
import { requestFixtures, runSteps, testFixtures } from '../../support/requests.js'

const gw4 = '10.1.2.9'
const gw6 = '2001:db8:1:2::9'
const links = { eth0: 66051, eth1: 66055, lo: 1 }

type Said = Omit<MplsRouteOptions, 'family' | 'dst'> & { readonly dst?: number }
const to = (said: Said) => ({ family: 'mpls', dst: 258, ...said }) as const
const add = (said: Said) => () => addRoute.op(to(said))

const one = { as: [513], via: gw4, dev: 'eth0' }
const ways = [
  { as: [513], via: gw4, dev: 'eth0' },
  { as: [514, 515], via: '2001:db8:9:8::9', dev: 'eth1' },
]

describe('bytes as iproute2 sends them', () => {
  const start = 'ip -f mpls route'
  testFixtures('route-mpls', {
    unless: {
      'differs: flags = "0x5", ip "0x1"': 'a look-up is acknowledged too: how its reply is known to be complete',
      'differs: rtm_table = 254, ip 0': 'a look-up names no table',
    },
    same: {
      [`${start} add 258 via inet ${gw4} dev eth0`]: add({ via: gw4, dev: 'eth0' }),
      [`${start} add 258 as 513 via inet ${gw4} dev eth0`]: add(one),
      [`${start} add 258 as 513/514/66051 via inet6 ${gw6} dev eth0`]: add({
        as: [513, 514, 66_051],
        via: gw6,
        dev: 'eth0',
      }),
      [`${start} add 258 dev lo`]: add({ dev: 'lo' }),
      [`${start} add 66051 via inet ${gw4}`]: add({ dst: 66_051, via: gw4 }),
      [`${start} add 258 via inet ${gw4} dev eth0 proto static`]: add({ via: gw4, dev: 'eth0', proto: 'static' }),
      [`${start} add 258 via inet ${gw4} dev eth0 ttl-propagate enabled`]: add({
        ...{ via: gw4, dev: 'eth0', ttlPropagate: true },
      }),
      [`${start} add 258 via inet ${gw4} dev eth0 ttl-propagate disabled`]: add({
        ...{ via: gw4, dev: 'eth0', ttlPropagate: false },
      }),
      [`${start} add 258 nexthop as 513 via inet ${gw4} dev eth0 nexthop as 514/515 via inet6 2001:db8:9:8::9 dev eth1`]:
        add({ nexthops: ways }),
      [`${start} add 258 nexthop via inet ${gw4} dev eth0 nexthop dev lo`]: add({
        nexthops: [{ via: gw4, dev: 'eth0' }, { dev: 'lo' }],
      }),
      [`${start} replace 258 as 513 via inet ${gw4} dev eth0`]: () => replaceRoute.op(to(one)),
      [`${start} del 258`]: () => ({
        op: deleteRoute.op({ family: 'mpls', dst: 258 }),
        ours: ({ name }) => name === 'RTM_DELROUTE',
      }),
      [`${start} get 258`]: () => lookupRoute.op({ family: 'mpls', dst: 258 }),
      [`${start} get fibmatch 258`]: () => lookupRoute.op({ family: 'mpls', dst: 258, fibMatch: true }),
    },
    beyond: {
      [`${start} append 258 as 513 via inet ${gw4} dev eth0`]: 'the kernel has one route a label, and refuses it',
      [`${start} del 258 via inet ${gw4} dev eth0`]: 'the kernel looks at the label and nothing else',
    },
  })
  testFixtures('route-mpls-dumps', {
    unless: { 'ip alone: 15 = fe000000': 'MPLS has one table' },
    same: {
      [`${start} show`]: () => listRoutes.op({ family: 'mpls' }),
      [`${start} show dev eth0`]: () => listRoutes.op({ family: 'mpls', dev: 'eth0' }),
      [`${start} show proto static`]: () => listRoutes.op({ family: 'mpls', proto: 'static' }),
    },
  })
})

describe("iproute2's bytes read as what was said", () => {
  const read = (command: string) => {
    const hex = requestFixtures('route-mpls').get(`ip -f mpls route add ${command}`)?.messages[0]?.hex ?? ''
    const bytes = fromHex(hex)
    return readMplsRoute(decodePayload(mplsRouteMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length))
  }
  const base = { family: 'mpls', dst: 258, proto: 'boot', flags: [] }
  test.each<[string, object]>([
    [`258 via inet ${gw4} dev eth0`, { ...base, via: gw4, dev: links.eth0 }],
    [`258 as 513/514/66051 via inet6 ${gw6} dev eth0`, { ...base, as: [513, 514, 66_051], via: gw6, dev: links.eth0 }],
    [
      `258 via inet ${gw4} dev eth0 ttl-propagate disabled`,
      { ...base, via: gw4, dev: links.eth0, ttlPropagate: false },
    ],
    [
      `258 nexthop as 513 via inet ${gw4} dev eth0 nexthop as 514/515 via inet6 2001:db8:9:8::9 dev eth1`,
      {
        ...base,
        nexthops: [
          { ...ways[0], dev: links.eth0, flags: [] },
          { ...ways[1], dev: links.eth1, flags: [] },
        ],
      },
    ],
  ])('%s', (command, expected) => {
    expect(read(command)).toEqual(expected)
  })
})

describe('refused before anything is sent', () => {
  test.each<[string, object]>([
    ['dst', {}],
    ['dst', { dst: 15, via: gw4 }],
    ['dst', { dst: 2 ** 20, via: gw4 }],
    ['dst', { dst: '258', via: gw4 }],
    ['via', { dst: 258 }],
    ['via', { dst: 258, dev: 'lo', as: [513] }],
    ['via', { dst: 258, via: 'x' }],
    ['as', { dst: 258, ...one, as: [] }],
    ['as[0]', { dst: 258, ...one, as: [-1] }],
    ['as', { dst: 258, nexthops: ways, as: [513] }],
    ['nexthops', { dst: 258, nexthops: [] }],
    ['nexthops[1].via', { dst: 258, nexthops: [...ways.slice(1), {}] }],
    ['nexthops[0].as[0]', { dst: 258, nexthops: [{ ...one, as: ['513'] }] }],
    ['nexthops[0].weight', { dst: 258, nexthops: [{ ...one, weight: 2 }] }],
    ['ttlPropagate', { dst: 258, ...one, ttlPropagate: 1 }],
    ['proto', { dst: 258, ...one, proto: 256 }],
    ['metric', { dst: 258, ...one, metric: 7 }],
  ])('%s: %o', (path, options) => {
    const given = { family: 'mpls', ...options } as MplsRouteOptions
    expect(refusal(addRoute.op(given), { links })).toMatchObject({ path, changes: [] })
    expect(refusal(replaceRoute.op(given), { links })).toMatchObject({ path, changes: [] })
  })

  test('append, filters and look-ups', () => {
    expect(refusal(appendRoute.op(to(one) as never), { links })).toMatchObject({ path: 'family' })
    expect(refusal(listRoutes.op({ family: 'mpls', table: 7 } as never))).toMatchObject({ path: 'table' })
    expect(refusal(listRoutes.op({ family: 'mpls', dst: '258' } as never))).toMatchObject({ path: 'dst' })
    expect(refusal(lookupRoute.op({ family: 'mpls' } as never))).toMatchObject({ path: 'dst' })
    expect(refusal(deleteRoute.op({ family: 'mpls' } as never))).toMatchObject({ path: 'dst' })
  })
})

test('a deletion fails where there is no route, of which the kernel says nothing', () => {
  const absent = ({ mode, name }: Request) => {
    if (mode !== 'get') return undefined
    throw new KernelError('no route', { code: 'ENETUNREACH', errno: 101, request: name })
  }
  const attempt = () => runSteps(deleteRoute.op({ family: 'mpls', dst: 258 }), { answer: absent })
  expect(attempt).toThrow(expect.objectContaining({ code: 'ESRCH', request: 'RTM_DELROUTE', applied: false }))
})

test('a listed route is deleted as it is, by its label', () => {
  const listed = { family: 'mpls', dst: 258, proto: 'boot', flags: ['dead'], as: [513], via: gw4, dev: 7 } as const
  const { sent } = runSteps(deleteRoute.op(listed))
  expect([...(sent.at(-1)?.tree.attributes.keys() ?? [])]).toEqual([1])
})

test('of a dump of all families, as a kernel without MPLS gives one, nothing is kept', () => {
  const message = decodePayload(
    mplsRouteMessage,
    sourceOf(fromHex('0218000000000000000000000800010000001000'), true),
    0,
    20,
  )
  expect(readMplsRoute(message)).toBeUndefined()
})
