import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { listNeighbours } from '../../../lib/neighbour/list.js'
import { neighbourMessage } from '../../../lib/neighbour/message.js'
import { type Neighbour, readNeighbour } from '../../../lib/neighbour/neighbour.js'
import { getNeighbour } from '../../../lib/neighbour/operations.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import type { Operation } from '../../../lib/netlink/operation.js'
import type { Request } from '../../../lib/netlink/request.js'
import { capturedReplies } from '../../support/replies.js'
import { runSteps } from '../../support/requests.js'
import { read } from '../../support/source.js'

const file = JSON.parse(read('test/fixtures/replies/neighbour.json'))
const links: Readonly<Record<string, number>> = file.stages.world.links

/** What the kernel answered to the command is the answer. */
function replay<T>(operation: Operation<T>, command: string): T {
  const answer = ({ mode, replyType, read }: Request) => {
    if (mode !== 'dump' && links[command.split(' ').at(-1) ?? ''] === undefined) return undefined
    return capturedReplies('neighbour')
      .filter((message) => message.command === command && message.type === replyType)
      .flatMap(({ bytes }) => {
        const message = decodePayload(neighbourMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)
        return read(message as never) ?? []
      })
  }
  return runSteps(operation, { links, answer }).result
}

/** As `ip -j` prints it, of what it prints. */
function printed({ dev, address, lladdr, state, flags, proto }: Neighbour) {
  const words = { router: 'router', externLearn: 'extern_learn', proxy: 'proxy' } as Record<string, string>
  return {
    dst: address,
    dev: Object.keys(links).find((name) => links[name] === dev),
    ...(lladdr !== undefined && { lladdr }),
    ...Object.fromEntries(flags.map((flag) => [words[flag] ?? flag, null])),
    ...(!flags.includes('proxy') && { state: [String(state).toUpperCase()] }),
    ...(proto !== undefined && { protocol: String(proto) }),
  }
}

const jsonOf = (command: string) =>
  file.fixtures.find((one: { command: string }) => one.command === command).json as object[]

test('the listing is what ip prints of the same bytes, and what it hides', () => {
  const all = replay(listNeighbours.op(), 'ip -d -j neigh show')
  // iproute2 leaves out what is noarp or none, but not what is externally learned.
  const shown = all.filter(({ state, type }) => !(state === 'noarp' && type === 'multicast'))
  expect(shown.map(printed)).toEqual(jsonOf('ip -d -j neigh show'))
  expect(all.length - shown.length).toBe(9)
  expect(all.find(({ type }) => type === 'multicast')).toMatchObject({ state: 'noarp', lladdr: '01:00:5e:00:00:16' })
})

test('the listing of one link', () => {
  const found = replay(listNeighbours.op({ dev: 66051, state: ['permanent', 'stale'] }), 'ip -d -j neigh show dev eth0')
  const expected = jsonOf('ip -d -j neigh show dev eth0') as { state: string[] }[]
  expect(found.map(printed)).toEqual(
    expected
      .filter(({ state }) => ['PERMANENT', 'STALE'].includes(state[0] as string))
      .map((one) => ({ ...one, dev: 'eth0' })),
  )
  // The kernel that does not filter is not trusted.
  expect(replay(listNeighbours.op({ dev: 66052 }), 'ip -d -j neigh show dev eth0')).toEqual([])
  expect(replay(listNeighbours.op({ family: 'inet6' }), 'ip -d -j neigh show').map(({ family }) => family)).toEqual(
    Array(10).fill('inet6'),
  )
})

test('the proxies', () => {
  const found = replay(listNeighbours.op({ proxy: true }), 'ip -d -j neigh show proxy')
  expect(found.map(printed)).toEqual(jsonOf('ip -d -j neigh show proxy'))
  expect(found[0]).toEqual({
    dev: 66051,
    family: 'inet',
    address: '10.1.2.12',
    state: 'none',
    flags: ['proxy'],
    type: 'unicast',
    proto: 'bgp',
  })
})

test('one, with its times in seconds', () => {
  expect(replay(getNeighbour.op({ dev: 66051, address: '10.1.2.9' }), 'ip -d -j neigh get 10.1.2.9 dev eth0')).toEqual({
    dev: 66051,
    family: 'inet',
    address: '10.1.2.9',
    lladdr: '02:11:22:33:44:55',
    state: 'permanent',
    flags: [],
    type: 'unicast',
    probes: 0,
    cacheInfo: { confirmed: 0.02, used: 0.02, updated: 0.02, refcnt: 1 },
  })
})

test('what is not understood is kept', () => {
  const bytes = Buffer.from(
    // ndmsg: inet6, link 0x10203, state 0x180, flags 0x80, type 249; NDA_FLAGS_EXT 0x80000005; attribute 99; NDA_DST
    `0a000000 03020100 800180f9 08000f0005000080 05006300ff000000 14000100${'fd'.repeat(16)}`.replaceAll(' ', ''),
    'hex',
  )
  const message = decodePayload(neighbourMessage, sourceOf(Uint8Array.from(bytes), true), 0, bytes.length)
  expect(readNeighbour(message)).toEqual({
    dev: 66051,
    family: 'inet6',
    address: 'fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd',
    state: 0x180,
    flags: ['router', 'managed', 'externValid', 0x8000_0000],
    type: 249,
    unknown: [{ type: 99, data: Uint8Array.of(255) }],
  })
})
