import { describe, expect, test } from 'vitest'
import type { Request } from '../../../lib/netlink/request.js'
import type { Qdisc } from '../../../lib/qdisc/kinds/index.js'
import {
  addQdisc,
  deleteQdisc,
  getQdisc,
  listQdiscs,
  type QdiscChanges,
  type QdiscOptions,
  replaceQdisc,
  updateQdisc,
} from '../../../lib/qdisc/operations.js'
import { refusal } from '../../support/links.js'
import { endings, type Reasons, requestFixtures, runSteps, testFixtures } from '../../support/requests.js'

const dev = 'eth0'
const links = { eth0: 66051 }

type Own = Record<string, unknown>
const add = (kind: string, own: Own = {}) => addQdisc.op({ dev, kind, ...own } as QdiscOptions)
/** Of one kind: the words of tc behind it → options. */
const ofKind = (kind: string, words: Record<string, Own>) =>
  endings(`tc qdisc add dev eth0 root ${kind}`, words, (own) => add(kind, own))

/** As it is listed where there is one. */
const there = (qdisc: Partial<Qdisc>) => (request: Request) =>
  request.mode === 'dump' ? [{ dev: 66051, handle: '1:', parent: 'root', refcnt: 2, ...qdisc }] : undefined

const exclusive = 'with the flag, another with that handle is left alone'
/** For all of them. */
const unless = {
  'differs: tcm_handle = "8001:", ip "0:"': 'with a handle, the kernel leaves one of another kind where it is',
  'differs: flags = "0x705", ip "0x505"': exclusive,
}

