import { describe, expect, test } from 'vitest'
import { ip, ipFamily, ipv4, ipv6, onlyMulticast } from '../../../lib/codec/addresses.js'
import { bit } from '../../../lib/codec/bit.js'
import { type Codec, sourceOf } from '../../../lib/codec/codec.js'
import { enumeration } from '../../../lib/codec/enumeration.js'
import { be16, be32, bool, flag, u8, u16, u32 } from '../../../lib/codec/integers.js'
import { nested } from '../../../lib/codec/nest.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { attribute, attributeByValue, attributeParts, attributes, encodeAttributes } from '../../../lib/codec/table.js'
import { text } from '../../../lib/codec/text.js'
import { encoded, encodeTable, fromHex, orders, rejectionOf } from '../../support/codec.js'

const inner = attributes({ deep: attribute('X_DEEP', 1, u8({ max: 9 })) })
const table = attributes({
  id: attribute('X_ID', 1, u32({ max: 2 ** 24 - 1 })),
  label: attribute('X_LABEL', 2, be32()),
  name: attribute('X_NAME', 3, text(15)),
  learning: attribute('X_LEARNING', 4, bool),
  gbp: attribute('X_GBP', 5, flag),
  counted: attribute('X_COUNTED', 6, u16(), { readOnly: true }),
  wish: attribute('X_WISH', 7, u16(), { writeOnly: true }),
  local: attributeByValue(
    [
      { constant: 'X_LOCAL', number: 8, codec: ipv4 },
      { constant: 'X_LOCAL6', number: 9, codec: ipv6 },
    ],
    (value) => (ipFamily(value) === 'inet' ? 0 : 1),
  ),
  nest: attribute('X_NEST', 10, nested(inner)),
  hidden: attribute('X_HIDDEN', 11, nested(inner), { implicit: true }),
  plain: attribute('X_PLAIN', 12, nested(inner), { plain: true }),
  group: attribute('X_REMOTE', 13, onlyMulticast(ip, true)),
  remote: attribute('X_REMOTE', 13, onlyMulticast(ip, false)),
  mode: attribute('X_MODE', 14, enumeration(u8(), 'X_MODE', { off: 0, on: 1 })),
})

