import { describe, expect, test } from 'vitest'
import { Rejection } from '../../../lib/codec/rejection.js'
import {
  firstMissing,
  idRange,
  numbersOf,
  overlap,
  shownRange,
  vidFilter,
  vidRange,
} from '../../../lib/rtnetlink/id-range.js'

describe('one number or several in a row', () => {
  test.each<[unknown, number, number]>([
    [10, 10, 10],
    ['10', 10, 10],
    ['10-20', 10, 20],
    ['10-10', 10, 10],
    [{ first: 10, last: 20 }, 10, 20],
    [4094, 4094, 4094],
  ])('%o', (value, first, last) => {
    expect(vidRange(value)).toEqual({ first, last })
  })

  test.each([
    0, 4095, 1.5, Number.NaN, -1, '', '10-', '-10', '20-10', '0-5', '10-4095', ' 10', '1e1', '0x10', '10-20-30', null,
    true, [10, 20], {}, { first: 10 }, { first: 10, last: 9 }, { first: '10', last: 20 }, { first: 1, last: 2, step: 1 },
    10n, '99999999999',
  ])('%o is refused', (value) => {
    expect(() => vidRange(value)).toThrow(expect.objectContaining({ path: ['vid'], actual: value }))
    expect(() => vidRange(value)).toThrow(expect.any(Rejection))
  }) // biome-ignore format: a list of values

  test('bounds are those of the option', () => {
    expect(idRange('0-16777215', 'vni', 0, 0xff_ffff)).toEqual({ first: 0, last: 0xff_ffff })
    expect(() => idRange(2 ** 24, 'vni', 0, 0xff_ffff)).toThrow(expect.objectContaining({ path: ['vni'] }))
  })

  test('a filter that says none means all', () => {
    expect(vidFilter(undefined)).toEqual({ first: 1, last: 4094 })
    expect(vidFilter(7)).toEqual({ first: 7, last: 7 })
  })
})

test('what two have in common', () => {
  const span = (first: number, last: number) => ({ first, last })
  expect(overlap(span(1, 10), span(5, 20))).toEqual(span(5, 10))
  expect(overlap(span(5, 6), span(1, 10))).toEqual(span(5, 6))
  expect(overlap(span(1, 4), span(5, 6))).toBeUndefined()
  expect(overlap(span(1, 5), span(5, 6))).toEqual(span(5, 5))
})

test.each<[number | undefined, [number, number][]]>([
  [10, []],
  [undefined, [[10, 20]]],
  [undefined, [[1, 30]]],
  [undefined, [[15, 20], [10, 14]]],
  [undefined, [[10, 16], [12, 20]]],
  [15, [[10, 14], [16, 20]]],
  [20, [[10, 19]]],
  [10, [[11, 20]]],
  [10, [[30, 40]]],
])('of 10-20, %o is the first that is missing in %o', (missing, parts) => {
  expect(firstMissing({ first: 10, last: 20 }, parts.map(([first, last]) => ({ first, last })))).toBe(missing)
}) // biome-ignore format: a list of values

test('each number, and the words for all', () => {
  expect([...numbersOf({ first: 3, last: 5 })]).toEqual([3, 4, 5])
  expect([{ first: 3, last: 5 }, { first: 3, last: 3 }, '3-5', 3].map(shownRange)).toEqual(['3-5', '3', '3-5', '3'])
})