describe('bytes as iproute2 sends them', () => {
  const pfifo = { limit: 258 }
  testFixtures('qdisc', {
    unless,
    same: {
      'tc qdisc add dev eth0 root noqueue': () => add('noqueue'),
      'tc qdisc add dev eth0 root pfifo_fast': () => add('pfifo_fast'),
      'tc qdisc add dev eth0 root mq': () => add('mq'),
      'tc qdisc add dev eth0 clsact': () => add('clsact'),
      'tc qdisc add dev eth0 ingress': () => add('ingress', { parent: 'ingress' }),
      'tc qdisc add dev eth0 ingress_block 258 egress_block 259 clsact': () =>
        add('clsact', { ingressBlock: 258, egressBlock: 259 }),
      'tc qdisc add dev eth0 ingress_block 258 ingress': () => add('ingress', { ingressBlock: 258 }),
      'tc qdisc add dev eth0 root handle 1: pfifo limit 258': () => add('pfifo', { ...pfifo, handle: '1:' }),
      'tc qdisc add dev eth0 root handle 1234: pfifo limit 258': () => add('pfifo', { ...pfifo, handle: '1234' }),
      'tc qdisc add dev eth0 parent 1:1 handle 10: pfifo limit 258': () =>
        add('pfifo', { ...pfifo, parent: '1:1', handle: 0x10_0000 }),
      'tc qdisc add dev eth0 parent abc:def handle abcd: netem delay 1ms': () =>
        add('netem', { parent: 'ABC:def', handle: 'abcd:', delay: 1 }),
      ...endings(
        'tc qdisc add dev eth0 root estimator',
        {
          '1sec 8sec pfifo limit 258': { interval: 1000, timeConstant: '8s' },
          '250ms 2sec pfifo limit 258': { interval: '250ms', timeConstant: 2000 },
          '8sec 64sec pfifo limit 258': { interval: '8sec', timeConstant: '64secs' },
        },
        (estimator) => add('pfifo', { ...pfifo, estimator }),
      ),
      ...endings(
        'tc qdisc add dev eth0 root stab',
        {
          'overhead 18 pfifo limit 258': { overhead: 18 },
          'overhead -18 mpu 64 pfifo limit 258': { overhead: -18, mpu: 64 },
          'linklayer atm overhead 10 mtu 4096 tsize 256 pfifo limit 258': {
            linkLayer: 'atm',
            overhead: 10,
            mtu: 4096,
            tsize: 256,
          },
          'mtu 65535 mpu 70000 pfifo limit 258': { mtu: 65_535, mpu: 70_000 },
        },
        (stab) => add('pfifo', { ...pfifo, stab }),
      ),
      'tc qdisc replace dev eth0 root netem loss 1%': () => replaceQdisc.op({ dev, kind: 'netem', loss: 1 }),
      'tc qdisc replace dev eth0 root handle 1: pfifo limit 258': () =>
        replaceQdisc.op({ dev, kind: 'pfifo', ...pfifo, handle: '1:' }),
      'tc qdisc replace dev eth0 clsact': () => replaceQdisc.op({ dev, kind: 'clsact' }),
      'tc qdisc change dev eth0 root fq_codel limit 258': () => ({
        op: updateQdisc.op({ dev, kind: 'fq_codel', ...pfifo }),
        answer: there({ kind: 'fq_codel', data: {} }),
      }),
      'tc qdisc change dev eth0 root handle 1: pfifo limit 258': () => ({
        op: updateQdisc.op({ dev, kind: 'pfifo', parent: 'root', handle: '1:', ...pfifo }),
        answer: there({ kind: 'pfifo', data: { limit: 1 } }),
      }),
      'tc qdisc change dev eth0 handle 1: pfifo limit 258': () => ({
        op: updateQdisc.op({ dev, kind: 'pfifo', handle: '1:', ...pfifo }),
        answer: there({ kind: 'pfifo', data: { limit: 1 } }),
      }),
      'tc qdisc change dev eth0 parent 1:1 handle 10: pfifo limit 258': () => ({
        op: updateQdisc.op({ dev, kind: 'pfifo', parent: '1:1', handle: '10:', ...pfifo }),
        answer: there({ kind: 'pfifo', parent: '1:1', handle: '10:', data: { limit: 1 } }),
      }),
      'tc qdisc change dev eth0 root estimator 1sec 8sec fq_codel': () => ({
        op: updateQdisc.op({ dev, kind: 'fq_codel', estimator: { interval: '1s', timeConstant: '8s' } }),
        answer: there({ kind: 'fq_codel', data: {} }),
      }),
      'tc qdisc delete dev eth0 root': () => deleteQdisc.op({ dev }),
      'tc qdisc delete dev eth0 root handle 1:': () => deleteQdisc.op({ dev, parent: 'root', handle: '1:' }),
      'tc qdisc delete dev eth0 root netem': () => ({
        op: deleteQdisc.op({ dev, kind: 'netem' }),
        except: { [`ip alone: 2 = 00000000e8030000${'0'.repeat(32)}`]: 'a deletion looks at the name alone' },
      }),
      'tc qdisc delete dev eth0 parent 1:1': () => deleteQdisc.op({ dev, parent: '1:1' }),
      'tc qdisc delete dev eth0 handle 1:': () => ({
        op: deleteQdisc.op({ dev, handle: '1:' }),
        answer: there({ kind: 'pfifo' }),
        except: { 'differs: tcm_parent = "root", ip "none"': 'the kernel deletes by parent: ours is looked for' },
      }),
      'tc qdisc delete dev eth0 clsact': () => deleteQdisc.op({ dev, kind: 'clsact', handle: 'ffff:' }),
      'tc qdisc delete dev eth0 ingress': () => deleteQdisc.op({ dev, kind: 'ingress', handle: 'ffff:' }),
    },
    beyond: {
      'tc qdisc link dev eth0 root handle 1:': 'hangs one that is there elsewhere: no verb does',
    },
  })

  testFixtures('qdisc-dumps', {
    unless,
    same: {
      'tc qdisc show': () => listQdiscs.op(),
      'tc qdisc show dev eth0': () => listQdiscs.op({ dev }),
      'tc qdisc show invisible': () => listQdiscs.op({ invisible: true }),
      'tc qdisc show dev eth0 ingress': () => listQdiscs.op({ dev, parent: 'ingress' }),
      'tc qdisc show dev eth0 root': () => listQdiscs.op({ dev, parent: 'root' }),
      'tc qdisc show dev eth0 handle 1:': () => listQdiscs.op({ dev, handle: '1:' }),
    },
  })

  testFixtures('qdisc-fifo', {
    unless,
    same: {
      ...ofKind('pfifo', { '': {}, 'limit 258': pfifo }),
      ...ofKind('bfifo', { '': {}, 'limit 66051': { limit: 66_051 }, 'limit 10kb': { limit: '10kb' } }),
    },
  })

  testFixtures('qdisc-fq-codel', {
    unless,
    same: ofKind('fq_codel', {
      '': {},
      'limit 258': { limit: 258 },
      'flows 4096': { flows: 4096 },
      'quantum 300': { quantum: 300 },
      'target 5ms': { target: 5 },
      'target 2.5ms interval 70ms': { target: 2.5, interval: '70ms' },
      noecn: { ecn: false },
      ecn: { ecn: true },
      'ce_threshold 1ms': { ceThreshold: '1000us' },
      'ce_threshold 1ms ce_threshold_selector 0x4/0xfc': {
        ceThreshold: 1,
        ceThresholdSelector: 4,
        ceThresholdMask: 0xfc,
      },
      'memory_limit 4660': { memoryLimit: 4660 },
      'memory_limit 32mb': { memoryLimit: '32mb' },
      'drop_batch 258': { dropBatch: 258 },
    }),
  })

  testFixtures('qdisc-fq', {
    unless,
    same: ofKind('fq', {
      '': {},
      'limit 258': { limit: 258 },
      'flow_limit 258': { flowLimit: 258 },
      'quantum 3000': { quantum: 3000 },
      'initial_quantum 15000': { initialQuantum: 15_000 },
      'maxrate 10mbit': { maxRate: '10mbit' },
      'defrate 1mbit': { defRate: 1_000_000 },
      'low_rate_threshold 550kbit': { lowRateThreshold: '550Kbit' },
      'buckets 2048': { buckets: 2048 },
      'orphan_mask 1023': { orphanMask: 1023 },
      'refill_delay 40ms': { refillDelay: 40 },
      pacing: { pacing: true },
      nopacing: { pacing: false },
      'ce_threshold 4ms': { ceThreshold: 4 },
      'timer_slack 10us': { timerSlack: 0.01 },
      'horizon 2.5s': { horizon: 2500 },
      horizon_cap: { horizonDrop: false },
      horizon_drop: { horizonDrop: true },
      'bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1': {
        priomap: { bands: 3, priomap: [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] },
      },
      'weights 589824 196608 65536': { weights: [589_824, 196_608, 65_536] },
      'offload_horizon 5ms': { offloadHorizon: '5ms' },
    }),
  })

  testFixtures('qdisc-tbf', {
    unless,
    same: ofKind('tbf', {
      'rate 1mbit burst 1540 latency 50ms': { rate: 1_000_000, burst: 1540, latency: 50 },
      'rate 1mbit burst 5kb limit 66051': { rate: 1_000_000n, burst: '5kb', limit: 66_051 },
      'rate 256kbit burst 1600 latency 50ms peakrate 512kbit minburst 1520': {
        rate: '256kbit',
        burst: 1600,
        latency: 50,
        peakRate: '512kbit',
        mtu: 1520,
      },
      'rate 100gbit burst 1mb limit 10mb': { rate: '100gbit', burst: '1mb', limit: '10mb' },
      'rate 100gbit burst 1mb latency 1ms peakrate 200gbit mtu 9000': {
        rate: 100e9,
        burst: '1mb',
        latency: 1,
        peakRate: 200e9,
        mtu: 9000,
      },
      'rate 10mbit burst 2000 limit 5000 mpu 64 overhead 18': {
        rate: '10mbit',
        burst: 2000,
        limit: 5000,
        mpu: 64,
        overhead: 18,
      },
      'rate 10mbit burst 2000 limit 5000 linklayer atm': {
        rate: '10mbit',
        burst: 2000,
        limit: 5000,
        linkLayer: 'atm',
      },
      'rate 12345bit burst 1540 latency 700ms': { rate: 12_345, burst: 1540, latency: 700 },
      'rate 1mibit burst 32kbit latency 50ms': { rate: '1mibit', burst: '32kbit', latency: '50ms' },
      'rate 3kbps burst 10k limit 20k': { rate: '3kbps', burst: '10k', limit: '20k' },
      'rate 4.5gibit burst 1mb limit 2mb': { rate: '4.5gibit', burst: '1mb', limit: '2mb' },
    }),
    beyond: {
      'tc qdisc add dev eth0 root tbf rate 1mbit burst 5kb/8 limit 66051':
        'the step of a table that no kernel since 3.8 looks at',
    },
  })
})

