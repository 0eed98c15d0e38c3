/** Options of tbf out of what the kernel tells. */
import { type Source, Unreadable } from '../../codec/codec.js'
import { decodeAttributes } from '../../codec/reader.js'
import type { StructOut } from '../../codec/struct.js'
import { sizeWithin } from '../link-layer.js'
import { bitsPerSecond } from '../units/rate.js'
import { bytesFor } from '../units/ticks.js'
import { type rateSpec, tbfAttributes } from './message.js'
import type { TbfData } from './options.js'

/** The kernel keeps the time that so many bytes take, with all that is added to them on the wire. */
function sizeOf(ticks: number, bytesPerSecond: number, { linkLayer, overhead }: StructOut<typeof rateSpec.fields>) {
  return Math.max(0, sizeWithin(bytesFor(ticks, bytesPerSecond), linkLayer) - overhead)
}

export function readTbf(source: Source, start: number, end: number): TbfData {
  const { parms, rate64, peakRate64, unknown } = decodeAttributes(tbfAttributes, source, start, end)
  if (parms === undefined) throw new Unreadable('no TCA_TBF_PARMS')
  const { rate, peakRate } = parms
  const bytes = Number(rate64 ?? rate.rate)
  const peakBytes = Number(peakRate64 ?? peakRate.rate)
  return {
    rate: bitsPerSecond(bytes),
    burst: sizeOf(parms.buffer, bytes, rate),
    limit: parms.limit,
    ...(peakBytes > 0 && { peakRate: bitsPerSecond(peakBytes), mtu: sizeOf(parms.mtu, peakBytes, peakRate) }),
    mpu: rate.mpu,
    overhead: rate.overhead,
    linkLayer: rate.linkLayer,
    ...(unknown !== undefined && { unknown }),
  }
}
