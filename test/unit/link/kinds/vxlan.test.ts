import { describe, expect, test } from 'vitest'
import { createVxlan, type VxlanOptions, vxlanAttributes } from '../../../../lib/link/kinds/vxlan.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { type Comparison, endings, type FamilyCases, runSteps, testFixtures } from '../../../support/requests.js'

const base = { name: 'vx', id: 66051, dstPort: 4660 } as const
const v4 = { local: '10.1.2.3', remote: '10.4.5.6' } as const
const v6 = { local: '2001:db8:1:2:3:4:5:6', remote: '2001:db8:a:b:c:d:e:f' } as const

/** Words behind the name, the VNI and the port → the options that say the same. */
const additions: Readonly<Record<string, Partial<VxlanOptions>>> = {
  '': {},
  [`local ${v4.local}`]: { local: v4.local },
  [`remote ${v4.remote}`]: { remote: v4.remote },
  'group 239.1.2.3 dev eth0': { group: '239.1.2.3', dev: 'eth0' },
  [`local ${v4.local} remote ${v4.remote} dev eth0`]: { ...v4, dev: 'eth0' },
  [`local ${v6.local}`]: { local: v6.local },
  [`remote ${v6.remote}`]: { remote: v6.remote },
  [`local ${v6.local} remote ${v6.remote} dev eth0`]: { ...v6, dev: 'eth0' },
  'group ff0e::102:304 dev eth0': { group: 'ff0e::102:304', dev: 'eth0' },
  'dev eth0': { dev: 'eth0' },
  'ttl 66': { ttl: 66 },
  'ttl inherit': { ttlInherit: true },
  'ttl auto': { ttl: 0 },
  'tos 0x12': { tos: 0x12 },
  'tos inherit': { tos: 1 },
  'df set': { df: 'set' },
  'df unset': { df: 'unset' },
  'df inherit': { df: 'inherit' },
  [`flowlabel 0x12345 remote ${v6.remote}`]: { flowLabel: 0x12345, remote: v6.remote },
  [`flowlabel 0x12345 local ${v4.local}`]: { flowLabel: 0x12345, local: v4.local },
  'srcport 4660 22136': { srcPort: { low: 4660, high: 22136 } },
  learning: { learning: true },
  nolearning: { learning: false },
  proxy: { proxy: true },
  noproxy: { proxy: false },
  rsc: { rsc: true },
  norsc: { rsc: false },
  l2miss: { l2Miss: true },
  nol2miss: { l2Miss: false },
  l3miss: { l3Miss: true },
  nol3miss: { l3Miss: false },
  'ageing 66051': { ageing: 66051 },
  'ageing 0': { ageing: 0 },
  'maxaddress 66051': { maxAddress: 66051 },
  'maxaddress unlimited': { maxAddress: 0 },
  udpcsum: { udpCsum: true },
  noudpcsum: { udpCsum: false },
  udp6zerocsumtx: { udp6ZeroCsumTx: true },
  noudp6zerocsumtx: { udp6ZeroCsumTx: false },
  udp6zerocsumrx: { udp6ZeroCsumRx: true },
  noudp6zerocsumrx: { udp6ZeroCsumRx: false },
  remcsumtx: { remCsumTx: true },
  noremcsumtx: { remCsumTx: false },
  remcsumrx: { remCsumRx: true },
  noremcsumrx: { remCsumRx: false },
  gbp: { gbp: true },
  gpe: { gpe: true },
  'remcsumtx remcsumrx udpcsum noudp6zerocsumtx udp6zerocsumrx': {
    remCsumTx: true,
    remCsumRx: true,
    udpCsum: true,
    udp6ZeroCsumTx: false,
    udp6ZeroCsumRx: true,
  },
  [`local ${v4.local} dev eth0 srcport 4660 22136 ttl 66 tos 0x12 df set nolearning proxy rsc l2miss l3miss ageing 66051 maxaddress 258 udpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx gbp`]:
    {
      local: v4.local,
      dev: 'eth0',
      srcPort: { low: 4660, high: 22136 },
      ttl: 66,
      tos: 0x12,
      df: 'set',
      learning: false,
      proxy: true,
      rsc: true,
      l2Miss: true,
      l3Miss: true,
      ageing: 66051,
      maxAddress: 258,
      udpCsum: true,
      udp6ZeroCsumTx: true,
      udp6ZeroCsumRx: true,
      remCsumTx: true,
      remCsumRx: true,
      gbp: true,
    },
}

