import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import {
  type BridgeVlanGlobalChanges,
  listBridgeVlanGlobals,
  updateBridgeVlanGlobal,
} from '../../../lib/vlan/global.js'
import { refusal } from '../../support/links.js'
import { endings, runSteps, testFixtures } from '../../support/requests.js'

const update = (options: Omit<BridgeVlanGlobalChanges, 'dev'>) => updateBridgeVlanGlobal.op({ dev: 'br0', ...options })

describe('bytes as iproute2 sends them', () => {
  testFixtures('vlan-options', {
    only: (command) => command.startsWith('bridge vlan global'),
    same: endings(
      'bridge vlan global set dev br0 vid',
      {
        '258 mcast_snooping 1': { vid: 258, mcastSnooping: true },
        '258 mcast_snooping 0': { vid: 258, mcastSnooping: false },
        '258 mcast_querier 1': { vid: 258, mcastQuerier: true },
        '258 mcast_igmp_version 3': { vid: 258, mcastIgmpVersion: 3 },
        '258 mcast_mld_version 1': { vid: 258, mcastMldVersion: 1 },
        '258 mcast_last_member_count 66051': { vid: 258, mcastLastMemberCount: 66051 },
        '258 mcast_last_member_interval 4660': { vid: 258, mcastLastMemberInterval: 4660 },
        '258 mcast_startup_query_count 66051': { vid: 258, mcastStartupQueryCount: 66051 },
        '258 mcast_startup_query_interval 22136': { vid: 258, mcastStartupQueryInterval: 22136n },
        '258 mcast_membership_interval 66051': { vid: 258, mcastMembershipInterval: 66051 },
        '258 mcast_querier_interval 66052': { vid: 258, mcastQuerierInterval: 66052 },
        '258 mcast_query_interval 66053': { vid: 258, mcastQueryInterval: 66053 },
        '258 mcast_query_response_interval 66054': { vid: 258, mcastQueryResponseInterval: 66054 },
        '258 msti 772': { vid: 258, msti: 772 },
        '258-513 msti 772 mcast_snooping 1 mcast_querier 0': {
          vid: '258-513',
          msti: 772,
          mcastSnooping: true,
          mcastQuerier: false,
        },
      },
      update,
    ),
  })
})

/** The kernel's message, by hand: VLANs 3 and 4 of bridge 5, with a port that leads to a router and a querier. */
const told = Uint8Array.from([
  ...[7, 0, 0, 0, 5, 0, 0, 0],
  ...[76, 0, 2, 0x80],
  ...[6, 0, 1, 0, 3, 0, 0, 0, 6, 0, 2, 0, 4, 0, 0, 0],
  ...[5, 0, 3, 0, 1, 0, 0, 0],
  // MCAST_ROUTER_PORTS { MDBA_ROUTER { MDBA_ROUTER_PORT { port 9, timer 2.58 s, type 1 } } }
  ...[32, 0, 16, 0, 28, 0, 2, 0, 24, 0, 1, 0, 9, 0, 0, 0, 8, 0, 1, 0, 2, 1, 0, 0, 5, 0, 2, 0, 1, 0, 0, 0],
  ...[12, 0, 17, 0x80, 8, 0, 1, 0, 10, 1, 2, 3],
  ...[4, 0, 99, 0],
])

/** What a message of these bytes is for the request. */
const replying = (bytes: Uint8Array) => (request: Request) => {
  const around = new Uint8Array(HEADER_BYTES + bytes.length)
  around.set(bytes, HEADER_BYTES)
  const message = decodePayload(request.format, sourceOf(around, true), HEADER_BYTES, around.length)
  const object = request.read(message as never)
  return object === undefined ? [] : [object]
}

describe('what is listed', () => {
  test('is an object a VLAN, with what only the kernel says', () => {
    const one = {
      dev: 5,
      mcastSnooping: true,
      routerPorts: [{ port: 9, timer: 2.58, type: 'tempQuery' }],
      mcastQuerierState: { address: '10.1.2.3' },
      unknown: [{ type: 99, data: new Uint8Array() }],
    }
    const { result } = runSteps(listBridgeVlanGlobals.op({ vid: '2-4094' }), { answer: replying(told) })
    expect(result).toEqual([
      { ...one, vid: 3 },
      { ...one, vid: 4 },
    ])
  })

  test('is of the bridge that was asked for, also where the kernel tells of others', () => {
    const { result } = runSteps(listBridgeVlanGlobals.op({ dev: 6 }), { answer: replying(told) })
    expect(result).toEqual([])
  })

  test('is nothing where the kernel tells VLANs of ports instead, having no such options', () => {
    const entry = Uint8Array.from([7, 0, 0, 0, 5, 0, 0, 0, 12, 0, 1, 0x80, 8, 0, 1, 0, 0, 0, 3, 0])
    expect(() => runSteps(listBridgeVlanGlobals.op(), { answer: replying(entry) })).toThrow(
      expect.objectContaining({ code: 'EOPNOTSUPP' }),
    )
  })
})

describe('refused before anything changes', () => {
  test.each<[string, string, object]>([
    ['nothing to change', '', {}],
    ['IGMP 1', 'mcastIgmpVersion', { mcastIgmpVersion: 1 }],
    ['MLD 3', 'mcastMldVersion', { mcastMldVersion: 3 }],
    ['MSTI 4096', 'msti', { msti: 4096 }],
    ['a switch that is none', 'mcastSnooping', { mcastSnooping: 1 }],
    ['a negative time', 'mcastQuerierInterval', { mcastQuerierInterval: -1 }],
    ['what only the kernel says', 'mcastQuerierState', { mcastQuerierState: {} }],
    ['the row behind vid', 'first', { first: 3 }],
    ['VLAN 0', 'vid', { vid: 0, msti: 1 }],
  ])('%s', (_what, path, changes) => {
    const op = updateBridgeVlanGlobal.op({ dev: 7, vid: 258, ...changes })
    expect(refusal(op)).toMatchObject({ path, changes: [] })
  })
})
