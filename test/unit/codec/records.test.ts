import { describe, expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { u8, u32 } from '../../../lib/codec/integers.js'
import { records } from '../../../lib/codec/records.js'
import { field, padding, struct } from '../../../lib/codec/struct.js'
import { encode, fromHex, orders } from '../../support/codec.js'

const codec = records(
  struct('nexthop_grp', {
    id: field('id', u32({ min: 1 })),
    weight: field('weight', u8()),
    _pad: field('pad', padding(3)),
  }),
)
const values = [
  { id: 66_051, weight: 2 },
  { id: 7, weight: 255 },
]

describe.each(orders)('$order', ({ littleEndian }) => {
  const hex = littleEndian ? '0302010002000000' + '07000000ff000000' : '0001020302000000' + '00000007ff000000'
  test('are one behind the other', () => {
    expect(encode(codec, values, littleEndian)).toBe(hex)
    expect(codec.read(sourceOf(fromHex(`ff${hex}ff`), littleEndian), 1, 17)).toEqual(values)
    expect(codec.read(sourceOf(fromHex(''), littleEndian), 0, 0)).toEqual([])
  })
})

test('a part of one is unreadable', () => {
  expect(() => codec.read(sourceOf(fromHex('03020100020000'), true), 0, 7)).toThrow(Unreadable)
})

test.each<[unknown, string[]]>([
  [undefined, []],
  [{ id: 1 }, []],
  [
    [{ id: 1 }, { id: 0 }],
    ['[1]', 'id'],
  ],
  [[undefined], ['[0]']],
])('%o is refused', (value, path) => {
  expect(() => encode(codec, value as never)).toThrow(expect.objectContaining({ path }))
})
