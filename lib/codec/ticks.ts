/** The kernel's clock as it shows it, whatever its own rate: hundredths of a second (USER_HZ). Here they are seconds. */
import { type FixedCodec, requireLength } from './codec.js'
import { onlyRead } from './only-read.js'
import { Rejection } from './rejection.js'

const A_SECOND = 100
const LARGEST = 0xffff_ffff / A_SECOND

/** Seconds, to the hundredth. */
export const ticks: FixedCodec<number> = {
  size: 4,
  expected: `seconds from 0 to ${LARGEST}, in steps of 1/${A_SECOND}`,
  write(writer, value) {
    // Not every hundredth is exact in binary: 0.29 * 100 is a little less than 29.
    const count = typeof value === 'number' ? Math.round(value * A_SECOND) : Number.NaN
    if (count / A_SECOND !== value || value < 0 || value > LARGEST) throw new Rejection(ticks.expected, value)
    writer.u32(count)
  },
  read(source, start, end) {
    requireLength(start, end, ticks.size)
    return source.view.getUint32(start, source.littleEndian) / A_SECOND
  },
}

/** The same of 64 bits. Only read. */
export const longTicks = onlyRead<number>((source, start, end) => {
  requireLength(start, end, 8)
  return Number(source.view.getBigUint64(start, source.littleEndian)) / A_SECOND
})
