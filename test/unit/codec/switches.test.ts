import { describe, expect, test } from 'vitest'
import { Unreadable } from '../../../lib/codec/codec.js'
import { switches } from '../../../lib/codec/switches.js'
import { decode, encode, orders, rejectionOf } from '../../support/codec.js'

describe('switches with a mask', () => {
  const options = switches('BR_BOOLOPT', { noLocalLearn: 0, mcastVlanSnooping: 1, top: 31 })

  test.each(orders)('set, clear or leave each one, $order host', ({ littleEndian }) => {
    const hex = littleEndian ? '0100000003000000' : '0000000100000003'
    expect(encode(options, { noLocalLearn: true, mcastVlanSnooping: false }, littleEndian)).toBe(hex)
    expect(decode(options, hex, littleEndian)).toEqual({ noLocalLearn: true, mcastVlanSnooping: false })
  })

  test('leave what is unset, and nothing is meant by nothing', () => {
    expect(encode(options, {})).toBe('0000000000000000')
    expect(encode(options, { noLocalLearn: undefined, top: true })).toBe('0000008000000080')
    expect(decode(options, '0000000000000000')).toEqual({})
  })

  test('whose bit says the opposite of the word are turned around, both ways', () => {
    const positive = switches('BR_BOOLOPT', { linkLocalLearn: 0, mcastVlanSnooping: 1 }, ['linkLocalLearn'])
    expect(encode(positive, { linkLocalLearn: true, mcastVlanSnooping: true })).toBe('0200000003000000')
    expect(encode(positive, { linkLocalLearn: false })).toBe('0100000001000000')
    expect(decode(positive, '0100000003000000')).toEqual({ linkLocalLearn: false, mcastVlanSnooping: false })
    expect(decode(positive, '0000000001000000')).toEqual({ linkLocalLearn: true })
  })

  test('whose numbers are bits, not positions', () => {
    const masks = switches('VLAN_FLAG', { gvrp: 0x2, mvrp: 0x8 }, ['mvrp'], 'masks')
    expect(encode(masks, { gvrp: true })).toBe('0200000002000000')
    expect(encode(masks, { gvrp: false, mvrp: false })).toBe('080000000a000000')
    expect(decode(masks, '02000000ffffffff')).toEqual({ gvrp: true, mvrp: true })
    expect(decode(masks, '0800000008000000')).toEqual({ mvrp: false })
  })

  test('of a newer kernel are left out', () => {
    expect(decode(options, 'ffffffffffffffff')).toEqual({ noLocalLearn: true, mcastVlanSnooping: true, top: true })
    expect(decode(options, '0400000004000000')).toEqual({})
  })

  test('whose bit says the opposite are turned round, both ways', () => {
    const turned = switches('BR_BOOLOPT', { localLearn: [0, 'BR_BOOLOPT_NO_LL_LEARN'], other: 1 }, ['localLearn'])
    expect(encode(turned, { localLearn: false, other: true })).toBe('0300000003000000')
    expect(encode(turned, { localLearn: true })).toBe('0000000001000000')
    expect(decode(turned, '0100000003000000')).toEqual({ localLearn: false, other: false })
    expect(decode(turned, '0200000003000000')).toEqual({ localLearn: true, other: true })
  })

  test('are known names with true or false', () => {
    expect(rejectionOf(() => encode(options, { noSuch: true } as object))).toMatchObject({
      path: 'noSuch',
      actual: true,
    })
    expect(rejectionOf(() => encode(options, { top: 1 } as object))).toMatchObject({ path: 'top', actual: 1 })
    for (const value of [null, undefined, true, 'top'])
      expect(rejectionOf(() => encode(options, value as never)).actual).toBe(value)
    for (const hex of ['', '00000000', '00'.repeat(9)]) expect(() => decode(options, hex)).toThrow(Unreadable)
  })
})
