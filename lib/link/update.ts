/** `ip link set` */
import { Rejection } from '../codec/rejection.js'
import { type AnyTable, type Infer, type InferChanges, type Rows, unknownOption } from '../codec/table.js'
import { isKernelError, KernelError } from '../errors.js'
import { holdNetns } from '../netlink/netns-ref.js'
import type { Steps } from '../netlink/operation.js'
import type { NetnsRef } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { fetchLink } from './get.js'
import { isIndex } from './index-codec.js'
import type { AnyLinkKind, Values } from './kind.js'
import { type Kinds, kindOf, type Link, tableOf } from './kinds/index.js'
import type { LinkBase, LinkFlag } from './link.js'
import { type LinkRef, resolveLinks } from './link-ref.js'
import { linkAttributes } from './message.js'
import { type FlagChanges, setLink } from './set.js'

// What do_setlink looks at.
const settable = [
  'address', 'broadcast', 'name', 'mtu', 'master', 'txQueueLength', 'operState', 'linkMode', 'alias', 'group',
  'carrier', 'linkNetnsid', 'protoDown', 'gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize',
] as const // biome-ignore format: a list of names reads better in rows

/** Switches, and the flag that each sets or, where it says so, clears. */
const switches = {
  up: 'up',
  promisc: 'promisc',
  allMulticast: 'allMulticast',
  multicast: 'multicast',
  arp: 'noArp',
  dynamic: 'dynamic',
} as const
const clears = new Set(['arp'])

type Settable = Pick<Infer<typeof linkAttributes>, (typeof settable)[number]>

/** What can be changed in a link of any kind. */
export interface LinkChanges extends Settable {
  /** `up`, `down` */
  readonly up?: boolean | undefined
  /** `promisc on | off` */
  readonly promisc?: boolean | undefined
  /** `allmulticast on | off` */
  readonly allMulticast?: boolean | undefined
  /** `multicast on | off` */
  readonly multicast?: boolean | undefined
  /** `arp on | off` */
  readonly arp?: boolean | undefined
  /** `dynamic on | off` */
  readonly dynamic?: boolean | undefined
  /** The namespace to move to. Addresses are lost, the link is down there, and its index may be another. `netns` */
  readonly netns?: NetnsRef | undefined
}

type KindChanges<T extends AnyTable> = Omit<InferChanges<T>, keyof LinkChanges> & {
  readonly data?: InferChanges<T> | undefined
}

/** Changes of a link, and of what its kind has of its own. */
export type LinkUpdate = { [K in keyof Kinds]: LinkChanges & KindChanges<Kinds[K]['attributes']> }[keyof Kinds]

interface Sorted {
  readonly values: Values
  readonly flags: FlagChanges
  readonly netns: NetnsRef | undefined
  readonly own: { kind: AnyLinkKind; data: Values } | undefined
}

function checkChangeable({ kind, attributes }: AnyLinkKind, name: string, value: unknown): void {
  const row = (attributes.rows as Rows)[name]
  if (row?.options.changeable !== false) return
  const constant = row.attributes[0]?.constant
  throw new Rejection(
    `nothing: the kernel cannot change it in a ${kind} link that exists; delete and create the link anew`,
    value,
  ).within(name, constant)
}

function ownData(kind: AnyLinkKind | undefined, flat: Values, given: unknown): Sorted['own'] {
  if (given === undefined && Object.keys(flat).length === 0) return undefined
  const known = [...settable, ...Object.keys(switches), 'netns', ...Object.keys(kind?.attributes.rows ?? {})]
  for (const [name, value] of Object.entries(flat)) {
    if (kind === undefined || !Object.hasOwn(kind.attributes.rows, name)) throw unknownOption(name, value, known)
  }
  if (kind === undefined)
    throw new Rejection('nothing: this kind of link has no attributes that are known here', given).within('data')
  const data = { ...flat, ...(given === undefined ? {} : copyOptions(given as Values)) }
  for (const [name, value] of Object.entries(data)) checkChangeable(kind, name, value)
  return { kind, data }
}

