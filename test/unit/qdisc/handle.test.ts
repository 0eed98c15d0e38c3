import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { Rejection } from '../../../lib/codec/rejection.js'
import { Writer } from '../../../lib/codec/writer.js'
import { handle, parent } from '../../../lib/qdisc/handle.js'

const told = (codec: typeof handle, value: string | number) => {
  const writer = new Writer(true)
  codec.write(writer, value)
  return codec.read(sourceOf(writer.bytes, true), 0, 4)
}

describe('handles as tc writes them', () => {
  test.each<[string | number, number, string]>([
    ['1:', 0x1_0000, '1:'],
    ['1', 0x1_0000, '1:'],
    ['FFFF:', 0xffff_0000, 'ffff:'],
    ['1:10', 0x1_0010, '1:10'],
    [':1', 1, ':1'],
    ['0:', 0, '0:'],
    [0x1234_5678, 0x1234_5678, '1234:5678'],
  ])('%s', (text, number, out) => {
    expect(handle.toNumber(text)).toBe(number)
    expect(told(handle, text)).toBe(out)
  })

  test.each<[string, number, string]>([
    ['root', 0xffff_ffff, 'root'],
    ['ingress', 0xffff_fff1, 'ingress'],
    ['clsact', 0xffff_fff1, 'ingress'],
    ['ffff:fff1', 0xffff_fff1, 'ingress'],
    ['none', 0, 'none'],
    ['1:1', 0x1_0001, '1:1'],
  ])('a parent: %s', (text, number, out) => {
    expect(parent.toNumber(text)).toBe(number)
    expect(told(parent, text)).toBe(out)
  })

  test.each(['', ':', '1:2:3', '12345:', 'g:', '1: ', '-1:', 'root', 1.5, -1, 2 ** 32, Number.NaN])(
    'not %s',
    (value) => {
      expect(() => handle.toNumber(value)).toThrow(Rejection)
    },
  )
  test.each(['', 'Root', '1', 'constructor'])('not above %s', (value) => {
    expect(() => parent.toNumber(value)).toThrow(Rejection)
  })
})
