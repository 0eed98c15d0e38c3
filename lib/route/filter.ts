/** Which routes are meant: by the words of `ip route show`. */

import { ipBytes, ipFamily } from '../codec/addresses.js'
import type { Enumeration } from '../codec/enumeration.js'
import { formatIp } from '../codec/ip.js'
import { type Prefix, parseNetwork, parsePrefix } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import {
  type NamedProto,
  type NamedRealms,
  type NamedScope,
  type NamedTable,
  numberedRealms,
} from '../rtnetlink/names.js'
import { copyOptions } from '../rtnetlink/options.js'
import { proto as routeProto } from '../rtnetlink/proto.js'
import type { Realms } from '../rtnetlink/realms.js'
import { routeTable } from '../rtnetlink/route-table.js'
import { routeType } from '../rtnetlink/route-type.js'
import { scope as routeScope } from '../rtnetlink/scope.js'
import { namedFields, tableNumber } from './encode.js'
import type { Route, RouteType } from './route.js'

/** Which routes `listRoutes` lists: those for which all that is given holds. */
export interface RouteFilter {
  /** Absent: both. `-4`, `-6` */
  readonly family?: Family | undefined
  /**
   * Absent: main. `'all'`: with local, where the kernel keeps the addresses of this machine. `'cache'`: instead of routes, what was learned of single
   * destinations (path MTU, redirects). `table`, `cache`
   */
  readonly table?: NamedTable | 'all' | 'cache' | undefined
  /** Routes to just this network, or `'default'` (of both families, unless `family` says which). `exact` */
  readonly dst?: string | undefined
  /** Routes to this network and to those in it: `'10.0.0.0/8'`. `root` */
  readonly root?: string | undefined
  /** Routes to this network or address and to those that it is in, the default route too. `match` */
  readonly match?: string | undefined
  /** IPv6: routes for packets from just this network. `from` */
  readonly from?: string | undefined
  /** Routes that use the link, be it by one of several next hops. `dev` */
  readonly dev?: LinkRef | undefined
  /** Routes that use this router, be it by one of several next hops. `via` */
  readonly via?: string | undefined
  /** `src` */
  readonly src?: string | undefined
  /** `proto` */
  readonly proto?: NamedProto | undefined
  /** `scope` */
  readonly scope?: NamedScope | undefined
  /** `type` */
  readonly type?: RouteType | undefined
  /** 0: those that have none, too. `metric` */
  readonly metric?: number | undefined
  /** 0: those for all packets. `tos` */
  readonly tos?: number | undefined
  /** Without `from`: whatever that is. `realms` */
  readonly realms?: NamedRealms | undefined
  /** Routes that use this next hop object. */
  readonly nhid?: number | undefined
}

export const filterNames = [
  ...(['family', 'table', 'dst', 'root', 'match', 'from', 'dev', 'via', 'src'] as const),
  ...(['proto', 'scope', 'type', 'metric', 'tos', 'realms', 'nhid'] as const),
] satisfies (keyof RouteFilter)[]

/** The name of a number, where it has one; throws a {@link Rejection}. */
function known<Name extends string>(names: Enumeration<Name>, value: Name | number): Name | number {
  const number = names.toNumber(value)
  if (!Number.isInteger(number) || number < 0 || number > 0xff) throw new Rejection(names.expected, value)
  return names.fromNumber(number)
}

function integer(options: RouteFilter, name: 'metric' | 'tos' | 'nhid', min: number, max: number): number | undefined {
  const value = options[name]
  if (value !== undefined && (!Number.isInteger(value) || value < min || value > max))
    throw new Rejection(`an integer from ${min} to ${max}`, value).within(name)
  return value
}

type Where = Prefix | 'default' | undefined

const network = (name: 'dst' | 'root' | 'match' | 'from', { [name]: value }: RouteFilter): Where =>
  value === undefined || value === 'default'
    ? value
    : within(name, () => (name === 'match' ? parsePrefix(value) : parseNetwork(value)))

function address(name: 'via' | 'src', { [name]: value }: RouteFilter): string | undefined {
  if (value === undefined) return undefined
  const bytes = within(name, () => ipBytes(value))
  return formatIp(bytes, 0, bytes.length)
}

