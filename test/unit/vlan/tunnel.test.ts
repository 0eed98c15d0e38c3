import { describe, expect, test } from 'vitest'
import type { Request } from '../../../lib/netlink/request.js'
import { addBridgeVlanTunnel, deleteBridgeVlanTunnel } from '../../../lib/vlan/tunnel.js'
import type { ListedSpan } from '../../../lib/vlan/vlan.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const spans = (...all: readonly [first: number, last: number, tunnel?: number][]): ListedSpan[] =>
  all.map(([first, last, tunnel]) => ({
    span: { first, last },
    data: { dev: 7, pvid: false, untagged: false },
    tunnel,
    statistics: undefined,
  }))
const having =
  (all: readonly ListedSpan[]) =>
  ({ mode }: Request) =>
    mode === 'dump' ? [all] : undefined

describe('several at once, where the kernel would stop in the middle', () => {
  const add = (all: readonly ListedSpan[]) => () =>
    runSteps(addBridgeVlanTunnel.op({ dev: 7, vid: '10-12', id: '1000-1002' }), { answer: having(all) })

  test('a VLAN that is not there, or has a tunnel, or a tunnel that has a VLAN', () => {
    expect(add(spans([10, 11]))).toThrow(expect.objectContaining({ code: 'ENOENT', applied: false }))
    expect(add(spans([10, 11], [12, 12, 5]))).toThrow(expect.objectContaining({ code: 'EEXIST', applied: false }))
    expect(add(spans([10, 12], [20, 22, 1002]))).toThrow(/VLAN 20-22 has tunnel 1002-1004 \[EEXIST\]$/)
    expect(add(spans([10, 12], [20, 22, 1003]))().sent.map(({ request }) => request.name)).toEqual([
      'RTM_GETVLAN',
      'RTM_SETLINK',
    ])
  })
})

describe('a deletion, to which the kernel would say yes', () => {
  const remove = (options: object, all: readonly ListedSpan[]) => () =>
    runSteps(deleteBridgeVlanTunnel.op({ dev: 7, vid: '10-12', ...options }), { answer: having(all) }).sent.length

  test('of what is not there, or has another number', () => {
    const none = expect.objectContaining({ code: 'ENOENT', applied: false })
    expect(remove({}, spans([10, 12]))).toThrow(none)
    expect(remove({}, spans([10, 11, 1000], [12, 12]))).toThrow(none)
    expect(remove({ id: '1001-1003' }, spans([10, 12, 1000]))).toThrow(none)
    expect(remove({ id: '1000-1002' }, spans([10, 11, 1000], [12, 12, 1002]))()).toBe(2)
    expect(remove({}, spans([10, 11, 7], [12, 12, 99]))()).toBe(2)
  })
})

test.each<[string, string, object]>([
  ['no tunnel', 'id', { id: undefined }],
  ['fewer tunnels than VLANs', 'id', { vid: '10-12', id: '1000-1001' }],
  ['more tunnels than VLANs', 'id', { id: '1000-1001' }],
  ['a tunnel of 33 bits', 'id', { id: 2 ** 32 }],
  ['VLAN 0', 'vid', { vid: 0 }],
  ['an unknown option', 'vni', { vni: 1000 }],
  ['a switch that is none', 'self', { self: 1 }],
])('refused before anything changes: %s', (_what, path, options) => {
  const op = addBridgeVlanTunnel.op({ dev: 7, vid: 10, id: 1000, ...options })
  expect(refusal(op, { answer: having(spans([1, 4094])) })).toMatchObject({ path, changes: [] })
})
