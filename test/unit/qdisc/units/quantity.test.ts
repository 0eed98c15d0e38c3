import { describe, expect, test } from 'vitest'
import { Rejection } from '../../../../lib/codec/rejection.js'
import { improbability, percentLeft, percentOf, probability } from '../../../../lib/qdisc/units/percent.js'
import { bitsPerSecond, bytesPerSecond } from '../../../../lib/qdisc/units/rate.js'
import { bytesOf } from '../../../../lib/qdisc/units/size.js'
import { bytesFor, ticksFor } from '../../../../lib/qdisc/units/ticks.js'
import { fromNanoseconds, microseconds, nanoseconds } from '../../../../lib/qdisc/units/time.js'

describe('times', () => {
  test.each<[string | number, number]>([
    [100, 100_000_000],
    [0.1 + 0.2, 300_000],
    ['100ms', 100_000_000],
    ['1.5s', 1_500_000_000],
    ['.5 sec', 500_000_000],
    ['4.35MSECS', 4_350_000],
    ['20us', 20_000],
    ['250ns', 250],
    [0, 0],
    ['0s', 0],
  ])('%s', (value, wanted) => {
    expect(nanoseconds(value)).toBe(wanted)
    expect(nanoseconds(fromNanoseconds(wanted))).toBe(wanted)
  })
  test.each([
    '',
    '100',
    'ms',
    '1e3ms',
    '-1ms',
    '1min',
    '1 000ms',
    '1ms ',
    'Infinityms',
    Number.POSITIVE_INFINITY,
    -1,
    4e-7,
    null,
  ])('not %s', (value) => {
    expect(() => nanoseconds(value as string)).toThrow(Rejection)
  })
  test('what is less than a microsecond is not nothing', () => {
    expect(microseconds('600ns', 9)).toBe(1)
    expect(() => microseconds('400ns', 9)).toThrow(Rejection)
    expect(() => microseconds('10us', 9)).toThrow(Rejection)
  })
})

describe('rates, in bytes per second', () => {
  test.each<[string | number | bigint, number]>([
    [12_345, 1543],
    [10_000_000n, 1_250_000],
    ['10mbit', 1_250_000],
    ['2.3gbit', 287_500_000],
    ['1Kibit', 128],
    ['1mibit', 131_072],
    ['64kbps', 64_000],
    ['1KiBps', 1024],
    ['1tbit', 125_000_000_000],
    ['9bit', 1],
  ])('%s', (value, wanted) => {
    expect(bytesPerSecond(value)).toBe(wanted)
    expect(bytesPerSecond(bitsPerSecond(wanted))).toBe(wanted)
  })
  test.each(['10', '10%', '10mb', 7, '7bit', -8n, 2n ** 60n, Number.NaN, {}])('not %s', (value) => {
    expect(() => bytesPerSecond(value as string)).toThrow(Rejection)
  })
})

describe('sizes', () => {
  test.each<[string | number, number]>([
    [1540, 1540],
    ['1540b', 1540],
    ['5kb', 5120],
    ['5K', 5120],
    ['1.5m', 1_572_864],
    ['32kbit', 4096],
    ['1gb', 2 ** 30],
  ])('%s', (value, wanted) => {
    expect(bytesOf(value)).toBe(wanted)
  })
  test.each(['1540', '5gb', '0.3b', '5tb', 1.5, -1])('not %s', (value) => {
    expect(() => bytesOf(value)).toThrow(Rejection)
  })
})

describe('probabilities', () => {
  test.each([0, 0.1, 0.3, 1, 12.5, 30, 33.333, 70, 99.9, 100])('%s percent come back', (percent) => {
    expect(percentOf(probability(percent))).toBe(percent)
    expect(percentOf(probability(`${percent}%`))).toBe(percent)
    expect(percentLeft(improbability(percent))).toBe(percent)
  })
  test('every step comes back as it was', () => {
    for (const step of [0, 1, 2, 4660, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff])
      expect(probability(percentOf(step)), String(step)).toBe(step)
  })
  test.each([101, '1', -1, 1e-9, '1 percent'])('not %s', (value) => {
    expect(() => probability(value)).toThrow(Rejection)
  })
})

test('bytes and the ticks that they take', () => {
  expect(ticksFor(1540, 125_000)).toBe(192_500)
  expect(bytesFor(192_500, 125_000)).toBe(1540)
  // The kernel cuts off: a burst of one byte more or less would take another number of ticks.
  for (const bytes of [1, 1500, 1541, 66_051])
    expect(bytesFor(Math.floor((bytes / 125_000) * 15_625_000), 125_000)).toBe(bytes)
  expect(ticksFor(2 ** 32 - 1, 1)).toBe(0xffff_ffff)
})
