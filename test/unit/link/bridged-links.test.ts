import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { type BridgedLinkChanges, listBridgedLinks, updateBridgedLink } from '../../../lib/link/bridged-links.js'
import type { BridgePortChanges } from '../../../lib/link/ports/bridge.js'
import { updateLink } from '../../../lib/link/update.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { RTM_NEWLINK } from '../../../lib/rtnetlink/constants.js'
import { existing, refusal } from '../../support/links.js'
import { capturedReplies } from '../../support/replies.js'
import { endings, requestFixtures, runSteps, testFixtures } from '../../support/requests.js'
import { read } from '../../support/source.js'

const links = { eth0: 66051, vxlan0: 66054 }

const self: Readonly<Record<string, BridgedLinkChanges>> = {
  'hwmode veb': { hwmode: 'veb' },
  'hwmode vepa self': { hwmode: 'vepa' },
  'learning off self': { learning: false },
  'learning off flood off learning_sync on self': { learning: false, flood: false, learningSync: true },
  'cost 4660 priority 18 state 2 self': { cost: 4660, priority: 18, state: 'learning' },
  'hwmode vepa learning off self': { hwmode: 'vepa', learning: false },
}

/** What a port of the kernel's bridge has: iproute2 sends it in IFLA_PROTINFO, we in IFLA_INFO_SLAVE_DATA. */
const master: Readonly<Record<string, BridgePortChanges>> = {
  'mcast_router 2': { mcastRouter: 2 },
  'mcast_max_groups 66051': { mcastMaxGroups: 66051 },
  'neigh_vlan_suppress on': { neighVlanSuppress: true },
  'neigh_forward_grat on': { neighForwardGrat: true },
  'mab on': { mab: true },
  'backup_nhid 66051': { backupNhid: 66051 },
  nobackup_port: { backupPort: null },
}
const command = (words: string) => `bridge link set dev eth0 ${words}`

describe('bytes as iproute2 sends them', () => {
  testFixtures('bridge-link', {
    unless: { 'ip alone: 12 = ': 'of the port there is nothing to say' },
    same: endings('bridge link set dev eth0', self, (changes) => updateBridgedLink.op('eth0', changes)),
    beyond: {
      ...Object.fromEntries(Object.keys(master).map((words) => [command(words), 'its attribute is compared below'])),
      [command('learning off self master')]: 'two changes: updateLink asks the bridge, updateBridgedLink the driver',
    },
  })
  testFixtures('dumps', {
    only: (one) => one === 'bridge link show',
    same: {
      'bridge link show': () => ({ op: listBridgedLinks.op(), theirs: ({ hex }) => hex.slice(32, 34) === '07' }),
    },
  })
})

/** IFLA_PROTINFO is the only attribute, and has one itself: number and payload. */
test.each(Object.entries(master))('attribute of a port: %s', (words, port) => {
  const hex = requestFixtures('bridge-link').get(command(words))?.messages.at(-1)?.hex ?? ''
  const bytes = Buffer.from(hex, 'hex').subarray(16 + 16 + 4)
  const theirs = [bytes.readUInt16LE(2), bytes.toString('hex', 4, bytes.readUInt16LE(0))]
  const answer = existing(66051, { name: 'eth0', master: 66053, port: { kind: 'bridge', data: {} } })
  const { sent } = runSteps(updateLink.op('eth0', { port }), { links, answer })
  const change = sent.find(({ request }) => request.mode === 'act')
  const ours = change?.tree.attributes.get(18)?.[0]?.children?.get(5)?.[0]?.children ?? []
  expect([...ours].map(([number, nodes]) => [number, nodes[0]?.bytes])).toEqual([theirs])
})

const file = JSON.parse(read('test/fixtures/replies/bridge-port.json'))
const world: Readonly<Record<string, number>> = file.stages.world.links

/** What the kernel answered to `bridge link show`. */
const answer = ({ memo, read: readOne }: Request) =>
  memo !== undefined
    ? undefined
    : capturedReplies('bridge-port').flatMap(({ type, bytes }) => {
        const isAnswer = type === RTM_NEWLINK && bytes[HEADER_BYTES] === 7
        const format = formatOf()
        const found = isAnswer && readOne(decodePayload(format, sourceOf(bytes, true), HEADER_BYTES, bytes.length))
        return found ? [found] : []
      })
function formatOf() {
  const [sent] = runSteps(listBridgedLinks.op()).sent
  return (sent as { request: Request }).request.format
}

describe('what the kernel lists', () => {
  const list = (filter?: Parameters<typeof listBridgedLinks.op>[0]) =>
    runSteps(listBridgedLinks.op(filter), { links: world, answer }).result

  test('is what bridge printed from the same bytes', () => {
    const found = list().map(({ name, master: bridge, self: own, data }) => ({
      ifname: name,
      master: Object.keys(world).find((one) => world[one] === bridge),
      own,
      cost: data.cost,
      priority: data.priority,
      hairpin: data.hairpin,
      isolated: data.isolated,
    }))
    const keys = ['ifname', 'master', 'cost', 'priority', 'hairpin', 'isolated']
    const theirs = file.fixtures[0].json.map((link: Record<string, unknown>) => ({
      own: false,
      ...Object.fromEntries(keys.map((key) => [key, link[key]])),
    }))
    expect(found).toEqual(theirs)
    expect(found.length).toBeGreaterThan(1)
  })

  test('by link and by bridge', () => {
    expect(list({ dev: 'eth1' }).map(({ name }) => name)).toEqual(['eth1'])
    expect(list({ master: 'br0' })).toEqual(list())
    expect(list({ master: 'eth1' })).toEqual([])
  })

  test('and what only hardware has', () => {
    const hex =
      '0700000003020100000000000000000009000300656e703100000000140 01a00060000000200000006000100 01000000'.replaceAll(
        ' ',
        '',
      )
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
    const one = ({ read: readOne, format }: Request) => [
      readOne(decodePayload(format, sourceOf(bytes, true), 0, bytes.length)),
    ]
    const [found] = runSteps(listBridgedLinks.op(), { answer: one }).result
    expect(found).toEqual({ index: 66051, name: 'enp1', flags: [], hwmode: 'vepa', self: true, data: {} })
  })
})

test.each<[string, object]>([
  ['', {}],
  ['hwmode', { hwmode: 'undef' }],
  ['hwmode', { hwmode: 1 }],
  ['learning', { learning: 'off' }],
  ['learningSync', { learningSync: 1 }],
  ['cost', { hwmode: 'veb', cost: 0 }],
  ['designatedCost', { designatedCost: 5 }],
  ['port', { port: { learning: false } }],
])('refuses before anything is sent: %s', (path, changes) => {
  expect(refusal(updateBridgedLink.op('eth0', changes), { links })).toMatchObject({ path, changes: [] })
})
