import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enumeration, flags, namedNumbers } from '../../../lib/codec/enumeration.js'
import { u8, u16, u32 } from '../../../lib/codec/integers.js'
import { decode, encode, orders, rejectionOf } from '../../support/codec.js'

describe('constants', () => {
  test('follow from the prefix and the name, or are spelled out', () => {
    const { constants } = namedNumbers('X', { up: 1, lowerUp: 2, l3Mdev: 3, noArp: [4, 'X_NOARP'] })
    expect([...constants]).toEqual([['X_UP', 1], ['X_LOWER_UP', 2], ['X_L3_MDEV', 3], ['X_NOARP', 4]]) // biome-ignore format: pairs
  })

  test('are none without a prefix, but those spelled out', () => {
    const { constants, numberOf } = namedNumbers(undefined, { slow: 0, fast: [1, 'X_FAST'] })
    expect([...constants]).toEqual([['X_FAST', 1]])
    expect(numberOf.get('slow')).toBe(0)
  })
})

describe('an enumeration', () => {
  const scope = enumeration(u16(), 'S', { universe: 0, link: 253, host: 0x1234 })

  test.each(orders)('is a name or a number in, a name out, $order host', ({ littleEndian }) => {
    expect(encode(scope, 'host', littleEndian)).toBe(littleEndian ? '3412' : '1234')
    expect(encode(scope, 0x1234, littleEndian)).toBe(littleEndian ? '3412' : '1234')
    expect(encode(scope, 'universe', littleEndian)).toBe('0000')
    expect(decode(scope, littleEndian ? '3412' : '1234', littleEndian)).toBe('host')
  })

  test('keeps a number that has no name', () => {
    expect(decode(scope, '0201')).toBe(258)
    expect(encode(scope, 258)).toBe('0201')
    expect([scope.fromNumber(66), scope.toNumber(66), scope.toNumber('link')]).toEqual([66, 66, 253])
  })

  test('refuses other names, and names that every object has', () => {
    for (const value of [
      '',
      'Host',
      'toString',
      '__proto__',
      'constructor',
      '253',
      null,
      undefined,
      {},
      [],
      true,
      1.5,
      65_536,
      Number.NaN,
    ])
      expect(rejectionOf(() => encode(scope, value as 'host')).actual).toBe(value)
    expect(rejectionOf(() => encode(scope, 'hsot' as 'host')).expected).toBe(
      "one of 'universe', 'link', 'host' or an integer from 0 to 65535",
    )
  })
})

describe('flags', () => {
  const state = flags(u32(), 'F', { up: 1, running: 0x40, top: 0x8000_0000 })

  test.each(orders)('are names, $order host', ({ littleEndian }) => {
    const hex = littleEndian ? '41000080' : '80000041'
    expect(encode(state, ['running', 'up', 'top'], littleEndian)).toBe(hex)
    expect(decode(state, hex, littleEndian)).toEqual(['up', 'running', 'top'])
    expect(encode(state, [], littleEndian)).toBe('00000000')
    expect(decode(state, '00000000', littleEndian)).toEqual([])
  })

  test('keep bits that have no name, as their values', () => {
    expect(decode(state, '03000040')).toEqual(['up', 2, 0x4000_0000])
    expect(encode(state, ['up', 2, 0x4000_0000])).toBe('03000040')
  })

  test('give back any bits', () => {
    fc.assert(fc.property(fc.nat(0xffff_ffff), (bits) => state.toBits(state.fromBits(bits)) === bits))
    expect(state.toBits(state.fromBits(0xffff_ffff))).toBe(0xffff_ffff)
  })

  test('may be said twice', () => {
    expect(encode(state, ['up', 'up', 1])).toBe('01000000')
  })

  test('are an array of what is known, or of bits', () => {
    for (const value of ['up', 1, null, undefined, {}, { length: 1, 0: 'up' }, new Set(['up'])])
      expect(rejectionOf(() => encode(state, value as never)).actual).toBe(value)
    for (const item of ['UP', 'toString', '', -1, 1.5, 2 ** 32, Number.NaN, null, undefined, true, ['up']])
      expect(rejectionOf(() => encode(state, ['up', item as 'up'])).actual).toBe(item)
    expect(rejectionOf(() => encode(state, new Array(1))).actual).toBe(undefined)
  })

  test('fit their carrier', () => {
    expect(rejectionOf(() => encode(flags(u8(), 'F', { up: 1 }), ['up', 256])).expected).toBe(
      'an integer from 0 to 255',
    )
  })
})
