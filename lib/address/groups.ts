/** `ip maddress show`, and the anycast addresses, of which `ip` does not tell */
import type { WithUnknown } from '../codec/table.js'
import { isKernelError, KernelError } from '../errors.js'
import type { LinkRef } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETANYCAST, RTM_GETMULTICAST } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import type { Address, AddressMessage } from './address.js'
import { linkThere } from './list.js'
import { addressMessage } from './message.js'
import { checkTarget } from './target.js'

/** An address that a link listens to, beside its own. */
export interface JoinedAddress extends WithUnknown {
  /** Index of the link. */
  readonly dev: number
  readonly family: Family
  /** Without prefix length: `ff02::1`. */
  readonly address: string
  readonly scope: Address['scope']
  /** Seconds from boot until the link began to listen to it, to the hundredth. */
  readonly created?: number
  /** Seconds from boot until it was changed last, to the hundredth. */
  readonly updated?: number
  /** The namespace that it was listed in, where that is not the one that was asked. */
  readonly targetNetnsid?: number
}

/** Which anycast addresses are listed: those for which all that is given holds. */
export interface AnycastAddressFilter {
  readonly dev?: LinkRef | undefined
  /** Those of another namespace, by the id that it has here: see `setNetnsId`. */
  readonly targetNetnsid?: number | undefined
}

/** Which multicast groups are listed: those for which all that is given holds. */
export interface MulticastAddressFilter extends AnycastAddressFilter {
  readonly family?: Family | undefined
}

const multicast = { name: 'RTM_GETMULTICAST', type: RTM_GETMULTICAST, row: 'multicast' } as const
const anycast = { name: 'RTM_GETANYCAST', type: RTM_GETANYCAST, row: 'anycast' } as const
type Kind = typeof multicast | typeof anycast

function readJoined({ header, attributes }: AddressMessage, row: Kind['row']): JoinedAddress | undefined {
  const { lifetimes, targetNetnsid, unknown, [row]: address } = attributes
  const { family, index, scope } = header
  if (address === undefined || (family !== 'inet' && family !== 'inet6')) return undefined
  return {
    dev: index,
    family,
    address,
    scope,
    ...(lifetimes !== undefined && { created: lifetimes.created, updated: lifetimes.updated }),
    ...(targetNetnsid !== undefined && { targetNetnsid }),
    ...(unknown !== undefined && { unknown }),
  }
}

const listRequest = ({ name, type, row }: Kind, family: Family, index?: number, targetNetnsid?: number) =>
  request(
    { name, type, mode: 'dump' },
    addressMessage,
    { header: { family, index }, attributes: { targetNetnsid } },
    {
      // The kernel answers with the type that it was asked by (in6_dump_addrs).
      type,
      read(message) {
        const found = readJoined(message, row)
        const isMeant = found?.family === family && (index === undefined || found.dev === index)
        return isMeant ? found : undefined
      },
    },
  )

function* list(
  kind: Kind,
  family: Family,
  { dev, targetNetnsid }: AnycastAddressFilter,
): Steps<readonly JoinedAddress[]> {
  checkTarget(targetNetnsid)
  const index = yield* linkThere(dev, targetNetnsid)
  return yield* ask(listRequest(kind, family, index, targetNetnsid))
}

/** `wanted`: the caller asked for those of IPv4, and not for what there is. */
function* listGroups4(filter: MulticastAddressFilter, wanted: boolean): Steps<readonly JoinedAddress[]> {
  try {
    return yield* list(multicast, 'inet', filter)
  } catch (error) {
    if (!isKernelError(error, 'EOPNOTSUPP')) throw error
    if (wanted)
      throw new KernelError(`${error.message}; Linux 6.15 is the first to tell those of IPv4`, { ...error }, error)
    return []
  }
}

/**
 * Lists the multicast groups that links listen to. `ip maddress show dev eth0`
 *
 * Those of IPv6, and from Linux 6.15 on those of IPv4 too: an older kernel does not tell them, and with `family: 'inet'` this throws KernelError
 * EOPNOTSUPP there. A group that somebody joins, by a socket or by {@link addAddress} with `autoJoin`, is listed until the last has left it.
 * Groups of link-layer addresses (`link` of `ip maddress`) cannot be told or added over netlink.
 *
 * @example
 * const groups = (await listMulticastAddresses({ dev: 'eth0', family: 'inet6' })).map(({ address }) => address)
 */
export const listMulticastAddresses = verb(
  (_filter?: MulticastAddressFilter) => 'list multicast addresses',
  function* (filter?: MulticastAddressFilter): Steps<readonly JoinedAddress[]> {
    const options = copyOptions(filter ?? {}, ['dev', 'family', 'targetNetnsid'])
    const family = familyFilter(options.family)
    const four = family === 'inet6' ? [] : yield* listGroups4(options, family === 'inet')
    return family === 'inet' ? four : [...four, ...(yield* list(multicast, 'inet6', options))]
  },
)

/**
 * Lists the IPv6 anycast addresses that links listen to: on a router that of each prefix (RFC 4291), and those that sockets joined. IPv4 has none, and `ip`
 * no command for it: they stand in `/proc/net/anycast6`.
 *
 * @example
 * const routers = await listAnycastAddresses({ dev: 'eth0' })
 */
export const listAnycastAddresses = verb(
  (_filter?: AnycastAddressFilter) => 'list anycast addresses',
  function* (filter?: AnycastAddressFilter): Steps<readonly JoinedAddress[]> {
    return yield* list(anycast, 'inet6', copyOptions(filter ?? {}, ['dev', 'targetNetnsid']))
  },
)
