import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { getMdb, listMdb, listMdbRouters } from '../../../lib/mdb/list.js'
import {
  type MdbEntry,
  type MdbMessage,
  type MdbRouter,
  mdbKey,
  readEntries,
  readRouters,
} from '../../../lib/mdb/mdb.js'
import { mdbMessage } from '../../../lib/mdb/message.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Operation } from '../../../lib/netlink/operation.js'
import type { Request } from '../../../lib/netlink/request.js'
import { RTM_GETMDB, RTM_NEWMDB } from '../../../lib/rtnetlink/constants.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const file = JSON.parse(read('test/fixtures/replies/mdb.json'))
const links: Readonly<Record<string, number>> = file.stages['mdb-world'].links
const nameOf = (index: number | undefined) => Object.keys(links).find((name) => links[name] === index)
const [show, get] = file.fixtures

/** `bridge` asks twice, for the entries and for the routers. */
const messagesOf = (command: string) => {
  const all = capturedReplies('mdb').filter((message) => message.command === command && message.type >= RTM_NEWMDB)
  return command === show.command ? all.slice(0, all.length / 2) : all
}

function replay<T>(operation: Operation<T>, command: string): T {
  const answer = ({ memo, replyType, otherReplyType, read: readOne }: Request) => {
    if (memo !== undefined) return undefined
    return messagesOf(command)
      .filter(({ type }) => type === replyType || type === otherReplyType)
      .flatMap(({ bytes }) => {
        const message = decodePayload(mdbMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        const found = readOne(message as never)
        return found === undefined ? [] : [found]
      })
  }
  return runSteps(operation, { links, answer }).result
}

const hundredths = (timer: number | undefined) => (timer ?? 0).toFixed(2)

/** As `bridge -j` prints it. */
const printed = (entry: MdbEntry) => ({
  index: entry.dev,
  dev: nameOf(entry.dev),
  port: nameOf(entry.port),
  grp: entry.grp,
  ...(entry.src !== undefined && { src: entry.src }),
  state: entry.state,
  ...(entry.filterMode !== undefined && { filter_mode: entry.filterMode }),
  ...(entry.sourceList !== undefined && {
    source_list: entry.sourceList.map(({ address, timer }) => ({ address, timer: hundredths(timer) })),
  }),
  ...(entry.proto !== undefined && { protocol: String(entry.proto) }),
  flags: entry.flags,
  ...(entry.dst !== undefined && { dst: entry.dst }),
  ...(entry.dstPort !== undefined && { dst_port: entry.dstPort }),
  ...(entry.vni !== undefined && { vni: entry.vni }),
  ...(entry.srcVni !== undefined && { src_vni: entry.srcVni }),
  ...(entry.via !== undefined && { via: nameOf(entry.via) }),
  ...(entry.vid !== undefined && { vid: entry.vid }),
  timer: hundredths(entry.timer).padStart(7),
})

test('entries are those that bridge printed from the same bytes', () => {
  const found = replay(listMdb.op(), show.command)
  expect(found.map(printed)).toEqual(show.json[0].mdb)
  expect(found.length).toBeGreaterThan(10)
  expect(new Set(found.map(mdbKey)).size).toBe(found.length)
  expect(found.some(({ unknown }) => unknown !== undefined)).toBe(false)
  expect(replay(getMdb.op({ dev: 'vxlan0', grp: 'ff0e::102:304' }), get.command).map(printed)).toEqual(get.json)
})

test('what is listed is what was asked for', () => {
  const all = replay(listMdb.op(), show.command)
  const some = (filter: Parameters<typeof listMdb.op>[0]) => replay(listMdb.op(filter), show.command)
  expect(some({ dev: 'vxlan0' })).toEqual(all.filter(({ dev }) => dev === links.vxlan0))
  expect(some({ port: 'br0' }).map(({ grp }) => grp)).toEqual(['239.1.2.5', 'ff02::6a'])
  expect(some({ vid: 258 }).map(({ grp }) => grp)).toEqual(['239.1.2.3'])
  expect(some({ grp: '01:00:5E:01:02:03' }).length).toBe(1)
  expect(some({ grp: 'ff0e:0::102:304' }).length).toBe(3)
})

test('routers', () => {
  const expected: MdbRouter[] = [
    { dev: links.br0 as number, port: links.eth0 as number, timer: 0, type: 'permanent', inetTimer: 0, inet6Timer: 0 },
  ]
  expect(replay(listMdbRouters.op(), show.command)).toEqual(expected)
  expect(replay(listMdbRouters.op({ dev: 'br0', port: 'eth0' }), show.command)).toEqual(expected)
  expect(replay(listMdbRouters.op({ port: 'br0' }), show.command)).toEqual([])
})

const decode = (bytes: Uint8Array, start: number, end: number): MdbMessage =>
  decodePayload(mdbMessage, sourceOf(bytes, true), start, end)

test('damaged messages are read inside their bounds', () => {
  const bytes = messagesOf(show.command)
    .find(({ type }) => type === RTM_GETMDB)
    ?.bytes.slice(HEADER_BYTES) as Uint8Array
  for (const one of damaged(bytes))
    expect(
      readsInside(one, (around, start, end) => {
        const message = decode(around, start, end)
        return [readEntries(message), readRouters(message)]
      }),
    ).toBe(true)
})

test('a message of something else has no entries', () => {
  const message = decode(new Uint8Array(8), 0, 8)
  expect([readEntries(message), readRouters(message)]).toEqual([[], []])
})
