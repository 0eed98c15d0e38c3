/** The router to send to: RTA_GATEWAY where it has the route's own family, RTA_VIA where an IPv4 route goes over IPv6. */
import { type AddressIn, ip, ipBytes } from '../codec/addresses.js'
import { type Codec, Unreadable } from '../codec/codec.js'
import { formatIp, IPV4_BYTES } from '../codec/ip.js'
import { Rejection } from '../codec/rejection.js'
import { attributeByValue } from '../codec/table.js'
import { AF_INET, AF_INET6 } from '../rtnetlink/constants.js'
import type { Family } from '../rtnetlink/family.js'

/** An address of the route's family; or, wrapped, one of the other. */
export type Gateway = AddressIn | { readonly other: Uint8Array }

const own: Codec<Gateway, string> = {
  expected: ip.expected,
  write: (writer, value) => ip.write(writer, value as AddressIn),
  read: ip.read,
}

const FAMILY_BYTES = 2

/** struct rtvia: `| family u16 | address |` */
export const rtvia: Codec<Gateway, string> = {
  expected: ip.expected,
  write(writer, value) {
    const { other: bytes } = value as { readonly other: Uint8Array }
    writer.u16(bytes.length === IPV4_BYTES ? AF_INET : AF_INET6)
    writer.raw(bytes)
  },
  read({ bytes, view, littleEndian }, start, end) {
    const text = formatIp(bytes, start + FAMILY_BYTES, end)
    const family = text === undefined ? undefined : view.getUint16(start, littleEndian)
    if (text === undefined || family !== (text.includes(':') ? AF_INET6 : AF_INET))
      throw new Unreadable(`${end - start} bytes are no gateway`)
    return text
  },
}

/** The row of the gateway, in a route and in each of its next hops. */
export const gatewayRow = () =>
  attributeByValue<Gateway, string>(
    [
      { constant: 'RTA_GATEWAY', number: 5, codec: own },
      { constant: 'RTA_VIA', number: 18, codec: rtvia },
    ],
    (value) => (typeof value === 'object' && value !== null && 'other' in value ? 1 : 0),
  )

/** A caller's gateway for a route of this family; throws a {@link Rejection}. */
export function gatewayFor(family: Family, via: AddressIn): Gateway {
  const bytes = ipBytes(via)
  const isOwn = (bytes.length === IPV4_BYTES) === (family === 'inet')
  if (isOwn) return bytes
  if (family === 'inet') return { other: bytes }
  throw new Rejection('an IPv6 address, as the route is IPv6', via)
}
