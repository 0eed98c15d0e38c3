/** An address as the kernel lists it. */
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { Family } from '../rtnetlink/family.js'
import type { addressAttributes, addressFlags, ifaddrmsg } from './message.js'

export type AddressMessage = Message<typeof ifaddrmsg.fields, typeof addressAttributes>
type FlagName = ReturnType<typeof addressFlags.fromBits>[number] | 'temporary'

/** An address of a link, as the kernel lists it. */
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
  /** `'permanent'`, `'tentative'`, `'noPrefixRoute'` …; a bit without a name is its value. */
  readonly flags: readonly FlagName[]
  /** Seconds for which it is valid; `'forever'`. */
  readonly validLft: number | 'forever'
  /** Seconds for which it is preferred for new connections; `'forever'`. */
  readonly preferredLft: number | 'forever'
  /** Seconds from boot until it was made, to the hundredth. */
  readonly created?: number
  /** Seconds from boot until it was changed last, to the hundredth. */
  readonly updated?: number
  readonly metric?: number
  readonly proto?: string | number
  /** The namespace that it was listed in, where that is not the one that was asked. */
  readonly targetNetnsid?: number
}

const FOREVER = 0xffff_ffff

export const lifetimeOut = (seconds: number | undefined): number | 'forever' =>
  seconds === undefined || seconds === FOREVER ? 'forever' : seconds

export const lifetimeIn = (lifetime: number | 'forever' | undefined): number | undefined =>
  lifetime === 'forever' || lifetime === undefined ? FOREVER : lifetime

/** One bit has two names: IPv4 calls it IFA_F_SECONDARY, IPv6 IFA_F_TEMPORARY. */
const flagNames = (flags: Address['flags'], family: Family): Address['flags'] =>
  family === 'inet6' ? flags.map((flag) => (flag === 'secondary' ? 'temporary' : flag)) : flags

/** `undefined` for what is no unicast address of IPv4 or IPv6. */
export function readAddress({ header, attributes }: AddressMessage): Address | undefined {
  const { address, local, lifetimes, flags = [], label, broadcast, metric, proto, targetNetnsid, unknown } = attributes
  const { family, index, prefixLength, scope } = header
  const own = local ?? address
  if (own === undefined || (family !== 'inet' && family !== 'inet6')) return undefined
  return {
    dev: index,
    family,
    address: `${own}/${prefixLength}`,
    ...(address !== undefined && address !== own && { peer: `${address}/${prefixLength}` }),
    ...(broadcast !== undefined && { broadcast }),
    ...(label !== undefined && { label }),
    scope,
    flags: flagNames(flags, family),
    validLft: lifetimeOut(lifetimes?.valid),
    preferredLft: lifetimeOut(lifetimes?.preferred),
    ...(lifetimes !== undefined && { created: lifetimes.created, updated: lifetimes.updated }),
    ...(metric !== undefined && { metric }),
    ...(proto !== undefined && { proto }),
    ...(targetNetnsid !== undefined && { targetNetnsid }),
    ...(unknown !== undefined && { unknown }),
  }
}
