import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { each } from '../../../lib/codec/each.js'
import { u16 } from '../../../lib/codec/integers.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { attribute, attributes, encodeAttributes } from '../../../lib/codec/table.js'
import { Writer } from '../../../lib/codec/writer.js'

const table = attributes({
  one: attribute('X_ONE', 3, u16(), { writeOnly: true }),
  all: each('X_ONE', 3, u16()),
  other: attribute('X_OTHER', 4, u16()),
})

function decoded(...values: readonly { one?: number; other?: number }[]) {
  const writer = new Writer(true)
  for (const value of values) encodeAttributes(writer, table, value)
  return decodeAttributes(table, sourceOf(writer.bytes, true), 0, writer.position)
}

test('all of them, in their order, whatever stands between', () => {
  expect(decoded({ one: 258 }, { other: 5 }, { one: 772 }, { one: 258 })).toEqual({ all: [258, 772, 258], other: 5 })
})

test('one is an array too, and none is absent', () => {
  expect(decoded({ one: 258 })).toEqual({ all: [258] })
  expect(decoded({ other: 5 })).toEqual({ other: 5 })
})

test('two messages share nothing', () => {
  expect(decoded({ one: 1 })).toEqual({ all: [1] })
  expect(decoded({ one: 2 })).toEqual({ all: [2] })
})

test('one that does not fit is kept as bytes beside the others', () => {
  const bytes = Uint8Array.of(6, 0, 3, 0, 2, 1, 0, 0, 5, 0, 3, 0, 9, 0, 0, 0)
  expect(decodeAttributes(table, sourceOf(bytes, true), 0, bytes.length)).toEqual({
    all: [258],
    unknown: [{ type: 3, data: Uint8Array.of(9) }],
  })
})

test('a request cannot say them', () => {
  expect(() => encodeAttributes(new Writer(true), table, { all: [1] })).toThrow(
    expect.objectContaining({ path: ['all'] }),
  )
})