describe('netem', () => {
  const gaussian = 'the same distribution, computed: a test below compares the tables'
  const noCorrelation = (number: number): Reasons => ({
    [`ip alone: 2.1 = ${'0'.repeat(number)}`]: 'no correlation was said, and none is there',
  })
  const withoutZeroes = noCorrelation(24)
  const same = ofKind('netem', {
    '': {},
    'limit 66051': { limit: 66_051 },
    'delay 100ms': { delay: 100 },
    'delay 100ms 10ms': { delay: '100ms', jitter: '10ms' },
    'delay 100ms 10ms 25%': { delay: 100, jitter: 10, delayCorrelation: 25 },
    'delay 1.5us': { delay: 0.0015 },
    'delay 4.3s 250ns 12.5%': { delay: 4300, jitter: '250ns', delayCorrelation: '12.5%' },
    'delay 100ms 10ms distribution pareto': { delay: 100, jitter: 10, distribution: 'pareto' },
    'loss 1%': { loss: 1 },
    'loss random 0.3% 25%': { loss: '0.3%', lossCorrelation: 25 },
    'loss 100%': { loss: 100 },
    'loss 33.333%': { loss: 33.333 },
    'loss state 1% 2% 3% 4% 5%': { lossModel: { state: { p13: 1, p31: 2, p32: 3, p23: 4, p14: 5 } } },
    'loss state 1%': { lossModel: { state: { p13: 1 } } },
    'loss gemodel 1% 10% 70% 0.1%': { lossModel: { gemodel: { p: 1, r: 10, '1-h': 70, '1-k': 0.1 } } },
    'loss gemodel 1%': { lossModel: { gemodel: { p: '1%' } } },
    'loss 1% ecn': { loss: 1, ecn: true },
    'corrupt 0.1%': { corrupt: 0.1 },
    'duplicate 2%': { duplicate: 2 },
    'delay 10ms reorder 25%': { delay: 10, reorder: 25 },
    'rate 10mbit': { rate: '10mbit' },
    'rate 10mbit 20': { rate: '10mbit', packetOverhead: 20 },
    'rate 10mbit 20 100': { rate: '10mbit', packetOverhead: 20, cellSize: 100 },
    'rate 10mbit -20 100 5': { rate: 1e7, packetOverhead: -20, cellSize: 100, cellOverhead: 5 },
    'rate 100gbit': { rate: 100_000_000_000n },
    'slot 20ms': { slot: { minDelay: 20 } },
    'slot 800us 1ms': { slot: { minDelay: '800us', maxDelay: 1 } },
    'slot 800us 1ms packets 258 bytes 66051': { slot: { minDelay: 0.8, maxDelay: 1, packets: 258, bytes: 66_051 } },
    'slot distribution pareto 50ms 5ms packets 9': {
      slot: { distribution: 'pareto', delay: 50, jitter: 5, packets: 9 },
    },
    'seed 81985529216486895': { seed: 0x0123_4567_89ab_cdefn },
    'limit 258 delay 100ms 10ms 25% loss random 1% 20% corrupt 0.1% 12% duplicate 2% 13% reorder 30% 50% gap 5 rate 10mbit 20 100 5 slot 800us 1ms seed 42':
      {
        limit: 258,
        ...{ delay: 100, jitter: 10, delayCorrelation: 25, loss: 1, lossCorrelation: 20 },
        ...{ corrupt: 0.1, corruptCorrelation: 12, duplicate: 2, duplicateCorrelation: 13 },
        ...{ reorder: 30, reorderCorrelation: 50, gap: 5 },
        ...{ rate: '10mbit', packetOverhead: 20, cellSize: 100, cellOverhead: 5 },
        ...{ slot: { minDelay: '800us', maxDelay: '1ms' }, seed: 42 },
      },
  })
  const root = 'tc qdisc add dev eth0 root netem'
  testFixtures('qdisc-netem', {
    unless,
    same: {
      ...same,
      [`${root} corrupt 0.1% 12%`]: () => ({
        op: add('netem', { corrupt: 0.1, corruptCorrelation: 12 }),
        except: withoutZeroes,
      }),
      [`${root} delay 10ms reorder 25% 50%`]: () => ({
        op: add('netem', { delay: 10, reorder: 25, reorderCorrelation: 50 }),
        except: withoutZeroes,
      }),
      [`${root} delay 10ms reorder 25% 50% gap 5`]: () => ({
        op: add('netem', { delay: 10, reorder: 25, reorderCorrelation: 50, gap: 5 }),
        except: withoutZeroes,
      }),
      [`${root} duplicate 2% 13%`]: () => ({
        op: add('netem', { duplicate: 2, duplicateCorrelation: 13 }),
        except: { 'ours alone: 2.1 = 000000000000000014ae4721': 'tc reads the correlation and forgets to send it' },
      }),
    },
    beyond: {
      [`${root} delay 100ms 10ms distribution normal`]: gaussian,
      [`${root} delay 100ms 10ms distribution paretonormal`]: gaussian,
      [`${root} slot distribution normal 50ms 5ms`]: gaussian,
      [`${root} delay 100ms 10ms distribution experimental`]: 'measured values, which only the file has',
    },
  })

  test.each(['normal', 'paretonormal', 'pareto'] as const)(
    'the table %s is that of tc, to the last bit but one',
    (name) => {
      const command = `${root} delay 100ms 10ms distribution ${name}`
      const bytes = Buffer.from(requestFixtures('qdisc-netem').get(command)?.messages[0]?.hex ?? '', 'hex').subarray(
        -8192,
      )
      const theirs = Array.from({ length: 4096 }, (_, i) => bytes.readInt16LE(2 * i))
      const [{ bytes: sent } = { bytes: new Uint8Array() }] = runSteps(
        add('netem', { delay: 100, jitter: 10, distribution: name }),
        { links },
      ).sent.slice(-1)
      const found = Buffer.from(sent)
      const at = found.indexOf(Buffer.from([0x04, 0x20, 0x02, 0x00])) + 4
      const ours = Array.from({ length: 4096 }, (_, i) => found.readInt16LE(at + 2 * i))
      const worst = Math.max(...ours.map((one, i) => Math.abs(one - (theirs[i] as number))))
      expect(worst).toBeLessThanOrEqual(name === 'pareto' ? 0 : 1)
    },
  )

  test('a table of numbers is sent as it is', () => {
    const [last] = runSteps(add('netem', { delay: 1, jitter: 1, distribution: [-258, 4660] }), { links }).sent.slice(-1)
    expect(Buffer.from(last?.bytes ?? []).toString('hex')).toContain('08000200fefe3412')
  })

  test('a change keeps what it does not name', () => {
    const now = {
      limit: 258,
      delay: 100,
      jitter: 10,
      loss: 1,
      lossCorrelation: 20,
      gap: 0,
      rate: 0,
      ecn: false,
      seed: 7n,
    }
    const { sent } = runSteps(updateQdisc.op({ dev, kind: 'netem', duplicate: 2 }), {
      links,
      answer: there({ kind: 'netem', data: now as never }),
    })
    const [fresh] = runSteps(
      add('netem', {
        limit: 258,
        delay: 100,
        jitter: 10,
        loss: 1,
        lossCorrelation: 20,
        duplicate: 2,
        ecn: false,
        rate: 0,
      }),
      { links },
    ).sent.slice(-1)
    expect(sent.at(-1)?.tree.flags.toString(16)).toBe('5')
    expect(sent.at(-1)?.tree.attributes).toEqual(fresh?.tree.attributes)
  })
})

