/**
 * A multicast group in struct br_mdb_entry.
 *
 *     | union: IPv4, IPv6 or MAC address, 16 bytes | protocol be16 | 2 bytes of padding |
 */
import { type AddressIn, formatMac, ipBytes, isMulticastIp, macBytes } from '../codec/addresses.js'
import { type FixedCodec, requireLength, Unreadable } from '../codec/codec.js'
import { formatIp, IPV4_BYTES, IPV6_BYTES } from '../codec/ip.js'
import { Rejection } from '../codec/rejection.js'

const MAC_BYTES = 6
const UNION_BYTES = 16
const SIZE = 20
const expected = 'a multicast group: an IPv4, IPv6 or MAC address'

/** ETH_P_IP, ETH_P_IPV6, or none for a MAC address → how long the address is. */
const lengths: ReadonlyMap<number, number> = new Map([
  [0x0800, IPV4_BYTES],
  [0x86dd, IPV6_BYTES],
  [0, MAC_BYTES],
])
const protocolOf = (bytes: Uint8Array): number => [...lengths].find(([, length]) => length === bytes.length)?.[0] ?? 0

const isMac = (value: AddressIn): boolean =>
  typeof value === 'string' ? /^[^:]{2}(:[^:]{2}){5}$/.test(value) : value?.length === MAC_BYTES

/** The bytes of a group; throws a {@link Rejection}. */
export function groupBytes(value: AddressIn): Uint8Array {
  if (isMac(value)) return macBytes(value)
  return ipBytes(value, expected)
}

export const isMacGroup = (bytes: Uint8Array): boolean => bytes.length === MAC_BYTES

/** Group addresses of Ethernet have the lowest bit of the first byte set. */
export const isGroup = (bytes: Uint8Array): boolean =>
  isMacGroup(bytes) ? ((bytes[0] as number) & 1) !== 0 : isMulticastIp(bytes, 0, bytes.length)

const text = (bytes: Uint8Array, start: number, end: number): string =>
  end - start === MAC_BYTES ? formatMac(bytes, start, end) : (formatIp(bytes, start, end) as string)

/** As the kernel tells it. */
export const canonicalGroup = (value: AddressIn): string => {
  const bytes = groupBytes(value)
  return text(bytes, 0, bytes.length)
}

export const groupAddress: FixedCodec<AddressIn, string> = {
  size: SIZE,
  expected,
  write(writer, value) {
    const bytes = groupBytes(value)
    writer.raw(bytes)
    writer.reserve(UNION_BYTES - bytes.length)
    writer.u16(protocolOf(bytes), false)
    writer.reserve(SIZE - UNION_BYTES - 2)
  },
  read(source, start, end) {
    requireLength(start, end, SIZE)
    const protocol = source.view.getUint16(start + UNION_BYTES, false)
    const length = lengths.get(protocol)
    if (length === undefined) throw new Unreadable(`a group of protocol 0x${protocol.toString(16)}`)
    return text(source.bytes, start, start + length)
  },
}

/** Throws where one is an address of IPv4 and the other of IPv6. */
export function sameFamily(group: Uint8Array, value: AddressIn): Uint8Array {
  const bytes = ipBytes(value)
  if (bytes.length !== group.length) throw new Rejection('an address of the same family as grp', value)
  return bytes
}
