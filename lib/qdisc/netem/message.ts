/** TCA_NETEM_*: what stands in the options of netem. Times are nanoseconds, probabilities 2^32ths, rates bytes per second. */
import { bool32, s32, u32, u64 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { field, struct } from '../../codec/struct.js'
import { attribute, attributes } from '../../codec/table.js'
import { distributionTable } from './distribution.js'

/** Stands in front of the attributes. */
export const netemQopt = struct('tc_netem_qopt', {
  /** In ticks; TCA_NETEM_LATENCY64 says it better. */
  latency: field('latency', u32()),
  limit: field('limit', u32()),
  loss: field('loss', u32()),
  gap: field('gap', u32()),
  duplicate: field('duplicate', u32()),
  jitter: field('jitter', u32()),
})

export const netemCorr = struct('tc_netem_corr', {
  delay: field('delay_corr', u32()),
  loss: field('loss_corr', u32()),
  duplicate: field('dup_corr', u32()),
})

export const netemReorder = struct('tc_netem_reorder', {
  probability: field('probability', u32()),
  correlation: field('correlation', u32()),
})

export const netemCorrupt = struct('tc_netem_corrupt', {
  probability: field('probability', u32()),
  correlation: field('correlation', u32()),
})

export const netemRate = struct('tc_netem_rate', {
  rate: field('rate', u32()),
  packetOverhead: field('packet_overhead', s32()),
  cellSize: field('cell_size', u32()),
  cellOverhead: field('cell_overhead', s32()),
})

export const netemSlot = struct('tc_netem_slot', {
  minDelay: field('min_delay', u64()),
  maxDelay: field('max_delay', u64()),
  packets: field('max_packets', s32()),
  bytes: field('max_bytes', s32()),
  delay: field('dist_delay', u64()),
  jitter: field('dist_jitter', u64()),
})

export const netemGimodel = struct('tc_netem_gimodel', {
  p13: field('p13', u32()),
  p31: field('p31', u32()),
  p32: field('p32', u32()),
  p14: field('p14', u32()),
  p23: field('p23', u32()),
})

export const netemGemodel = struct('tc_netem_gemodel', {
  p: field('p', u32()),
  r: field('r', u32()),
  h: field('h', u32()),
  k1: field('k1', u32()),
})

export const netemLoss = attributes({
  state: attribute('NETEM_LOSS_GI', 1, netemGimodel),
  gemodel: attribute('NETEM_LOSS_GE', 2, netemGemodel),
})

const writeOnly = { writeOnly: true } as const

export const netemAttributes = attributes(
  {
    correlation: attribute('TCA_NETEM_CORR', 1, netemCorr),
    distribution: attribute('TCA_NETEM_DELAY_DIST', 2, distributionTable, writeOnly),
    reorder: attribute('TCA_NETEM_REORDER', 3, netemReorder),
    corrupt: attribute('TCA_NETEM_CORRUPT', 4, netemCorrupt),
    lossModel: attribute('TCA_NETEM_LOSS', 5, nested(netemLoss)),
    rate: attribute('TCA_NETEM_RATE', 6, netemRate),
    ecn: attribute('TCA_NETEM_ECN', 7, bool32),
    /** Where 32 bits are too few. */
    rate64: attribute('TCA_NETEM_RATE64', 8, u64()),
    latency64: attribute('TCA_NETEM_LATENCY64', 10, u64()),
    jitter64: attribute('TCA_NETEM_JITTER64', 11, u64()),
    slot: attribute('TCA_NETEM_SLOT', 12, netemSlot),
    slotDistribution: attribute('TCA_NETEM_SLOT_DIST', 13, distributionTable, writeOnly),
    seed: attribute('TCA_NETEM_PRNG_SEED', 14, u64()),
  },
  { TCA_NETEM_PAD: 9 },
)

export const netemXstats = struct('tc_netem_xstats', {
  /** Packets that were delayed. */
  delayed: field('delayed', u64()),
  /** Packets that the loss took. */
  dropped: field('dropped', u64()),
  /** Packets that were damaged. */
  corrupted: field('corrupted', u64()),
  /** Packets that were made twice. */
  duplicated: field('duplicated', u64()),
  /** Packets that overtook others. */
  reordered: field('reordered', u64()),
  /** Packets that were marked in place of being lost. */
  ecnMarked: field('ecn_marked', u64()),
  /** Packets for which there was no memory. */
  allocationErrors: field('allocation_errors', u64()),
})
