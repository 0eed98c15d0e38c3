import { describe, expect, test } from 'vitest'
import type { BridgePortChanges } from '../../../../lib/link/ports/bridge.js'
import { updateLink } from '../../../../lib/link/update.js'
import { existing, refusal } from '../../../support/links.js'
import { endings, type Reasons, requestFixtures, runSteps, testFixtures } from '../../../support/requests.js'

const links = { eth0: 66051, vxlan0: 66054 }
const answer = existing(66051, { name: 'eth0', master: 66053, port: { kind: 'bridge', data: {} } })
const change = (port: BridgePortChanges) => ({ op: updateLink.op('eth0', { port }), answer })

/** Words behind `type bridge_slave` → the options that say the same. */
const slave: Readonly<Record<string, BridgePortChanges>> = {
  fdb_flush: { fdbFlush: true },
  'state 3': { state: 'forwarding' },
  'priority 18': { priority: 18 },
  'cost 4660': { cost: 4660 },
  'guard on': { guard: true },
  'hairpin on': { hairpin: true },
  'fastleave on': { fastleave: true },
  'mcast_fast_leave on': { fastleave: true },
  'root_block on': { rootBlock: true },
  'learning off': { learning: false },
  'flood off': { flood: false },
  'proxy_arp on': { proxyArp: true },
  'proxy_arp_wifi on': { proxyArpWifi: true },
  'mcast_router 2': { mcastRouter: 2 },
  'mcast_flood off': { mcastFlood: false },
  'bcast_flood off': { bcastFlood: false },
  'mcast_to_unicast on': { mcastToUnicast: true },
  'group_fwd_mask 0x1238': { groupFwdMask: 0x1238 },
  'neigh_suppress on': { neighSuppress: true },
  'vlan_tunnel on': { vlanTunnel: true },
  'isolated on': { isolated: true },
  'locked on': { locked: true },
  'backup_port vxlan0': { backupPort: 'vxlan0' },
  nobackup_port: { backupPort: null },
}

/** Words behind `bridge link set dev eth0` → the options that say the same. */
const bridgeLinkSet: Readonly<Record<string, BridgePortChanges>> = {
  'cost 4660 priority 18 state 2': { cost: 4660, priority: 18, state: 'learning' },
  'guard on hairpin on fastleave on root_block on': { guard: true, hairpin: true, fastleave: true, rootBlock: true },
  'learning off flood off mcast_flood off bcast_flood off': {
    learning: false,
    flood: false,
    mcastFlood: false,
    bcastFlood: false,
  },
  'learning off master': { learning: false },
  'neigh_suppress on isolated on locked on vlan_tunnel on mcast_to_unicast on': {
    neighSuppress: true,
    isolated: true,
    locked: true,
    vlanTunnel: true,
    mcastToUnicast: true,
  },
  'backup_port vxlan0': { backupPort: 'vxlan0' },
}

const driver = 'asks the driver of a switch chip, not the bridge'
const beyond: Reasons = {
  ...Object.fromEntries(
    Object.keys(bridgeLinkSet).map((words) => [
      `bridge link set dev eth0 ${words}`,
      'sent as RTM_SETLINK of PF_BRIDGE; its attributes are compared below',
    ]),
  ),
  'bridge link set dev eth0 learning off self': driver,
  'bridge link set dev eth0 learning_sync on': 'a bridge takes it and does nothing; here it is only read',
  'bridge link set dev eth0 hwmode vepa': driver,
}

describe('bytes as iproute2 sends them', () => {
  testFixtures('bridge-port', {
    same: endings('ip link set eth0 type bridge_slave', slave, change),
    beyond,
    unless: {
      'ip alone: 18.1 = 6272696467655f736c617665':
        'a kind that no kernel has: newer ones would look for its module each time',
      'ours alone: 18.4 = 62726964676500': 'the kind of the port where the kernel tells it, too',
    },
    only: (command) => !/^bridge (vlan|mdb) /.test(command),
  })
})

