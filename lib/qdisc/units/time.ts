/** Times: milliseconds, or text with a unit. (A number without unit is nanoseconds here and microseconds there to `tc`.) */
import { type FixedCodec, requireLength } from '../../codec/codec.js'
import { quantity, rounded, type Units } from './quantity.js'

/** Milliseconds, or text with a unit of `tc`: `'100ms'`, `'1.5s'`, `'20us'`, `'250ns'`. */
export type Time = number | string

const NS_IN_MS = 1_000_000
const US_IN_MS = 1000

const second = 1_000_000_000
const nanosecondsIn: Units = {
  ...{ s: second, sec: second, secs: second },
  ...{ ms: NS_IN_MS, msec: NS_IN_MS, msecs: NS_IN_MS },
  ...{ us: 1000, usec: 1000, usecs: 1000 },
  ...{ ns: 1, nsec: 1, nsecs: 1 },
}

const words = (max: number) => `milliseconds from 0 to ${max}, or text such as '100ms' or '20us'`

/** Whole nanoseconds; throws a Rejection. */
export function nanoseconds(value: Time, max: number = Number.MAX_SAFE_INTEGER): number {
  const expected = words(max / NS_IN_MS)
  return rounded(quantity(value, nanosecondsIn, NS_IN_MS, expected), max, expected, value)
}

/** Whole microseconds; throws a Rejection. */
export function microseconds(value: Time, max: number): number {
  const expected = words(max / US_IN_MS)
  return rounded(quantity(value, nanosecondsIn, NS_IN_MS, expected) / 1000, max, expected, value)
}

export const fromNanoseconds = (count: number | bigint): number => Number(count) / NS_IN_MS

interface Step {
  readonly toCount: (value: Time, max: number) => number
  readonly inMs: number
}

function timeOf({ toCount, inMs }: Step, max: number): FixedCodec<Time, number> {
  return {
    size: 4,
    expected: words(max / inMs),
    write: (writer, value) => writer.u32(toCount(value, max)),
    read(source, start, end) {
      requireLength(start, end, 4)
      return source.view.getUint32(start, source.littleEndian) / inMs
    },
  }
}

const LARGEST = 0xffff_ffff

/** 32 bits of microseconds. */
export const time = (max = LARGEST) => timeOf({ toCount: microseconds, inMs: US_IN_MS }, max)
/** 32 bits of nanoseconds. */
export const shortTime = (max = LARGEST) => timeOf({ toCount: nanoseconds, inMs: NS_IN_MS }, max)
