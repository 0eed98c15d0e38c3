/**
 * RTA_MULTIPATH: the next hops of a route that has several, each a structure with attributes.
 *
 *     struct rtnexthop   | length u16 | flags u8 | weight-1 u8 | link s32 | attributes … |
 *                        |<----------------------- length ----------------------------->|
 */
import { type Codec, type Source, Unreadable } from '../codec/codec.js'
import { flags } from '../codec/enumeration.js'
import { s32, u8, u16 } from '../codec/integers.js'
import { decodeAttributes } from '../codec/reader.js'
import { Rejection, within } from '../codec/rejection.js'
import { field, type StructOut, struct } from '../codec/struct.js'
import { type AnyTable, attribute, attributes, encodeAttributes, type Infer, type InferResult } from '../codec/table.js'
import type { Writer } from '../codec/writer.js'
import { hopFlags } from '../rtnetlink/hop-flags.js'
import { realms } from '../rtnetlink/realms.js'
import { encapRows } from './encap.js'
import { gatewayRow } from './gateway.js'

export const rtnexthop = struct('rtnexthop', {
  length: field('rtnh_len', u16()),
  flags: field('rtnh_flags', flags(u8(), 'RTNH_F', hopFlags)),
  hops: field('rtnh_hops', u8()),
  dev: field('rtnh_ifindex', s32()),
})

export const nexthopAttributes = attributes({
  via: gatewayRow(),
  realms: attribute('RTA_FLOW', 11, realms),
  ...encapRows,
})

export interface HopValue {
  readonly flags: readonly (keyof typeof hopFlags)[]
  readonly dev: number
  readonly weight: number
}

export interface HopRead {
  readonly flags: StructOut<typeof rtnexthop.fields>['flags']
  readonly dev: number
  readonly weight: number
}

export interface NexthopValue extends Infer<typeof nexthopAttributes>, HopValue {}
export interface NexthopRead extends InferResult<typeof nexthopAttributes>, HopRead {}

const WEIGHT_MAX = 256

function readHop<T extends AnyTable>(table: T, source: Source, start: number, end: number) {
  const room = end - start
  const length = room < rtnexthop.size ? 0 : source.view.getUint16(start, source.littleEndian)
  if (length < rtnexthop.size || length > room) throw new Unreadable(`next hop of ${length} bytes in ${room}`)
  const { flags, hops, dev } = rtnexthop.read(source, start, end)
  const attributes = decodeAttributes(table, source, start + rtnexthop.size, start + length)
  return { length, hop: { flags, dev, weight: hops + 1, ...attributes } }
}

function writeHop(writer: Writer, table: AnyTable, hop: HopValue): void {
  if (typeof hop !== 'object' || hop === null) throw new Rejection('a next hop', hop)
  const { flags, dev, weight: share, ...rest } = hop
  const start = writer.position
  if (!Number.isInteger(share) || share < 1 || share > WEIGHT_MAX)
    throw new Rejection(`an integer from 1 to ${WEIGHT_MAX}`, share).within('weight', 'rtnh_hops')
  rtnexthop.write(writer, { flags, hops: share - 1, dev })
  encodeAttributes(writer, table, rest)
  writer.view.setUint16(start, writer.position - start, writer.littleEndian)
}

/** Next hops with the attributes of a table. */
export function multipath<T extends AnyTable>(
  table: T,
): Codec<readonly (Infer<T> & HopValue)[], readonly (InferResult<T> & HopRead)[]> & { readonly table: T } {
  const expected = 'an array of next hops'
  return {
    table,
    expected,
    write(writer, values) {
      if (!Array.isArray(values)) throw new Rejection(expected, values)
      for (const [i, hop] of (values as readonly HopValue[]).entries())
        within(`[${i}]`, () => writeHop(writer, table, hop))
    },
    read(source, start, end) {
      const found: (InferResult<T> & HopRead)[] = []
      for (let at = start; at < end; ) {
        const { length, hop } = readHop(table, source, at, end)
        found.push(hop)
        at += (length + 3) & ~3
      }
      return found
    },
  }
}

export const nexthops = multipath(nexthopAttributes)
