/** The encapsulation of a route, a next hop or a next hop object: an attribute that says its type, and one whose form follows from it. */
import type { Encodable, OpaqueAttributes } from '../../codec/nest.js'
import { Rejection, within } from '../../codec/rejection.js'
import {
  type AnyTable,
  attribute,
  attributes,
  encodeAttributes,
  type Rows,
  type UnknownAttribute,
} from '../../codec/table.js'
import { bytes } from '../../codec/text.js'
import { DecodeError } from '../../errors.js'
import type { Steps } from '../../netlink/operation.js'
import { copyOptions } from '../options.js'
import * as types from './registry.js'
import type { AnyEncapType, OptionsOf, ReadOf, Values } from './type.js'

/** An encapsulation that this library does not know; its attributes are kept as they came. */
export interface OtherEncap {
  readonly type: 'other'
  /** The kernel's number for it: LWTUNNEL_ENCAP_… */
  readonly number: number
  /** Its attributes; of one in a request, with 0x8000 (NLA_F_NESTED) added to the numbers of those that hold attributes. */
  readonly data: readonly UnknownAttribute[]
}

type Types = typeof types

/** What packets get around them on their way, told apart by `type`. */
export type Encap = { [K in keyof Types]: ReadOf<Types[K]> }[keyof Types] | OtherEncap
/** What packets are to get around them on their way: which, says `type`. */
export type EncapOptions = { [K in keyof Types]: OptionsOf<Types[K]> }[keyof Types] | OtherEncap

const all: readonly AnyEncapType[] = Object.values(types)
const byNumber = new Map(all.map((one) => [one.number, one]))
const byName = new Map(all.map((one) => [one.type, one]))

interface EncapAttributes {
  readonly encapType: number
  readonly encap: Encodable
}

/** `values` may hold links by name yet, in the rows of `table` that are links. */
interface EncapValue {
  readonly table: AnyTable
  readonly values: Values
  readonly attributes: EncapAttributes
}

function value(number: number, table: AnyTable, values: Values): EncapValue {
  const encap: Encodable = { encode: (writer) => encodeAttributes(writer, table, values) }
  return { table, values, attributes: { encapType: number, encap } }
}

/** As `kind: 'other'` of links: a table with a row for each attribute. */
function otherValue(given: OtherEncap): EncapValue {
  const { number, data } = copyOptions(given, ['type', 'number', 'data'])
  if (!Number.isInteger(number) || number < 1 || number > 0xffff)
    throw new Rejection('an integer from 1 to 65535', number).within('number')
  if (!Array.isArray(data)) throw new Rejection('an array of attributes, { type, data }', data).within('data')
  const rows: Record<string, Rows[string]> = {}
  const values: Values = {}
  within('data', () => {
    for (const [i, one] of (data as readonly UnknownAttribute[]).entries())
      within(`[${i}]`, () => {
        const { type, data: payload } = copyOptions(one, ['type', 'data'])
        if (!Number.isInteger(type) || type < 1 || type > 0xffff)
          throw new Rejection('an integer from 1 to 65535', type).within('type')
        if (!(payload instanceof Uint8Array)) throw new Rejection('bytes (Uint8Array)', payload).within('data')
        rows[`data[${i}]`] = attribute('RTA_ENCAP', type, bytes())
        values[`data[${i}]`] = payload
      })
  })
  return value(number, attributes(rows), values)
}

/** Options of an encapsulation, checked. */
function encapValue(given: EncapOptions, path: string): EncapValue {
  return within(path, () => {
    const copy = copyOptions(given) as EncapOptions & Values
    if (copy.type === 'other') return otherValue(copy as OtherEncap)
    const found = byName.get(copy.type)
    if (found === undefined)
      throw new Rejection(`one of ${[...byName.keys()].map((name) => `'${name}'`).join(', ')}`, copy.type).within(
        'type',
      )
    if (found.onlyRead !== undefined)
      throw new Rejection(`no ${found.type}: ${found.onlyRead}`, copy.type).within('type')
    const { type: _type, ...options } = copyOptions(copy, [
      'type',
      ...(found.names ?? Object.keys(found.attributes.rows)),
    ]) as Values
    found.check?.(options)
    return value(found.number, found.attributes, found.pack?.(options) ?? options)
  })
}

/**
 * The two attributes, by the names of their rows: none where there is no encapsulation. Throws a {@link Rejection} that names `path`;
 * `resolve` replaces links by their indexes.
 */
export function* encapAttributes(
  given: EncapOptions | undefined,
  path: string,
  resolve: (table: AnyTable, values: Values, path: string) => Steps<void>,
): Steps<Partial<EncapAttributes>> {
  if (given === undefined) return {}
  const { table, values, attributes } = encapValue(given, path)
  yield* resolve(table, values, `${path}.`)
  return attributes
}

/** Whether what was read can be said again: not what takes a program, nor what is not understood. */
export const canBeSent = (encap: Encap | EncapOptions): encap is EncapOptions =>
  byName.get(encap.type)?.onlyRead === undefined && !('unknown' in encap) && !('bpf' in encap)

const nothing = attributes({})

/** One encapsulation in another form than attributes shall not make the route unreadable. */
function readData(data: OpaqueAttributes, table: AnyTable): Values {
  try {
    return data.decode(table) as Values
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { unknown: [{ type: RTA_ENCAP, data: data.bytes }] }
  }
}

const RTA_ENCAP = 22

/** What the two attributes say; `undefined` where they are absent. */
export function readEncap(number: number | undefined, data: OpaqueAttributes | undefined): Encap | undefined {
  if (number === undefined) return undefined
  const found = byNumber.get(number)
  if (found === undefined) {
    const { unknown = [] } = data === undefined ? {} : readData(data, nothing)
    return { type: 'other', number, data: unknown as readonly UnknownAttribute[] }
  }
  const values = data === undefined ? {} : readData(data, found.attributes)
  return { type: found.type, ...(found.unpack?.(values) ?? values) } as Encap
}
