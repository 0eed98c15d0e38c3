import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ip, linkLayerAddress, mac, onlyMulticast } from '../../../lib/codec/addresses.js'
import { sourceOf } from '../../../lib/codec/codec.js'
import { enumeration, flags } from '../../../lib/codec/enumeration.js'
import { bool, flag, u8, u32, u64 } from '../../../lib/codec/integers.js'
import { arrayOf, nested, opaque } from '../../../lib/codec/nest.js'
import { decodeAttributes, eachAttribute } from '../../../lib/codec/reader.js'
import { switches } from '../../../lib/codec/switches.js'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { bytes, text } from '../../../lib/codec/text.js'
import { DecodeError } from '../../../lib/errors.js'
import { encodeTable, fromHex, orders } from '../../support/codec.js'
import { damaged, readsInside } from '../../support/replies.js'

const visits = (hex: string, start = 0, end = hex.length / 2, littleEndian = true) => {
  const found: number[][] = []
  eachAttribute(sourceOf(fromHex(hex), littleEndian), start, end, (type, from, to) => found.push([type, from, to]))
  return found
}

describe('walking attributes', () => {
  test.each(orders)('visits each with its payload, $order host', ({ littleEndian }) => {
    const hex = littleEndian ? '0500010007000000' + '0800020001020304' : '0005000107000000' + '0008000201020304'
    expect(visits(hex, 0, 16, littleEndian)).toEqual([
      [1, 4, 5],
      [2, 12, 16],
    ])
  })

  test('looks only between start and end', () => {
    expect(visits('ffffffff0400010004000200ffffffff', 4, 12)).toEqual([
      [1, 8, 8],
      [2, 12, 12],
    ])
    expect(visits('', 0, 0)).toEqual([])
  })

  test('masks the flags that kernels set as they like', () => {
    expect(visits('0400018004000140040001c0').map(([type]) => type)).toEqual([1, 1, 1])
  })

  test('needs no padding behind the last, and ignores up to three bytes', () => {
    expect(visits('0500010007')).toEqual([[1, 4, 5]])
    for (const rest of ['ff', 'ffff', 'ffffff']) expect(visits(`04000100${rest}`)).toEqual([[1, 4, 4]])
  })

  test.each([
    ['shorter than its header', '0300010000000000', 0],
    ['of no length', '0000010000000000', 0],
    ['longer than what is left', '0900010000000000', 0],
    ['of the greatest length', 'ffff010000000000', 0],
    ['broken, behind a good one', '04000100 03000200', 4],
    ['cut in its header', '04000100 08000200', 4],
  ])('refuses one that is %s', (_what, hex, offset) => {
    expect(() => visits(hex.replaceAll(' ', ''))).toThrow(expect.objectContaining({ name: 'DecodeError', offset }))
  })

  test('ends on any bytes, inside them, in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (given, littleEndian) => {
        let last = 0
        try {
          eachAttribute(sourceOf(given, littleEndian), 0, given.length, (_type, start, end) => {
            expect(start - 4 >= last && start <= end && end <= given.length).toBe(true)
            last = end
          })
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

// One row of each kind of codec.
const inner = attributes({ n: attribute('N', 1, u32()), s: attribute('S', 2, text(8)) })
const table = attributes({
  u8: attribute('A', 1, u8()),
  u32: attribute('B', 2, u32()),
  u64: attribute('C', 3, u64()),
  bool: attribute('D', 4, bool),
  flag: attribute('E', 5, flag),
  text: attribute('F', 6, text(20)),
  bytes: attribute('G', 7, bytes({ min: 2 })),
  group: attribute('H', 8, onlyMulticast(ip, true)),
  remote: attribute('H', 8, onlyMulticast(ip, false)),
  mac: attribute('I', 9, mac),
  address: attribute('J', 10, linkLayerAddress),
  mode: attribute('K', 11, enumeration(u8(), 'K', { off: 0, on: 1 })),
  state: attribute('L', 12, flags(u32(), 'L', { up: 1 })),
  switches: attribute('M', 13, switches('M', { one: 0, two: 1 })),
  nest: attribute('N', 14, nested(inner)),
  list: attribute('O', 15, arrayOf(nested(inner), { constant: 'P', number: 'index' })),
  data: attribute('Q', 16, opaque),
})
const sample = fromHex(
  encodeTable(table, {
    u8: 7, u32: 66_051, u64: 1n, bool: true, flag: true, text: 'vx0', bytes: Uint8Array.of(1, 2, 3), group: '239.1.2.3', mac: '02:00:00:00:00:01',
    address: '::1', mode: 'on', state: ['up', 2], switches: { one: true }, nest: { n: 1, s: 'é' }, list: [{ n: 1 }, { s: 'a' }], data: fromHex('04000100'),
  }), // biome-ignore format: a list of values
)

const decodeAll = (around: Uint8Array, start: number, end: number) => {
  const { data, ...rest } = decodeAttributes(table, sourceOf(around, true), start, end)
  return { ...rest, data: data?.bytes, inner: data?.decode(inner) }
}

describe('decoding hostile bytes', () => {
  test('never looks outside, whatever is cut off and whatever a length says', () => {
    for (const bad of damaged(sample)) expect(readsInside(bad, decodeAll), Buffer.from(bad).toString('hex')).toBe(true)
  })

  test('never looks outside, on any bytes', () => {
    const attributeBytes = fc
      .tuple(fc.nat(20), fc.uint8Array({ maxLength: 24 }), fc.option(fc.nat(40), { freq: 9 }))
      .map(([type, payload, lie]) => {
        const padded = new Uint8Array(4 + ((payload.length + 3) & ~3))
        padded.set(payload, 4)
        new DataView(padded.buffer).setUint16(0, lie ?? payload.length + 4, true)
        new DataView(padded.buffer).setUint16(2, type, true)
        return [...padded]
      })
    const mostlyAttributes = fc.array(attributeBytes, { maxLength: 6 }).map((list) => Uint8Array.from(list.flat()))
    fc.assert(
      fc.property(fc.oneof(mostlyAttributes, fc.uint8Array({ maxLength: 60 })), (given) =>
        readsInside(given, decodeAll),
      ),
      { numRuns: 3000 },
    )
  })

  test('keeps every attribute: understood, or in `unknown`', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x3fff), fc.uint8Array({ maxLength: 12 })), { maxLength: 6 }), (given) => {
        const hex = given
          .map(([type, payload]) => {
            const header = Buffer.alloc(4)
            header.writeUInt16LE(payload.length + 4, 0)
            header.writeUInt16LE(type, 2)
            return header.toString('hex') + Buffer.from(payload).toString('hex') + '00'.repeat(-payload.length & 3)
          })
          .join('')
        const { unknown = [], ...understood } = decodeAttributes(table, sourceOf(fromHex(hex), true), 0, hex.length / 2)
        for (const [type, payload] of given) {
          const kept = unknown.some((one) => one.type === type && Buffer.compare(one.data, payload) === 0)
          const names = table.byNumber.get(type)?.map(({ name }) => name) ?? []
          expect(kept || names.some((name) => name in understood)).toBe(true)
        }
      }),
    )
  })
})

test('what is kept is a copy: the receive buffer is used again', () => {
  const given = fromHex('0500630007000000')
  const { unknown } = decodeAttributes(table, sourceOf(given, true), 0, 8)
  given.fill(0xff)
  expect(unknown).toEqual([{ type: 99, data: Uint8Array.of(7) }])
})

test('of duplicates the last counts, as with the kernel', () => {
  expect(decodeAttributes(table, sourceOf(fromHex('05000100010000000500010002000000'), true), 0, 16)).toEqual({ u8: 2 })
})
