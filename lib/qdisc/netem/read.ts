/** Options of netem out of what the kernel tells. */
import { type Source, Unreadable } from '../../codec/codec.js'
import { decodeAttributes } from '../../codec/reader.js'
import type { InferResult } from '../../codec/table.js'
import { percentLeft, percentOf } from '../units/percent.js'
import { bitsPerSecond } from '../units/rate.js'
import { PSCHED_TICK } from '../units/ticks.js'
import { fromNanoseconds } from '../units/time.js'
import { netemAttributes, netemQopt } from './message.js'
import type { NetemData, NetemLossModel, NetemSlot } from './options.js'

type Told = InferResult<typeof netemAttributes>

function lossModelOut({ state, gemodel }: NonNullable<Told['lossModel']>): NetemLossModel<number> | undefined {
  if (state !== undefined) {
    const of = (name: keyof typeof state) => percentOf(state[name])
    return { state: { p13: of('p13'), p31: of('p31'), p32: of('p32'), p23: of('p23'), p14: of('p14') } }
  }
  if (gemodel === undefined) return undefined
  const { p, r, h, k1 } = gemodel
  return { gemodel: { p: percentOf(p), r: percentOf(r), '1-h': percentLeft(h), '1-k': percentOf(k1) } }
}

function slotOut({
  minDelay,
  maxDelay,
  packets,
  bytes,
  delay,
  jitter,
}: NonNullable<Told['slot']>): NetemSlot<number, number> {
  const spread = delay !== 0n || jitter !== 0n
  return {
    ...(spread
      ? { delay: fromNanoseconds(delay), jitter: fromNanoseconds(jitter) }
      : { minDelay: fromNanoseconds(minDelay), maxDelay: fromNanoseconds(maxDelay) }),
    packets,
    bytes,
  }
}

function shapeOut({ rate, rate64 }: Told): Pick<NetemData, 'rate' | 'packetOverhead' | 'cellSize' | 'cellOverhead'> {
  return {
    rate: bitsPerSecond(rate64 ?? rate?.rate ?? 0),
    packetOverhead: rate?.packetOverhead ?? 0,
    cellSize: rate?.cellSize ?? 0,
    cellOverhead: rate?.cellOverhead ?? 0,
  }
}

export function readNetem(source: Source, start: number, end: number): NetemData {
  if (end - start < netemQopt.size) throw new Unreadable(`${end - start} bytes, not ${netemQopt.size} or more`)
  const behind = start + netemQopt.size
  const head = netemQopt.read(source, start, behind)
  const told = decodeAttributes(netemAttributes, source, behind, end)
  const { correlation, corrupt, reorder, lossModel, slot, latency64, jitter64, seed, unknown } = told
  const model = lossModel && lossModelOut(lossModel)
  return {
    limit: head.limit,
    // Linux 4.15 brought the times in nanoseconds.
    delay: fromNanoseconds(latency64 ?? head.latency * PSCHED_TICK),
    jitter: fromNanoseconds(jitter64 ?? head.jitter * PSCHED_TICK),
    delayCorrelation: percentOf(correlation?.delay ?? 0),
    loss: percentOf(head.loss),
    lossCorrelation: percentOf(correlation?.loss ?? 0),
    ...(model !== undefined && { lossModel: model }),
    ecn: told.ecn ?? false,
    corrupt: percentOf(corrupt?.probability ?? 0),
    corruptCorrelation: percentOf(corrupt?.correlation ?? 0),
    duplicate: percentOf(head.duplicate),
    duplicateCorrelation: percentOf(correlation?.duplicate ?? 0),
    reorder: percentOf(reorder?.probability ?? 0),
    reorderCorrelation: percentOf(reorder?.correlation ?? 0),
    gap: head.gap,
    ...shapeOut(told),
    ...(slot !== undefined && { slot: slotOut(slot) }),
    ...(seed !== undefined && { seed }),
    ...(unknown !== undefined && { unknown }),
  }
}
