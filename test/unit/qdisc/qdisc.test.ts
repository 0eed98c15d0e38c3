import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { decodePayload } from '../../../lib/netlink/message.js'
import { readAnyQdisc } from '../../../lib/qdisc/kinds/index.js'
import { tcMessage } from '../../../lib/qdisc/message.js'
import { RTM_NEWQDISC } from '../../../lib/rtnetlink/constants.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'
import { read } from '../../support/source.js'

const HEADER = 16
const qdiscs = capturedReplies('qdisc').filter(({ type }) => type === RTM_NEWQDISC)
const decode = (bytes: Uint8Array, start = HEADER, end = bytes.length) =>
  readAnyQdisc(decodePayload(tcMessage, sourceOf(bytes, true), start, end))

const all = (command: string) => qdiscs.filter((one) => one.command === command).map(({ bytes }) => decode(bytes))

describe('what the kernel answered, and what tc printed of it', () => {
  const command = 'tc -d -s -j qdisc show'
  const { fixtures } = JSON.parse(read('test/fixtures/replies/qdisc.json')) as {
    fixtures: { command: string; json: Record<string, unknown>[] }[]
  }
  const printed = fixtures.find((one) => one.command === command)?.json ?? []

  test('kinds, handles, places and counters', () => {
    const place = (parent: string) =>
      parent === 'root' ? { root: true } : parent === 'ingress' ? { parent: 'ffff:fff1' } : { parent }
    const ours = all(command).map(({ handle, parent, stats, ...qdisc }) => ({
      kind: qdisc.kind === 'other' ? qdisc.kindName : qdisc.kind,
      handle,
      ...place(parent),
      bytes: Number(stats?.bytes),
      packets: Number(stats?.packets),
      drops: stats?.drops,
      overlimits: stats?.overlimits,
      requeues: stats?.requeues,
      backlog: stats?.backlog,
      qlen: stats?.qlen,
    }))
    expect(ours.length).toBeGreaterThan(6)
    expect(printed).toMatchObject(ours)
  })

  test('what each has of its own', () => {
    const found = all(command)
    const of = (handle: string) => found.find((qdisc) => qdisc.handle === handle)
    expect(of('1:')).toMatchObject({
      dev: 66_051,
      kind: 'tbf',
      data: { rate: 1_000_000, burst: 1540, limit: 7790, peakRate: 2_000_000, mtu: 1520, linkLayer: 'ethernet' },
    })
    expect(of('10:')).toMatchObject({
      parent: '1:1',
      kind: 'netem',
      data: {
        ...{ limit: 258, delay: 100, jitter: 10, delayCorrelation: 25, loss: 0, gap: 5 },
        ...{ corrupt: 0.1, corruptCorrelation: 12, duplicate: 2, duplicateCorrelation: 13 },
        ...{
          reorder: 30,
          reorderCorrelation: 50,
          rate: 10_000_000,
          packetOverhead: 20,
          cellSize: 100,
          cellOverhead: 5,
        },
        lossModel: { gemodel: { p: 1, r: 10, '1-h': 70, '1-k': 0.1 } },
        slot: { minDelay: 0.8, maxDelay: 1, packets: 258, bytes: 66_051 },
      },
    })
    expect(of('2:')).toMatchObject({ kind: 'fq_codel', data: { limit: 258, ecn: true }, xstats: { newFlowCount: 0 } })
    expect(of('3:')).toMatchObject({
      kind: 'fq',
      data: { limit: 258, horizon: 2500, maxRate: 10_000_000 },
      xstats: { flows: 0 },
    })
    expect(of('4:')).toMatchObject({ kind: 'other', kindName: 'htb', data: expect.any(Uint8Array) })
    expect(of('ffff:')).toMatchObject({ kind: 'clsact', parent: 'ingress', data: {} })
  })

  test('nothing of it is unknown', () => {
    const unknown = (value: unknown): boolean =>
      typeof value === 'object' && value !== null && ('unknown' in value || Object.values(value).some(unknown))
    expect(all(`${command} invisible`).filter(unknown)).toEqual([])
  })
})

describe('what is damaged', () => {
  test('is read within its bounds, or refused', () => {
    for (const { bytes } of qdiscs.slice(0, 12))
      for (const broken of damaged(bytes.slice(HEADER)))
        if (broken.length >= tcMessage.header.size) expect(readsInside(broken, decode)).toBe(true)
  })

  test('in the options of one kind does not hide the qdisc', () => {
    const short = qdiscs.map(({ bytes }) => bytes).find((bytes) => decode(bytes).kind === 'netem') as Uint8Array
    const view = new DataView(short.buffer, short.byteOffset)
    // TCA_KIND first, then TCA_OPTIONS, whose type becomes that of a kind without options of such a form.
    const broken = short.slice()
    broken.set(Buffer.from('fifo'), HEADER + 20 + 4 + 1)
    broken[HEADER + 20 + 4] = 'p'.charCodeAt(0)
    expect(view.getUint16(HEADER + 20 + 2, true)).toBe(1)
    expect(decode(broken)).toMatchObject({ kind: 'pfifo', handle: '10:' })
  })
})
