/**
 * Segment routing header of IPv6 (RFC 8754), as a program builds it for the kernel.
 *
 *     struct ipv6_sr_hdr   | next header 0 | length | type 4 | segments left | last entry | flags | tag u16 |
 *                          | segments, 16 bytes each, the last one first … | TLVs … |
 *     sr6_tlv_hmac         | type 5 | length 38 | reserved u16 | key id u32, network order | HMAC, 32 bytes |
 *
 * The length counts units of eight bytes behind the first eight; segments left are the last entry: none is passed yet.
 */
import { ipv6 } from '../../codec/addresses.js'
import { type Codec, type Source, Unreadable } from '../../codec/codec.js'
import { be32 } from '../../codec/integers.js'
import { IPV6_BYTES } from '../../codec/ip.js'
import { Rejection, within } from '../../codec/rejection.js'
import type { Writer } from '../../codec/writer.js'

/** Where packets go on their way, and the key that proves it. */
export interface Segments {
  /** IPv6 addresses, the first one first. `segs 2001:db8::1,2001:db8::2` */
  readonly segs: readonly string[]
  /** Id of the key to sign the header with (`ip sr hmac set`). `hmac` */
  readonly hmac?: number | undefined
}

const HEADER_BYTES = 8
const TYPE = 4
const FLAG_HMAC = 0x08
const TLV_HMAC = 5
const HMAC_BYTES = 40
/** A length of 8 bits holds 127 segments, and with an HMAC 124. */
const MOST_SEGMENTS = 124

const expected = `an array of 1 to ${MOST_SEGMENTS} IPv6 addresses`
const keyId = be32({ min: 1 })

function writeHmac(writer: Writer, id: number): void {
  writer.u8(TLV_HMAC)
  writer.u8(HMAC_BYTES - 2)
  writer.reserve(2)
  within('hmac', () => keyId.write(writer, id))
  writer.reserve(HMAC_BYTES - 8)
}

/** `room`: an empty segment stands at the end, for the destination of packets that keep their header. */
export function writeSrh(writer: Writer, { segs, hmac }: Segments, room = false): void {
  if (!Array.isArray(segs) || segs.length === 0 || segs.length > MOST_SEGMENTS)
    throw new Rejection(expected, segs).within('segs')
  const last = segs.length - (room ? 0 : 1)
  writer.u8(0)
  writer.u8(2 * (last + 1) + (hmac === undefined ? 0 : HMAC_BYTES / 8))
  writer.u8(TYPE)
  writer.u8(last)
  writer.u8(last)
  writer.u8(hmac === undefined ? 0 : FLAG_HMAC)
  writer.reserve(room ? 2 + IPV6_BYTES : 2)
  for (const [i, segment] of [...(segs as readonly string[]).entries()].reverse())
    within('segs', () => within(`[${i}]`, () => ipv6.write(writer, segment)))
  if (hmac !== undefined) writeHmac(writer, hmac)
}

/** A header with more in it than a program says is not ours to put into other words. */
function checkHeader({ bytes }: Source, start: number, end: number): { last: number; hmac: boolean } {
  const [, length = 0, type, left, last = 0, flags, tag1, tag2] = bytes.subarray(
    start,
    Math.min(end, start + HEADER_BYTES),
  )
  const hmac = flags === FLAG_HMAC
  const size = HEADER_BYTES + IPV6_BYTES * (last + 1) + (hmac ? HMAC_BYTES : 0)
  const isPlain = type === TYPE && left === last && (hmac || flags === 0) && tag1 === 0 && tag2 === 0
  if (!isPlain || end - start !== size || size !== HEADER_BYTES * (length + 1))
    throw new Unreadable('not a segment routing header of segments and an HMAC')
  return { last, hmac }
}

export function readSrh(source: Source, start: number, end: number, room = false): Segments {
  const { last, hmac } = checkHeader(source, start, end)
  const segs: string[] = []
  for (let i = last; i >= (room ? 1 : 0); i--) {
    const at = start + HEADER_BYTES + IPV6_BYTES * i
    segs.push(ipv6.read(source, at, at + IPV6_BYTES))
  }
  const tlv = end - HMAC_BYTES
  return { segs, ...(hmac && { hmac: keyId.read(source, tlv + 4, tlv + 8) }) }
}

/** `room`: as in {@link writeSrh}; read, the empty segment is the last one. */
export const srh: Codec<Segments & { readonly room?: boolean | undefined }, Segments> = {
  expected: `an object with segs (${expected}) and hmac`,
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(srh.expected, value)
    const { segs, hmac, room, ...more } = value
    const [name] = Object.keys(more)
    if (name !== undefined) throw new Rejection('nothing but segs and hmac', more).within(name)
    writeSrh(writer, { segs, hmac }, room)
  },
  read: (source, start, end) => readSrh(source, start, end),
}
