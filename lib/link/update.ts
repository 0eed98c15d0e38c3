/** `ip link set` */
import type { Rows } from '../codec/table.js'
import { isKernelError } from '../errors.js'
import { holdNetns } from '../netlink/netns-ref.js'
import type { Steps } from '../netlink/operation.js'
import type { NativeNetns } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { type Changes, type LinkUpdate, sortChanges } from './changes.js'
import { fetchLink } from './get.js'
import { linkRef } from './index-codec.js'
import { linkInfo, type Own, type Values } from './kind.js'
import { kindOf, type Link, tableOf } from './kinds/index.js'
import { type LinkRef, nameOrIndex, whichLink } from './link-ref.js'
import { partly } from './partly.js'
import { afterwards, resolveCommon, resolveOwn, setLink } from './set.js'

/**
 * Changes a link, and what its kind has of its own. `ip link set dev eth1 up mtu 1400 master br0`
 *
 * Words that all links have mean the link (`group` is the link's group); a kind's attribute of the same name goes into `data`. What
 * the kernel cannot change in a link that exists is refused before anything is sent. The result is the link as it is
 * afterwards, in the target where it moved to another namespace.
 *
 * One request. do_setlink works field by field and stops at the first that it refuses: the KernelError then has
 * `applied: 'partly'` and tells the others in `appliedOptions`. A change of the MAC address flushes the link's permanent neighbours;
 * down flushes neighbours and routes. Before Linux 6.2 a link that is up cannot be renamed (EBUSY). Throws KernelError ENODEV
 * where there is no such link. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateLink('eth1', { up: true, mtu: 1400, master: 'br0' })
 * await updateLink('eth1', { master: null })
 * await updateLink('vx0', { learning: false, ageing: 60 })
 */
export const updateLink = verb(
  (dev: LinkRef, _changes: LinkUpdate) => `change link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef, changes: LinkUpdate): Steps<Link> {
    const options = copyOptions(changes) as Values
    const before = (yield* fetchLink(whichLink(dev), tableOf)) as Link
    const wanted = sortChanges(kindOf(before.kind), options)
    const held = wanted.netns === undefined ? undefined : yield* holdNetns(wanted.netns)
    try {
      yield* apply(before, wanted, held?.native)
      // Its index may be taken in the target; its name it keeps.
      const name = (wanted.values.name as string | undefined) ?? before.name
      const which = held === undefined ? { index: before.index } : { name }
      return (yield* afterwards(true, fetchLink(which, tableOf, held?.native))) as Link
    } finally {
      held?.release()
    }
  },
)

/** What a kind wants to hear again although it stays as it is. */
function unchanged(before: Link, { kind, own }: Changes): Own[] {
  if (kind?.changesAreWhole !== true) return []
  const now = (before as unknown as { data: Values }).data
  const changing = own.flatMap(({ values }) => Object.keys(values))
  const staying = Object.entries(kind.attributes.rows as Rows).flatMap(([name, { attributes, options }]) => {
    const isFixed = options.readOnly || options.writeOnly || options.changeable === false
    const isNoLink = now[name] === 0 && attributes[0]?.codec === linkRef
    return isFixed || isNoLink || now[name] === undefined || changing.includes(name) ? [] : [[name, now[name]]]
  })
  return [{ path: '', values: Object.fromEntries(staying) }]
}

function* apply(before: Link, wanted: Changes, target: NativeNetns | undefined): Steps<void> {
  const { values, flags, kind, own } = wanted
  yield* resolveCommon(values, target)
  if (kind !== undefined) for (const part of own) yield* resolveOwn(kind, part)
  const info =
    kind === undefined || own.length === 0 ? undefined : linkInfo(kind, [...own, ...unchanged(before, wanted)])
  try {
    const moving = target === undefined ? {} : { netnsFd: target.fd }
    yield* setLink(before.index, { ...values, ...moving }, undefined, flags, info)
  } catch (error) {
    throw isKernelError(error) ? yield* partly(error, wanted, before, target) : error
  }
}
