import { expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { s16, u32, u64 } from '../../../lib/codec/integers.js'
import { Rejection } from '../../../lib/codec/rejection.js'
import { series, tuple } from '../../../lib/codec/series.js'
import { Writer } from '../../../lib/codec/writer.js'

const written = (write: (writer: Writer) => void) => {
  const writer = new Writer(true)
  write(writer)
  return writer.bytes.slice(0, writer.position)
}

const some = series(s16(), { min: 1, max: 3 })
const three = tuple(u32(), 3)

test('numbers stand one behind the other', () => {
  const bytes = written((writer) => some.write(writer, [-2, 258]))
  expect([...bytes]).toEqual([0xfe, 0xff, 2, 1])
  expect(some.read(sourceOf(bytes, true), 0, 4)).toEqual([-2, 258])
  expect(written((writer) => some.write(writer, Int16Array.of(-2, 258)))).toEqual(bytes)
  expect(written((writer) => three.write(writer, [1, 2, 66_051]))).toHaveLength(three.size)
})

test('a tuple of wide ones fits a structure', () => {
  const pair = tuple(u64(), 2)
  const bytes = written((writer) => pair.write(writer, [1n, 2n ** 40n]))
  expect(pair.size).toBe(16)
  expect(pair.read(sourceOf(bytes, true), 0, 16)).toEqual([1n, 2n ** 40n])
})

test.each<[string, unknown, readonly string[]]>([
  ['too few', [], []],
  ['too many', [1, 2, 3, 4], []],
  ['no array', 5, []],
  ['text', 'ab', []],
  ['a view without numbers', new DataView(new ArrayBuffer(2)), []],
  ['a number that does not fit', [1, 40_000], ['[1]']],
  // biome-ignore lint/suspicious/noSparseArray: a hole is refused
  ['a hole', [1, , 2], ['[1]']],
])('%s is refused', (_what, values, path) => {
  const attempt = () => some.write(new Writer(true), values as number[])
  expect(attempt).toThrow(Rejection)
  expect(attempt).toThrow(expect.objectContaining({ path }))
})

test('what does not fit is unreadable', () => {
  const source = sourceOf(new Uint8Array(7), true)
  expect(() => some.read(source, 0, 3)).toThrow(Unreadable)
  expect(() => three.read(source, 0, 7)).toThrow(Unreadable)
})

test('a tuple has as many as it says', () => {
  expect(() => three.write(new Writer(true), [1, 2])).toThrow(Rejection)
})
