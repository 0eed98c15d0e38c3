/** fq_codel: fair queues, each kept short by CoDel. `tc qdisc add … fq_codel` */
import { type Codec, type FixedCodec, requireLength } from '../../codec/codec.js'
import { bool32, u8, u32 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { onlyRead } from '../../codec/only-read.js'
import { field, type StructOut, struct } from '../../codec/struct.js'
import { attribute, attributes, type Infer, type InferChanges, type InferResult } from '../../codec/table.js'
import type { QdiscKind } from '../kind.js'
import type { QdiscOf } from '../qdisc.js'
import { size } from '../units/size.js'
import { time } from '../units/time.js'

/** The kernel raises a smaller quantum in silence (fq_codel_change). */
const LEAST_QUANTUM = 256
const FQ_CODEL_QUANTUM_MAX = 2 ** 20
const MOST_MEMORY = 2 ** 31

// CoDel's clock has steps of 1.024 µs: 5 ms come back as 4.999.
export const fqCodelAttributes = attributes({
  /** Milliseconds that a packet may wait for longer than an `interval`; 5 unless said. `target` */
  target: attribute('TCA_FQ_CODEL_TARGET', 1, time()),
  /** Most packets that wait; 10240 unless said. `limit` */
  limit: attribute('TCA_FQ_CODEL_LIMIT', 2, u32()),
  /** Milliseconds, about a round trip; 100 unless said. `interval` */
  interval: attribute('TCA_FQ_CODEL_INTERVAL', 3, time()),
  /** Marks packets in place of dropping them, where their protocol knows marks; on unless `false`. `ecn`, `noecn` */
  ecn: attribute('TCA_FQ_CODEL_ECN', 4, bool32),
  /** How many queues, set when it is made; 1024 unless said. `flows` */
  flows: attribute('TCA_FQ_CODEL_FLOWS', 5, u32({ min: 1, max: 65_536 }), { changeable: false }),
  /** Bytes that each queue may send in its turn; the link's MTU and header unless said. `quantum` */
  quantum: attribute('TCA_FQ_CODEL_QUANTUM', 6, size({ min: LEAST_QUANTUM, max: FQ_CODEL_QUANTUM_MAX })),
  /** Milliseconds after which packets are marked; absent: never. `ce_threshold` */
  ceThreshold: attribute('TCA_FQ_CODEL_CE_THRESHOLD', 7, time()),
  /** Most packets dropped at once from the longest queue, when all is full; 64 unless said. `drop_batch` */
  dropBatch: attribute('TCA_FQ_CODEL_DROP_BATCH_SIZE', 8, u32({ min: 1 })),
  /** Most bytes of memory; 32 MiB unless said. `memory_limit` */
  memoryLimit: attribute('TCA_FQ_CODEL_MEMORY_LIMIT', 9, size({ max: MOST_MEMORY })),
  /** `ceThreshold` is for packets whose DS field is this, where `ceThresholdMask` has bits. `ce_threshold_selector` */
  ceThresholdSelector: attribute('TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR', 10, u8()),
  /** `ce_threshold_selector …/MASK` */
  ceThresholdMask: attribute('TCA_FQ_CODEL_CE_THRESHOLD_MASK', 11, u8()),
})

export const fqCodelStats = struct('tc_fq_codel_qd_stats', {
  /** Largest packet so far, in bytes. */
  maxPacket: field('maxpacket', u32()),
  /** How often the limit of packets was reached. */
  dropOverLimit: field('drop_overlimit', u32()),
  /** Packets marked in place of being dropped. */
  ecnMark: field('ecn_mark', u32()),
  /** How often a packet made a new flow. */
  newFlowCount: field('new_flow_count', u32()),
  /** Flows that are new now. */
  newFlowsLen: field('new_flows_len', u32()),
  /** Flows that are old now. */
  oldFlowsLen: field('old_flows_len', u32()),
  /** Packets above `ceThreshold`. */
  ceMark: field('ce_mark', u32()),
  /** Bytes. */
  memoryUsage: field('memory_usage', u32()),
  /** How often the limit of memory was reached. */
  dropOverMemory: field('drop_overmemory', u32()),
})

export const TCA_FQ_CODEL_XSTATS_QDISC = 0

const which: FixedCodec<number> = u32()

/** Those of a class have another number in front. */
const xstats: Codec<never, FqCodelXstats> & { readonly stats: typeof fqCodelStats } = {
  stats: fqCodelStats,
  ...onlyRead((source, start, end) => {
    const type = which.read(source, start, Math.min(start + which.size, end))
    requireLength(type, TCA_FQ_CODEL_XSTATS_QDISC, 0)
    return fqCodelStats.read(source, start + which.size, end)
  }),
}

/** Options of fq_codel. Times are milliseconds, or text with a unit; sizes bytes. */
export interface FqCodelOptions extends Infer<typeof fqCodelAttributes> {}
/** What of fq_codel can be changed. */
export interface FqCodelChanges extends InferChanges<typeof fqCodelAttributes> {}
export interface FqCodelData extends InferResult<typeof fqCodelAttributes> {}
/** What fq_codel has counted. */
export interface FqCodelXstats extends StructOut<typeof fqCodelStats.fields> {}
export interface FqCodelQdisc extends QdiscOf<'fq_codel', FqCodelData, FqCodelXstats> {}

export const fqCodel: QdiscKind<'fq_codel', FqCodelOptions, FqCodelQdisc, FqCodelChanges> = {
  kind: 'fq_codel',
  config: 'CONFIG_NET_SCH_FQ_CODEL',
  options: nested(fqCodelAttributes),
  xstats,
  fixed: ['flows'],
}
