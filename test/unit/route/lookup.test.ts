import { expect, test } from 'vitest'
import { lookupRoute, type RouteLookup } from '../../../lib/route/lookup.js'
import { refusal } from '../../support/links.js'
import { runSteps } from '../../support/requests.js'

const dst = '10.1.2.9'

test.each<[string, object]>([
  ['dst', {}],
  ['dst', { dst: 'default' }],
  ['dst', { dst: '10.1.2.0/24' }],
  ['from', { dst, from: 'fd00::1' }],
  ['from', { dst, from: '10.1.2.0/24' }],
  ['oif', { dst, oif: 0 }],
  ['iif', { dst, iif: {} }],
  ['mark', { dst, mark: 2 ** 32 }],
  ['uid', { dst, uid: 'root' }],
  ['tos', { dst, tos: 256 }],
  ['ipproto', { dst, ipproto: 'nonsense' }],
  ['sport', { dst, sport: 65_536 }],
  ['dport', { dst, dport: -1 }],
  ['flowlabel', { dst, flowlabel: 0x10_0000 }],
  ['fibMatch', { dst, fibMatch: 1 }],
  ['notify', { dst, notify: 1 }],
  ['notify', { dst: 'fd00::1', notify: true }],
  ['oif', { dst, oif: 1, vrf: 2 }],
  ['vrf', { dst, vrf: 0 }],
  ['dev', { dst, dev: 'eth0' }],
])('%s: lookupRoute(%o) is refused', (path, options) => {
  expect(refusal(lookupRoute.op(options as RouteLookup))).toMatchObject({ path })
})

test('vrf is the link of the VRF', () => {
  const oif = (options: Partial<RouteLookup>) =>
    runSteps(lookupRoute.op({ dst, ...options }), { links: { blue: 0x010203 } }).sent[0]?.tree.attributes.get(4)
  expect(oif({ vrf: 'blue' })).toBeDefined()
  expect(oif({ vrf: 'blue' })).toEqual(oif({ oif: 'blue' }))
})
