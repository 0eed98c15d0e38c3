import dgram from 'node:dgram'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { openSocket } from '../../lib/netns/open-socket.js'
import type { Qdisc } from '../../lib/qdisc/kinds/index.js'
import {
  addQdisc,
  deleteQdisc,
  getQdisc,
  listQdiscs,
  type QdiscChanges,
  type QdiscOptions,
  replaceQdisc,
  updateQdisc,
} from '../../lib/qdisc/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'

let ns: TestNamespace
let where: { netns: string }

const INDEX = 258
const setUp = async () => {
  ns = await testNamespace([
    `link add eth0 index ${INDEX} address 02:00:00:00:00:0a numtxqueues 2 type veth peer name eth1 index 772 address 02:00:00:00:00:0b`,
    ...['eth0', 'eth1'].flatMap(upWithoutAddress),
  ])
  where = { netns: ns.name }
}

interface Context {
  skip(note?: string): never
}

/** Skips where the kernel lacks the kind. */
const skipKind =
  ({ skip }: Context, kind: string, config: string) =>
  (error: unknown): never => {
    if (isKernelError(error) && error.message.includes(`this kernel has no ${kind} qdisc (${config})`))
      skip(`this kernel has no ${kind} qdisc (${config})`)
    throw error
  }

type WithoutDev<O> = O extends unknown ? Omit<O, 'dev'> : never

/** At the root of eth0, in place of whatever is there. */
const put = (options: WithoutDev<QdiscOptions>) => replaceQdisc({ dev: 'eth0', ...options } as QdiscOptions, where)

const shown = async (words = 'dev eth0 root') => (await ns.tc(`qdisc show ${words}`))[0]
const ours = async () => (await getQdisc({ dev: 'eth0' }, where)) as Qdisc & { data: Record<string, unknown> }

