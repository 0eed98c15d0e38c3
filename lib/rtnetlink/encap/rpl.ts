/**
 * rpl: source routing of low-power networks (RFC 6554). `encap rpl segs 2001:db8::1,2001:db8::2`
 *
 *     struct ipv6_rpl_sr_hdr   | next header 0 | length | type 3 | segments left | compression, padding: 4 zeros |
 *                              | segments, 16 bytes each, in the order of the way … |
 *
 * `ip` says the segments from the end of the way to its beginning; so do we.
 */
import { ipv6 } from '../../codec/addresses.js'
import { type Codec, Unreadable } from '../../codec/codec.js'
import { IPV6_BYTES } from '../../codec/ip.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { required } from '../options.js'
import type { EncapType } from './type.js'

const HEADER_BYTES = 8
const TYPE = 3
/** The length, in units of eight bytes, has 8 bits. */
const MOST_SEGMENTS = 127

const segments: Codec<readonly string[]> = {
  expected: `an array of 1 to ${MOST_SEGMENTS} IPv6 addresses`,
  write(writer, segs) {
    if (!Array.isArray(segs) || segs.length === 0 || segs.length > MOST_SEGMENTS)
      throw new Rejection(segments.expected, segs)
    writer.u8(0)
    writer.u8(2 * segs.length)
    writer.u8(TYPE)
    writer.u8(segs.length)
    writer.reserve(4)
    for (const [i, segment] of [...(segs as readonly string[]).entries()].reverse())
      within(`[${i}]`, () => ipv6.write(writer, segment))
  },
  read(source, start, end) {
    const [, length = 0, type, left = 0, ...packing] = source.bytes.subarray(start, Math.min(end, start + HEADER_BYTES))
    const isPlain = type === TYPE && length === 2 * left && packing.every((byte) => byte === 0)
    if (!isPlain || end - start !== HEADER_BYTES + IPV6_BYTES * left)
      throw new Unreadable('a header with more than segments')
    return Array.from({ length: left }, (_, i) => {
      const at = end - IPV6_BYTES * (i + 1)
      return ipv6.read(source, at, at + IPV6_BYTES)
    })
  },
}

export const rplEncapAttributes = attributes({
  /** Where packets go on their way: IPv6 addresses, as `ip` has them the **last** one first (rpl_do_srh_inline). `segs 2001:db8::1,2001:db8::2` */
  segs: attribute('RPL_IPTUNNEL_SRH', 1, segments),
})

/** `ip -6 route add 2001:db8:9::/48 encap rpl segs 2001:db8::1,2001:db8::2 dev eth0` */
export interface RplEncapOptions extends Infer<typeof rplEncapAttributes> {
  readonly type: 'rpl'
  readonly segs: readonly string[]
}
/** Segments that packets of a low-power network are sent along. */
export interface RplEncap extends InferResult<typeof rplEncapAttributes> {
  readonly type: 'rpl'
}

export const rpl: EncapType<'rpl', typeof rplEncapAttributes, RplEncapOptions, RplEncap> = {
  type: 'rpl',
  constant: 'LWTUNNEL_ENCAP_RPL',
  number: 8,
  attributes: rplEncapAttributes,
  check: (options) => void required(options, 'segs', segments.expected),
}
