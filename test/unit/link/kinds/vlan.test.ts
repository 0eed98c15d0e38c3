import { describe, expect, test } from 'vitest'
import { createVlan, type VlanOptions, vlanAttributes } from '../../../../lib/link/kinds/vlan.js'
import { createLink } from '../../../../lib/link/operations.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, type FamilyCases, testFixtures } from '../../../support/requests.js'

/** Words behind `type vlan id 258` → the options that say the same. */
const additions: Readonly<Record<string, Partial<VlanOptions>>> = {
  '': {},
  'protocol 802.1ad': { protocol: '802.1ad' },
  'reorder_hdr off': { switches: { reorderHdr: false } },
  'gvrp on': { switches: { gvrp: true } },
  'loose_binding on': { switches: { looseBinding: true } },
  'mvrp on': { switches: { mvrp: true } },
  'bridge_binding on': { switches: { bridgeBinding: true } },
  'reorder_hdr on gvrp off loose_binding on mvrp off bridge_binding on': {
    switches: { reorderHdr: true, gvrp: false, looseBinding: true, mvrp: false, bridgeBinding: true },
  },
  'ingress-qos-map 3:66051': { ingressQosMap: [{ from: 3, to: 66051 }] },
  'ingress-qos-map 3:66051 5:258 7:0': {
    ingressQosMap: [
      { from: 3, to: 66051 },
      { from: 5, to: 258 },
      { from: 7, to: 0 },
    ],
  },
  'egress-qos-map 66051:5': { egressQosMap: [{ from: 66051, to: 5 }] },
  'egress-qos-map 66051:5 258:3': {
    egressQosMap: [
      { from: 66051, to: 5 },
      { from: 258, to: 3 },
    ],
  },
}

const create = (options: Partial<VlanOptions>) =>
  createVlan.op({ name: 'vl0', link: 'eth0', ...options } as VlanOptions)
const vl1 = existing(66091, { kind: 'vlan', name: 'vl1' })
const change = (changes: Parameters<typeof updateLink.op>[1]) => ({ op: updateLink.op('vl1', changes), answer: vl1 })
const added: FamilyCases['same'] = endings('ip link add link eth0 name vl0 type vlan id 258', additions, (options) =>
  create({ id: 258, ...options }),
)

describe('bytes as iproute2 sends them', () => {
  testFixtures('vlan', {
    same: {
      ...added,
      'ip link add link eth0 name vl0 type vlan id 0': () => create({ id: 0 }),
      'ip link add link eth0 name vl0 type vlan protocol 802.1Q id 258': () => create({ id: 258, protocol: '802.1Q' }),
      'ip link add link eth0 name vl0 address 02:11:22:33:44:55 mtu 1280 up type vlan protocol 802.1ad id 258 gvrp on mvrp off ingress-qos-map 3:66051 egress-qos-map 66051:5':
        () =>
          create({
            address: '02:11:22:33:44:55',
            mtu: 1280,
            up: true,
            protocol: '802.1ad',
            id: 258,
            switches: { gvrp: true, mvrp: false },
            ingressQosMap: [{ from: 3, to: 66051 }],
            egressQosMap: [{ from: 66051, to: 5 }],
          }),
      'ip link set vl1 type vlan gvrp on reorder_hdr off': () =>
        change({ switches: { gvrp: true, reorderHdr: false } as never }),
      'ip link set vl1 type vlan ingress-qos-map 4:7 egress-qos-map 258:0': () =>
        change({ ingressQosMap: [{ from: 4, to: 7 }], egressQosMap: [{ from: 258, to: 0 }] }),
      'ip link set vl1 type vlan loose_binding on ingress-qos-map 4:7': () =>
        change({ data: { switches: { looseBinding: true }, ingressQosMap: [{ from: 4, to: 7 }] } }),
    },
  })
})

describe('refuses before anything is sent', () => {
  const bad: readonly (readonly [object, string, RegExp])[] = [
    [{ ingressQosMap: [{ from: 8, to: 1 }] }, 'ingressQosMap[0].from', /from 0 to 7/],
    [{ egressQosMap: [{ from: 1, to: 8 }] }, 'egressQosMap[0].to', /from 0 to 7/],
    [{ ingressQosMap: [{ from: 1, to: 2 }, { from: 3 }] }, 'ingressQosMap[1].to', /required/],
    [{ egressQosMap: [{ to: 3 }] }, 'egressQosMap[0].from', /required/],
    [{ egressQosMap: [null] }, 'egressQosMap[0]', /from, to/],
    [{ ingressQosMap: { 3: 5 } }, 'ingressQosMap', /an array/],
    [{ switches: { reorderHdr: 'off' } }, 'switches.reorderHdr', /true or false/],
    [{ switches: { reorder: true } }, 'switches.reorder', /reorderHdr, gvrp/],
  ]
  test.each(bad)('%o', (options, path, expected) => {
    const refused = { path, expected: expect.stringMatching(expected), changes: [] }
    expect(refusal(create({ id: 5, ...options }), { links: { eth0: 2 } })).toEqual(refused)
    expect(refusal(updateLink.op('vl1', options as never), { answer: vl1 })).toEqual(refused)
  })

  test.each<[object, string, RegExp]>([
    [{ id: 4095 }, 'id', /from 0 to 4094/],
    [{ id: undefined }, 'id', /required/],
    [{ id: 5, link: undefined }, 'link', /a link.*required/],
    [{ id: 5, link: null }, 'link', /a link.*required/],
    [{ id: 5, protocol: '802.1q' }, 'protocol', /802\.1ad/],
  ])('a new link with %o', (options, path, expected) => {
    const refused = { path, expected: expect.stringMatching(expected), changes: [] }
    expect(refusal(create(options), { links: { eth0: 2 } })).toEqual(refused)
  })

  test('the same where the kind is an option', () => {
    const op = createLink.op({ kind: 'vlan', name: 'vl0', data: { id: 5 } } as never)
    expect(refusal(op).expected).toMatch(/a link.*required/)
  })

  test.each<[object, string, RegExp]>([
    [{ id: 6 }, 'id', /cannot change it/],
    [{ protocol: '802.1ad' }, 'protocol', /cannot change it/],
    [{ ingressQosMap: [] }, 'ingressQosMap', /at least one mapping/],
    [{ data: { egressQosMap: [] } }, 'egressQosMap', /at least one mapping/],
  ])('the change %o', (changes, path, expected) => {
    const refused = { path: expect.stringContaining(path), expected: expect.stringMatching(expected), changes: [] }
    expect(refusal(updateLink.op('vl1', changes as never), { answer: vl1 })).toEqual(refused)
  })
})

test('what cannot change is said in the table', () => {
  const fixed = Object.entries(vlanAttributes.rows).filter(([, { options }]) => 'changeable' in options)
  expect(fixed.map(([name]) => name)).toEqual(['id', 'protocol'])
})
