import { describe, expect, test } from 'vitest'
import { Unreadable } from '../../../lib/codec/codec.js'
import { label, labels } from '../../../lib/rtnetlink/labels.js'
import { decode, encode, orders, rejectionOf } from '../../support/codec.js'

describe.each(orders)('$order', ({ littleEndian }) => {
  test('labels are in network order, and the last one is marked', () => {
    expect(encode(label, 0x12345, littleEndian)).toBe('12345100')
    expect(encode(labels, [0x12345, 3, 0xf_ffff], littleEndian)).toBe('1234500000003000fffff100')
    expect(decode(label, '12345100', littleEndian)).toBe(0x12345)
    expect(decode(labels, '1234500000003000fffff100', littleEndian)).toEqual([0x12345, 3, 0xf_ffff])
  })

  test.each(['12345300', '12345140'])('%s has a class or a TTL, of which nothing shall be lost', (hex) => {
    expect(() => decode(labels, hex, littleEndian)).toThrow(Unreadable)
    expect(() => decode(label, hex, littleEndian)).toThrow(Unreadable)
  })
})

test('half a label is none', () => {
  expect(() => decode(labels, '123451')).toThrow(Unreadable)
})

test.each([
  ['', []],
  ['', Array(31).fill(100)],
  ['', 100],
  ['[0]', [1.5]],
  ['[1]', [100, 2 ** 20]],
])('refuses, at %o: %o', (path, value) => {
  expect(rejectionOf(() => encode(labels, value as number[]))).toMatchObject({ path })
})

test.each([15, -1, 2 ** 20, '100'])('%o is no label that packets come with', (value) => {
  expect(rejectionOf(() => encode(label, value as number))).toMatchObject({ path: '' })
})
