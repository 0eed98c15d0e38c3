import { describe, expect, test } from 'vitest'
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { Rejection } from '../../../lib/codec/rejection.js'
import { Writer } from '../../../lib/codec/writer.js'
import { canonicalGroup, groupAddress, groupBytes, isGroup, sameFamily } from '../../../lib/mdb/group.js'

const rows = [
  ['239.1.2.3', '239.1.2.3', 'ef0102030000000000000000000000000800'],
  ['ff0e:0:0::102:304', 'ff0e::102:304', 'ff0e000000000000000000000102030486dd'],
  ['01:00:5E:01:02:03', '01:00:5e:01:02:03', '01005e010203000000000000000000000000'],
  ['0.0.0.0', '0.0.0.0', '000000000000000000000000000000000800'],
  ['::', '::', '0000000000000000000000000000000086dd'],
] as const

describe('a group', () => {
  test.each(rows)('%s', (text, canonical, hex) => {
    for (const littleEndian of [true, false]) {
      const writer = new Writer(littleEndian)
      groupAddress.write(writer, text)
      expect(Buffer.from(writer.bytes.subarray(0, writer.position)).toString('hex')).toBe(`${hex}0000`)
      expect(groupAddress.read(sourceOf(writer.bytes, littleEndian), 0, 20)).toBe(canonical)
      expect(canonicalGroup(text)).toBe(canonical)
      expect(canonicalGroup(groupBytes(text))).toBe(canonical)
    }
  })

  test('of another protocol is kept by whoever reads', () => {
    const bytes = Uint8Array.from(Buffer.from(`${'00'.repeat(16)}88a80000`, 'hex'))
    expect(() => groupAddress.read(sourceOf(bytes, true), 0, 20)).toThrow(Unreadable)
    expect(() => groupAddress.read(sourceOf(bytes, true), 0, 19)).toThrow(Unreadable)
  })

  test.each(['', '239.1.2', '239.1.2.3/24', '01:00:5e:01:02', '01:00:5e:01:02:0g', 5, null, new Uint8Array(5)])(
    '%o is none',
    (value) => {
      expect(() => groupAddress.write(new Writer(true), value as never)).toThrow(Rejection)
    },
  )

  test.each([
    ['224.0.0.1', true],
    ['223.255.255.255', false],
    ['ff02::1', true],
    ['fe80::1', false],
    ['01:00:00:00:00:00', true],
    ['02:00:00:00:00:00', false],
  ])('%s: multicast: %s', (text, expected) => {
    expect(isGroup(groupBytes(text))).toBe(expected)
  })

  test('has sources of its family', () => {
    expect([...sameFamily(groupBytes('239.1.2.3'), '10.4.5.6')]).toEqual([10, 4, 5, 6])
    expect(() => sameFamily(groupBytes('239.1.2.3'), '2001:db8::1')).toThrow(Rejection)
    expect(() => sameFamily(groupBytes('01:00:5e:01:02:03'), '10.4.5.6')).toThrow(Rejection)
  })
})