/** The attributes in a nest, as `number=hex`. */
function attributesIn(hex: string): string[] {
  const bytes = Buffer.from(hex, 'hex')
  const found: string[] = []
  for (let at = 0; at < bytes.length; at += (bytes.readUInt16LE(at) + 3) & ~3)
    found.push(`${bytes.readUInt16LE(at + 2)}=${bytes.toString('hex', at + 4, at + bytes.readUInt16LE(at))}`)
  return found.sort()
}

const nestOf = (hex: string, number: number): string =>
  attributesIn(hex)
    .find((attribute) => attribute.startsWith(`${number}=`))
    ?.slice(`${number}=`.length) ?? ''

/** IFLA_PROTINFO with NLA_F_NESTED, behind the header and struct ifinfomsg. */
const PROTINFO = 12 | 0x8000
const HEADERS = 2 * (16 + 16)

describe('attributes as `bridge link set` sends them in IFLA_PROTINFO', () => {
  const fixtures = requestFixtures('bridge-port')
  test.each(Object.entries(bridgeLinkSet))('%s', (words, port) => {
    const hex = fixtures.get(`bridge link set dev eth0 ${words}`)?.messages.at(-1)?.hex.slice(HEADERS) ?? ''
    const { op, answer } = change(port)
    const sent = runSteps(op, { links, answer }).sent.find(({ request }) => request.mode === 'act')
    const ours = sent?.tree.attributes.get(18)?.[0]?.children?.get(5)?.[0]?.children
    const flat = [...(ours ?? [])].flatMap(([number, nodes]) => nodes.map(({ bytes }) => `${number}=${bytes}`))
    expect(flat.sort()).toEqual(attributesIn(nestOf(hex, PROTINFO)))
    expect(flat).not.toEqual([])
  })
})

describe('what iproute2 6.1 has no word for', () => {
  const rows: readonly (readonly [BridgePortChanges, number, string])[] = [
    [{ mcastEhtHostsLimit: 66051 }, 37, '03020100'],
    [{ mab: true }, 40, '01'],
    [{ mcastMaxGroups: 66051 }, 42, '03020100'],
    [{ neighVlanSuppress: true }, 43, '01'],
    [{ backupNhid: 66051 }, 44, '03020100'],
    [{ neighForwardGrat: true }, 45, '01'],
  ]
  test.each(rows)('%o', (port, number, payload) => {
    const sent = runSteps(updateLink.op('eth0', { port }), { answer }).sent.find(
      ({ request }) => request.mode === 'act',
    )
    expect([...(sent?.tree.attributes.get(18)?.[0]?.children?.get(5)?.[0]?.children ?? [])]).toEqual([
      [number, [{ bytes: payload }]],
    ])
  })
})

test.each([
  [{ cost: 0 }, 'port.cost', /from 1 to 65535/],
  [{ cost: 65536 }, 'port.cost', /from 1 to 65535/],
  [{ priority: 64 }, 'port.priority', /from 0 to 63/],
  [{ mcastRouter: 4 }, 'port.mcastRouter', /from 0 to 3/],
  [{ mcastEhtHostsLimit: 0 }, 'port.mcastEhtHostsLimit', /from 1 to/],
  [{ learning: 'off' }, 'port.learning', /true or false/],
  [{ state: 'disabled' }, 'port.state', /enable the port again at once/],
  [{ state: 0 }, 'port.state', /enable the port again at once/],
  [{ state: 'up' }, 'port.state', /'disabled', 'listening'/],
  [{ learningSync: true }, 'port.learningSync', /only the kernel sets this/],
  [{ designatedCost: 5 }, 'port.designatedCost', /only the kernel sets this/],
  [{ backupPort: 1.5 }, 'port.backupPort', /a link: its name/],
  [{ prio: 5 }, 'port.prio', /no such option/],
  [5, 'port', /an object/],
  [null, 'port', /an object/],
])('refuses %o before anything is sent', (port, path, expected) => {
  const refused = { path, expected: expect.stringMatching(expected), changes: [] }
  expect(refusal(updateLink.op('eth0', { port } as never), { answer })).toEqual(refused)
})
