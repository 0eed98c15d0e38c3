import { describe, expect, test } from 'vitest'
import { nested } from '../../../lib/codec/nest.js'
import { type AnyTable, attribute, attributes, encodeAttributes } from '../../../lib/codec/table.js'
import { bytes } from '../../../lib/codec/text.js'
import { Writer } from '../../../lib/codec/writer.js'
import { orders, rejectionOf, toHex } from '../../support/codec.js'

const written = (writer: Writer) => toHex(writer.bytes.subarray(0, writer.position))
const owner = (name: string) => ({ name, constant: name.toUpperCase() })
const pathAt = (writer: Writer, offset: number) => writer.ownersAt(offset).map(({ name }) => name)

test.each(orders)('writes each width in the order of the host, or the other, $order', ({ littleEndian }) => {
  const writer = new Writer(littleEndian, 1)
  writer.u8(1)
  writer.u16(0x0203)
  writer.u32(0x0405_0607)
  writer.u64(0x08090a0b_0c0d0e0fn)
  const host = littleEndian ? '01 0302 07060504 0f0e0d0c0b0a0908' : '01 0203 04050607 08090a0b0c0d0e0f'
  expect(written(writer)).toBe(host.replaceAll(' ', ''))
  writer.reset()
  writer.u16(0x0203, false)
  writer.u32(0x0405_0607, false)
  writer.u64(0x08090a0b_0c0d0e0fn, false)
  expect(written(writer)).toBe('02030405060708090a0b0c0d0e0f')
})

test('grows, keeps what is written, and zeroes what it reserves or pads', () => {
  const writer = new Writer(true, 2)
  writer.raw(Uint8Array.of(1, 2, 3))
  writer.align()
  writer.align()
  const at = writer.reserve(5)
  expect([at, written(writer)]).toEqual([4, '010203000000000000'])
  writer.bytes.fill(0xee)
  writer.reset()
  writer.u8(1)
  writer.align()
  writer.reserve(4)
  expect(written(writer)).toBe('0100000000000000')
})

describe('owners', () => {
  const writer = new Writer(true, 8)
  // 0: a (5 bytes, 3 of padding) · 8: nest { 12: b (8) · 20: nest { 24: c (4) } } · 28: d (5)
  const a = writer.open(1, owner('a'))
  writer.u8(1)
  writer.close(a)
  const outer = writer.open(2, owner('outer'))
  const b = writer.open(1, owner('b'))
  writer.u32(1)
  writer.close(b)
  const inner = writer.open(2, owner('inner'))
  writer.close(writer.open(3, owner('c')))
  writer.close(inner)
  writer.close(outer)
  const d = writer.open(4, owner('d'))
  writer.u8(1)
  writer.close(d)

  test('are told by the offset of an attribute, or of a byte in it', () => {
    expect(pathAt(writer, 0)).toEqual(['a'])
    expect(pathAt(writer, 4)).toEqual(['a'])
    expect(pathAt(writer, 8)).toEqual(['outer'])
    expect(pathAt(writer, 12)).toEqual(['outer', 'b'])
    expect(pathAt(writer, 19)).toEqual(['outer', 'b'])
    expect(pathAt(writer, 20)).toEqual(['outer', 'inner'])
    expect(pathAt(writer, 24)).toEqual(['outer', 'inner', 'c'])
    expect(pathAt(writer, 28)).toEqual(['d'])
    expect(writer.ownersAt(24).at(-1)).toEqual({ name: 'c', constant: 'C' })
  })

  test('are nobody where no attribute is', () => {
    for (const offset of [5, 7, 33, 36, 1000, 2 ** 32 - 1, -1]) expect(pathAt(writer, offset)).toEqual([])
  })

  test('of what was taken back are forgotten, and what follows is at the top again', () => {
    const again = new Writer(true)
    again.close(again.open(1, owner('a')))
    const start = again.position
    again.open(2, owner('half'))
    again.open(3, owner('done'))
    again.rewind(start)
    expect([again.position, pathAt(again, 4)]).toEqual([4, []])
    again.close(again.open(4, owner('next')))
    expect([pathAt(again, 0), pathAt(again, 4)]).toEqual([['a'], ['next']])
    again.reset()
    expect([again.position, pathAt(again, 0)]).toEqual([0, []])
  })
})

describe('the length of an attribute, which has 16 bits', () => {
  const leaf = attributes({ data: attribute('X_DATA', 1, bytes({ max: 100_000 })) })
  const nest: AnyTable = attributes({ nest: attribute('X_NEST', 2, nested(leaf)) })
  const encode = (table: AnyTable, values: Record<string, unknown>) => {
    const writer = new Writer(true)
    encodeAttributes(writer, table, values)
    return writer
  }

  test('is at most 65,535 with its header', () => {
    const writer = encode(leaf, { data: new Uint8Array(65_531).fill(7) })
    expect([writer.view.getUint16(0, true), writer.position, writer.bytes[65_534], writer.bytes[65_535]]).toEqual([
      0xffff, 65_536, 7, 0,
    ])
    expect(rejectionOf(() => encode(leaf, { data: new Uint8Array(65_532) }))).toEqual({
      path: 'data',
      constant: 'X_DATA',
      expected: 'at most 65531 bytes',
      actual: '65532 bytes',
    })
  })

  test('counts what is inside, with headers and padding', () => {
    // 65,527 bytes make an attribute of 65,531, padded to 65,532: one more than a nest holds.
    expect(encode(nest, { nest: { data: new Uint8Array(65_524) } }).view.getUint16(0, true)).toBe(65_532)
    expect(rejectionOf(() => encode(nest, { nest: { data: new Uint8Array(65_525) } }))).toMatchObject({
      path: 'nest',
      constant: 'X_NEST',
    })
  })
})