describe('what is written is what tc and we read back', () => {
  test('netem', async (context) => {
    await setUp()
    const all = {
      limit: 258,
      ...{ delay: 100, jitter: 10, delayCorrelation: 25, loss: 1, lossCorrelation: 20, ecn: true },
      ...{ corrupt: 0.1, corruptCorrelation: 12, duplicate: 2, duplicateCorrelation: 13 },
      ...{ reorder: 30, reorderCorrelation: 50, gap: 5 },
      ...{ rate: 10_000_000, packetOverhead: -20, cellSize: 100, cellOverhead: 5 },
      slot: { minDelay: 0.8, maxDelay: 1, packets: 258, bytes: 66_051 },
    }
    await put({ kind: 'netem', ...all, distribution: 'normal' }).catch(
      skipKind(context, 'netem', 'CONFIG_NET_SCH_NETEM'),
    )
    expect(await shown()).toMatchObject({
      kind: 'netem',
      options: {
        limit: 258,
        delay: { delay: 0.1, jitter: 0.01, correlation: 0.25 },
        'loss-random': { loss: 0.01, correlation: 0.2 },
        duplicate: { duplicate: 0.02, correlation: 0.13 },
        reorder: { reorder: 0.3, correlation: 0.5 },
        corrupt: { corrupt: 0.001, correlation: 0.12 },
        rate: { rate: 1_250_000, packetoverhead: -20, cellsize: 100, celloverhead: 5 },
        slot: { 'min-delay': 0.0008, 'max-delay': 0.001, packets: 258, bytes: 66_051 },
        ecn: true,
        gap: 5,
      },
    })
    expect(await ours()).toMatchObject({ dev: INDEX, parent: 'root', kind: 'netem', data: all })

    const update = (changes: object) => updateQdisc({ dev: 'eth0', kind: 'netem', ...changes } as QdiscChanges, where)
    await update({ loss: 2 })
    expect((await ours()).data).toMatchObject({ ...all, loss: 2 })
    await update({ lossModel: { gemodel: { p: 1, r: 10, '1-h': 70, '1-k': 0.1 } }, reorder: 0, rate: 0 })
    expect((await shown()).options).toMatchObject({
      'loss-gemodel': { p: 0.01, r: 0.1, '1-h': 0.7, '1-k': 0.001 },
      delay: { delay: 0.1 },
      gap: 0,
    })
    const { limit, delay, jitter, corrupt, duplicate, slot } = all
    expect((await ours()).data).toMatchObject({
      ...{ limit, delay, jitter, corrupt, duplicate, slot, ecn: true },
      lossModel: { gemodel: { p: 1, r: 10, '1-h': 70, '1-k': 0.1 } },
      ...{ loss: 0, reorder: 0, gap: 0, rate: 0 },
    })
    await update({ lossModel: { state: { p13: 1, p31: 2, p32: 3, p23: 4, p14: 5 } }, delay: '1.5s' })
    expect((await shown()).options).toMatchObject({
      'loss-state': { p13: 0.01, p31: 0.02, p32: 0.03, p23: 0.04, p14: 0.05 },
      delay: { delay: 1.5 },
    })
    await update({ duplicate: '0.5%' })
    expect((await ours()).data).toMatchObject({
      lossModel: { state: { p13: 1, p31: 2, p32: 3, p23: 4, p14: 5 } },
      ...{ duplicate: 0.5, delay: 1500 },
    })
    await put({ kind: 'netem', rate: '100gbit', slot: { distribution: 'pareto', delay: 50, jitter: 5 } })
    expect((await shown()).options).toMatchObject({ limit: 1000, rate: { rate: 12_500_000_000 } })
    expect(await ours()).toMatchObject({
      data: { limit: 1000, delay: 0, loss: 0, ecn: false, rate: 100_000_000_000, slot: { delay: 50, jitter: 5 } },
    })
    // A seed that the kernel does not know it passes over.
    await put({ kind: 'netem', loss: 1, seed: 0x0123_4567_89ab_cdefn })
    const { seed } = (await ours()).data
    expect([undefined, 0x0123_4567_89ab_cdefn]).toContain(seed)
    if (seed !== undefined) {
      await update({ loss: 3 })
      expect((await ours()).data).toMatchObject({ loss: 3, seed })
    }
  })

  test('tbf, and what hangs below it', async (context) => {
    await setUp()
    const small = { rate: 256_000, burst: 1600, limit: 66_051, peakRate: 512_000, mtu: 1520, overhead: 18 }
    await put({ kind: 'tbf', handle: '1:', ...small }).catch(skipKind(context, 'tbf', 'CONFIG_NET_SCH_TBF'))
    expect(await shown()).toMatchObject({
      kind: 'tbf',
      handle: '1:',
      options: { rate: 32_000, overhead: 18 },
    })
    expect(await ours()).toMatchObject({ handle: '1:', kind: 'tbf', data: { ...small, linkLayer: 'ethernet' } })
    await updateQdisc({ dev: 'eth0', kind: 'tbf', handle: '1:', rate: '300kbit' }, where)
    expect((await shown()).options).toMatchObject({ rate: 37_500 })
    expect((await ours()).data).toMatchObject({ ...small, rate: 300_000 })

    await put({ kind: 'tbf', handle: '1:', rate: '100gbit', burst: '1mb', latency: '1ms' })
    expect((await shown()).options).toMatchObject({ rate: 12_500_000_000 })
    expect((await ours()).data).toMatchObject({ rate: 100_000_000_000, limit: 13_548_576 })
    await put({ kind: 'tbf', handle: '1:', rate: '1mbit', burst: 1540, latency: 50, linkLayer: 'atm' })
    expect((await ours()).data).toMatchObject({ linkLayer: 'atm', limit: 7790 })
    await put({ kind: 'tbf', handle: '1:', rate: '1mbit', burst: 1540, latency: 50 })
    expect((await shown()).options).toMatchObject({ rate: 125_000, burst: '1540b/1' })
    expect((await ours()).data).toMatchObject({ rate: 1_000_000, burst: 1540, limit: 7790 })

    const below = async (invisible: boolean) =>
      (await listQdiscs({ dev: 'eth0', parent: '1:1', invisible }, where)).map(({ kind, data }) => ({ kind, data }))
    expect(await below(false)).toEqual([])
    expect(await below(true)).toEqual([{ kind: 'bfifo', data: { limit: 7790 } }])
    await addQdisc({ dev: 'eth0', parent: '1:1', handle: '10:', kind: 'pfifo', limit: 258 }, where)
    expect(await below(false)).toEqual([{ kind: 'pfifo', data: { limit: 258 } }])
    await updateQdisc({ dev: 'eth0', handle: '10:', kind: 'pfifo', limit: 259 }, where)
    expect(await shown('dev eth0 handle 10:')).toMatchObject({ kind: 'pfifo', parent: '1:1', options: { limit: 259 } })
    await deleteQdisc({ dev: 'eth0', handle: '10:' }, where)
    expect(await below(false)).toEqual([])
  })

  test('fq_codel', async (context) => {
    await setUp()
    const all = {
      limit: 258,
      flows: 4096,
      quantum: 300,
      ecn: false,
      ...{ target: 2.56, interval: 70.4, ceThreshold: 1.024, memoryLimit: 66_051, dropBatch: 5 },
    }
    await put({ kind: 'fq_codel', ...all }).catch(skipKind(context, 'fq_codel', 'CONFIG_NET_SCH_FQ_CODEL'))
    // CoDel's clock: steps of 1.024 µs, and a microsecond less in print.
    const printed = (await shown()).options
    expect(printed).toMatchObject({ limit: 258, flows: 4096, quantum: 300, memory_limit: 66_051, drop_batch: 5 })
    const near = (name: string, wanted: number, found: unknown) =>
      expect(Math.abs((found as number) - wanted), name).toBeLessThanOrEqual(wanted * 0.01)
    near('target', 2560, printed.target)
    near('interval', 70_400, printed.interval)
    near('ce_threshold', 1024, printed.ce_threshold)
    const { data } = await ours()
    expect(data).toMatchObject({ limit: 258, flows: 4096, quantum: 300, ecn: false, memoryLimit: 66_051, dropBatch: 5 })
    for (const name of ['target', 'interval', 'ceThreshold'] as const) near(name, all[name], data[name])
    await updateQdisc({ dev: 'eth0', kind: 'fq_codel', ecn: true }, where)
    expect((await shown()).options).toMatchObject({ ecn: true, quantum: 300 })
    expect(await ours()).toMatchObject({ xstats: { maxPacket: expect.any(Number), newFlowCount: 0, memoryUsage: 0 } })
    await updateQdisc({ dev: 'eth0', kind: 'fq_codel', ceThresholdSelector: 4, ceThresholdMask: 0xfc }, where)
    const { ceThresholdSelector, ceThresholdMask } = (await ours()).data
    // Linux 5.16; older ones pass over them.
    expect([
      [4, 0xfc],
      [undefined, undefined],
    ]).toContainEqual([ceThresholdSelector, ceThresholdMask])
  })

  test('fq', async (context) => {
    await setUp()
    const all = {
      ...{ limit: 258, flowLimit: 259, quantum: 3001, initialQuantum: 15_001, pacing: false, maxRate: 10_000_000 },
      ...{ buckets: 2048, refillDelay: 60, orphanMask: 511, lowRateThreshold: 560_000 },
      ...{ ceThreshold: 4, timerSlack: 0.012, horizon: 2500, horizonDrop: false },
    }
    await put({ kind: 'fq', ...all }).catch(skipKind(context, 'fq', 'CONFIG_NET_SCH_FQ'))
    expect((await shown()).options).toMatchObject({
      ...{ limit: 258, flow_limit: 259, quantum: 3001, initial_quantum: 15_001, pacing: false, maxrate: 1_250_000 },
      ...{ buckets: 2048, refill_delay: 60_000, orphan_mask: 511, low_rate_threshold: 70_000 },
      ...{ ce_threshold: 4000, timer_slack: 12_000, horizon: 2_500_000, horizon_cap: null },
    })
    expect(await ours()).toMatchObject({ data: all, xstats: { flows: 0, throttled: 0n } })
    await updateQdisc({ dev: 'eth0', kind: 'fq', maxRate: 'unlimited', ceThreshold: 'off' }, where)
    expect((await ours()).data).toMatchObject({ ...all, maxRate: 'unlimited', ceThreshold: 'off' })
    expect((await shown()).options).not.toHaveProperty('maxrate')
  })

  test('bands of fq', async (context) => {
    await setUp()
    const priomap = { bands: 3, priomap: [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0] }
    await put({ kind: 'fq', priomap, weights: [589_823, 196_608, 65_536] }).catch(
      skipKind(context, 'fq', 'CONFIG_NET_SCH_FQ'),
    )
    const { data, xstats } = (await ours()) as Qdisc & { data: Record<string, unknown>; xstats: object }
    if (data.weights === undefined) context.skip('this kernel has no bands of fq (Linux 6.7)')
    expect(data).toMatchObject({ priomap, weights: [589_823, 196_608, 65_536] })
    expect(xstats).toMatchObject({ bandDrops: [0n, 0n, 0n], bandPktCount: [0, 0, 0] })
    await updateQdisc({ dev: 'eth0', kind: 'fq', offloadHorizon: 0 }, where)
  })

  test('queues without options of their own, and those of packets and bytes', async () => {
    await setUp()
    for (const [kind, limit] of [
      ['pfifo', 258],
      ['bfifo', 66_051],
    ] as const) {
      await put({ kind, limit })
      expect(await shown()).toMatchObject({ kind, options: { limit } })
      expect(await ours()).toMatchObject({ kind, data: { limit } })
    }
    await put({ kind: 'pfifo_fast' })
    expect(await ours()).toMatchObject({
      kind: 'pfifo_fast',
      data: { bands: 3, priomap: (await shown()).options.priomap },
    })
    await put({ kind: 'noqueue' })
    expect(await shown()).toMatchObject({ kind: 'noqueue' })
    expect(await ours()).toMatchObject({ kind: 'noqueue', data: {} })
    await put({ kind: 'mq', handle: '7:' })
    expect(await ours()).toMatchObject({ kind: 'mq', handle: '7:', data: {} })
    const children = await listQdiscs({ dev: 'eth0', parent: '7:2' }, where)
    expect(children).toHaveLength(1)
  })

  test('clsact and ingress, with blocks', async (context) => {
    await setUp()
    await addQdisc({ dev: 'eth0', kind: 'clsact', ingressBlock: 258, egressBlock: 259 }, where).catch(
      skipKind(context, 'clsact', 'CONFIG_NET_SCH_INGRESS'),
    )
    const block = { ingress_block: 258, egress_block: 259 }
    expect(await shown('dev eth0 ingress')).toMatchObject({ kind: 'clsact', handle: 'ffff:', ...block })
    expect(await listQdiscs({ parent: 'ingress' }, where)).toMatchObject([
      { dev: INDEX, kind: 'clsact', handle: 'ffff:', parent: 'ingress', ingressBlock: 258, egressBlock: 259 },
    ])
    await expect(addQdisc({ dev: 'eth0', kind: 'clsact' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    await replaceQdisc({ dev: 'eth0', kind: 'clsact' }, where)
    expect((await getQdisc({ dev: 'eth0', parent: 'clsact' }, where)).ingressBlock).toBeUndefined()
    await deleteQdisc({ dev: 'eth0', kind: 'clsact' }, where)
    await addQdisc({ dev: 'eth0', kind: 'ingress' }, where)
    await expect(deleteQdisc({ dev: 'eth0', kind: 'clsact' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    expect(await getQdisc({ dev: 'eth0', parent: 'ingress' }, where)).toMatchObject({ kind: 'ingress' })
    await deleteQdisc({ dev: 'eth0', kind: 'ingress' }, where)
    expect(await listQdiscs({ dev: 'eth0', parent: 'ingress' }, where)).toEqual([])
  })

  test('a kind that is not known here', async (context) => {
    await setUp()
    // TCA_HTB_INIT: version 3, rate2quantum 10, default class 7.
    const data = new Uint8Array(24)
    new DataView(data.buffer).setUint16(0, 24, true)
    new DataView(data.buffer).setUint16(2, 2, true)
    new Uint32Array(data.buffer, 4).set([3, 10, 7])
    const options = { dev: 'eth0', kind: 'other', kindName: 'htb', handle: '2:', data } as const
    await replaceQdisc(options, where).catch(skipKind(context, 'htb', 'module sch_htb'))
    expect(await shown()).toMatchObject({ kind: 'htb', handle: '2:', options: { r2q: 10, default: '0x7' } })
    const [listed] = await listQdiscs({ kind: 'htb' }, where)
    expect(listed).toMatchObject({ kind: 'other', kindName: 'htb', data: expect.any(Uint8Array) })
    expect(await listQdiscs({ kind: 'other' }, where)).toEqual([listed])
    await deleteQdisc(listed as Qdisc, where)
    expect(await listQdiscs({ kind: 'htb' }, where)).toEqual([])
  })

  test('a table of sizes and an estimator', async (context) => {
    await setUp()
    const stab = { overhead: -18, mpu: 64, linkLayer: 'atm', mtu: 4096, tsize: 256 } as const
    await put({ kind: 'pfifo', limit: 258, stab })
    await updateQdisc({ dev: 'eth0', kind: 'pfifo', limit: 259 }, where)
    expect(await ours()).toMatchObject({ data: { limit: 259 }, stab: { ...stab, linkLayer: 2, cellLog: 5 } })
    const text = await shown()
    expect(text).toMatchObject({ kind: 'pfifo', options: { limit: 259 } })
    await updateQdisc({ dev: 'eth0', kind: 'pfifo', limit: 260, stab: false }, where)
    expect((await ours()).stab).toBeUndefined()
    await put({ kind: 'pfifo', limit: 258, estimator: { interval: '1s', timeConstant: '8s' } }).catch((error) => {
      // pfifo counts for each processor on some kernels: there is nothing to estimate.
      if (isKernelError(error, 'EOPNOTSUPP')) context.skip('this kernel estimates no rate of pfifo')
      throw error
    })
    expect(await ours()).toMatchObject({ stats: { rateEst: { rate: 0, pps: 0 } } })
  })
})

describe('verbs: absent, the same, another', () => {
  const kindNow = async () => {
    const { kind, handle, data } = await ours()
    return [kind, handle, data.limit]
  }

  test('add is exclusive, also where the kernel would replace another kind', async () => {
    await setUp()
    await addQdisc({ dev: 'eth0', kind: 'pfifo', limit: 258 }, where)
    await expect(addQdisc({ dev: 'eth0', kind: 'pfifo', limit: 5 }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(addQdisc({ dev: 'eth0', kind: 'bfifo', limit: 5 }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    const handled = addQdisc({ dev: 'eth0', kind: 'bfifo', handle: '5:', limit: 5 }, where)
    await expect(handled).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await kindNow()).toEqual(['pfifo', expect.stringMatching(/^8/), 258])
    const orphan = addQdisc({ dev: 'eth0', parent: '9:1', kind: 'pfifo' }, where)
    await expect(orphan).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(addQdisc({ dev: 'nope', kind: 'pfifo' }, where)).rejects.toMatchObject({ code: 'ENODEV' })
    await expect(addQdisc({ dev: 'eth1', kind: 'other', kindName: 'nope' }, where)).rejects.toMatchObject({
      attribute: 'kind',
      message: expect.stringContaining('module sch_nope'),
    })
  })

  test('replace makes, and puts a new one in the place of an old one', async () => {
    await setUp()
    await put({ kind: 'pfifo', limit: 258 })
    const [, first] = await kindNow()
    // The kernel would change the old one, and let it keep the limit.
    await put({ kind: 'pfifo' })
    const [kind, second, limit] = await kindNow()
    expect(kind).toBe('pfifo')
    expect(second).not.toBe(first)
    expect(limit).not.toBe(258)
    await put({ kind: 'pfifo', handle: '1:', limit: 259 })
    expect(await kindNow()).toEqual(['pfifo', '1:', 259])
    await put({ kind: 'pfifo', handle: '1:' })
    expect(await kindNow()).toEqual(['pfifo', '1:', limit])
    await put({ kind: 'bfifo', handle: '1:', limit: 260 })
    expect(await kindNow()).toEqual(['bfifo', '1:', 260])
  })

  test('update changes, and never makes', async () => {
    await setUp()
    const update = (changes: object) => updateQdisc({ dev: 'eth0', kind: 'pfifo', ...changes } as QdiscChanges, where)
    await expect(update({ limit: 5 })).rejects.toMatchObject({ code: 'ENOENT', applied: false })
    await put({ kind: 'bfifo', limit: 258, handle: '1:' })
    await expect(update({ limit: 5 })).rejects.toMatchObject({ code: 'EINVAL', applied: false })
    await update({ kind: 'bfifo', limit: '1kb' })
    expect(await kindNow()).toEqual(['bfifo', '1:', 1024])
  })

  test('delete takes what is there, once; the three forms and a batch', async () => {
    await setUp()
    const nothing = expect.objectContaining({ code: 'ENOENT' })
    await expect(deleteQdisc({ dev: 'eth0' }, where)).rejects.toEqual(nothing)
    addQdisc.sync({ dev: 'eth0', kind: 'pfifo', handle: '1:' }, where)
    await expect(deleteQdisc({ dev: 'eth0', parent: 'root', handle: '2:' }, where)).rejects.toMatchObject({
      code: 'EINVAL',
    })
    await expect(deleteQdisc({ dev: 'eth0', kind: 'bfifo' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    const [listed] = listQdiscs.sync({ dev: 'eth0', kind: 'pfifo' }, where)
    deleteQdisc.sync(listed as Qdisc, where)
    await expect(getQdisc({ dev: 'eth0', handle: '1:' }, where)).rejects.toEqual(nothing)
    const outcomes = await batch(
      [
        addQdisc.op({ dev: 'eth0', kind: 'pfifo', limit: 258 }),
        updateQdisc.op({ dev: 'eth0', kind: 'pfifo', limit: 259 }),
        deleteQdisc.op({ dev: 'eth0' }),
        addQdisc.op({ dev: 'eth1', kind: 'pfifo', limit: 260 }),
      ],
      where,
    )
    expect(outcomes).toHaveLength(4)
    expect((await listQdiscs({ kind: 'pfifo' }, where)).map(({ dev, data }) => [dev, data])).toEqual([
      [772, { limit: 260 }],
    ])
  })
})

describe('packets', () => {
  const ADDRESS = '10.1.2.3'
  const PORT = 4660

  /** Datagrams to an address beyond eth0 that nobody has: the neighbour is made up. */
  async function sender() {
    await ns.ip(`address add ${ADDRESS}/24 dev eth0`)
    await ns.ip('neighbour add 10.1.2.9 lladdr 02:00:00:00:00:0b dev eth0')
    const { fd } = await openSocket({ type: 'udp', address: ADDRESS, port: PORT }, where)
    const socket = dgram.createSocket('udp4').bind({ fd })
    onTestFinished(() => void socket.close())
    // One that the qdisc drops is an error to its sender (ENOBUFS), or not.
    return (bytes: number) =>
      new Promise<void>((resolve) => socket.send(Buffer.alloc(bytes), 22_136, '10.1.2.9', () => resolve()))
  }

  const received = async () => (await ns.show('-s link show dev eth1'))[0].stats64.rx.packets as number

  test('are lost, or come twice, as netem is told', async (context) => {
    await setUp()
    await put({ kind: 'netem', loss: 100 }).catch(skipKind(context, 'netem', 'CONFIG_NET_SCH_NETEM'))
    const send = await sender()
    const before = await received()
    for (let i = 0; i < 5; i++) await send(100)
    expect(await received()).toBe(before)
    expect((await ours()).stats).toMatchObject({ drops: 5, packets: 0n })
    await put({ kind: 'netem', duplicate: 100 })
    for (let i = 0; i < 5; i++) await send(100)
    await expect.poll(received).toBe(before + 10)
    const { stats, xstats } = await ours()
    expect(stats).toMatchObject({ drops: 0, packets: 10n })
    // Linux 7.2.
    if (xstats !== undefined) expect(xstats).toMatchObject({ duplicated: 5n, dropped: 0n })
  })

  test('are dropped where the bucket of tbf is empty and its queue full', async (context) => {
    await setUp()
    // One packet may leave; then, at a byte a second, one waits.
    await put({ kind: 'tbf', rate: 8, burst: 1100, limit: 1100 }).catch(skipKind(context, 'tbf', 'CONFIG_NET_SCH_TBF'))
    const send = await sender()
    for (let i = 0; i < 5; i++) await send(1000)
    const { stats } = await ours()
    expect(stats).toMatchObject({ packets: 1n, bytes: 1042n, drops: 3, qlen: 1, backlog: 1042 })
    expect(stats?.overlimits).toBeGreaterThan(0)
    expect(await shown()).toMatchObject({ packets: 1, bytes: 1042, drops: 3, qlen: 1, backlog: 1042 })
  })
})
