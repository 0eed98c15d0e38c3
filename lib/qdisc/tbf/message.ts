/** TCA_TBF_*: what stands in the options of tbf. Rates are bytes per second. */
import { s16, u8, u16, u32, u64 } from '../../codec/integers.js'
import { tuple } from '../../codec/series.js'
import { field, struct } from '../../codec/struct.js'
import { attribute, attributes } from '../../codec/table.js'
import { linkLayer } from '../link-layer.js'

export const rateSpec = struct('tc_ratespec', {
  /** Of the table of times: an entry for every 2^cellLog bytes. */
  cellLog: field('cell_log', u8()),
  linkLayer: field('linklayer', linkLayer),
  overhead: field('overhead', u16()),
  cellAlign: field('cell_align', s16()),
  mpu: field('mpu', u16()),
  rate: field('rate', u32()),
})

export const tbfQopt = struct('tc_tbf_qopt', {
  rate: field('rate', rateSpec),
  peakRate: field('peakrate', rateSpec),
  limit: field('limit', u32()),
  /** Ticks that the burst takes at the rate. */
  buffer: field('buffer', u32()),
  /** Ticks that the mtu takes at the peak rate. */
  mtu: field('mtu', u32()),
})

/** TC_RTAB_SIZE is 1024 bytes. */
export const TABLE_ENTRIES = 256

const times = tuple(u32(), TABLE_ENTRIES)
const writeOnly = { writeOnly: true } as const

export const tbfAttributes = attributes(
  {
    parms: attribute('TCA_TBF_PARMS', 1, tbfQopt),
    /** Ticks that packets take at the rate, by their size; kernels since 3.8 reckon themselves. */
    rateTable: attribute('TCA_TBF_RTAB', 2, times, writeOnly),
    peakTable: attribute('TCA_TBF_PTAB', 3, times, writeOnly),
    /** Where 32 bits are too few. */
    rate64: attribute('TCA_TBF_RATE64', 4, u64()),
    peakRate64: attribute('TCA_TBF_PRATE64', 5, u64()),
    burst: attribute('TCA_TBF_BURST', 6, u32(), writeOnly),
    peakBurst: attribute('TCA_TBF_PBURST', 7, u32(), writeOnly),
  },
  { TCA_TBF_PAD: 8 },
)
