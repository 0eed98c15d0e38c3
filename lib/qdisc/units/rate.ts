/** Rates: bits per second, or text with a unit. The kernel counts bytes per second, and so cuts off up to seven bits. */
import { type FixedCodec, requireLength } from '../../codec/codec.js'
import { Rejection } from '../../codec/rejection.js'
import { quantity, type Units } from './quantity.js'

/** Bits per second, or text with a unit of `tc`: `'10mbit'`, `'1gibit'`, `'64kbps'` (bytes). */
export type Rate = number | bigint | string

function prefixed(unit: string, size: number): Units {
  const prefixes: Units = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 }
  return Object.fromEntries(Object.entries(prefixes).map(([prefix, factor]) => [prefix + unit, factor * size]))
}

/** Also `mbps`, which is bytes. */
const bitsIn: Units = { ...prefixed('bit', 1), ...prefixed('bps', 8) }

const expected = "bits per second, 8 or more, or text such as '10mbit' or '64kbps'"

/** Whole bytes per second; throws a Rejection. 2^53-1 bits at most, which no link reaches. */
export function bytesPerSecond(value: Rate, max: number = Number.MAX_SAFE_INTEGER / 8): number {
  const plain = typeof value === 'bigint' ? Number(value) : value
  // 2.3gbit is a little less than it says in binary.
  const bytes = Math.floor(Math.round(quantity(plain, bitsIn, 1, expected)) / 8)
  if (bytes < 1 || bytes > max) throw new Rejection(expected, value)
  return bytes
}

export const bitsPerSecond = (bytes: number | bigint): number => Number(bytes) * 8

/** To the kernel, the highest number is no limit. */
const UNLIMITED = 0xffff_ffff

/** 32 bits of bytes per second, or no limit: 34 gigabits at most. */
export const rateOrUnlimited: FixedCodec<Rate | 'unlimited', number | 'unlimited'> = {
  size: 4,
  expected: `${expected}, less than ${UNLIMITED * 8}, or 'unlimited'`,
  write(writer, value) {
    if (value === 'unlimited') return writer.u32(UNLIMITED)
    try {
      writer.u32(bytesPerSecond(value, UNLIMITED - 1))
    } catch (error) {
      throw error instanceof Rejection ? new Rejection(rateOrUnlimited.expected, value) : error
    }
  },
  read(source, start, end) {
    requireLength(start, end, 4)
    const bytes = source.view.getUint32(start, source.littleEndian)
    return bytes === UNLIMITED ? 'unlimited' : bitsPerSecond(bytes)
  },
}
