/** The link that `link` and `linkNetnsid` mean. */
import type { Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { verb } from '../rtnetlink/operation.js'
import { fetchLink } from './get.js'
import { type Link, tableOf } from './kinds/index.js'
import { type LinkRef, nameOrIndex, whichLink } from './link-ref.js'

const doing = (dev: LinkRef) => `get the peer of link ${nameOrIndex(dev)}`

/**
 * The link that a link's `link` means, in whatever namespace it is: a veth's other end, the link below a vlan or macvlan.
 * `ip link show` prints it behind the `@`.
 *
 * Its own `link` and `master` are indexes of its namespace; `targetNetnsid` is that namespace's number where it is another one. Throws
 * KernelError ENODEV where there is no such link, and where the link has no `link` at all. Needs CAP_NET_ADMIN in the other
 * namespace, and in this one nothing.
 *
 * @example
 * const { index, targetNetnsid, up } = await getPeerLink('veth0')
 */
export const getPeerLink = verb(doing, function* (dev: LinkRef): Steps<Link> {
  const { link: index = 0, linkNetnsid } = yield* fetchLink(whichLink(dev), tableOf, undefined, { statistics: false })
  const refused = (why: string) => owedError('RTM_GETLINK', 'ENODEV', `cannot ${doing(dev)}: ${why}`)
  if (index === 0) throw refused('it has none')
  // NETNSA_NSID_NOT_ASSIGNED: the namespace is going, or has no number here.
  if (linkNetnsid !== undefined && linkNetnsid < 0) throw refused('its namespace cannot be told')
  return (yield* fetchLink({ index }, tableOf, linkNetnsid)) as Link
})