/** The one that all of them agree on. A router may be of the other family. */
function familyOf(options: RouteFilter, networks: Readonly<Record<string, Where>>): Family | 'unspec' {
  let family = familyFilter(options.family)
  const told = Object.entries(networks).map(([name, where]) => [
    name,
    typeof where === 'object' ? where.family : undefined,
  ])
  const src = options.src === undefined ? undefined : within('src', () => ipFamily(options.src as string))
  for (const [name, one] of [...told, ['src', src]] as [keyof RouteFilter, Family | undefined][]) {
    if (one === undefined) continue
    if (family !== 'unspec' && one !== family)
      throw new Rejection('what is of the same family as the rest of the filter', options[name]).within(name)
    family = one
  }
  return family
}

/** As a route has it. */
const written = (where: Where): string | undefined =>
  typeof where !== 'object'
    ? where
    : where.length === 0
      ? 'default'
      : `${formatIp(where.bytes, 0, where.bytes.length)}/${where.length}`

/** A filter with every value checked, in the words of a listed route. */
export function* checkedFilter(given: RouteFilter | undefined) {
  const options = copyOptions(given ?? {}, filterNames)
  const { table = 'main', type, realms } = options
  const networks = {
    dst: network('dst', options),
    root: network('root', options),
    match: network('match', options),
    from: network('from', options),
  }
  const same = {
    family: familyOf(options, networks),
    ...networks,
    via: address('via', options),
    src: address('src', options),
    metric: integer(options, 'metric', 0, 0xffff_ffff),
    tos: integer(options, 'tos', 0, 0xff),
    nhid: integer(options, 'nhid', 1, 0xffff_ffff),
    type: type === undefined ? undefined : within('type', () => known(routeType, type), 'rtm_type'),
    cached: table === 'cache',
    table: table === 'all' || table === 'cache' ? undefined : yield* tableNumber(table),
    realms: realms && (yield* numberedRealms(realms)),
  }
  const { proto, scope } = yield* namedFields(options)
  return {
    ...same,
    proto: proto === undefined ? undefined : routeProto.fromNumber(proto),
    scope: scope === undefined ? undefined : routeScope.fromNumber(scope),
    dev: yield* optionalLinkIndex(options.dev),
  }
}

export type CheckedFilter = ReturnType<typeof checkedFilter> extends Steps<infer T> ? T : never

/** The same first `length` bits. */
function agree(one: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let bit = 0; bit < length; bit += 8) {
    const mask = 0xff & (0xff00 >> Math.min(length - bit, 8))
    if ((((one[bit / 8] as number) ^ (other[bit / 8] as number)) & mask) !== 0) return false
  }
  return true
}

const isIn = (inner: Prefix, outer: Prefix) =>
  inner.family === outer.family && inner.length >= outer.length && agree(inner.bytes, outer.bytes, outer.length)

/** Whether a listed destination is in the network, or around it. */
function fits(dst: string, where: Where, relation: (route: Prefix, where: Prefix) => boolean): boolean {
  if (typeof where !== 'object') return where === undefined || dst === 'default'
  if (dst === 'default') return relation({ ...where, length: 0 }, where)
  return relation(parsePrefix(dst), where)
}

const sameRealms = (one: Realms | undefined, { from, to }: Realms) =>
  one !== undefined && one.to === to && (from === undefined || (one.from ?? 0) === from)

/** The way of a route, or each of its ways. */
const ways = (route: Route) => route.nexthops ?? [route]

/** A kernel without strict checking ignores the filter, and no kernel knows all of it. */
export function matches(route: Route, filter: CheckedFilter): boolean {
  const { family, table, dst, root, match, from, dev, via, realms } = filter
  return (
    (family === 'unspec' || route.family === family) &&
    (table === undefined || routeTable.toNumber(route.table) === table) &&
    (['proto', 'scope', 'type', 'src', 'nhid'] as const).every(
      (name) => filter[name] === undefined || route[name] === filter[name],
    ) &&
    (['metric', 'tos'] as const).every((name) => filter[name] === undefined || (route[name] ?? 0) === filter[name]) &&
    (dst === undefined || route.dst === written(dst)) &&
    (from === undefined || (route.from ?? 'default') === written(from)) &&
    (dev === undefined || ways(route).some((way) => way.dev === dev)) &&
    (via === undefined || ways(route).some((way) => way.via === via)) &&
    (realms === undefined || ways(route).some((way) => sameRealms(way.realms, realms))) &&
    // Last, since they have to parse.
    (root === undefined || root === 'default' || fits(route.dst, root, isIn)) &&
    (match === undefined || fits(route.dst, match, (outer, inner) => isIn(inner, outer)))
  )
}
