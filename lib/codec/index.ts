/**
 * What attribute tables and structures are made of, for `request`: messages that this library has no call for.
 *
 * A row of a table is one attribute: the name that it has in options and results, the kernel's constant and number, and how
 * its value is written and read.
 * @module rtnetlink/codec
 */
export { type AddressIn, ip, ipv4, ipv6, linkLayerAddress, mac } from './addresses.js'
export { type Codec, type FixedCodec, type Source, Unreadable } from './codec.js'
export { enumeration, flags } from './enumeration.js'
export { be16, be32, be64, bool, flag, s8, s32, u8, u16, u32, u64, uint } from './integers.js'
export { arrayOf, nested } from './nest.js'
export { Rejection } from './rejection.js'
export {
  type Field,
  type Fields,
  field,
  padding,
  type Struct,
  type StructIn,
  type StructOut,
  struct,
} from './struct.js'
export {
  type AnyTable,
  attribute,
  attributeByValue,
  attributes,
  type Infer,
  type InferResult,
  type Row,
  type RowOptions,
  type Rows,
  type Table,
} from './table.js'
export { bytes, text } from './text.js'
