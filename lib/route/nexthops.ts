/**
 * RTA_MULTIPATH: the next hops of a route that has several, each a structure with attributes.
 *
 *     struct rtnexthop   | length u16 | flags u8 | weight-1 u8 | link s32 | attributes … |
 *                        |<----------------------- length ----------------------------->|
 */
import { type Codec, type FixedCodec, Unreadable } from '../codec/codec.js'
import { flags } from '../codec/enumeration.js'
import { s32, u8, u16, u32 } from '../codec/integers.js'
import { decodeAttributes } from '../codec/reader.js'
import { Rejection, within } from '../codec/rejection.js'
import { field, type StructOut, struct } from '../codec/struct.js'
import { attribute, attributes, encodeAttributes, type Infer, type InferResult } from '../codec/table.js'
import { gatewayRow } from './gateway.js'

/** Shared by routes and next hops. */
export const hopFlags = {
  dead: [0x1, 'RTNH_F_DEAD'],
  pervasive: [0x2, 'RTNH_F_PERVASIVE'],
  onlink: [0x4, 'RTNH_F_ONLINK'],
  offload: [0x8, 'RTNH_F_OFFLOAD'],
  linkdown: [0x10, 'RTNH_F_LINKDOWN'],
  unresolved: [0x20, 'RTNH_F_UNRESOLVED'],
  trap: [0x40, 'RTNH_F_TRAP'],
} as const

/** For traffic control: which realm packets come from and which they go to. */
export interface Realms {
  readonly from?: number | undefined
  readonly to: number
}

/** `| from (high half) | to (low half) |` of a u32 in host order. */
export const realms: FixedCodec<Realms> = {
  size: 4,
  expected: 'an object with to, and from: integers from 0 to 65535',
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(realms.expected, value)
    const { from = 0, to } = value
    for (const realm of [from, to])
      if (!Number.isInteger(realm) || realm < 0 || realm > 0xffff) throw new Rejection(realms.expected, value)
    writer.u32(((from << 16) | to) >>> 0)
  },
  read(source, start, end) {
    const both = u32().read(source, start, end)
    const from = both >>> 16
    return { ...(from !== 0 && { from }), to: both & 0xffff }
  },
}

export const rtnexthop = struct('rtnexthop', {
  length: field('rtnh_len', u16()),
  flags: field('rtnh_flags', flags(u8(), 'RTNH_F', hopFlags)),
  hops: field('rtnh_hops', u8()),
  dev: field('rtnh_ifindex', s32()),
})

export const nexthopAttributes = attributes({
  via: gatewayRow(),
  realms: attribute('RTA_FLOW', 11, realms),
})

export interface NexthopValue extends Infer<typeof nexthopAttributes> {
  readonly flags: readonly (keyof typeof hopFlags)[]
  readonly dev: number
  readonly weight: number
}

type Header = StructOut<typeof rtnexthop.fields>

export interface NexthopRead extends InferResult<typeof nexthopAttributes> {
  readonly flags: Header['flags']
  readonly dev: number
  readonly weight: number
}

const WEIGHT_MAX = 256

function readHop(source: Parameters<typeof rtnexthop.read>[0], start: number, end: number) {
  const room = end - start
  const length = room < rtnexthop.size ? 0 : source.view.getUint16(start, source.littleEndian)
  if (length < rtnexthop.size || length > room) throw new Unreadable(`next hop of ${length} bytes in ${room}`)
  const { flags, hops, dev } = rtnexthop.read(source, start, end)
  const attributes = decodeAttributes(nexthopAttributes, source, start + rtnexthop.size, start + length)
  return { length, hop: { flags, dev, weight: hops + 1, ...attributes } }
}

export const nexthops: Codec<readonly NexthopValue[], readonly NexthopRead[]> & {
  readonly table: typeof nexthopAttributes
} = {
  table: nexthopAttributes,
  expected: 'an array of next hops',
  write(writer, values) {
    if (!Array.isArray(values)) throw new Rejection(nexthops.expected, values)
    for (const [i, hop] of (values as readonly NexthopValue[]).entries()) {
      within(`[${i}]`, () => {
        if (typeof hop !== 'object' || hop === null) throw new Rejection('a next hop', hop)
        const { flags, dev, weight: share, ...rest } = hop
        const start = writer.position
        if (!Number.isInteger(share) || share < 1 || share > WEIGHT_MAX)
          throw new Rejection(`an integer from 1 to ${WEIGHT_MAX}`, share).within('weight', 'rtnh_hops')
        rtnexthop.write(writer, { flags, hops: share - 1, dev })
        encodeAttributes(writer, nexthopAttributes, rest)
        writer.view.setUint16(start, writer.position - start, writer.littleEndian)
      })
    }
  },
  read(source, start, end) {
    const found: NexthopRead[] = []
    for (let at = start; at < end; ) {
      const { length, hop } = readHop(source, at, end)
      found.push(hop)
      at += (length + 3) & ~3
    }
    return found
  },
}
