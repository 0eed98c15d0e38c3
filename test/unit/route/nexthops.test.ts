import { describe, expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { type NexthopValue, nexthops } from '../../../lib/route/nexthops.js'
import { encode, fromHex, orders } from '../../support/codec.js'

const hops: readonly NexthopValue[] = [
  { flags: ['onlink'], dev: 0x010203, weight: 4, via: Uint8Array.of(10, 1, 2, 9), realms: { from: 0x42, to: 0x4d } },
  { flags: [], dev: 0x010207, weight: 256, via: { other: fromHex('fe800000000000000000000000010002') } },
]
const bytes = {
  'little-endian':
    '18000403 03020100 08000500 0a010209 08000b00 4d004200' +
    '200000ff 07020100 16001200 0a00 fe800000000000000000000000010002 0000',
  'big-endian':
    '00180403 00010203 00080005 0a010209 0008000b 0042004d' +
    '002000ff 00010207 00160012 000a fe800000000000000000000000010002 0000',
}

describe.each(orders)('$order', ({ order, littleEndian }) => {
  const hex = bytes[order].replaceAll(' ', '')
  const read = (text: string) => {
    const source = sourceOf(fromHex(text), littleEndian)
    return nexthops.read(source, 0, source.bytes.length)
  }

  test('each hop has its length, and what it has of attributes', () => {
    expect(encode(nexthops, hops, littleEndian)).toBe(hex)
  })

  test('reads them', () => {
    expect(read(hex)).toEqual([
      { flags: ['onlink'], dev: 66_051, weight: 4, via: '10.1.2.9', realms: { from: 66, to: 77 } },
      { flags: [], dev: 66_055, weight: 256, via: 'fe80::1:2' },
    ])
  })

  test('keeps what it does not know', () => {
    const unknown = littleEndian ? '0d000002 01000000 05001500 07000000' : '000d0002 00000001 00050015 07000000'
    expect(read(unknown)).toEqual([{ flags: [], dev: 1, weight: 3, unknown: [{ type: 21, data: Uint8Array.of(7) }] }])
  })

  test.each([
    ['short', '0800'],
    ['no structure', littleEndian ? '07000000 01000000' : '00070000 00000001'],
    ['beyond the end', littleEndian ? '09000000 01000000' : '00090000 00000001'],
    ['of no length', '00000000 00000000'],
  ])('%s: is unreadable as a whole', (_what, text) => {
    expect(() => read(text)).toThrow(Unreadable)
  })
})