describe('refused before anything changes', () => {
  const tbf = { rate: '1mbit', burst: 1540, limit: 3000 }
  const delay = { delay: 100 }
  test.each<[string, string, string, Own]>([
    ['no link', 'dev', 'netem', { dev: undefined }],
    ['an unknown kind', 'kind', 'netem2', {}],
    ['a kind that is none', 'kind', '__proto__', {}],
    ['an unknown option', 'latency', 'netem', { latency: 100 }],
    ['an option of another kind', 'limit', 'noqueue', { limit: 5 }],
    ['a hostile name', '__proto__', 'netem', JSON.parse('{"__proto__": 1}')],
    ['a handle of a class', 'handle', 'netem', { handle: '1:1' }],
    ['a handle that is none', 'handle', 'netem', { handle: 'root' }],
    ['a handle of 17 bits', 'handle', 'netem', { handle: '12345:' }],
    ['a parent that is none', 'parent', 'netem', { parent: 'above' }],
    ['clsact at the root', 'parent', 'clsact', { parent: 'root' }],
    ['a queue at the ingress', 'parent', 'netem', { parent: 'ingress' }],
    ['block 0', 'ingressBlock', 'clsact', { ingressBlock: 0 }],
    ['a time without unit', 'delay', 'netem', { delay: '100' }],
    ['a time with a wrong unit', 'delay', 'netem', { delay: '100mbit' }],
    ['a negative time', 'delay', 'netem', { delay: -1 }],
    ['less than a nanosecond', 'delay', 'netem', { delay: 1e-8 }],
    ['a time that is none', 'delay', 'netem', { delay: Number.NaN }],
    ['a jitter that the kernel cuts off', 'jitter', 'netem', { delay: 5000, jitter: '3s' }],
    ['101 percent', 'loss', 'netem', { loss: 101 }],
    ['percent that are none', 'loss', 'netem', { loss: '1' }],
    ['two kinds of loss', 'loss', 'netem', { loss: 1, lossModel: { state: { p13: 1 } } }],
    ['a loss model that is two', 'lossModel', 'netem', { lossModel: { state: { p13: 1 }, gemodel: { p: 1 } } }],
    ['a loss model without its number', 'lossModel.state.p13', 'netem', { lossModel: { state: {} } }],
    ['a number of no model', 'lossModel.gemodel.h', 'netem', { lossModel: { gemodel: { p: 1, h: 1 } } }],
    ['ecn without loss', 'ecn', 'netem', { ecn: true }],
    ['ecn that is none', 'ecn', 'netem', { loss: 1, ecn: 1 }],
    ['reorder without delay', 'reorder', 'netem', { reorder: 25 }],
    ['gap without reorder', 'gap', 'netem', { ...delay, gap: 5 }],
    ['a distribution of nothing', 'distribution', 'netem', { ...delay, distribution: 'normal' }],
    ['an unknown distribution', 'distribution', 'netem', { ...delay, jitter: 1, distribution: 'experimental' }],
    ['a table of 17 bits', 'distribution[1]', 'netem', { ...delay, jitter: 1, distribution: [0, 40_000] }],
    ['a cell size without rate', 'cellSize', 'netem', { cellSize: 53 }],
    ['a rate of seven bits', 'rate', 'netem', { rate: 7 }],
    ['a slot without time', 'slot.minDelay', 'netem', { slot: { packets: 5 } }],
    ['a slot with two times', 'slot.minDelay', 'netem', { slot: { minDelay: 5, delay: 5 } }],
    ['a slot that ends before it begins', 'slot.maxDelay', 'netem', { slot: { minDelay: 5, maxDelay: 4 } }],
    ['a seed of 65 bits', 'seed', 'netem', { seed: 1n << 64n }],
    ['limit 0', 'limit', 'netem', { limit: 0 }],
    ['tbf without rate', 'rate', 'tbf', { ...tbf, rate: undefined }],
    ['tbf without burst', 'burst', 'tbf', { ...tbf, burst: undefined }],
    ['tbf without limit', 'limit', 'tbf', { ...tbf, limit: undefined }],
    ['limit beside latency', 'latency', 'tbf', { ...tbf, latency: 50 }],
    ['an mtu without peak rate', 'mtu', 'tbf', { ...tbf, mtu: 1500 }],
    ['a peak rate without mtu', 'mtu', 'tbf', { ...tbf, peakRate: '2mbit' }],
    ['a peak rate below the rate', 'peakRate', 'tbf', { ...tbf, peakRate: '1mbit', mtu: 1500 }],
    ['an unknown link layer', 'linkLayer', 'tbf', { ...tbf, linkLayer: 'adsl' }],
    ['an overhead below nothing', 'overhead', 'tbf', { ...tbf, overhead: -1 }],
    ['a burst of half a byte', 'burst', 'tbf', { ...tbf, burst: 0.5 }],
    ['a quantum that the kernel raises', 'quantum', 'fq_codel', { quantum: 255 }],
    ['buckets that are no power of two', 'buckets', 'fq', { buckets: 1000 }],
    ['two weights', 'weights', 'fq', { weights: [20_000, 20_000] }],
    [
      'an estimator that forgets at once',
      'estimator.timeConstant',
      'pfifo',
      { estimator: { interval: 1000, timeConstant: 1000 } },
    ],
    ['an estimator that sleeps', 'estimator.interval', 'pfifo', { estimator: { interval: '9s', timeConstant: '90s' } }],
    ['an unknown word of stab', 'stab.mtuu', 'pfifo', { stab: { mtuu: 1 } }],
    ['a table of one entry', 'stab.tsize', 'pfifo', { stab: { tsize: 1 } }],
    ['a kind without name', 'kindName', 'other', {}],
    ['options that are no bytes', 'data', 'other', { kindName: 'sfq', data: [1] }],
  ])('%s', (_what, path, kind, own) => {
    const given = { dev, kind, ...own } as QdiscOptions
    expect(refusal(addQdisc.op(given), { links })).toMatchObject({ path, changes: [] })
    expect(refusal(replaceQdisc.op(given), { links })).toMatchObject({ path, changes: [] })
  })

  test.each<[string, string, Own]>([
    ['a block, which is fixed', 'ingressBlock', { kind: 'clsact', ingressBlock: 5 }],
    ['flows, which are fixed', 'flows', { kind: 'fq_codel', flows: 5 }],
  ])('a change: %s', (_what, path, changes) => {
    expect(refusal(updateQdisc.op({ dev, ...changes } as QdiscChanges), { links })).toMatchObject({ path, changes: [] })
  })

  test('filters that are none', () => {
    expect(refusal(listQdiscs.op({ handle: 'x' }))).toMatchObject({ path: 'handle' })
    expect(refusal(listQdiscs.op({ parent: 'x' }))).toMatchObject({ path: 'parent' })
    expect(refusal(listQdiscs.op({ kind: 5 as never }))).toMatchObject({ path: 'kind' })
    expect(refusal(listQdiscs.op({ invisible: 1 as never }))).toMatchObject({ path: 'invisible' })
  })
})