function sort(kind: AnyLinkKind | undefined, options: Values): Sorted {
  const { netns, data, ...rest } = options
  const values: Values = {}
  const flat: Values = {}
  const flags: LinkFlag[] = []
  const change: LinkFlag[] = []
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue
    if ((settable as readonly string[]).includes(name)) values[name] = value
    else if (Object.hasOwn(switches, name)) {
      if (typeof value !== 'boolean') throw new Rejection('true or false', value).within(name)
      const flag = switches[name as keyof typeof switches]
      change.push(flag)
      if (value !== clears.has(name)) flags.push(flag)
    } else flat[name] = value
  }
  return { values, flags: { flags, change }, netns: netns as NetnsRef | undefined, own: ownData(kind, flat, data) }
}

/** Which of the wanted values a link has. */
function inEffect({ values, flags }: Sorted, link: LinkBase): string[] {
  const now = link as unknown as Values
  const same = (name: string, value: unknown) => (value === null ? now[name] === undefined : now[name] === value)
  return [
    ...Object.entries(values)
      .filter(([name, value]) => same(name, value))
      .map(([name]) => name),
    ...Object.entries(switches)
      .filter(([, flag]) => flags.change.includes(flag) && flags.flags.includes(flag) === link.flags.includes(flag))
      .map(([name]) => name),
  ]
}

/** The kernel stops at the first field that it refuses; this says which it had applied by then. */
function* partly(error: KernelError, wanted: Sorted, before: LinkBase): Steps<KernelError> {
  const after = yield* fetchLink({ index: before.index }, tableOf)
  const had = new Set(inEffect(wanted, before))
  const appliedOptions = inEffect(wanted, after).filter((name) => !had.has(name))
  if (appliedOptions.length === 0) return error
  return new KernelError(
    `${error.message}; applied before that: ${appliedOptions.join(', ')}`,
    { ...error, applied: 'partly', appliedOptions },
    error,
  )
}

const given = (ref: LinkRef) => (typeof ref === 'object' && ref !== null ? ref.index : ref)

/** Where a link is found: by index, or by name. */
export function whichLink(ref: LinkRef): { index?: number; name?: string } {
  const which = given(ref)
  if (isIndex(which)) return { index: which }
  if (typeof which === 'string') return { name: which }
  throw new Rejection('a link: its name, its index, or an object with its index', ref).within('dev')
}

/**
 * Changes a link, and what its kind has of its own. `ip link set dev eth1 up mtu 1400 master br0`
 *
 * Words that all links have mean the link (`group` is the link's group); a kind's attribute of the same name goes into `data`. What
 * the kernel cannot change in a link that exists is refused before anything is sent. The result is the link as it is
 * afterwards, in the target where it moved to another namespace.
 *
 * One request. do_setlink works field by field and stops at the first that it refuses: the KernelError then has
 * `applied: 'partly'` and tells the others in `appliedOptions`. A change of the MAC address flushes the link's permanent neighbours;
 * down flushes neighbours and routes. Throws KernelError ENODEV where there is no such link. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateLink('eth1', { up: true, mtu: 1400, master: 'br0' })
 * await updateLink('eth1', { master: null })
 * await updateLink('vx0', { learning: false, ageing: 60 })
 */
export const updateLink = verb(
  (dev: LinkRef, _changes: LinkUpdate) => `change link ${given(dev)}`,
  function* (dev: LinkRef, changes: LinkUpdate): Steps<Link> {
    const options = copyOptions(changes) as Values
    const before = yield* fetchLink(whichLink(dev), tableOf)
    const wanted = sort(kindOf(before.kind), options)
    const { values, flags, netns, own } = wanted
    if (Object.keys(values).length === 0 && flags.change.length === 0 && netns === undefined && own === undefined) {
      throw new Rejection('at least one change', changes)
    }
    yield* resolveLinks(linkAttributes, values)
    if (own !== undefined) yield* resolveLinks(own.kind.attributes, own.data)
    const target = netns === undefined ? undefined : yield* holdNetns(netns)
    try {
      if (target !== undefined) values.netnsFd = target.native.fd
      yield* setLink(before.index, values, undefined, flags, own)
      // Its index may be taken in the target; its name it keeps.
      const which =
        target === undefined ? { index: before.index } : { name: (values.name as string | undefined) ?? before.name }
      return (yield* fetchLink(which, tableOf, target?.native)) as Link
    } catch (error) {
      throw isKernelError(error) && target === undefined ? yield* partly(error, wanted, before) : error
    } finally {
      target?.release()
    }
  },
)
