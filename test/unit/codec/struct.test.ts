import { describe, expect, test } from 'vitest'
import { mac } from '../../../lib/codec/addresses.js'
import { be16, s32, u8, u16, u32 } from '../../../lib/codec/integers.js'
import { field, padding, struct } from '../../../lib/codec/struct.js'
import { decode, encode, orders, rejectionOf } from '../../support/codec.js'

const inner = struct('inner', { low: field('i_low', u8()), high: field('i_high', u8({ max: 9 })) })
const outer = struct('outer', {
  family: field('o_family', u8()),
  _pad: field('__o_pad', padding(1)),
  port: field('o_port', be16()),
  index: field('o_index', s32()),
  inner: field('o_inner', inner),
  type: field('o_type', u16()),
})

describe('a structure', () => {
  const value = { family: 7, port: 0x1234, index: -2, inner: { low: 1, high: 2 }, type: 0x0506 }

  test.each(orders)('has its members in order, each in its byte order, $order host', ({ littleEndian }) => {
    const hex = littleEndian ? '07001234feffffff01020605' : '07001234fffffffe01020506'
    expect(outer.size).toBe(12)
    expect(encode(outer, value, littleEndian)).toBe(hex)
    expect(decode(outer, hex, littleEndian)).toEqual(value)
  })

  test('is zero where nothing is said, also in its padding', () => {
    expect(encode(outer, {})).toBe('00'.repeat(12))
    expect(encode(outer, { type: undefined, inner: {} })).toBe('00'.repeat(12))
    expect(decode(outer, 'ff'.repeat(12))).not.toHaveProperty('_pad')
  })

  test('of an older kernel is shorter: what it lacks is absent', () => {
    const hex = '07001234feffffff01020605'
    expect(decode(outer, '')).toEqual({})
    expect(decode(outer, '07')).toEqual({ family: 7 })
    expect(decode(outer, hex.slice(0, 2 * 3))).toEqual({ family: 7 })
    expect(decode(outer, hex.slice(0, 2 * 8))).toEqual({ family: 7, port: 0x1234, index: -2 })
    expect(decode(outer, hex.slice(0, 2 * 11))).toEqual({
      family: 7,
      port: 0x1234,
      index: -2,
      inner: { low: 1, high: 2 },
    })
  })

  test('of a newer kernel is longer: the rest is ignored', () => {
    expect(decode(outer, '07001234feffffff01020605deadbeef')).toEqual(value)
  })

  test('names the member that does not fit, however deep', () => {
    expect(rejectionOf(() => encode(outer, { inner: { high: 10 } }))).toEqual({
      path: 'inner/high',
      constant: 'i_high',
      expected: 'an integer from 0 to 9',
      actual: 10,
    })
    expect(rejectionOf(() => encode(outer, { family: null as never }))).toMatchObject({
      path: 'family',
      constant: 'o_family',
    })
  })

  test('refuses members that it has not: a slip of the pen would be a zero', () => {
    for (const name of ['famly', '_pad', 'o_family', 'toString'])
      expect(rejectionOf(() => encode(outer, { [name]: 1 } as object))).toMatchObject({
        path: name,
        expected: 'an object with family, port, index, inner, type',
        actual: 1,
      })
    expect(encode(outer, { famly: undefined } as object)).toBe('00'.repeat(12))
    for (const value of [null, 1, 'x', true])
      expect(rejectionOf(() => encode(outer, value as never)).actual).toBe(value)
  })

  test('may hold anything of fixed size', () => {
    expect(encode(struct('s', { a: field('a', mac), b: field('b', u32()) }), { a: '01:02:03:04:05:06', b: 1 })).toBe(
      '01020304050601000000',
    )
  })
})
