import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { u8, u16 } from '../../../lib/codec/integers.js'
import { arrayOf, encodable, nested, opaque } from '../../../lib/codec/nest.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { text } from '../../../lib/codec/text.js'
import { decode, encode, encodeTable, fromHex, orders, rejectionOf } from '../../support/codec.js'

const hop = attributes({ weight: attribute('H_WEIGHT', 1, u16()), dev: attribute('H_DEV', 2, u8()) })
const list = attributes({
  names: attribute('L_NAMES', 1, arrayOf(text(3), { constant: 'L_NAME', number: 53 })),
  hops: attribute('L_HOPS', 2, arrayOf(nested(hop), { constant: 'L_HOP', number: 'index' })),
  data: attribute('L_DATA', 3, opaque),
})
const read = (hex: string, littleEndian = true) => {
  const bytes = fromHex(hex)
  return decodeAttributes(list, sourceOf(bytes, littleEndian), 0, bytes.length)
}

describe('arrays', () => {
  test.each(orders)('are attributes of one number, or of 1, 2, 3 …, $order host', ({ littleEndian }) => {
    const value = { names: ['a', 'bcd'], hops: [{ weight: 0x1234 }, {}, { dev: 7 }] }
    const hex = encodeTable(list, value, littleEndian)
    if (littleEndian) {
      expect(hex).toBe(
        '14000180 06003500 61000000 08003500 62636400 20000280 0c000180 06000100 34120000 04000280 0c000380 05000200 07000000'.replaceAll(
          ' ',
          '',
        ),
      )
    }
    expect(read(hex, littleEndian)).toEqual(value)
  })

  test('are attributes of 0, 1, 2 … where that is wanted', () => {
    const from0 = attributes({ ids: attribute('I', 1, arrayOf(u8(), { constant: 'I_ID', number: 'offset' })) })
    expect(encodeTable(from0, { ids: [7, 8] })).toBe('1400018005000000070000000500010008000000')
  })

  test('may be empty', () => {
    expect(encodeTable(list, { names: [] })).toBe('04000180')
    expect(read('04000180')).toEqual({ names: [] })
  })

  test('name the element that does not fit', () => {
    expect(rejectionOf(() => encodeTable(list, { names: ['a', 'long'] }))).toMatchObject({
      path: 'names/[1]',
      constant: 'L_NAME',
      actual: 'long',
    })
    expect(rejectionOf(() => encodeTable(list, { hops: [{}, { weight: -1 }] }))).toMatchObject({
      path: 'hops/[1]/weight',
      constant: 'H_WEIGHT',
    })
    expect(rejectionOf(() => encodeTable(list, { hops: [1] }))).toMatchObject({ path: 'hops/[0]', constant: 'L_HOP' })
  })

  test('are arrays, without holes', () => {
    for (const value of ['abc', { length: 0 }, new Set(['a']), 1, null])
      expect(rejectionOf(() => encodeTable(list, { names: value })).path).toBe('names')
    expect(rejectionOf(() => encodeTable(list, { names: Object.assign(['a'], { 2: 'b' }) })).path).toBe('names/[1]')
  })

  test('with an element that cannot be read are kept as they came', () => {
    const bytes = decodeAttributes(list, sourceOf(fromHex('0c000280 09000180 00000000'), true), 0, 12)
    expect(bytes).toEqual({ unknown: [{ type: 2, data: fromHex('0900018000000000') }] })
  })
})

describe('nests', () => {
  test('are objects', () => {
    for (const value of [null, undefined, 1, 'a', [], [{}], true])
      expect(rejectionOf(() => encode(nested(hop), value as object))).toMatchObject({
        expected: 'an object',
        actual: value,
      })
    expect(nested(hop).table).toBe(hop)
  })
})

describe('a nest whose table is not known here', () => {
  test('is written by whoever knows', () => {
    expect(encodeTable(list, { data: encodable(hop, { dev: 7 }) })).toBe('0c000380 0500020007000000'.replace(' ', ''))
    expect(encodeTable(list, { data: fromHex('0500020007000000') })).toBe('0c0003800500020007000000')
    expect(rejectionOf(() => encodeTable(list, { data: encodable(hop, { dev: 256 }) }))).toMatchObject({
      path: 'data/dev',
      constant: 'H_DEV',
    })
  })

  test('is nothing else', () => {
    for (const value of [null, 1, 'ab', {}, [], { encode: 1 }])
      expect(rejectionOf(() => encodeTable(list, { data: value }))).toMatchObject({ path: 'data', actual: value })
  })

  test.each(orders)('is read later, from bytes of its own, $order host', ({ littleEndian }) => {
    const bytes = fromHex(encodeTable(hop, { weight: 0x1234, dev: 7 }, littleEndian))
    const found = opaque.read(sourceOf(bytes, littleEndian), 0, bytes.length)
    bytes.fill(0xff)
    expect(found.decode(hop)).toEqual({ weight: 0x1234, dev: 7 })
    expect(decode(opaque, '').decode(hop)).toEqual({})
  })
})