describe('what is there already', () => {
  const fifo = there({ kind: 'pfifo', data: { limit: 5 } })

  test('keeps a new one out, which the kernel would let in', () => {
    expect(() => runSteps(add('netem'), { links, answer: fifo })).toThrow(
      expect.objectContaining({ code: 'EEXIST', applied: false }),
    )
    const own = there({ kind: 'pfifo', handle: '0:', data: { limit: 5 } })
    expect(runSteps(add('netem'), { links, answer: own }).sent).toHaveLength(2)
  })

  test('is not changed where there is none, or where it is another', () => {
    const update = (answer: ReturnType<typeof there>) => () =>
      runSteps(updateQdisc.op({ dev, kind: 'netem', delay: 1 }), { links, answer })
    expect(update(() => undefined)).toThrow(expect.objectContaining({ code: 'ENOENT', applied: false }))
    expect(update(fifo)).toThrow(
      expect.objectContaining({ code: 'EINVAL', message: expect.stringContaining('pfifo 1:') }),
    )
    expect(() => runSteps(getQdisc.op({ dev }), { links })).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  })

  test('gives way in two steps where the new one has its handle', () => {
    const op = replaceQdisc.op({ dev, kind: 'pfifo', handle: '1:', limit: 9 })
    const { sent } = runSteps(op, { links, answer: fifo })
    const changes = sent.filter(({ request }) => request.mode === 'act')
    expect(changes.map(({ tree }) => tree.header.tcm_handle)).toEqual(['8001:', '1:'])
  })

  test('is deleted as it was listed', () => {
    const header = (qdisc: object) => {
      const { sent } = runSteps(deleteQdisc.op({ dev: 66_051, refcnt: 2, data: {}, ...qdisc } as never))
      return [
        sent[0]?.tree.header.tcm_handle,
        sent[0]?.tree.header.tcm_parent,
        sent[0]?.tree.attributes.get(1)?.[0]?.bytes,
      ]
    }
    const text = (name: string) => Buffer.from(`${name}\0`).toString('hex')
    expect(header({ handle: '1:', parent: 'root', kind: 'netem' })).toEqual(['1:', 'root', text('netem')])
    expect(header({ handle: '5:', parent: '1:1', kind: 'other', kindName: 'sfq' })).toEqual(['5:', '1:1', text('sfq')])
  })

  test('keeps its table of sizes, which a change would take away', () => {
    const stab = { cellLog: 2, sizeLog: 0, cellAlign: -1, overhead: 10, linkLayer: 2, mpu: 64, mtu: 2047, tsize: 512 }
    const tableOf = (changes: object) => {
      const op = updateQdisc.op({ dev, kind: 'pfifo', limit: 5, ...changes })
      const { sent } = runSteps(op, { links, answer: there({ kind: 'pfifo', data: { limit: 1 }, stab }) })
      return sent.at(-1)?.tree.attributes.get(8)
    }
    const [fresh] = runSteps(add('pfifo', { limit: 5, stab: { overhead: 10, mpu: 64, linkLayer: 'atm' } }), {
      links,
    }).sent.slice(-1)
    expect(tableOf({})).toEqual(fresh?.tree.attributes.get(8))
    expect(tableOf({ stab: false })).toBeUndefined()
  })
})
