import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { onlyRead } from '../../../lib/codec/only-read.js'
import { counters, positions } from '../../../lib/codec/positions.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { Writer } from '../../../lib/codec/writer.js'

const codec = positions('DEVCONF', { forwarding: 1, mtu: [3, 'DEVCONF_MTU6'] }, 1)

/** Reads with other bytes around. */
function read<T>(codec: { read(...args: never): T }, bytes: Uint8Array, littleEndian = true): T {
  const around = new Uint8Array(bytes.length + 8).fill(0xff)
  around.set(bytes, 4)
  return (codec.read as (...args: unknown[]) => T)(sourceOf(around, littleEndian), 4, 4 + bytes.length)
}

describe('integers by position', () => {
  test.each([true, false])('little-endian: %s', (littleEndian) => {
    const view = new DataView(new ArrayBuffer(16))
    for (const [i, value] of [66051, -2, 4660, 7].entries()) view.setInt32(i * 4, value, littleEndian)
    const bytes = new Uint8Array(view.buffer)
    expect(read(codec, bytes, littleEndian)).toEqual({ forwarding: 66051, 2: -2, mtu: 4660, 4: 7 })
    expect(read(codec, bytes.subarray(0, 4), littleEndian)).toEqual({ forwarding: 66051 })
    expect(read(codec, new Uint8Array(), littleEndian)).toEqual({})
  })
  test('names their constants for the check against the headers', () => {
    expect([...codec.constants]).toEqual([
      ['DEVCONF_FORWARDING', 1],
      ['DEVCONF_MTU6', 3],
    ])
  })
})

test('counters', () => {
  const bytes = Uint8Array.of(1, 2, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 3)
  expect(read(counters, bytes)).toEqual([0x8000_0000_0000_0201n, 0x0300_0000_0000_0000n])
  expect(read(counters, bytes, false)).toEqual([0x0102_0000_0000_0080n, 3n])
})

test('bytes that are no array of them are kept as they came', () => {
  const table = attributes({ conf: attribute('IFLA_A', 1, codec), numbers: attribute('IFLA_B', 2, counters) })
  const bytes = Uint8Array.of(7, 0, 1, 0, 9, 9, 9, 0, 8, 0, 2, 0, 8, 8, 8, 8)
  expect(decodeAttributes(table, sourceOf(bytes, true), 0, bytes.length)).toEqual({
    unknown: [
      { type: 1, data: Uint8Array.of(9, 9, 9) },
      { type: 2, data: Uint8Array.of(8, 8, 8, 8) },
    ],
  })
})

test('what is only read cannot be written', () => {
  const written = onlyRead(() => 5)
  expect(() => written.write(new Writer(true), 5 as never)).toThrow()
  expect(written.expected).toBe('nothing')
})
