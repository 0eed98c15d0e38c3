/** `ip address show | flush` */
import { type LinkRef, linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from '../rtnetlink/constants.js'
import { familyFilter } from '../rtnetlink/family.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import { type Address, readAddress } from './address.js'
import { type AddressFilter, addressFilter, filterNames } from './filter.js'
import { addressMessage } from './message.js'
import { addressOf } from './options.js'
import { checkTarget } from './target.js'

/** In the namespace `targetNetnsid`, where that is given, `dev` is looked up there too. */
export const linkThere = (dev: LinkRef | undefined, targetNetnsid: number | undefined) =>
  dev === undefined || targetNetnsid === undefined ? optionalLinkIndex(dev) : linkIndex(dev, 'dev', targetNetnsid)

/** Which addresses `listAddresses` lists. */
export interface AddressListFilter extends AddressFilter {
  /** Those of another namespace, by the id that it has here: see `setNetnsId`. */
  readonly targetNetnsid?: number | undefined
}

/** Those of the link and family for which `wanted` holds. */
export function* matching(filter: AddressListFilter, wanted: (address: Address) => boolean): Steps<readonly Address[]> {
  const { targetNetnsid } = filter
  const family = familyFilter(filter.family)
  checkTarget(targetNetnsid)
  const dev = yield* linkThere(filter.dev, targetNetnsid)
  return yield* ask(
    request(
      { name: 'RTM_GETADDR', type: RTM_GETADDR, mode: 'dump' },
      addressMessage,
      { header: { family, index: dev }, attributes: { targetNetnsid } },
      {
        type: RTM_NEWADDR,
        // A kernel without strict checking ignores the filter.
        read(message) {
          const address = readAddress(message)
          const isMeant =
            address !== undefined &&
            (dev === undefined || address.dev === dev) &&
            (family === 'unspec' || address.family === family) &&
            wanted(address)
          return isMeant ? address : undefined
        },
      },
    ),
  )
}

/**
 * Lists the addresses of the namespace, or those that match. `ip address show dev eth0 scope global`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}. Another namespace is named by
 * `where.netns` or, without entering it, by `targetNetnsid` (Linux 5.0, CAP_NET_ADMIN there).
 *
 * @example
 * for (const { address, scope } of await listAddresses({ dev: 'eth0', family: 'inet' })) console.log(address, scope)
 * const ready = await listAddresses({ to: '10.0.0.0/8', tentative: false, deprecated: false })
 */
export const listAddresses = verb(
  (_filter?: AddressListFilter) => 'list addresses',
  function* (filter?: AddressListFilter): Steps<readonly Address[]> {
    const options = copyOptions(filter ?? {}, [...filterNames, 'targetNetnsid'])
    return yield* matching(options, addressFilter(options))
  },
)

function deletion({ dev, ...rest }: Address) {
  const { family, prefix, local } = addressOf(rest)
  const header = { family, prefixLength: prefix.length, index: dev }
  const attributes = { local: local.bytes, address: prefix.bytes }
  return request({ name: 'RTM_DELADDR', type: RTM_DELADDR }, addressMessage, { header, attributes })
}

/**
 * Takes all addresses that match away; those that are gone. `ip address flush dev eth0 scope global`
 *
 * The result are the addresses that matched, as they were. A secondary IPv4 address is among them also where it went with its primary one
 * rather than by a request of its own. One that did not match goes along with its primary one too, and is not in the result; unless the sysctl
 * `promote_secondaries` is set, with which it stays. Throws InvalidArgumentError for an empty filter, which would mean all. Where a deletion
 * fails, the rest is done all the same, and the error says how many are gone. Needs CAP_NET_ADMIN.
 *
 * @example
 * const gone = await flushAddresses({ dev: 'eth0', family: 'inet', label: 'eth0:*' })
 */
export const flushAddresses = verb(
  (_filter: AddressFilter) => 'flush addresses',
  function* (filter: AddressFilter): Steps<readonly Address[]> {
    const options = copyOptions(filter, filterNames)
    requireSome(options, filterNames)
    const found = yield* matching(options, addressFilter(options))
    // Whatever else is said of one is thrown: those that were not deleted were gone.
    yield* deleteEach(found, deletion, 'EADDRNOTAVAIL')
    return found
  },
)
