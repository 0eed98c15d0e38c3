/** Sizes: bytes, or text with a unit, in which a `k` is 1024. */
import { type FixedCodec, requireLength } from '../../codec/codec.js'
import { Rejection } from '../../codec/rejection.js'
import { quantity, type Units } from './quantity.js'

/** Bytes, or text with a unit of `tc`: `'1540b'`, `'32kb'`, `'1mb'`, `'32kbit'`. */
export type Size = number | string

const KIB = 1024
const MIB = KIB * 1024
const GIB = MIB * 1024
const bytesIn: Units = {
  ...{ b: 1, k: KIB, kb: KIB, m: MIB, mb: MIB, g: GIB, gb: GIB },
  ...{ kbit: KIB / 8, mbit: MIB / 8, gbit: GIB / 8 },
}

export interface SizeRange {
  readonly min?: number
  readonly max?: number
}

const LARGEST = 0xffff_ffff

const words = (min: number, max: number) => `bytes from ${min} to ${max}, or text such as '32kb'`

/** Whole bytes; throws a Rejection. */
export function bytesOf(value: Size, { min = 0, max = LARGEST }: SizeRange = {}): number {
  const expected = words(min, max)
  const bytes = quantity(value, bytesIn, 1, expected)
  if (!Number.isInteger(bytes) || bytes < min || bytes > max) throw new Rejection(expected, value)
  return bytes
}

/** 32 bits of bytes. */
export const size = (range: SizeRange = {}): FixedCodec<Size, number> => ({
  size: 4,
  expected: words(range.min ?? 0, range.max ?? LARGEST),
  write: (writer, value) => writer.u32(bytesOf(value, range)),
  read(source, start, end) {
    requireLength(start, end, 4)
    return source.view.getUint32(start, source.littleEndian)
  },
})
