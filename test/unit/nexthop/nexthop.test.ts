import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { HEADER_BYTES } from '../../../lib/netlink/header.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { nexthopMessage } from '../../../lib/nexthop/message.js'
import { type NexthopObject, readBucket, readNexthop } from '../../../lib/nexthop/nexthop.js'
import { RTM_NEWNEXTHOP, RTM_NEWNEXTHOPBUCKET } from '../../../lib/rtnetlink/constants.js'
import { printedNexthop } from '../../support/printed-nexthops.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'
import { read } from '../../support/source.js'

interface Printed {
  readonly bucket: object
}

const file = JSON.parse(read('test/fixtures/replies/nexthop.json')) as {
  stages: { nexthop: { links: Record<string, number> } }
  fixtures: { command: string; json: Printed[] }[]
}
const names = new Map(Object.entries(file.stages.nexthop.links).map(([name, index]) => [index, name]))
const captured = capturedReplies('nexthop')
const json = (word: string) => file.fixtures.find(({ command }) => command.includes(word))?.json as Printed[]
const decode = (bytes: Uint8Array) => decodePayload(nexthopMessage, sourceOf(bytes, true), HEADER_BYTES, bytes.length)

test('next hops are what ip prints of the same bytes', () => {
  const ours = captured
    .filter(({ type }) => type === RTM_NEWNEXTHOP)
    .map(({ bytes }) => readNexthop(decode(bytes)) as NexthopObject)
  expect(ours).toHaveLength(10)
  expect(ours.map((one) => printedNexthop(one, names))).toEqual(json(' show'))
  expect(ours[0]).toEqual({
    ...{ id: 66_051, family: 'inet', via: '10.1.2.9', dev: 66_051, scope: 'link', proto: 'bgp' },
    ...{ onlink: false, blackhole: false, fdb: false, flags: [] },
  })
})

test('buckets are what ip prints of the same bytes', () => {
  const ours = captured
    .filter(({ type }) => type === RTM_NEWNEXTHOPBUCKET)
    .map(({ bytes }) => readBucket(decode(bytes)))
  expect(ours).toHaveLength(8)
  expect(ours.map((one) => ({ ...one, flags: [] }))).toEqual(
    json(' bucket ').map(({ bucket, ...rest }) => ({ ...rest, ...renamed(bucket) })),
  )
})

const renamed = ({ idle_time, ...rest }: { idle_time?: number }) => ({ ...rest, idleTime: idle_time })

describe('the high bits of a weight', () => {
  const header = { family: 'unspec', scope: 'global', proto: 'unspec', flags: [] } as const
  const group = [{ id: 5, weight: 0x33, weightHigh: 0x12 }]
  const weight = (operationFlags: readonly ('clearedReserved' | 'stats')[] | undefined) =>
    readNexthop({ header, attributes: { id: 1, group, ...(operationFlags && { operationFlags }) } })?.group
  test('count only where the kernel says that it clears them', () => {
    expect(weight(['clearedReserved'])).toEqual([{ id: 5, weight: 4660 }])
    expect(weight(undefined)).toEqual([{ id: 5, weight: 0x34 }])
  })
  test('packets are told of the member that they went by', () => {
    const statistics = [
      { id: 6, packets: 1n },
      { id: 5, packets: 2n ** 40n, packetsHw: 7n },
    ]
    expect(readNexthop({ header, attributes: { id: 1, group, statistics } })?.group).toEqual([
      { id: 5, weight: 0x34, packets: 2n ** 40n, packetsHw: 7n },
    ])
  })
  test('what has no id is no next hop, and what has no index no bucket', () => {
    expect(readNexthop({ header, attributes: { group } })).toBeUndefined()
    expect(readBucket({ header, attributes: { id: 1, bucket: { nhid: 2 } } })).toBeUndefined()
  })
  test('what is unknown is kept, of nests too', () => {
    const [one, two] = [1, 2].map((type) => ({ type: 100 + type, data: Uint8Array.of(type) }))
    const kept = readNexthop({
      header,
      attributes: { id: 1, resilient: { buckets: 3, unknown: [one as never] }, unknown: [two as never] },
    })
    expect(kept).toMatchObject({ buckets: 3, unknown: [one, two] })
    expect(readNexthop({ header, attributes: { id: 1, resilient: { unknown: [one as never] } } })?.unknown).toEqual([
      one,
    ])
    const bucket = { index: 1, nhid: 2, unknown: [one as never] }
    expect(readBucket({ header, attributes: { id: 1, bucket } })?.unknown).toEqual([one])
  })
})

test('looks at nothing outside a damaged message', () => {
  const samples = new Map(captured.filter(({ type }) => type > 16).map(({ bytes }) => [bytes.length, bytes]))
  expect(samples.size).toBeGreaterThan(5)
  for (const sample of samples.values())
    for (const bytes of damaged(sample)) {
      const inside = readsInside(bytes, (around, start, end) =>
        decodePayload(nexthopMessage, sourceOf(around, true), start + HEADER_BYTES, end),
      )
      if (!inside) expect.fail(`read outside of ${Buffer.from(bytes).toString('hex')}`)
    }
})
