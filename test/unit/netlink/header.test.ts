import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { Writer } from '../../../lib/codec/writer.js'
import { addFlags, closeMessage, eachMessage, openMessage } from '../../../lib/netlink/header.js'
import { fromHex, orders, toHex } from '../../support/codec.js'
import { capturedReplies, damaged, readsInside } from '../../support/replies.js'

const seen = (hex: string, littleEndian = true) => {
  const found: object[] = []
  eachMessage(sourceOf(fromHex(hex.replaceAll(' ', '')), littleEndian), (message) => found.push(message))
  return found
}

test.each(orders)('a header is written and read, $order host', ({ littleEndian }) => {
  const writer = new Writer(littleEndian, 4)
  const start = openMessage(writer, 0x0102, 0x0304, 0x0506_0708)
  writer.u8(0xaa)
  closeMessage(writer, start)
  addFlags(writer, start, 0x1000)
  const hex = toHex(writer.bytes.subarray(0, writer.position))
  expect(hex).toBe(
    littleEndian
      ? '11000000 0201 0413 08070605 00000000 aa000000'.replaceAll(' ', '')
      : '00000011 0102 1304 05060708 00000000 aa000000'.replaceAll(' ', ''),
  )
  expect(seen(hex, littleEndian)).toEqual([
    { type: 0x0102, flags: 0x1304, sequence: 0x0506_0708, offset: 0, start: 16, end: 17 },
  ])
})

const empty = (length: string) => `${length} 0200 0000 01000000 00000000`

describe('walking messages', () => {
  test('goes from one to the next at a multiple of four', () => {
    expect(seen(`${empty('11000000')} aa000000 ${empty('10000000')}`)).toMatchObject([
      { offset: 0, end: 17 },
      { offset: 20, start: 36, end: 36 },
    ])
  })

  test('needs no padding behind the last, and ignores what is shorter than a header', () => {
    expect(seen(`${empty('11000000')} aa`)).toHaveLength(1)
    expect(seen(`${empty('10000000')} ffffffffffffff`)).toHaveLength(1)
    expect(seen('')).toEqual([])
  })

  test.each([
    ['shorter than a header', empty('0f000000'), 0],
    ['of no length', empty('00000000'), 0],
    ['longer than what is there', empty('11000000'), 0],
    ['of a length that is negative in C', empty('10000080'), 0],
    ['of the greatest length', empty('ffffffff'), 0],
    ['broken, behind a good one', empty('10000000') + empty('14000000'), 16],
  ])('refuses one that is %s', (_what, hex, offset) => {
    expect(() => seen(hex)).toThrow(expect.objectContaining({ name: 'DecodeError', offset }))
  })
})

test('damaged datagrams of the kernel are refused or read, never beyond their end', () => {
  const list = (around: Uint8Array, start: number, end: number) => {
    const found: object[] = []
    eachMessage(sourceOf(around.subarray(start, end), true), (message) => found.push(message))
    return found
  }
  for (const { bytes } of capturedReplies('errors'))
    for (const bad of damaged(Uint8Array.from([...bytes, ...bytes]))) expect(readsInside(bad, list)).toBe(true)
})
