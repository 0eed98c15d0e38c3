import { expect, test } from 'vitest'
import { bit } from '../../../lib/codec/bit.js'
import { be16, u32 } from '../../../lib/codec/integers.js'
import { decode, encode, rejectionOf } from '../../support/codec.js'

test('is set or not, in the byte order of its number', () => {
  expect(encode(bit(be16(), 0x1000), true)).toBe('1000')
  expect(encode(bit(be16(), 0x1000), false)).toBe('0000')
  expect(encode(bit(u32(), 0x10), true)).toBe('10000000')
  expect(encode(bit(u32(), 0x10), true, false)).toBe('00000010')
})

test('is read among others', () => {
  expect(decode(bit(be16(), 0x1000), '3000')).toBe(true)
  expect(decode(bit(be16(), 0x1000), 'efff')).toBe(false)
  expect(decode(bit(u32(), 0x8000_0000), '00000080')).toBe(true)
})

test.each([1, 0, null, 'true', undefined])('is not %o', (value) => {
  expect(rejectionOf(() => encode(bit(be16(), 1), value as never)).expected).toBe('true or false')
})
