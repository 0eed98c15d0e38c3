import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { decodeAttributes } from '../../../lib/codec/reader.js'
import { Rejection } from '../../../lib/codec/rejection.js'
import { attributes } from '../../../lib/codec/table.js'
import { gatewayFor, gatewayRow } from '../../../lib/route/gateway.js'
import { fromHex, orders } from '../../support/codec.js'

const table = attributes({ via: gatewayRow() })
const read = (text: string, littleEndian = true) => {
  const source = sourceOf(fromHex(text), littleEndian)
  return decodeAttributes(table, source, 0, source.bytes.length)
}

describe('gatewayFor', () => {
  test('tells the own family from the other', () => {
    expect(gatewayFor('inet', '10.1.2.9')).toEqual(Uint8Array.of(10, 1, 2, 9))
    expect(gatewayFor('inet6', '::1')).toBeInstanceOf(Uint8Array)
    expect(gatewayFor('inet', '::1')).toEqual({ other: gatewayFor('inet6', '::1') })
    expect(() => gatewayFor('inet6', '10.1.2.9')).toThrow(Rejection as never)
  })
})

describe.each(orders)('$order', ({ littleEndian }) => {
  const head = (length: number, type: number) =>
    [length, type]
      .map((n) => (littleEndian ? [n, 0] : [0, n]))
      .flatMap((pair) => pair.map((n) => n.toString(16).padStart(2, '0')))
      .join('')
  const family = (n: string) => (littleEndian ? `${n}00` : `00${n}`)
  const six = '20010db8000100020000000000000009'

  test('reads either attribute', () => {
    expect(read(`${head(8, 5)}0a010209`, littleEndian)).toEqual({ via: '10.1.2.9' })
    expect(read(`${head(22, 18)}${family('0a')}${six}0000`, littleEndian)).toEqual({ via: '2001:db8:1:2::9' })
    expect(read(`${head(10, 18)}${family('02')}0a0102090000`, littleEndian)).toEqual({ via: '10.1.2.9' })
  })

  test.each([
    ['another family', family('11')],
    ['a family of other length', family('02')],
  ])('keeps %s as bytes', (_what, start) => {
    expect(read(`${head(22, 18)}${start}${six}0000`, littleEndian)).toEqual({
      unknown: [{ type: 18, data: fromHex(start + six) }],
    })
  })
})
