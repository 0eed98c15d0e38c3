/** Integers of both byte orders, checked for type and range: a typed array would wrap NaN, -1, 1.5 and 2^32 in silence. */
import { type FixedCodec, requireLength } from './codec.js'
import { onlyRead } from './only-read.js'
import { Rejection } from './rejection.js'

export interface Range {
  readonly min?: number
  readonly max?: number
}

type Order = 'host' | 'big'

interface Width {
  readonly size: 1 | 2 | 4
  readonly signed: boolean
}

function integer({ size, signed }: Width, order: Order, range: Range = {}): FixedCodec<number> {
  const bits = size * 8
  const min = range.min ?? (signed ? -(2 ** (bits - 1)) : 0)
  const max = range.max ?? (signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1)
  const expected = `an integer from ${min} to ${max}`
  return {
    size,
    expected,
    write(writer, value) {
      if (!Number.isInteger(value) || value < min || value > max) throw new Rejection(expected, value)
      const littleEndian = order === 'host' && writer.littleEndian
      if (size === 4) writer.u32(value, littleEndian)
      else if (size === 2) writer.u16(value, littleEndian)
      else writer.u8(value)
    },
    read(source, start, end) {
      requireLength(start, end, size)
      const littleEndian = order === 'host' && source.littleEndian
      if (size === 4)
        return signed ? source.view.getInt32(start, littleEndian) : source.view.getUint32(start, littleEndian)
      if (size === 2)
        return signed ? source.view.getInt16(start, littleEndian) : source.view.getUint16(start, littleEndian)
      return signed ? source.view.getInt8(start) : source.view.getUint8(start)
    },
  }
}

/** Eight bits. */
export const u8 = (range?: Range) => integer({ size: 1, signed: false }, 'host', range)
/** 16 bits, in the host's order. */
export const u16 = (range?: Range) => integer({ size: 2, signed: false }, 'host', range)
/** 32 bits, in the host's order. */
export const u32 = (range?: Range) => integer({ size: 4, signed: false }, 'host', range)
/** Eight bits, signed. */
export const s8 = (range?: Range) => integer({ size: 1, signed: true }, 'host', range)
/** 16 bits, signed, in the host's order. */
export const s16 = (range?: Range) => integer({ size: 2, signed: true }, 'host', range)
/** 32 bits, signed, in the host's order. */
export const s32 = (range?: Range) => integer({ size: 4, signed: true }, 'host', range)
/** Network order. */
export const be16 = (range?: Range) => integer({ size: 2, signed: false }, 'big', range)
/** Network order. */
export const be32 = (range?: Range) => integer({ size: 4, signed: false }, 'big', range)

function wide(order: Order, signed = false): FixedCodec<bigint | number, bigint> {
  const [min, end] = signed ? [-(1n << 63n), 1n << 63n] : [0n, 1n << 64n]
  const expected = `a bigint (or safe integer) from ${signed ? '-2^63 to 2^63-1' : '0 to 2^64-1'}`
  return {
    size: 8,
    expected,
    write(writer, value) {
      const fits = (typeof value === 'bigint' || Number.isSafeInteger(value)) && value >= min && value < end
      if (!fits) throw new Rejection(expected, value)
      writer.u64(BigInt.asUintN(64, BigInt(value)), order === 'host' && writer.littleEndian)
    },
    read(source, start, end) {
      requireLength(start, end, 8)
      const bits = source.view.getBigUint64(start, order === 'host' && source.littleEndian)
      return signed ? BigInt.asIntN(64, bits) : bits
    },
  }
}

/** 64 bits: a `bigint` out; a `bigint`, or a number that is a safe integer, in. */
export const u64 = () => wide('host')
export const s64 = () => wide('host', true)
/** Network order. */
export const be64 = () => wide('big')

/** As wide as its value needs: four or eight bytes (nla_put_uint). Only read. */
export const uint = onlyRead<bigint>((source, start, end) => {
  if (end - start === 4) return BigInt(source.view.getUint32(start, source.littleEndian))
  requireLength(start, end, 8)
  return source.view.getBigUint64(start, source.littleEndian)
})

/** A switch in one byte. */
export const bool: FixedCodec<boolean> = {
  size: 1,
  expected: 'true or false',
  write(writer, value) {
    if (typeof value !== 'boolean') throw new Rejection(bool.expected, value)
    writer.u8(value ? 1 : 0)
  },
  read(source, start, end) {
    requireLength(start, end, 1)
    return source.view.getUint8(start) !== 0
  },
}

/** A switch in four bytes. */
export const bool32: FixedCodec<boolean> = {
  size: 4,
  expected: bool.expected,
  write(writer, value) {
    if (typeof value !== 'boolean') throw new Rejection(bool32.expected, value)
    writer.u32(value ? 1 : 0)
  },
  read(source, start, end) {
    requireLength(start, end, 4)
    return source.view.getUint32(start, source.littleEndian) !== 0
  },
}

/** A switch without payload (NLA_FLAG): the attribute is there or not. */
export const flag: FixedCodec<boolean> = {
  size: 0,
  expected: 'true or false',
  omits: (value) => value === false,
  write(_writer, value) {
    if (value !== true) throw new Rejection(flag.expected, value)
  },
  read: () => true,
}