const create = (options: Partial<VxlanOptions>) => createVxlan.op({ ...base, ...options } as VxlanOptions)
const externally = (options: Partial<VxlanOptions>) =>
  createVxlan.op({ name: 'vx', dstPort: 4660, external: true, ...options } as VxlanOptions)

const added: FamilyCases['same'] = endings('ip link add vx type vxlan id 66051 dstport 4660', additions, create)

const vxlan0 = existing(66054, { kind: 'vxlan', name: 'vxlan0' })
/** iproute2 names the VNI in every change, and the kernel wants it to be the link's. */
const sameId = { 'ip alone: 18.2.1 = 02020100': 'a change says what shall change; the VNI cannot' }
const change = (changes: Parameters<typeof updateLink.op>[1], more: Comparison = {}) => ({
  op: updateLink.op('vxlan0', changes),
  answer: vxlan0,
  except: { ...sameId, ...more.except },
})

describe('bytes as iproute2 sends them', () => {
  testFixtures('vxlan', {
    unless: { 'ip alone: 18.2.7 = 01': 'iproute2 always sends IFLA_VXLAN_LEARNING; without it the kernel has 1' },
    same: {
      ...added,
      'ip link add vx type vxlan dstport 4660 external': () => externally({}),
      'ip link add vx type vxlan dstport 4660 id 66051 noexternal': () => create({ external: false }),
      'ip link add vx type vxlan dstport 4660 external vnifilter': () => externally({ vniFilter: true }),
      'ip link add vx type vxlan dstport 4660 external novnifilter': () => externally({ vniFilter: false }),
      'ip link add vx type vxlan dstport 4660 external gpe': () => externally({ gpe: true }),
      'ip link add vx address 02:11:22:33:44:55 mtu 1402 txqueuelen 66051 type vxlan id 66051 dstport 4660 local 10.1.2.3':
        () => create({ address: '02:11:22:33:44:55', mtu: 1402, txQueueLength: 66051, local: v4.local }),
      'ip link add vx index 66061 up type vxlan id 66051 dstport 4660': () => create({ index: 66061, up: true }),
      'ip link set vxlan0 type vxlan id 66050 remote 10.4.5.7': () => change({ remote: '10.4.5.7' }),
      'ip link set vxlan0 type vxlan id 66050 ttl 66 ageing 66051': () => change({ ttl: 66, ageing: 66051 }),
      'ip link set vxlan0 type vxlan id 66050 nolearning': () => change({ learning: false }),
      'ip link set vxlan0 type vxlan id 66050 dev eth0': () => change({ dev: 'eth0' }),
    },
    beyond: {
      'ip link add vx type vxlan id 66051 dstport 0': 'the kernel makes 8472 of 0; who wants that leaves dstPort out',
      'ip link set vxlan0 type vxlan id 66050 maxaddress 258': 'the kernel refuses it always; we before it is sent',
    },
  })
})

describe('what iproute2 6.1 has no word for', () => {
  // Constant and payload, from include/uapi/linux/if_link.h and vxlan_nl2conf of the kernel.
  const rows: readonly (readonly [Partial<VxlanOptions>, number, string])[] = [
    [{ remCsumNoPartial: true }, 24, ''],
    [{ localBypass: false }, 31, '00'],
    [{ flowLabelPolicy: 'inherit' }, 32, '01000000'],
    [{ reservedBits: 0x0102_0304_0506_0708n }, 33, '0102030405060708'],
    [{ mcRoute: true }, 34, '01'],
  ]
  test.each(rows)('%o', (options, number, payload) => {
    const { sent } = runSteps(create(options))
    const data = sent[0]?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect([...(data?.keys() ?? [])].sort((a, b) => a - b)).toEqual([1, 15, number])
    expect(data?.get(number)).toEqual([{ bytes: payload }])
  })

  test('a flag that is false is not there', () => {
    const { sent } = runSteps(create({ gbp: false, remCsumNoPartial: false, ttlInherit: false }))
    const data = sent[0]?.tree.attributes.get(18)?.[0]?.children?.get(2)?.[0]?.children
    expect([...(data?.keys() ?? [])].sort((a, b) => a - b)).toEqual([1, 15])
  })
})

