import { describe, expect, test } from 'vitest'
import { KernelError } from '../../../lib/errors.js'
import type { Request } from '../../../lib/netlink/request.js'
import { listBridgeVlanGlobals } from '../../../lib/vlan/global.js'
import { listBridgeVlanRanges, listBridgeVlans } from '../../../lib/vlan/list.js'
import { listMstStates } from '../../../lib/vlan/mst.js'
import { listBridgeVlanTunnels } from '../../../lib/vlan/tunnel.js'
import type { ListedSpan } from '../../../lib/vlan/vlan.js'
import { listVnis } from '../../../lib/vni/operations.js'
import { refusal } from '../../support/links.js'
import { runSteps, testFixtures } from '../../support/requests.js'

const picked = '`bridge` has the kernel list all, and picks'
const ports = { 'differs: ifindex = 66051, ip 0': picked }
const bridges = { 'differs: ifindex = 66053, ip 0': picked }
const other = 'RTM_GETVLAN tells the same and the tunnels with it, filtered by link'

describe('bytes as iproute2 sends them', () => {
  testFixtures('vlan-dumps', {
    same: {
      'bridge -d vlan show': () => listBridgeVlans.op(),
      'bridge -d vlan show dev eth0': () => ({ op: listBridgeVlanRanges.op({ dev: 'eth0' }), except: ports }),
      'bridge -d -s vlan show dev eth0': () => ({
        op: listBridgeVlans.op({ dev: 'eth0', statistics: true }),
        except: ports,
      }),
      'bridge vlan global show': () => listBridgeVlanGlobals.op(),
      'bridge vlan global show dev br0': () => ({ op: listBridgeVlanGlobals.op({ dev: 'br0' }), except: bridges }),
      'bridge mst show': () => ({ op: listMstStates.op(), theirs: ({ hex }) => hex.slice(32, 34) === '07' }),
      'bridge mst show dev eth0': () => ({
        op: listMstStates.op({ dev: 'eth0' }),
        theirs: ({ hex }) => hex.slice(32, 34) === '07',
      }),
      'bridge vni show': () => listVnis.op(),
      'bridge vni show dev vxlan2': () => listVnis.op({ dev: 'vxlan2' }),
      'bridge -s vni show dev vxlan2': () => listVnis.op({ dev: 'vxlan2', statistics: true }),
    },
    beyond: { 'bridge vlan tunnelshow': other, 'bridge -d vlan tunnelshow': other },
  })
})

const data = { dev: 7, pvid: false, untagged: false }
const spans: readonly ListedSpan[] = [
  { span: { first: 1, last: 1 }, data: { ...data, pvid: true }, tunnel: undefined, statistics: { rxBytes: 5n } },
  { span: { first: 10, last: 13 }, data, tunnel: 1000, statistics: undefined },
]
const answer = ({ mode }: Request) => (mode === 'dump' ? [spans] : undefined)

describe('what is listed', () => {
  test('is an object a VLAN', () => {
    expect(runSteps(listBridgeVlans.op({ vid: '1-11' }), { answer }).result).toEqual([
      { ...data, pvid: true, vid: 1, statistics: { rxBytes: 5n } },
      { ...data, vid: 10, tunnel: 1000 },
      { ...data, vid: 11, tunnel: 1001 },
    ])
  })

  test('or several in a row, cut to what was asked for', () => {
    expect(runSteps(listBridgeVlanRanges.op({ vid: '11-4094' }), { answer }).result).toEqual([
      { ...data, vid: { first: 11, last: 13 }, tunnel: { first: 1001, last: 1003 } },
    ])
    expect(runSteps(listBridgeVlanRanges.op({ vid: 1 }), { answer }).result).toEqual([
      { ...data, pvid: true, vid: { first: 1, last: 1 } },
    ])
  })

  test('is said once, also where the kernel told it twice', () => {
    const twice = ({ mode }: Request) => (mode === 'dump' ? [spans, spans] : undefined)
    expect(runSteps(listBridgeVlans.op(), { answer: twice }).result.map(({ vid }) => vid)).toEqual([1, 10, 11, 12, 13])
  })

  test('tunnels are those VLANs that have one', () => {
    expect(runSteps(listBridgeVlanTunnels.op({ vid: '12-20' }), { answer }).result).toEqual([
      { dev: 7, vid: 12, id: 1002 },
      { dev: 7, vid: 13, id: 1003 },
    ])
  })

  test('of a link that is no port: the error says so', () => {
    const none = ({ name }: Request) => {
      throw new KernelError('cannot list', { code: 'EINVAL', errno: 22, request: name })
    }
    expect(() => runSteps(listBridgeVlans.op({ dev: 7 }), { answer: none })).toThrow(
      expect.objectContaining({
        code: 'EINVAL',
        attribute: 'dev',
        message: expect.stringContaining('neither a bridge'),
      }),
    )
  })
})

test('filters that are none', () => {
  expect(refusal(listBridgeVlans.op({ vid: 0 }))).toMatchObject({ path: 'vid' })
  expect(refusal(listBridgeVlans.op({ statistics: 1 as never }))).toMatchObject({ path: 'statistics' })
  expect(refusal(listBridgeVlanRanges.op({ statistics: true } as never))).toMatchObject({ path: 'statistics' })
  expect(refusal(listBridgeVlanTunnels.op({ vid: 'x' }))).toMatchObject({ path: 'vid' })
  expect(refusal(listBridgeVlanGlobals.op({ vid: 4095 }))).toMatchObject({ path: 'vid' })
  expect(refusal(listMstStates.op({ msti: 4096 }))).toMatchObject({ path: 'msti' })
})
