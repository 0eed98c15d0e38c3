/** `ip link property add | del … altname` */
import type { Codec } from '../codec/codec.js'
import { arrayOf } from '../codec/nest.js'
import { Rejection } from '../codec/rejection.js'
import { attribute, attributes } from '../codec/table.js'
import { text } from '../codec/text.js'
import { isKernelError, type KernelError } from '../errors.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELLINKPROP, RTM_NEWLINKPROP } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { fetchLink } from './get.js'
import { type LinkRef, nameOrIndex, whichLink } from './link-ref.js'
import { ifinfomsg, lookedUp } from './message.js'
import { altName } from './name.js'
import { withApplied } from './set.js'

const element = { constant: 'IFLA_ALT_IFNAME', number: 53 } as const

const properties = (codec: Codec<string>) =>
  attributes({ dev: lookedUp, names: attribute('IFLA_PROP_LIST', 52, arrayOf(codec, element), { writeOnly: true }) })

const adding = {
  verb: { name: 'RTM_NEWLINKPROP', type: RTM_NEWLINKPROP, flags: NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND },
  format: messageFormat(ifinfomsg, properties(altName)),
}
const deleting = {
  verb: { name: 'RTM_DELLINKPROP', type: RTM_DELLINKPROP },
  // The kernel takes any name (rtnl_alt_ifname); whatever there is can be deleted.
  format: messageFormat(ifinfomsg, properties(text(127))),
}
type Change = typeof adding | typeof deleting

/** One or several names; none is most likely a mistake. */
function listOf(names: unknown): readonly string[] {
  const list = typeof names === 'string' ? [names] : names
  if (!Array.isArray(list) || list.length === 0)
    throw new Rejection('a name, or an array of at least one', names).within('names')
  return [...list]
}

const altNamesOf = function* (dev: LinkRef): Steps<readonly string[]> {
  return (yield* fetchLink(whichLink(dev), () => undefined, undefined, { statistics: false })).altNames ?? []
}

function* send(dev: LinkRef, names: readonly string[], { verb: kind, format }: Change): Steps<void> {
  const { index, name } = whichLink(dev)
  const value = { header: { index }, attributes: { dev: name, names } }
  yield* ask(request(kind, format, value, {}, { final: names.length === 1, forgets: true }))
}

/** rtnl_linkprop takes one name after the other and stops at the first that it refuses: the error says which were taken. */
function* change(dev: LinkRef, given: string | readonly string[], how: Change): Steps<void> {
  const names = listOf(given)
  if (names.length === 1) return yield* send(dev, names, how)
  const before = new Set(yield* altNamesOf(dev))
  try {
    yield* send(dev, names, how)
  } catch (error) {
    throw isKernelError(error) ? yield* partly(error, dev, names, before) : error
  }
}

function* partly(
  error: KernelError,
  dev: LinkRef,
  names: readonly string[],
  before: ReadonlySet<string>,
): Steps<KernelError> {
  const after = new Set(yield* altNamesOf(dev))
  return withApplied(
    error,
    names.filter((name) => before.has(name) !== after.has(name)),
  )
}

const shown = (names: string | readonly string[]) => (typeof names === 'string' ? names : names.join(', '))

/**
 * Gives a link further names. `ip link property add dev eth0 altname uplink`
 *
 * A name is 1 to 127 bytes without white space, `/` and control characters, and no other name in the namespace. Wherever a
 * link is asked for, any of its names will do. Of several names the kernel takes one after the other: the KernelError of one that
 * it refuses has `applied: 'partly'` and the others in `appliedOptions`. Throws KernelError EEXIST where a link has the name,
 * ENODEV where there is no such link. Needs CAP_NET_ADMIN.
 *
 * @example
 * await addAltName('enp1s0', ['uplink', 'to-the-router-in-the-basement'])
 * await updateLink('to-the-router-in-the-basement', { up: true })
 */
export const addAltName = verb(
  (dev: LinkRef, names: string | readonly string[]) => `add name ${shown(names)} to link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef, names: string | readonly string[]): Steps<void> {
    yield* change(dev, names, adding)
  },
)

/**
 * Takes further names from a link. `ip link property del dev eth0 altname uplink`
 *
 * Its `name` it keeps: that one is refused, and another link's, with EINVAL. Throws KernelError ENOENT where nobody has the name,
 * ENODEV where there is no such link; of several names as {@link addAltName}. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteAltName('enp1s0', 'uplink')
 */
export const deleteAltName = verb(
  (dev: LinkRef, names: string | readonly string[]) => `delete name ${shown(names)} of link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef, names: string | readonly string[]): Steps<void> {
    yield* change(dev, names, deleting)
  },
)
