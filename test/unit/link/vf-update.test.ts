import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import { updateVf, type VfChanges } from '../../../lib/link/vf-update.js'
import type { Request } from '../../../lib/netlink/request.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const links = { eth0: 66051 }
const change = (changes: VfChanges) => updateVf.op('eth0', 3, changes)

const words: Readonly<Record<string, VfChanges>> = {
  'mac 02:11:22:33:44:55': { address: '02:11:22:33:44:55' },
  'vlan 258': { vlan: 258 },
  'vlan 258 qos 5': { vlan: 258, qos: 5 },
  'vlan 258 qos 5 proto 802.1Q': { vlan: 258, qos: 5, protocol: '802.1Q' },
  'vlan 258 qos 5 proto 802.1ad': { vlan: 258, qos: 5, protocol: '802.1ad' },
  'vlan 0': { vlan: 0 },
  'rate 4660': { maxTxRate: 4660 },
  'max_tx_rate 4660 min_tx_rate 258': { maxTxRate: 4660, minTxRate: 258 },
  'spoofchk on': { spoofCheck: true },
  'spoofchk off': { spoofCheck: false },
  'query_rss on': { rssQuery: true },
  'query_rss off': { rssQuery: false },
  'state auto': { linkState: 'auto' },
  'state enable': { linkState: 'enable' },
  'state disable': { linkState: 'disable' },
  'trust on': { trust: true },
  'trust off': { trust: false },
}

const guid = 'compared below: iproute2 leaves what was in its memory in the hole of the structure'

describe('bytes as iproute2 sends them', () => {
  testFixtures('link-vf', {
    same: endings('ip link set dev eth0 vf 3', words, change),
    beyond: {
      'ip link set dev eth0 vf 3 node_guid 01:02:03:04:05:06:07:08': guid,
      'ip link set dev eth0 vf 3 port_guid 11:12:13:14:15:16:17:18': guid,
      'ip link set dev eth0 vf 3 mac 02:11:22:33:44:55 vlan 258 trust on':
        'one request an option: the kernel does not tell at which it stopped',
    },
  })
})

/** IFLA_VF_INFO of each request, in hexadecimal. */
function sent(changes: VfChanges, answer?: (request: Request) => readonly unknown[] | undefined) {
  const run = runSteps(updateVf.op('eth0', 3, changes), { links, ...(answer && { answer }) })
  // The message's header, struct ifinfomsg, and the headers of the two nests.
  return run.sent
    .filter(({ request }) => request.mode === 'act')
    .map(({ bytes }) => Buffer.from(bytes.subarray(16 + 16 + 4 + 4)).toString('hex'))
}

test('GUIDs, as the structure has them', () => {
  expect(sent({ nodeGuid: 0x0102030405060708n, portGuid: 0x1112131415161718n })).toEqual([
    '14000a0003000000000000000807060504030201',
    '14000b0003000000000000001817161514131211',
  ])
})

test('an address of InfiniBand has twenty bytes', () => {
  const address = Uint8Array.from({ length: 20 }, (_, i) => i + 1)
  expect(sent({ address })).toEqual([`2800010003000000${Buffer.from(address).toString('hex')}${'00'.repeat(12)}`])
})

describe('the least rate alone', () => {
  const told = (vfs: readonly object[] | undefined) => (request: Request) =>
    request.mode === 'get' && request.memo === undefined ? [{ vfs }] : undefined

  test('keeps the most, which it reads', () => {
    const vfs = [{ vf: 2 }, { vf: 3, rate: { min: 1, max: 4660 } }]
    expect(sent({ minTxRate: 258 }, told(vfs))).toEqual(['10000600030000000201000034120000'])
  })

  test.each([[undefined], [[]], [[{ vf: 3 }]]])('is refused where that is not told: %j', (vfs) => {
    expect(() => sent({ minTxRate: 258 }, told(vfs))).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }))
  })
})

test('each option is a request, in the order of the kernel, and a refusal tells which took effect', () => {
  let left = 2
  const changes: VfChanges = { trust: true, vlan: 258, qos: 5, address: '02:11:22:33:44:55' }
  expect(sent(changes).map((hex) => hex.slice(0, 8))).toEqual(['28000100', '10000200', '0c000900'])
  const answer = (request: Request) => {
    if (request.mode !== 'act' || left-- > 0) return undefined
    throw new KernelError('no', { code: 'EOPNOTSUPP', errno: 95, request: request.name })
  }
  expect(() => sent(changes, answer)).toThrow(
    expect.objectContaining({ code: 'EOPNOTSUPP', applied: 'partly', appliedOptions: ['address', 'vlan', 'qos'] }),
  )
})

test.each<[string, unknown, unknown]>([
  ['', 3, {}],
  ['vf', -1, { trust: true }],
  ['vf', 1.5, { trust: true }],
  ['vf', undefined, { trust: true }],
  ['address', 3, { address: '02:11:22:33:44' }],
  ['vlan', 3, { vlan: 4095 }],
  ['vlan', 3, { vlan: -1 }],
  ['qos', 3, { vlan: 5, qos: 8 }],
  ['qos', 3, { qos: 5 }],
  ['protocol', 3, { protocol: '802.1Q' }],
  ['protocol', 3, { vlan: 5, protocol: '802.3' }],
  ['maxTxRate', 3, { maxTxRate: 2 ** 32 }],
  ['minTxRate', 3, { minTxRate: -1 }],
  ['spoofCheck', 3, { spoofCheck: 1 }],
  ['linkState', 3, { linkState: 'up' }],
  ['rssQuery', 3, { rssQuery: 'on' }],
  ['trust', 3, { address: '02:11:22:33:44:55', trust: null }],
  ['nodeGuid', 3, { nodeGuid: '01:02:03:04:05:06:07:08' }],
  ['portGuid', 3, { portGuid: -1n }],
  ['mac', 3, { mac: '02:11:22:33:44:55' }],
])('refuses before anything is sent: %s', (path, vf, changes) => {
  expect(refusal(updateVf.op('eth0', vf as number, changes as VfChanges), { links })).toMatchObject({
    path,
    changes: [],
  })
})
