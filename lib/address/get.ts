/** One address: `ip address show dev eth0 to 192.168.1.2/32` */
import { isKernelError } from '../errors.js'
import type { LinkRef } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_GETADDR, RTM_NEWADDR } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { type Address, readAddress } from './address.js'
import { linkThere, matching } from './list.js'
import { addressMessage } from './message.js'
import { addressOf, type ParsedAddress } from './options.js'
import { checkTarget } from './target.js'

/** Which address: what `getAddress` takes. */
export interface AddressQuery {
  readonly dev: LinkRef
  /** `192.168.1.2`, or with the prefix length that it must have: `192.168.1.2/24`. */
  readonly address: string
  /** The other end that it must have, on a point-to-point link; the prefix length then stands here. `peer` */
  readonly peer?: string | undefined
  /** In another namespace, by the id that it has here: see `setNetnsId`. */
  readonly targetNetnsid?: number | undefined
}

/** `length`: whether the prefix length counts. */
function isMeant(found: Address, { local, prefix, peer }: ParsedAddress, length: boolean): boolean {
  const parsed = addressOf(found)
  const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0
  return (
    same(parsed.local.bytes, local.bytes) &&
    (!length || parsed.prefix.length === prefix.length) &&
    (!peer || same(parsed.prefix.bytes, prefix.bytes))
  )
}

/** inet6_rtm_getaddr goes by link and address alone, and looks on every link where there is none of the index. */
function* ask6(dev: number, { local }: ParsedAddress): Steps<readonly Address[]> {
  try {
    const found = yield* ask(
      request(
        { name: 'RTM_GETADDR', type: RTM_GETADDR, mode: 'get' },
        addressMessage,
        { header: { family: 'inet6', index: dev }, attributes: { address: local.bytes } },
        { type: RTM_NEWADDR, read: readAddress },
      ),
    )
    return found.filter((address) => address.dev === dev)
  } catch (error) {
    if (isKernelError(error, 'EADDRNOTAVAIL')) return []
    throw error
  }
}

/**
 * The address of the link, or `undefined`. Only for IPv6 has the kernel a look-up, and not in another namespace: inet6_rtm_getaddr sends the
 * answer to whoever listens there. All else has to be listed.
 */
export function* findAddress(
  dev: number,
  wanted: ParsedAddress,
  length: boolean,
  targetNetnsid?: number,
): Steps<Address | undefined> {
  const { family } = wanted
  const found =
    family === 'inet6' && targetNetnsid === undefined
      ? yield* ask6(dev, wanted)
      : yield* matching({ dev, family, targetNetnsid }, () => true)
  return found.find((address) => isMeant(address, wanted, length))
}

/**
 * One address of a link. `ip address show dev eth0 to 192.168.1.2/32`
 *
 * With or without prefix length. The kernel looks one up only for IPv6, and only where this runs; else all addresses of the link are listed for
 * it, and the first that fits is the answer. Throws KernelError EADDRNOTAVAIL where the link has none.
 *
 * @example
 * const { flags, validLft } = await getAddress({ dev: 'eth0', address: 'fd00::2' })
 */
export const getAddress = verb(
  ({ address }: AddressQuery) => `get address ${address}`,
  function* (given: AddressQuery): Steps<Address> {
    const options = copyOptions(given, ['dev', 'address', 'peer', 'targetNetnsid'])
    const { address, peer, targetNetnsid } = options
    const dev = required(options, 'dev', 'a link')
    required(options, 'address', 'an IPv4 or IPv6 address')
    const wanted = addressOf(options)
    checkTarget(targetNetnsid)
    const index = (yield* linkThere(dev, targetNetnsid)) as number
    const found = yield* findAddress(index, wanted, (peer ?? address).includes('/'), targetNetnsid)
    if (found !== undefined) return found
    throw owedError('RTM_GETADDR', 'EADDRNOTAVAIL', `cannot get address ${address}: link ${index} has no such address`)
  },
)
