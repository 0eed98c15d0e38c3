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
import { linkInfo, type Own, type PortValues, portInfo, type Values } from './kind.js'
import { kindOf, type Link, tableOf } from './kinds/index.js'
import { type LinkRef, nameOrIndex, whichLink } from './link-ref.js'
import { checkMoved, explained, move } from './move.js'
import { partly, type Wanted } from './partly.js'
import { getsMaster, portValues } from './port-changes.js'
import { afterwards, resolveCommon, resolveOwn, setLink } from './set.js'
import { requireTold } from './told.js'

const doing = (dev: LinkRef, _changes?: LinkUpdate) => `change link ${nameOrIndex(dev)}`

/**
 * Changes a link, and what its kind has of its own, and what it has as a port. `ip link set dev eth1 up mtu 1400 master br0`
 *
 * Words that all links have mean the link (`group` is the link's group); a kind's attribute of the same name goes into `data`. What
 * the kernel cannot change in a link that exists is refused before anything is sent. The result is the link as it is
 * afterwards, in the target where it moved to another namespace. A bridge, the loopback and a few others cannot (EINVAL).
 *
 * One request. do_setlink works field by field and stops at the first that it refuses: the KernelError then has
 * `applied: 'partly'` and tells the others in `appliedOptions`. Options of a `port` go to the master that the link has by
 * then (rtnl_changelink), so beside a new `master` they take a second request. A change of the MAC address flushes the link's permanent neighbours;
 * down flushes neighbours and routes. Before Linux 6.2 a link that is up cannot be renamed (EBUSY). Throws KernelError ENODEV
 * where there is no such link. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateLink('eth1', { up: true, mtu: 1400, master: 'br0' })
 * await updateLink('eth1', { master: null })
 * await updateLink('eth1', { netns: 'blue', name: 'uplink', index: 7, addrGenMode: 'none' })
 * await updateLink('vx0', { learning: false, ageing: 60 })
 * await updateLink('eth1', { port: { cost: 5, learning: false } })
 */
export const updateLink = verb(doing, function* (dev: LinkRef, changes: LinkUpdate): Steps<Link> {
  const options = copyOptions(changes) as Values
  const before = (yield* fetchLink(whichLink(dev), tableOf)) as Link
  const wanted = sortChanges(kindOf(before.kind), options)
  requireTold(doing(dev), wanted.values, before)
  const held = wanted.netns === undefined ? undefined : yield* holdNetns(wanted.netns)
  try {
    yield* apply(before, wanted, held?.native)
    // Its index may be taken in the target; its name it keeps.
    const which = held === undefined ? { index: before.index } : { name: nameAfter(before, wanted.values) }
    const after = (yield* afterwards(true, fetchLink(which, tableOf, held?.native))) as Link
    return checkMoved(doing(dev), wanted, after)
  } finally {
    held?.release()
  }
})

const nameAfter = (before: Link, { name }: Values): string => (name as string | undefined) ?? before.name

/** What a kind wants to hear again although it stays as it is. */
function unchanged(before: Link, { kind, own }: Changes): Own[] {
  if (kind?.changesAreWhole !== true) return []
  const now = (before as unknown as { data: Values }).data
  const rows = kind.attributes.rows as Rows
  const said = own.flatMap(({ values }) => Object.keys(values))
  const changing = said.flatMap((name) => [name, ...(rows[name]?.options.covers ?? [])])
  const staying = Object.entries(rows).flatMap(([name, { attributes, options }]) => {
    const isFixed = options.readOnly || options.writeOnly || (options.changeable === false && !options.repeated)
    const isNoLink = now[name] === 0 && attributes[0]?.codec === linkRef
    return isFixed || isNoLink || now[name] === undefined || changing.includes(name) ? [] : [[name, now[name]]]
  })
  return [{ path: '', values: Object.fromEntries(staying) }]
}

/** A port belongs to the master that it has when its options arrive: those of a new one come behind the rest. */
function* applyPort(before: Link, { asPort, values }: Wanted, target: NativeNetns | undefined): Steps<void> {
  const moved = target === undefined ? before : yield* fetchLink({ name: nameAfter(before, values) }, tableOf, target)
  yield* setLink(moved.index, {}, target, undefined, portInfo(asPort as PortValues))
}

function* apply(before: Link, changes: Changes, target: NativeNetns | undefined): Steps<void> {
  const { values, ipv6, flags, kind, own } = changes
  yield* resolveCommon(values, target)
  if (kind !== undefined) for (const part of own) yield* resolveOwn(kind, part)
  const wanted: Wanted = { ...changes, asPort: yield* portValues(before, changes, target) }
  const isLater = wanted.asPort !== undefined && getsMaster(before, changes)
  const ownInfo = kind === undefined || own.length === 0 ? {} : linkInfo(kind, [...own, ...unchanged(before, changes)])
  const info = { ...ownInfo, ...(wanted.asPort !== undefined && !isLater && portInfo(wanted.asPort)) }
  try {
    const families = Object.keys(ipv6).length > 0 ? { afSpec: { ipv6 } } : {}
    const isSaid = Object.keys(info).length > 0
    const common = { ...values, ...families, ...move(changes, target) }
    yield* setLink(before.index, common, undefined, flags, isSaid ? info : undefined)
    if (isLater) yield* afterwards('partly', applyPort(before, wanted, target))
  } catch (error) {
    const refusal = explained(error, before, target)
    throw isKernelError(refusal) ? yield* partly(refusal, wanted, before, target) : refusal
  }
}