describe('refuses before anything is sent', () => {
  const bad: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
    [{ id: 2 ** 24 }, 'id', /an integer from 0 to 16777215/],
    [{ id: -1 }, 'id', /an integer from 0 to 16777215/],
    [{ id: Number.NaN }, 'id', /an integer/],
    [{ id: 1.5 }, 'id', /an integer/],
    [{ id: '99' }, 'id', /an integer/],
    [{ id: null }, 'id', /an integer/],
    [{ id: undefined }, 'id', /required without external/],
    [{ external: true }, 'id', /nothing beside external/],
    [{ external: 1 }, 'external', /true or false/],
    [{ dstPort: 0 }, 'dstPort', /an integer from 1 to 65535/],
    [{ dstPort: 65536 }, 'dstPort', /an integer from 1 to 65535/],
    [{ ttl: 256 }, 'ttl', /an integer from 0 to 255/],
    [{ tos: -1 }, 'tos', /an integer from 0 to 255/],
    [{ ageing: 2 ** 32 }, 'ageing', /an integer from 0 to 4294967295/],
    [{ flowLabel: 2 ** 20 }, 'flowLabel', /an integer from 0 to 1048575/],
    [{ srcPort: { low: 65536, high: 1 } }, 'srcPort.low', /an integer from 0 to 65535/],
    [{ srcPort: { low: 1, height: 2 } }, 'srcPort.height', /low, high/],
    [{ srcPort: [1, 2] }, 'srcPort.0', /low, high/],
    [{ df: 'maybe' }, 'df', /'unset', 'set', 'inherit'/],
    [{ learning: 'no' }, 'learning', /true or false/],
    [{ gbp: 1 }, 'gbp', /true or false/],
    [{ ttlInherit: 'yes' }, 'ttlInherit', /true or false/],
    [{ reservedBits: -1n }, 'reservedBits', /from 0 to 2\^64-1/],
    [{ reservedBits: 2n ** 64n }, 'reservedBits', /from 0 to 2\^64-1/],
    [{ reservedBits: 2 ** 53 }, 'reservedBits', /safe integer/],
    [{ group: '239.1.2.3' }, 'dev', /required with group/],
    [{ group: '10.1.2.3', dev: 'eth0' }, 'group', /an IPv4 address, multicast/],
    [{ remote: '239.1.2.3' }, 'remote', /an IPv4 address, not multicast/],
    [{ remote: 'ff02::1' }, 'remote', /an IPv6 address, not multicast/],
    [{ group: '239.1.2.3', remote: '10.1.2.3', dev: 'eth0' }, 'remote', /nothing beside group/],
    [{ local: '10.1.2.3', remote: '2001:db8::1' }, 'local', /the same family/],
    [{ local: '2001:db8::1', group: '239.1.2.3', dev: 'eth0' }, 'local', /the same family/],
    [{ local: '10.1.2' }, 'local', /an IPv4/],
    [{ local: '010.1.2.3' }, 'local', /an IPv4/],
    [{ local: new Uint8Array(5) }, 'local', /an IPv4/],
    [{ dev: '' }, 'dev', /a name of a link/],
    [{ dev: 0 }, 'dev', /a link/],
    [{ vni: 5 }, 'vni', /no such option/],
    [{ data: { id: 5 } }, 'data', /no such option/],
    [{ __proto__: { id: 5 }, nope: undefined }, 'nope', /no such option/],
  ]
  test.each(bad)('%o', (options, path, expected) => {
    expect(refusal(createVxlan.op({ ...base, ...options } as never), { links: { eth0: 66051 } })).toEqual({
      path,
      expected: expect.stringMatching(expected),
      changes: [],
    })
  })

  const fixed: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
    ...Object.entries(vxlanAttributes.rows)
      .filter(([, { options }]) => (options as { changeable?: false }).changeable === false)
      .map(([name]) => [{ [name]: 1 }, name, /nothing: the kernel cannot change it in a vxlan link/] as const),
    [{ data: { id: 7 } }, 'data.id', /cannot change it/],
    [{ peer: {} }, 'peer', /no such option/],
    [{ data: { nope: 1 } }, 'data.nope', /no such option/],
    [{ data: 7 }, 'data', /an object/],
    [{}, '', /at least one change/],
    [{ up: undefined }, '', /at least one change/],
    [{ up: 'yes' }, 'up', /true or false/],
    [{ ageing: -1 }, 'ageing', /an integer/],
    [{ data: { ageing: -1 } }, 'data.ageing', /an integer/],
    [{ group: '239.1.2.3' }, 'group', /an integer/],
    [{ remote: '10.1.2.3', data: { group: '239.1.2.3' } }, 'remote', /nothing beside group/],
    [{ remote: '10.1.2.3', local: '2001:db8::1' }, 'local', /the same family/],
  ]
  test.each(fixed)('of a link that exists: %o', (changes, path, expected) => {
    expect(refusal(updateLink.op('vxlan0', changes as never), { answer: vxlan0 })).toEqual({
      path,
      expected: expect.stringMatching(expected),
      changes: [],
    })
  })
})
