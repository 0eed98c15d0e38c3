import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FixedCodec, Unreadable } from '../../../lib/codec/codec.js'
import { be16, be32, be64, bool, flag, s8, s32, u8, u16, u32, u64 } from '../../../lib/codec/integers.js'
import { decode, encode, orders, rejectionOf } from '../../support/codec.js'

const widths: [name: string, codec: FixedCodec<number>, size: number, min: number, max: number, big: boolean][] = [
  ['u8', u8(), 1, 0, 0xff, false],
  ['s8', s8(), 1, -0x80, 0x7f, false],
  ['u16', u16(), 2, 0, 0xffff, false],
  ['be16', be16(), 2, 0, 0xffff, true],
  ['u32', u32(), 4, 0, 0xffff_ffff, false],
  ['s32', s32(), 4, -0x8000_0000, 0x7fff_ffff, false],
  ['be32', be32(), 4, 0, 0xffff_ffff, true],
]

/** Two's complement, written without DataView. */
function bytesOf(value: number | bigint, size: number, littleEndian: boolean): string {
  const digits = BigInt.asUintN(8 * size, BigInt(value))
    .toString(16)
    .padStart(2 * size, '0')
  return littleEndian ? (digits.match(/../g) ?? []).reverse().join('') : digits
}

describe.each(widths)('%s', (_name, codec, size, min, max, big) => {
  test.each(orders)('writes and reads boundaries, $order host', ({ littleEndian }) => {
    for (const value of [min, min + 1, -1, 0, 1, 0x12, 0x1234, 0x0102_0304, max - 1, max]) {
      if (value < min || value > max) continue
      const hex = bytesOf(value, size, littleEndian && !big)
      expect(encode(codec, value, littleEndian)).toBe(hex)
      expect(decode(codec, hex, littleEndian)).toBe(value)
    }
  })

  test.each(orders)('gives back every integer of its range, $order host', ({ littleEndian }) => {
    fc.assert(
      fc.property(fc.integer({ min, max }), (value) => {
        const hex = encode(codec, value, littleEndian)
        expect(hex).toBe(bytesOf(value, size, littleEndian && !big))
        expect(decode(codec, hex, littleEndian)).toBe(value)
      }),
    )
  })

  test('refuses what is outside its range, or no integer', () => {
    const hostile = [
      min - 1,
      max + 1,
      2 ** 32,
      -(2 ** 31) - 1,
      2 ** 53,
      0.5,
      min + 0.5,
      Number.NaN,
      Infinity,
      -Infinity,
    ]
    for (const value of [...hostile, '1', 1n, true, null, undefined, {}, [], [1], new Number(1), new Date()]) {
      expect(rejectionOf(() => encode(codec, value as number))).toMatchObject({
        expected: `an integer from ${min} to ${max}`,
        actual: value,
      })
    }
  })

  test('reads no other length than its own', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 8]) {
      if (length !== size) expect(() => decode(codec, '00'.repeat(length))).toThrow(Unreadable)
    }
  })
})

describe('a range narrower than the width', () => {
  const vni = u32({ max: 2 ** 24 - 1 })
  const port = be16({ min: 1 })

  test('is kept on writing', () => {
    expect(encode(vni, 2 ** 24 - 1)).toBe('ffffff00')
    expect(rejectionOf(() => encode(vni, 2 ** 24)).expected).toBe('an integer from 0 to 16777215')
    expect(encode(port, 1)).toBe('0001')
    expect(rejectionOf(() => encode(port, 0)).expected).toBe('an integer from 1 to 65535')
  })

  test('does not bind the kernel', () => {
    expect(decode(vni, '00000001')).toBe(2 ** 24)
    expect(decode(port, '0000')).toBe(0)
  })
})

describe.each([
  ['u64', u64(), false],
  ['be64', be64(), true],
] as const)('%s', (_name, codec, big) => {
  test.each(orders)('writes bigints and safe integers, reads bigints, $order host', ({ littleEndian }) => {
    const values = [0n, 1n, 0x0102_0304_0506_0708n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n]
    for (const value of [...values, 0, 4660, Number.MAX_SAFE_INTEGER]) {
      const hex = bytesOf(value, 8, littleEndian && !big)
      expect(encode(codec, value, littleEndian)).toBe(hex)
      expect(decode(codec, hex, littleEndian)).toBe(BigInt(value))
    }
  })

  test('refuses what does not fit', () => {
    for (const value of [-1n, 1n << 64n, -1, 2 ** 53, 1.5, Number.NaN, '1', null, undefined, true])
      expect(rejectionOf(() => encode(codec, value as bigint)).actual).toBe(value)
    for (const length of [0, 4, 7, 9, 16]) expect(() => decode(codec, '00'.repeat(length))).toThrow(Unreadable)
  })
})

describe('switches', () => {
  test('bool is one byte', () => {
    expect([encode(bool, true), encode(bool, false)]).toEqual(['01', '00'])
    expect(['00', '01', '02', 'ff'].map((hex) => decode(bool, hex))).toEqual([false, true, true, true])
    for (const value of [0, 1, 'true', null, undefined])
      expect(() => rejectionOf(() => encode(bool, value as never))).not.toThrow()
    expect(() => decode(bool, '')).toThrow(Unreadable)
    expect(() => decode(bool, '0000')).toThrow(Unreadable)
  })

  test('flag is there or not', () => {
    expect(flag.omits?.(false)).toBe(true)
    expect(flag.omits?.(true)).toBe(false)
    expect(encode(flag, true)).toBe('')
    expect(decode(flag, '')).toBe(true)
    for (const value of [0, 1, 'true', null])
      expect(() => rejectionOf(() => encode(flag, value as never))).not.toThrow()
  })
})
