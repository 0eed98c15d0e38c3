import { expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { headed } from '../../../lib/codec/headed.js'
import { u16, u32 } from '../../../lib/codec/integers.js'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { Writer } from '../../../lib/codec/writer.js'
import { readsInside } from '../../support/replies.js'

const codec = headed(u32(), attributes({ vid: attribute('X_VID', 5, u16()) }))

test.each([true, false])(
  'reads the head and the attributes behind it, on a host that is little-endian: %s',
  (littleEndian) => {
    const writer = new Writer(littleEndian)
    writer.u32(0x01020304)
    writer.u16(6)
    writer.u16(5)
    writer.u16(0x0102)
    writer.align()
    const read = (end: number) => codec.read(sourceOf(writer.bytes, littleEndian), 0, end)
    expect(read(12)).toEqual({ head: 0x01020304, attributes: { vid: 0x0102 } })
    expect(read(4)).toEqual({ head: 0x01020304, attributes: {} })
    expect(() => read(3)).toThrow(Unreadable)
  },
)

test('looks at nothing outside', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 8, 0, 7, 0, 1, 1, 1, 1)
  expect(readsInside(bytes, (all, start, end) => codec.read(sourceOf(all, true), start, end))).toBe(true)
})

test('is only read', () => {
  expect(() => codec.write(new Writer(true), {} as never)).toThrow()
})
