import { expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { longTicks, ticks } from '../../../lib/codec/ticks.js'
import { encode, fromHex } from '../../support/codec.js'

test('seconds are sent as hundredths', () => {
  expect(encode(ticks, 258)).toBe('c8640000')
  expect(encode(ticks, 0.29)).toBe('1d000000')
  expect(encode(ticks, 0)).toBe('00000000')
  expect(encode(ticks, 42_949_672.95)).toBe('ffffffff')
  expect(encode(ticks, 258, false)).toBe('000064c8')
})

test('and read back', () => {
  expect(ticks.read(sourceOf(fromHex('1d000000'), true), 0, 4)).toBe(0.29)
  expect(longTicks.read(sourceOf(fromHex('c800000000000000'), true), 0, 8)).toBe(2)
  expect(longTicks.read(sourceOf(fromHex('00000000000000c9'), false), 0, 8)).toBe(2.01)
  expect(() => ticks.read(sourceOf(fromHex('1d0000'), true), 0, 3)).toThrow(Unreadable)
  expect(() => longTicks.read(sourceOf(fromHex('1d000000'), true), 0, 4)).toThrow(Unreadable)
})

test.each([-1, 0.001, 42_949_672.96, Number.NaN, '1', undefined])('%s is refused', (value) => {
  expect(() => encode(ticks, value as number)).toThrow(expect.objectContaining({ expected: ticks.expected }))
})
