/** 6rd: IPv6 prefixes whose addresses hold an IPv4 address (RFC 5969), as text with a length; the kernel has two attributes for it. */
import type { IpFamily } from '../../codec/addresses.js'
import type { Codec } from '../../codec/codec.js'
import { u16 } from '../../codec/integers.js'
import { parseNetwork } from '../../codec/prefix.js'
import { Rejection, within } from '../../codec/rejection.js'
import { type Attribute, attributeParts } from '../../codec/table.js'
import type { Values } from '../kind.js'

type Named = Omit<Attribute, 'codec'>

function network(value: string, family: IpFamily, expected: string) {
  const prefix = parseNetwork(value)
  if (prefix.family !== family) throw new Rejection(expected, value)
  return prefix
}

/** `2001:db8::/32` in two attributes, an address and a length. */
export function prefixParts(family: IpFamily, address: Attribute, length: Named) {
  const expected = `${family === 'inet' ? 'an IPv4' : 'an IPv6'} address with prefix length`
  const bits = u16()
  const addressPart: Codec<string> = {
    expected,
    write: (writer, value) => writer.raw(network(value, family, expected).bytes),
    read: (source, start, end) => address.codec.read(source, start, end) as string,
  }
  const lengthPart: Codec<string, string> = {
    expected,
    write: (writer, value) => bits.write(writer, network(value, family, expected).length),
    read: (source, start, end) => `/${bits.read(source, start, end)}`,
  }
  const parts = [
    { ...address, codec: addressPart },
    { ...length, codec: lengthPart },
  ]
  return attributeParts<string, string>(parts, {}, (one, other) =>
    String(one).startsWith('/') ? `${other}${one}` : `${one}${other}`,
  )
}

/** Length of a prefix that is said; what else is wrong with it, its codec says. */
const lengthOf = (data: Readonly<Values>, name: string): number | undefined => {
  const value = data[name]
  return typeof value === 'string' ? within(name, () => parseNetwork(value)).length : undefined
}

/** As ipip6_tunnel_update_6rd would, which does not say why. In a change the one that is not said stays. */
export function checkSixRd(data: Readonly<Values>, when: 'create' | 'update'): void {
  const length = lengthOf(data, 'sixRdPrefix')
  const relay = lengthOf(data, 'sixRdRelayPrefix')
  if (when === 'create' && length === undefined && relay !== undefined)
    throw new Rejection('an IPv6 address with prefix length (required with sixRdRelayPrefix)', undefined).within(
      'sixRdPrefix',
    )
  if (length === undefined || (when === 'update' && relay === undefined)) return
  const most = 32 + (relay ?? 0)
  if (length > most)
    throw new Rejection(
      `a length of at most ${most}: with what the relay prefix leaves of an IPv4 address 64 bits`,
      data.sixRdPrefix,
    ).within('sixRdPrefix')
}
