/** `192.168.1.0/24`, `fd00::/64`, a bare address, or `default`. */
import type { IpFamily } from './addresses.js'
import { IPV4_BYTES, parseIp } from './ip.js'
import { Rejection } from './rejection.js'

export interface Prefix {
  readonly family: IpFamily
  readonly bytes: Uint8Array
  readonly length: number
}

const prefixLength = /^(?:0|[1-9][0-9]{0,2})$/

/** Throws a {@link Rejection}. A bare address has the full length. */
export function parsePrefix(value: string): Prefix {
  const expected = "an IPv4 or IPv6 address with prefix length, such as '192.168.1.0/24'"
  if (typeof value !== 'string') throw new Rejection(expected, value)
  const slash = value.indexOf('/')
  const bytes = parseIp(slash < 0 ? value : value.slice(0, slash))
  if (bytes === undefined) throw new Rejection(expected, value)
  const bits = bytes.length * 8
  const digits = slash < 0 ? String(bits) : value.slice(slash + 1)
  if (!prefixLength.test(digits) || Number(digits) > bits) {
    throw new Rejection(`a prefix length from 0 to ${bits} after the slash`, value)
  }
  return { family: bytes.length === IPV4_BYTES ? 'inet' : 'inet6', bytes, length: Number(digits) }
}

/** The bits of byte `i` that stand behind the prefix. */
const hostBits = ({ length }: Prefix, i: number) => 0xff >> Math.min(Math.max(length - 8 * i, 0), 8)

/** Whether the address lies in the network. */
export const holds = (network: Prefix, address: Uint8Array): boolean =>
  network.bytes.length === address.length &&
  network.bytes.every((byte, i) => ((byte ^ (address[i] as number)) & ~hostBits(network, i)) === 0)

/** As {@link parsePrefix}, for a network: no bit may be set behind the prefix. */
export function parseNetwork(value: string): Prefix {
  const prefix = parsePrefix(value)
  if (prefix.bytes.some((byte, i) => (byte & hostBits(prefix, i)) !== 0))
    throw new Rejection(`no bits set behind the prefix (a network, not an address in it)`, value)
  return prefix
}
