/** An address as the kernel lists it. */
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { Family } from '../rtnetlink/family.js'
import type { addressAttributes, addressFlags, ifaddrmsg } from './message.js'

type AddressMessage = Message<typeof ifaddrmsg.fields, typeof addressAttributes>
type FlagName = ReturnType<typeof addressFlags.fromBits>[number]

export interface Address extends WithUnknown {
  /** Index of the link. */
  readonly dev: number
  readonly family: Family
  /** With prefix length: `192.168.1.2/24`. */
  readonly address: string
  /** The other end's address on a point-to-point link. The prefix length belongs to it. */
  readonly peer?: string
  readonly broadcast?: string
  readonly label?: string
  readonly scope: AddressMessage['header']['scope']
  /** `'permanent'`, `'tentative'`, `'noPrefixRoute'` … */
  readonly flags: readonly FlagName[]
  /** Seconds for which it is valid; `'forever'`. */
  readonly validLft: number | 'forever'
  /** Seconds for which it is preferred for new connections; `'forever'`. */
  readonly preferredLft: number | 'forever'
  readonly metric?: number
  readonly proto?: string | number
}

const FOREVER = 0xffff_ffff

export const lifetimeOut = (seconds: number | undefined): number | 'forever' =>
  seconds === undefined || seconds === FOREVER ? 'forever' : seconds

export const lifetimeIn = (lifetime: number | 'forever' | undefined): number | undefined =>
  lifetime === 'forever' || lifetime === undefined ? FOREVER : lifetime

/** `undefined` for what is no unicast address of IPv4 or IPv6. */
export function readAddress({ header, attributes }: AddressMessage): Address | undefined {
  const { address, local, lifetimes, flags = [], label, broadcast, metric, proto, unknown } = attributes
  const own = local ?? address
  if (own === undefined || (header.family !== 'inet' && header.family !== 'inet6')) return undefined
  return {
    dev: header.index,
    family: header.family,
    address: `${own}/${header.prefixLength}`,
    ...(address !== undefined && address !== own && { peer: `${address}/${header.prefixLength}` }),
    ...(broadcast !== undefined && { broadcast }),
    ...(label !== undefined && { label }),
    scope: header.scope,
    flags,
    validLft: lifetimeOut(lifetimes?.valid),
    preferredLft: lifetimeOut(lifetimes?.preferred),
    ...(metric !== undefined && { metric }),
    ...(proto !== undefined && { proto }),
    ...(unknown !== undefined && { unknown }),
  }
}
