import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { KernelError } from '../../../lib/errors.js'
import { type FdbEntry, fdbKey, readFdb } from '../../../lib/fdb/fdb.js'
import { type FdbFilter, getFdb, listFdb } from '../../../lib/fdb/list.js'
import { deleteFdb } from '../../../lib/fdb/operations.js'
import { neighbourMessage } from '../../../lib/neighbour/message.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Operation } from '../../../lib/netlink/operation.js'
import type { Request } from '../../../lib/netlink/request.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const file = JSON.parse(read('test/fixtures/replies/fdb.json'))
const links: Readonly<Record<string, number>> = file.stages.world.links
const nameOf = (index: number | undefined) => Object.keys(links).find((name) => links[name] === index)

/** What the kernel answered to the command is the answer; each message as often as `times` says. */
function replay<T>(operation: Operation<T>, command: string, times = 1): T {
  const answer = ({ memo, replyType, read }: Request) => {
    if (memo !== undefined) return undefined
    const messages = capturedReplies('fdb').filter(
      (message) => message.command === command && message.type === replyType,
    )
    return Array.from({ length: times }, () => messages)
      .flat()
      .flatMap(({ bytes }) => {
        const message = decodePayload(neighbourMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        return read(message as never) ?? []
      })
  }
  return runSteps(operation, { links, answer }).result
}

/** Whoever has the table does not look entries up. */
const unanswered = ({ mode, name }: Request) => {
  if (mode !== 'get') return undefined
  throw new KernelError('no', { code: 'EOPNOTSUPP', errno: 95, request: name })
}

/** As `bridge -j` prints it. */
function printed({ dev, lladdr, state, flags, master, dst, port, vni, srcVni, via, nhid }: FdbEntry) {
  return {
    mac: lladdr,
    ifname: nameOf(dev),
    ...(dst !== undefined && { dst }),
    ...(port !== undefined && { port }),
    ...(vni !== undefined && { vni }),
    ...(srcVni !== undefined && { src_vni: srcVni }),
    ...(via !== undefined && { viaIf: nameOf(via) }),
    ...(nhid !== undefined && { nhid }),
    flags: flags.map((flag) => (flag === 'externLearn' ? 'extern_learn' : flag)),
    ...(master !== undefined && { master: nameOf(master) }),
    state: state === 'dynamic' ? '' : state,
  }
}

/** `bridge` prints some flags in an order of its own. */
const sorted = (entries: readonly { flags: readonly unknown[] }[]) =>
  entries.map((entry) => ({ ...entry, flags: [...entry.flags].sort() }))

const jsonOf = (command: string) => file.fixtures.find((one: { command: string }) => one.command === command).json

test.each<[string, FdbFilter, (entry: { mac: string; ifname?: string; master?: string }) => object]>([
  ['bridge -d -j fdb show', {}, (entry) => entry],
  ['bridge -d -j fdb show dev vxlan0', { dev: 'vxlan0' }, (entry) => ({ ...entry, ifname: 'vxlan0' })],
  ['bridge -d -j fdb show br br0', { br: 'br0' }, (entry) => entry],
])('the listing of `%s` is what bridge prints of the same bytes', (command, filter, complete) => {
  const found = replay(listFdb.op(filter), command)
  expect(found.length).toBeGreaterThan(3)
  expect(sorted(found.map(printed))).toEqual(sorted(jsonOf(command).map(complete)))
})

test('one of them, in full', () => {
  const found = replay(listFdb.op(), 'bridge -d -j fdb show')
  expect(found.find(({ port }) => port !== undefined)).toEqual({
    dev: 66054,
    lladdr: '02:11:22:33:44:55',
    state: 'permanent',
    flags: ['self'],
    dst: '10.4.5.7',
    port: 22136,
    vni: 66053,
    via: 66051,
    cacheInfo: { confirmed: 0, used: 0.01, updated: 0.01, refcnt: 0 },
  })
  expect(replay(getFdb.op({ br: 'br0', lladdr: '02:11:22:33:44:59' }), file.fixtures.at(-1).command)).toMatchObject({
    dev: 66055,
    master: 66053,
    lladdr: '02:11:22:33:44:59',
    state: 'static',
    flags: ['sticky'],
  })
})

test('a look-up that finds the address on another port finds nothing', () => {
  const get = getFdb.op({ dev: 'veth0', lladdr: '02:11:22:33:44:59' })
  expect(() => replay(get, file.fixtures.at(-1).command)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})

test('filters are applied again, and what was read twice is listed once', () => {
  const command = 'bridge -d -j fdb show'
  const all = replay(listFdb.op(), command)
  expect(replay(listFdb.op(), command, 3)).toEqual(all)
  expect(replay(listFdb.op({ dev: 'vxlan3' }), command)).toEqual(all.filter(({ dev }) => dev === 66059))
  expect(replay(listFdb.op({ state: 'static' }), command)).toEqual(all.filter(({ state }) => state === 'static'))
  expect(replay(listFdb.op({ vlan: 258 }), command)).toEqual([])
  expect(replay(listFdb.op({ br: 'eth0' }), command)).toEqual(all.filter(({ master }) => master === undefined))
})

test('entries that differ in one thing are two', () => {
  const entry: FdbEntry = { dev: 1, lladdr: '02:11:22:33:44:55', state: 'static', flags: [] }
  const parts = { dst: '10.0.0.1', port: 7, vni: 7, srcVni: 7, via: 7, vlan: 7, nhid: 7, master: 7 }
  const all = [
    entry,
    { ...entry, dev: 2 },
    { ...entry, lladdr: '02:11:22:33:44:56' },
    ...Object.entries(parts).map(([name, value]) => ({ ...entry, [name]: value })),
  ]
  expect(new Set(all.map(fdbKey)).size).toBe(11)
  expect(fdbKey({ ...entry, state: 'stale', flags: ['offloaded'] })).toBe(fdbKey(entry))
})

test('a listed entry is deleted where it was listed, and with all that tells it from others', () => {
  const deletions = replay(listFdb.op(), 'bridge -d -j fdb show').map((entry) => {
    const { tree } = runSteps(deleteFdb.op(entry), { answer: unanswered }).sent.at(-1) ?? {}
    return {
      entry,
      dev: tree?.header.ndm_ifindex,
      flags: tree?.header.ndm_flags,
      attributes: Object.fromEntries([...(tree?.attributes ?? [])].map(([type, nodes]) => [type, nodes[0]?.bytes])),
    }
  })
  const inBridge = deletions.filter(({ flags }) => (flags as string[])[0] === 'master')
  expect(inBridge.map(({ entry }) => entry)).toEqual(
    deletions.map(({ entry }) => entry).filter(({ master, dev }) => master === 66053 && dev !== 66053),
  )
  for (const { entry, dev } of deletions) expect(dev).toBe(entry.dev)
  const big = deletions.find(({ entry }) => entry.port !== undefined)
  expect(big?.attributes).toEqual({ 1: '0a040507', 2: '021122334455', 6: '5678', 7: '05020100', 8: '03020100' })
  const external = deletions.find(({ entry }) => entry.srcVni !== undefined)
  expect(external?.attributes).toEqual({ 1: '0a04050a', 2: '021122334458', 7: '0d020100', 11: '0c020100' })
})

test('what is not understood is kept', () => {
  const bytes = Buffer.from(
    // ndmsg: bridge, link 0x10203, state 0x300, flags 0x22; MAC; NFEA with activity 7; NDA_FLAGS_EXT 0x12; attribute 99
    '07000000 03020100 00032201 0a000200 021122334455 0000 0c000e00 05000100 07000000 08000f00 12000000 05006300 ff000000'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  )
  const message = decodePayload(neighbourMessage, sourceOf(Uint8Array.from(bytes), true), 0, bytes.length)
  expect(readFdb(message)).toEqual({
    dev: 66051,
    lladdr: '02:11:22:33:44:55',
    state: 0x300,
    flags: ['self', 'offloaded', 'locked', 16, 'activityNotify', 'inactive', 4],
    unknown: [{ type: 99, data: Uint8Array.of(255) }],
  })
})
