/** IFLA_PROTO_DOWN_REASON: who holds a link down, one bit for each. */
import type { Codec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { decodeAttributes } from '../codec/reader.js'
import { Rejection } from '../codec/rejection.js'
import { attribute, attributes, encodeAttributes } from '../codec/table.js'

/** By number of the bit, 0 to 31: whether it is set. Those that are not named stay as they are. */
export type ProtoDownReason = { readonly [bit: number]: boolean }

export const reasonAttributes = attributes({
  mask: attribute('IFLA_PROTO_DOWN_REASON_MASK', 1, u32()),
  value: attribute('IFLA_PROTO_DOWN_REASON_VALUE', 2, u32()),
})

const bitText = /^(\d|[12]\d|3[01])$/

/** Out: the bits that are set. */
export const protoDownReason: Codec<ProtoDownReason, ProtoDownReason> = {
  nested: true,
  expected: 'an object of true or false by number of the bit, 0 to 31',
  write(writer, reasons) {
    if (typeof reasons !== 'object' || reasons === null) throw new Rejection(protoDownReason.expected, reasons)
    let mask = 0
    let value = 0
    for (const [bit, on] of Object.entries(reasons)) {
      if (on === undefined) continue
      if (!bitText.test(bit)) throw new Rejection(protoDownReason.expected, on).within(bit)
      if (typeof on !== 'boolean') throw new Rejection('true or false', on).within(bit)
      mask |= 1 << Number(bit)
      if (on) value |= 1 << Number(bit)
    }
    encodeAttributes(writer, reasonAttributes, { mask: mask >>> 0, value: value >>> 0 })
  },
  read(source, start, end) {
    const { value = 0 } = decodeAttributes(reasonAttributes, source, start, end)
    const bits = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((value >>> bit) & 1) === 1)
    return Object.fromEntries(bits.map((bit) => [bit, true]))
  },
}