describe('encoding', () => {
  test.each(orders)('writes length, number, payload, and zeroes up to four, $order host', ({ littleEndian }) => {
    const hex = encodeTable(table, { id: 0x010203, label: 0x12345, name: 'é', learning: true }, littleEndian)
    expect(hex).toBe(
      littleEndian
        ? '0800010003020100 0800020000012345 07000300c3a90000 0500040001000000'.replaceAll(' ', '')
        : '0008000100010203 0008000200012345 00070003c3a90000 0005000401000000'.replaceAll(' ', ''),
    )
  })

  test('tells unset, false, zero and a value apart', () => {
    expect(encodeTable(table, {})).toBe('')
    expect(encodeTable(table, { id: undefined, learning: undefined, gbp: undefined, nest: undefined })).toBe('')
    expect(encodeTable(table, { learning: false })).toBe('0500040000000000')
    expect(encodeTable(table, { id: 0 })).toBe('0800010000000000')
    expect(encodeTable(table, { name: '' })).toBe('0500030000000000')
    expect(encodeTable(table, { gbp: false })).toBe('')
    expect(encodeTable(table, { gbp: true })).toBe('04000500')
    expect(encodeTable(table, { nest: {} })).toBe('04000a80')
    for (const name of Object.keys(table.rows))
      if (name !== 'counted') expect(rejectionOf(() => encodeTable(table, { [name]: null })).actual).toBe(null)
  })

  test('keeps the order that it was given', () => {
    expect(encodeTable(table, { gbp: true, nest: {} })).toBe('0400050004000a80')
    expect(encodeTable(table, { nest: {}, gbp: true })).toBe('04000a8004000500')
  })

  test('chooses the attribute by the value', () => {
    expect(encodeTable(table, { local: '10.1.2.3' })).toBe('080008000a010203')
    expect(encodeTable(table, { local: '::1' })).toBe(`14000900${'00'.repeat(15)}01`)
    expect(rejectionOf(() => encodeTable(table, { local: 'lo' }))).toMatchObject({
      path: 'local',
      constant: 'X_LOCAL',
      actual: 'lo',
    })
    expect(encodeTable(table, { group: '239.1.2.3' })).toBe('08000d00ef010203')
    expect(encodeTable(table, { remote: '10.1.2.3' })).toBe('08000d000a010203')
  })

  test('sets NLA_F_NESTED on nests, but for those that are to be plain', () => {
    expect(encodeTable(table, { nest: { deep: 1 } })).toBe('0c000a800500010001000000')
    expect(encodeTable(table, { plain: { deep: 1 } })).toBe('0c000c000500010001000000')
  })

  test('refuses a name without a row, and one that only the kernel sets', () => {
    const refused = rejectionOf(() => encodeTable(table, { idd: 1 }))
    expect(refused).toMatchObject({ path: 'idd', constant: undefined, actual: 1 })
    expect(refused.expected).toMatch(/no such option \(known: id, label, /)
    for (const name of ['toString', 'constructor', 'hasOwnProperty', 'unknown'])
      expect(rejectionOf(() => encodeTable(table, { [name]: 1 })).path).toBe(name)
    expect(rejectionOf(() => encodeTable(table, JSON.parse('{"__proto__":1}'))).path).toBe('__proto__')
    expect(rejectionOf(() => encodeTable(table, { counted: 1 }))).toMatchObject({
      path: 'counted',
      expected: 'nothing: only the kernel sets this',
    })
  })

  test('names what does not fit as the caller wrote it', () => {
    expect(rejectionOf(() => encodeTable(table, { id: 2 ** 24 }))).toEqual({
      path: 'id',
      constant: 'X_ID',
      expected: 'an integer from 0 to 16777215',
      actual: 2 ** 24,
    })
    expect(rejectionOf(() => encodeTable(table, { nest: { deep: 10 } }))).toMatchObject({
      path: 'nest/deep',
      constant: 'X_DEEP',
    })
    expect(rejectionOf(() => encodeTable(table, { nest: 1 }))).toMatchObject({ path: 'nest', constant: 'X_NEST' })
    expect(rejectionOf(() => encodeTable(table, { nest: { dep: 1 } })).path).toBe('nest/dep')
  })

  test('leaves a level out of the path that the caller does not write', () => {
    expect(rejectionOf(() => encodeTable(table, { hidden: { deep: 10 } }))).toMatchObject({
      path: 'deep',
      constant: 'X_DEEP',
    })
  })
})

describe('a row by value', () => {
  test('without an attribute for the value refuses it', () => {
    const none = attributes({ a: attributeByValue([{ constant: 'A', number: 1, codec: u8() }], () => 1) })
    expect(rejectionOf(() => encodeTable(none, { a: 1 }))).toMatchObject({ path: 'a', constant: 'A', actual: 1 })
  })
})

describe('decoding', () => {
  const read = (hex: string, littleEndian = true) => {
    const bytes = fromHex(hex)
    return decodeAttributes(table, sourceOf(bytes, littleEndian), 0, bytes.length)
  }

  test.each(orders)('gives back what was encoded, $order host', ({ littleEndian }) => {
    const value = {
      id: 66_051,
      label: 0x12345,
      name: 'vx0',
      learning: false,
      gbp: true,
      nest: { deep: 3 },
      group: '239.1.2.3',
      mode: 'on',
      local: '::1',
    }
    expect(read(encodeTable(table, value, littleEndian), littleEndian)).toEqual(value)
  })

  test('reads a row by value from each of its attributes', () => {
    expect(read('080008000a010203')).toEqual({ local: '10.1.2.3' })
    expect(read(`14000900${'00'.repeat(15)}01`)).toEqual({ local: '::1' })
  })

  test('gives a shared number to the row that claims it', () => {
    expect(read('08000d00ef010203')).toEqual({ group: '239.1.2.3' })
    expect(read('08000d000a010203')).toEqual({ remote: '10.1.2.3' })
  })

  test('prefers a claim to a row that takes all', () => {
    const either = attributes({
      any: attribute('A', 1, ip),
      group: attribute('A', 1, onlyMulticast(ip, true)),
    })
    const decodeEither = (hex: string) => decodeAttributes(either, sourceOf(fromHex(hex), true), 0, 8)
    expect(decodeEither('08000100ef010203')).toEqual({ group: '239.1.2.3' })
    expect(decodeEither('080001000a010203')).toEqual({ any: '10.1.2.3' })
  })

  test('reads read-only rows and does not read write-only ones', () => {
    expect(read('0600060034120000')).toEqual({ counted: 0x1234 })
    expect(read('0600070034120000')).toEqual({ unknown: [{ type: 7, data: fromHex('3412') }] })
  })

  test('keeps what it does not know or cannot read, as it came', () => {
    expect(read('0500630007000000 0600010012340000 0c000a80 0900010001000000')).toEqual({
      unknown: [
        { type: 99, data: fromHex('07') },
        { type: 1, data: fromHex('1234') },
        { type: 10, data: fromHex('0900010001000000') },
      ],
    })
    // Too short for an address of either family: no row's claim may look behind its end.
    expect(read('04000d00 e0000200'.padEnd(2 * 230 + 1, '0'))).toMatchObject({
      unknown: [{ type: 13, data: fromHex('') }, { type: 2 }],
    })
  })
})

describe('rows in parts', () => {
  type Key = Codec<number | null, number | null | undefined>
  const bits = be16()
  const key: Key = { ...be32(), write: (writer, value) => be32().write(writer, value ?? 0) }
  const isKeyed: Key = {
    expected: 'a key',
    write: (writer, value) => bits.write(writer, value === null ? 0 : 0x2000),
    read: (source, start, end) => ((bits.read(source, start, end) & 0x2000) === 0 ? null : undefined),
  }
  const shared = <In, Out>(codec: Codec<In, Out>) => ({ constant: 'X_FLAGS', number: 1, codec, shared: true }) as const
  const parts = attributes({
    key: attributeParts<number | null, number | null>([{ constant: 'X_KEY', number: 2, codec: key }, shared(isKeyed)]),
    seq: attributeParts([shared(bit(bits, 0x1000))]),
    csum: attributeParts([shared(bit(bits, 0x8000))]),
    ttl: attribute('X_TTL', 3, u8()),
  })
  const read = (hex: string, littleEndian = true) => {
    const bytes = fromHex(hex)
    return decodeAttributes(parts, sourceOf(bytes, littleEndian), 0, bytes.length)
  }

  test('say an attribute that they share once, and whole, in any order', () => {
    expect(encodeTable(parts, { seq: true, csum: true })).toBe('0600010090000000')
    expect(encodeTable(parts, { csum: false, seq: true })).toBe('0600010010000000')
    expect(encodeTable(parts, { key: 5, ttl: 7, seq: true })).toBe(
      '0800020000000005060001003000000005000300 07000000'.replace(' ', ''),
    )
    expect(encodeTable(parts, { seq: true, key: 5 })).toBe('06000100300000000800020000000005')
  })

  test('tell unset, false, no key and key 0 apart', () => {
    expect(encodeTable(parts, {})).toBe('')
    expect(encodeTable(parts, { seq: false })).toBe('0600010000000000')
    expect(encodeTable(parts, { key: null })).toBe('08000200000000000600010000000000')
    expect(encodeTable(parts, { key: 0 })).toBe('08000200000000000600010020000000')
  })

  test('are one attribute also where several calls write the nest', () => {
    const begun = new Map<number, number>()
    const hex = encoded((writer) => {
      encodeAttributes(writer, parts, { seq: true }, begun)
      encodeAttributes(writer, parts, { ttl: 7, csum: true }, begun)
    })
    expect(hex).toBe('06000100900000000500030007000000')
  })

  test.each(orders)('are read back, $order host', ({ littleEndian }) => {
    for (const value of [
      { key: 5, seq: true, csum: false },
      { key: 0, seq: false, csum: true },
      { key: null, seq: false, csum: false },
    ])
      expect(read(encodeTable(parts, value, littleEndian), littleEndian)).toEqual(value)
  })

  test('are read alike whichever attribute comes first', () => {
    const [flags, number] = ['0600010000000000', '0800020000000005']
    expect(read(flags + number)).toEqual({ key: null, seq: false, csum: false })
    expect(read(number + flags)).toEqual({ key: null, seq: false, csum: false })
  })

  test('keep what they cannot read', () => {
    expect(read('0500010000000000')).toEqual({ unknown: [{ type: 1, data: fromHex('00') }] })
  })

  test('are refused by name', () => {
    expect(rejectionOf(() => encodeTable(parts, { seq: 1 }))).toMatchObject({ path: 'seq', constant: 'X_FLAGS' })
    expect(rejectionOf(() => encodeTable(parts, { key: -1 }))).toMatchObject({ path: 'key', constant: 'X_KEY' })
  })
})
