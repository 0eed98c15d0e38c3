/** What can be changed in a link that exists, and how a caller's words for it are sorted. */
import { Rejection, within } from '../codec/rejection.js'
import { type AnyTable, type Infer, type InferChanges, type Rows, unknownOption } from '../codec/table.js'
import type { NetnsRef } from '../netlink/where.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { type Ipv6Changes, ipv6Changes } from './af-spec.js'
import { expectedIndex, isIndex } from './index-codec.js'
import type { AnyLinkKind, Own, Values } from './kind.js'
import type { Kinds } from './kinds/index.js'
import type { LinkFlag } from './link.js'
import type { linkAttributes } from './message.js'
import type { PortChanges } from './ports/index.js'
import type { FlagChanges } from './set.js'

// What do_setlink looks at.
const settable = [
  'address', 'broadcast', 'name', 'mtu', 'master', 'txQueueLength', 'operState', 'linkMode', 'alias', 'group',
  'carrier', 'linkNetnsid', 'protoDown', 'gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize',
  'protoDownReason', 'xdp',
] as const // biome-ignore format: a list of names reads better in rows

/** Switches, and the flag that each sets or, where it says so, clears. */
export const switches = {
  up: 'up',
  promisc: 'promisc',
  allMulticast: 'allMulticast',
  multicast: 'multicast',
  arp: 'noArp',
  dynamic: 'dynamic',
  trailers: 'noTrailers',
} as const
const clears = new Set(['arp', 'trailers'])

type Settable = Pick<Infer<typeof linkAttributes>, (typeof settable)[number]>

/** What can be changed in a link of any kind. */
export interface LinkChanges extends Settable, Ipv6Changes {
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
  /** Without effect but to be seen in `flags`. `trailers on | off` */
  readonly trailers?: boolean | undefined
  /**
   * What it has as a port of its master, or of the `master` that it gets in the same call. Which there are, the kind of the
   * master says: {@link BridgePortChanges}, {@link BondPortChanges}. `bridge link set`, `type bridge_slave`, `type bond_slave`
   */
  readonly port?: PortChanges | undefined
  /** The namespace to move to. Addresses are lost, the link is down there, and its index may be another. `netns` */
  readonly netns?: NetnsRef | undefined
  /**
   * Its index in the namespace to move to; absent: the one that it has, or where that is taken there another. The error is EBUSY where
   * this one is taken, and EOPNOTSUPP, behind the move, before Linux 5.13. `index`
   */
  readonly index?: number | undefined
}

// An empty object type would let everything through.
type DataChanges<T extends AnyTable> = keyof InferChanges<T> extends never ? undefined : InferChanges<T> | undefined

type KindChanges<T extends AnyTable> = Omit<InferChanges<T>, keyof LinkChanges> & {
  /** Attributes of the kind, for those whose name all links have too. */
  readonly data?: DataChanges<T>
}

/** Changes of a link, and of what its kind has of its own. */
export type LinkUpdate = { [K in keyof Kinds]: LinkChanges & KindChanges<Kinds[K]['attributes']> }[keyof Kinds]

/** A caller's changes, by where they stand in the request. */
export interface Changes {
  readonly values: Values
  /** What IPv6 has on the link. */
  readonly ipv6: Values
  readonly flags: FlagChanges
  readonly netns: NetnsRef | undefined
  /** In the namespace that it moves to. */
  readonly index: number | undefined
  readonly kind: AnyLinkKind | undefined
  readonly own: readonly Own[]
  /** Not sorted by kind yet: which kind of port it is, the master says. */
  readonly port: Values | undefined
}

function checkChangeable({ kind, attributes }: AnyLinkKind, name: string, value: unknown): void {
  const row = Object.hasOwn(attributes.rows, name) ? (attributes.rows as Rows)[name] : undefined
  if (row?.options.changeable !== false) return
  const constant = row.attributes[0]?.constant
  throw new Rejection(
    `nothing: the kernel cannot change it in a ${kind} link that exists; delete and create the link anew`,
    value,
  ).within(name, constant)
}

const commonNames: readonly string[] = [
  ...settable,
  ...ipv6Changes,
  ...Object.keys(switches),
  'netns',
  'index',
  'port',
  'data',
]

function ownChanges(kind: AnyLinkKind | undefined, flat: Values, data: unknown, common: Values): Own[] {
  for (const [name, value] of Object.entries(flat)) {
    if (kind === undefined || !Object.hasOwn(kind.attributes.rows, name))
      throw unknownOption(name, value, [...commonNames, ...Object.keys(kind?.attributes.rows ?? {})])
  }
  if (kind === undefined && data !== undefined)
    throw new Rejection('nothing: this kind of link has no attributes that are known here', data).within('data')
  const apart = data === undefined ? {} : within('data', () => copyOptions(data as Values))
  const own: Own[] = [
    { path: '', values: flat },
    { path: 'data', values: defined(apart) },
  ]
  if (kind !== undefined) for (const part of own) within(part.path, () => checkOwn(kind, part.values))
  kind?.check?.({ ...apart, ...flat }, 'update', common)
  return own.filter(({ values }) => Object.keys(values).length > 0)
}

function checkOwn(kind: AnyLinkKind, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(kind.attributes.rows, name)) throw unknownOption(name, value, Object.keys(kind.attributes.rows))
    checkChangeable(kind, name, value)
  }
}

const defined = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

function checkIndex(index: unknown, netns: unknown): void {
  if (index === undefined) return
  if (!isIndex(index)) throw new Rejection(expectedIndex, index).within('index', 'IFLA_NEW_IFINDEX')
  if (netns === undefined)
    throw new Rejection('nothing without netns: where it is a link keeps its index', index).within('index')
}

/** Sorts the changes of a link of that kind; throws a Rejection where one is none. */
export function sortChanges(kind: AnyLinkKind | undefined, options: Values): Changes {
  const { netns, index, port, data, ...rest } = defined(options)
  checkIndex(index, netns)
  const values: Values = {}
  const ipv6: Values = {}
  const flat: Values = {}
  const flags: LinkFlag[] = []
  const change: LinkFlag[] = []
  for (const [name, value] of Object.entries(rest)) {
    if ((settable as readonly string[]).includes(name)) values[name] = value
    else if ((ipv6Changes as readonly string[]).includes(name)) ipv6[name] = value
    else if (Object.hasOwn(switches, name)) {
      const flag = switches[name as keyof typeof switches]
      if (isOn(value, name) !== clears.has(name)) flags.push(flag)
      change.push(flag)
    } else flat[name] = value
  }
  const own = ownChanges(kind, flat, data, values)
  const asPort = port === undefined ? {} : within('port', () => defined(copyOptions(port as Values)))
  const isPortSaid = Object.keys(asPort).length > 0
  const count =
    Object.keys(values).length + Object.keys(ipv6).length + change.length + own.length + (isPortSaid ? 1 : 0)
  if (count === 0 && netns === undefined) throw new Rejection('at least one change', options)
  return {
    values,
    ipv6,
    flags: { flags, change },
    netns: netns as NetnsRef | undefined,
    index: index as number | undefined,
    kind,
    own,
    port: isPortSaid ? asPort : undefined,
  }
}
