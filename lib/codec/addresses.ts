/** Codecs of IPv4, IPv6 and MAC addresses: text or bytes in, canonical text out. */
import { type Codec, type FixedCodec, requireLength, type Source, Unreadable } from './codec.js'
import {
  formatIp,
  formatIpv4,
  formatIpv6,
  IPV4_BYTES,
  IPV6_BYTES,
  parseIp,
  parseIpv4Into,
  parseIpv6Into,
} from './ip.js'
import { Rejection } from './rejection.js'
import type { Writer } from './writer.js'

/** Text, or the bytes in network order. */
export type AddressIn = string | Uint8Array

/** IPv4 or IPv6. */
export type IpFamily = 'inet' | 'inet6'

/** Bytes of an IP address of either family; throws a {@link Rejection}. */
export function ipBytes(value: AddressIn, expected = 'an IPv4 or IPv6 address'): Uint8Array {
  const bytes = typeof value === 'string' ? parseIp(value) : value
  if (!(bytes instanceof Uint8Array) || (bytes.length !== IPV4_BYTES && bytes.length !== IPV6_BYTES)) {
    throw new Rejection(expected, value)
  }
  return bytes
}

export function ipFamily(value: AddressIn): IpFamily {
  return ipBytes(value).length === IPV4_BYTES ? 'inet' : 'inet6'
}

/** 224.0.0.0/4 and ff00::/8. */
export function isMulticastIp(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  return end - start === IPV4_BYTES ? (first & 0xf0) === 0xe0 : end - start === IPV6_BYTES && first === 0xff
}

function fixedIp(
  size: number,
  expected: string,
  parse: (text: string, into: Uint8Array, at: number) => boolean,
  format: (bytes: Uint8Array, at: number) => string,
): FixedCodec<AddressIn, string> {
  return {
    size,
    expected,
    write(writer: Writer, value: AddressIn) {
      if (value instanceof Uint8Array && value.length === size) return writer.raw(value)
      const at = writer.reserve(size)
      if (typeof value !== 'string' || !parse(value, writer.bytes, at)) throw new Rejection(expected, value)
    },
    read(source: Source, start: number, end: number) {
      requireLength(start, end, size)
      return format(source.bytes, start)
    },
  }
}

/** An IPv4 address. */
export const ipv4 = fixedIp(
  IPV4_BYTES,
  'an IPv4 address',
  (text, into, at) => parseIpv4Into(text, 0, into, at),
  formatIpv4,
)
/** An IPv6 address. */
export const ipv6 = fixedIp(IPV6_BYTES, 'an IPv6 address', parseIpv6Into, formatIpv6)

/** An address of either family; its length tells which. */
export const ip: Codec<AddressIn, string> = {
  expected: 'an IPv4 or IPv6 address',
  write: (writer, value) => writer.raw(ipBytes(value)),
  read(source, start, end) {
    const text = formatIp(source.bytes, start, end)
    if (text === undefined) throw new Unreadable(`${end - start} bytes are no IP address`)
    return text
  },
}

/** Two rows may share one attribute: `group` is the multicast form of what is `remote` else. */
export function onlyMulticast<In extends AddressIn>(codec: Codec<In, string>, multicast: boolean): Codec<In, string> {
  const expected = `${codec.expected}, ${multicast ? 'multicast' : 'not multicast'}`
  return {
    expected,
    write(writer, value) {
      const start = writer.position
      codec.write(writer, value)
      if (isMulticastIp(writer.bytes, start, writer.position) !== multicast) throw new Rejection(expected, value)
    },
    read: (source, start, end) => codec.read(source, start, end),
    claims: (source, start, end) => isMulticastIp(source.bytes, start, end) === multicast,
  }
}

const MAC_BYTES = 6
const macText = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function formatMac(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) text += (at === start ? '' : ':') + hexBytes[bytes[at] as number]
  return text
}

/** The six bytes of `aa:bb:cc:dd:ee:ff`; throws a {@link Rejection}. */
export function macBytes(value: AddressIn): Uint8Array {
  if (value instanceof Uint8Array && value.length === MAC_BYTES) return value
  if (typeof value !== 'string' || !macText.test(value)) throw new Rejection(mac.expected, value)
  return Uint8Array.from({ length: MAC_BYTES }, (_, i) => Number.parseInt(value.slice(3 * i, 3 * i + 2), 16))
}

/** A MAC address of six bytes. */
export const mac: FixedCodec<AddressIn, string> = {
  size: MAC_BYTES,
  expected: "a MAC address such as 'aa:bb:cc:dd:ee:ff'",
  write: (writer, value) => writer.raw(macBytes(value)),
  read(source, start, end) {
    requireLength(start, end, MAC_BYTES)
    return formatMac(source.bytes, start, end)
  },
}

/**
 * A link-layer address of whatever length the link has: six bytes on Ethernet, four for the end of an ipip tunnel,
 * sixteen for an IPv6 tunnel, twenty on InfiniBand. In: a MAC address, an IP address, or bytes. Out: text as `ip` prints it, by length.
 */
export const linkLayerAddress: Codec<AddressIn, string> = {
  expected: `${mac.expected}, or the bytes of another link-layer address (1 to 32)`,
  write(writer, value) {
    if (value instanceof Uint8Array && value.length > 0 && value.length <= 32) return writer.raw(value)
    if (typeof value !== 'string') throw new Rejection(linkLayerAddress.expected, value)
    writer.raw(macText.test(value) ? macBytes(value) : ipBytes(value, linkLayerAddress.expected))
  },
  read: (source, start, end) => formatIp(source.bytes, start, end) ?? formatMac(source.bytes, start, end),
}
