/** fq: a queue for each flow, and each flow at its own pace. `tc qdisc add … fq` */
import { type FixedCodec, requireLength } from '../../codec/codec.js'
import { bool, bool32, s32, s64, u32, u64 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { Rejection } from '../../codec/rejection.js'
import { tuple } from '../../codec/series.js'
import { field, padding, type StructOut, struct } from '../../codec/struct.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import type { QdiscKind } from '../kind.js'
import { prioMap } from '../prio.js'
import type { QdiscOf } from '../qdisc.js'
import { rateOrUnlimited } from '../units/rate.js'
import { size } from '../units/size.js'
import { microseconds, shortTime, type Time, time } from '../units/time.js'

const FQ_BANDS = 3
const FQ_MIN_WEIGHT = 16_384
const MOST_BUCKETS_LOG = 18

/** The kernel has its logarithm. */
const buckets: FixedCodec<number> = {
  size: 4,
  expected: `a power of two from 2 to ${2 ** MOST_BUCKETS_LOG}`,
  write(writer, value) {
    const log = typeof value === 'number' ? Math.log2(value) : Number.NaN
    if (!Number.isInteger(log) || log < 1 || log > MOST_BUCKETS_LOG) throw new Rejection(buckets.expected, value)
    writer.u32(log)
  },
  read: (source, start, end) => 2 ** u32().read(source, start, end),
}

const NEVER = 0xffff_ffff

const threshold: FixedCodec<Time | 'off', number | 'off'> = {
  size: 4,
  expected: `${time(NEVER - 1).expected}, or 'off'`,
  write: (writer, value) => writer.u32(value === 'off' ? NEVER : microseconds(value, NEVER - 1)),
  read(source, start, end) {
    requireLength(start, end, 4)
    const count = source.view.getUint32(start, source.littleEndian)
    return count === NEVER ? 'off' : count / 1000
  },
}

export const fqAttributes = attributes({
  /** Most packets that wait; 10000 unless said. `limit` */
  limit: attribute('TCA_FQ_PLIMIT', 1, u32()),
  /** Most packets of one flow that wait; 100 unless said. `flow_limit` */
  flowLimit: attribute('TCA_FQ_FLOW_PLIMIT', 2, u32()),
  /** Bytes that each flow may send in its turn; two packets of the link's MTU unless said. `quantum` */
  quantum: attribute('TCA_FQ_QUANTUM', 3, size({ min: 1, max: 2 ** 20 })),
  /** Bytes that a new flow may send in its first turn; ten packets unless said. `initial_quantum` */
  initialQuantum: attribute('TCA_FQ_INITIAL_QUANTUM', 4, size({ max: 0x7fff_ffff })),
  /** Flows keep their pace; on unless `false`. `pacing`, `nopacing` */
  pacing: attribute('TCA_FQ_RATE_ENABLE', 5, bool32),
  /** Without effect since Linux 3.17, and not told. `defrate` */
  defRate: attribute('TCA_FQ_FLOW_DEFAULT_RATE', 6, rateOrUnlimited, { writeOnly: true }),
  /** Fastest pace of a flow, bits per second. `maxrate` */
  maxRate: attribute('TCA_FQ_FLOW_MAX_RATE', 7, rateOrUnlimited),
  /** Of the table of flows: a power of two; 1024 unless said. `buckets` */
  buckets: attribute('TCA_FQ_BUCKETS_LOG', 8, buckets),
  /** Milliseconds after which a flow that was silent has its quantum again; 40 unless said. `refill_delay` */
  refillDelay: attribute('TCA_FQ_FLOW_REFILL_DELAY', 9, time()),
  /** Packets without a socket are put into so many flows, less one; 1023 unless said. `orphan_mask` */
  orphanMask: attribute('TCA_FQ_ORPHAN_MASK', 10, u32()),
  /** Below this rate, packets are paced one by one; 550 kbit unless said. `low_rate_threshold` */
  lowRateThreshold: attribute('TCA_FQ_LOW_RATE_THRESHOLD', 11, rateOrUnlimited),
  /** Milliseconds after which packets are marked (Linux 4.20). `ce_threshold` */
  ceThreshold: attribute('TCA_FQ_CE_THRESHOLD', 12, threshold),
  /** Milliseconds (nanoseconds, to the kernel) by which a timer may be late; 0.01 unless said (Linux 5.4). `timer_slack` */
  timerSlack: attribute('TCA_FQ_TIMER_SLACK', 13, shortTime()),
  /** Milliseconds: packets whose time is farther away are dropped or sent then; 10000 unless said (Linux 5.8). `horizon` */
  horizon: attribute('TCA_FQ_HORIZON', 14, time()),
  /** Drops packets beyond the `horizon`; on unless `false` (Linux 5.8). `horizon_drop`, `horizon_cap` */
  horizonDrop: attribute('TCA_FQ_HORIZON_DROP', 15, bool),
  /** Three bands, and the band of each priority (Linux 6.7). `bands 3 priomap …` */
  priomap: attribute('TCA_FQ_PRIOMAP', 16, prioMap),
  /** How much of the link each band has, 16384 or more each (Linux 6.7). `weights` */
  weights: attribute('TCA_FQ_WEIGHTS', 17, tuple(s32({ min: FQ_MIN_WEIGHT }), FQ_BANDS)),
  /** Milliseconds: packets whose time is nearer are given to the hardware, which paces them (Linux 6.13). `offload_horizon` */
  offloadHorizon: attribute('TCA_FQ_OFFLOAD_HORIZON', 18, time()),
})

export const fqStats = struct('tc_fq_qd_stats', {
  /** Flows that were forgotten. */
  gcFlows: field('gc_flows', u64()),
  /** Packets that went first; not counted since Linux 6.7. */
  highprioPackets: field('highprio_packets', u64()),
  /** Not counted any more. */
  tcpRetrans: field('tcp_retrans', u64()),
  /** How often a flow had to wait for its time. */
  throttled: field('throttled', u64()),
  /** Packets dropped at the limit of a flow. */
  flowsPlimit: field('flows_plimit', u64()),
  /** Packets that would take too long at their pace. */
  pktsTooLong: field('pkts_too_long', u64()),
  /** Flows for which there was no memory. */
  allocationErrors: field('allocation_errors', u64()),
  /** Nanoseconds until the next flow that waits. */
  timeNextDelayedFlow: field('time_next_delayed_flow', s64()),
  flows: field('flows', u32()),
  inactiveFlows: field('inactive_flows', u32()),
  throttledFlows: field('throttled_flows', u32()),
  /** Nanoseconds. */
  unthrottleLatencyNs: field('unthrottle_latency_ns', u32()),
  /** Packets above `ceThreshold`. */
  ceMark: field('ce_mark', u64()),
  /** Packets dropped beyond the horizon. */
  horizonDrops: field('horizon_drops', u64()),
  /** Packets whose time was moved to the horizon. */
  horizonCaps: field('horizon_caps', u64()),
  /** Packets that nothing had to wait for. */
  fastpathPackets: field('fastpath_packets', u64()),
  /** Packets dropped, by band. */
  bandDrops: field('band_drops', tuple(u64(), FQ_BANDS)),
  /** Packets that wait, by band. */
  bandPktCount: field('band_pkt_count', tuple(u32(), FQ_BANDS)),
  _pad: field('pad', padding(4)),
})

/** Options of fq. Times are milliseconds, or text with a unit; rates bits per second; sizes bytes. */
export interface FqOptions extends Infer<typeof fqAttributes> {}
export interface FqData extends InferResult<typeof fqAttributes> {}
/** What fq has counted; an older kernel counts less. */
export interface FqXstats extends StructOut<typeof fqStats.fields> {}
export interface FqQdisc extends QdiscOf<'fq', FqData, FqXstats> {}

export const fq: QdiscKind<'fq', FqOptions, FqQdisc> = {
  kind: 'fq',
  config: 'CONFIG_NET_SCH_FQ',
  options: nested(fqAttributes),
  xstats: fqStats,
}
