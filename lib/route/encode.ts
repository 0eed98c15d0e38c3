/** The parts of a message that say to the kernel what a caller says of a route. */
import { ipBytes, ipFamily } from '../codec/addresses.js'
import { IPV6_BYTES } from '../codec/ip.js'
import { type Prefix, parseNetwork } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import { linkIndex, optionalLinkIndex, resolveLinks } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { encapAttributes } from '../rtnetlink/encap/encap.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { type NamedTable, numbered, numberedRealms, protoNames, scopeNames, tableNames } from '../rtnetlink/names.js'
import { copyOptions, isOn, required } from '../rtnetlink/options.js'
import { routeType } from '../rtnetlink/route-type.js'
import { gatewayFor } from './gateway.js'
import type { NexthopValue } from './nexthops.js'
import { hopNames, listedHopNames, type NexthopOptions, type RouteIdentity, type RouteOptions } from './options.js'
import type { RouteType } from './route.js'

/** Without bytes: the default route of IPv4, told by the absence of the attribute. */
export interface Destination extends Omit<Prefix, 'bytes'> {
  readonly bytes: Uint8Array | undefined
}

const familyName = { inet: 'IPv4', inet6: 'IPv6' } as const

/** What tells where a route leads to, and of which family it is. */
interface Addresses extends Pick<RouteIdentity, 'dst' | 'family' | 'via' | 'src' | 'from'> {
  readonly nexthops?: readonly Pick<NexthopOptions, 'via'>[] | undefined
}

/** By the first address of the options. */
function familyOfDefault({ via, src, from, nexthops }: Addresses): Family {
  const first = Array.isArray(nexthops) ? (nexthops[0] as NexthopOptions | undefined)?.via : undefined
  for (const [path, address] of Object.entries({ via, src, 'nexthops[0].via': first })) {
    if (address !== undefined) return within(path, () => ipFamily(address))
  }
  return from === undefined ? 'inet' : 'inet6'
}

/** `dst` as a network; throws a {@link Rejection}. */
export function destination(options: Addresses): Destination {
  const dst = required(options, 'dst', "'default', or a network such as '10.0.0.0/24'")
  const family = options.family === undefined ? undefined : (familyFilter(options.family) as Family)
  if (dst === 'default') {
    const own = family ?? familyOfDefault(options)
    return { family: own, length: 0, bytes: own === 'inet' ? undefined : new Uint8Array(IPV6_BYTES) }
  }
  const prefix = within('dst', () => parseNetwork(dst), 'RTA_DST')
  if (family !== undefined && family !== prefix.family)
    throw new Rejection(`a network of ${familyName[family]}, as family says`, dst).within('dst')
  return prefix
}

/** The number of a table; throws a {@link Rejection}. */
export const tableNumber = (table: NamedTable): Steps<number> => numbered(table, tableNames, 'table', 'RTA_TABLE')

const typesOfTableLocal: readonly RouteType[] = ['local', 'broadcast', 'anycast', 'nat']

/** The table's two places: up to 255 the header has it, beyond only the attribute, as with `ip`. */
export function* tableFields(table: RouteIdentity['table'], type: RouteType) {
  const number = yield* tableNumber(table ?? (typesOfTableLocal.includes(type) ? 'local' : 'main'))
  return number > 0xff ? { header: 0, attribute: number } : { header: number, attribute: undefined }
}

/** The numbers of what else may have a name of its own here; throws a {@link Rejection}. */
export function* namedFields({ proto, scope }: Pick<RouteIdentity, 'proto' | 'scope'>) {
  return {
    proto: proto === undefined ? undefined : yield* numbered(proto, protoNames, 'proto', 'rtm_protocol'),
    scope: scope === undefined ? undefined : yield* numbered(scope, scopeNames, 'scope', 'rtm_scope'),
  }
}

/** A type by its name, where it has one; throws a {@link Rejection}. */
export function typeName(type: RouteType): RouteType {
  return within('type', () => routeType.fromNumber(routeType.toNumber(type)), 'rtm_type')
}

/** Options that the kernel overlooks in a route of the other family. */
const oneFamily = { from: 'inet6', pref: 'inet6', expires: 'inet6', tos: 'inet', realms: 'inet' } as const

export function checkFamily(options: Pick<RouteOptions, keyof typeof oneFamily | 'scope'>, family: Family): void {
  for (const name of Object.keys(oneFamily) as (keyof typeof oneFamily)[]) {
    const only = oneFamily[name]
    if (options[name] !== undefined && only !== family)
      throw new Rejection(`nothing: only ${familyName[only]} routes have it`, options[name]).within(name)
  }
  const { scope } = options
  if (family === 'inet6' && scope !== undefined && scope !== 'global' && scope !== 0)
    throw new Rejection("'global': IPv6 routes have no other", scope).within('scope')
}

function* hopValue(given: NexthopOptions, family: Family, path: string): Steps<NexthopValue> {
  const hop = within(path, () => copyOptions(given, [...hopNames, ...listedHopNames]))
  const { via, dev, weight = 1, realms } = hop
  within(path, () => checkFamily({ realms }, family))
  return {
    via: via === undefined ? undefined : within(`${path}.via`, () => gatewayFor(family, via)),
    realms: realms === undefined ? undefined : yield* numberedRealms(realms, `${path}.realms`, 'RTA_FLOW'),
    weight,
    flags: within(path, () => isOn(hop.onlink, 'onlink')) ? ['onlink'] : [],
    dev: (yield* optionalLinkIndex(dev, `${path}.dev`)) ?? 0,
    ...(yield* encapAttributes(hop.encap, `${path}.encap`, resolveLinks)),
  }
}

function* hopValues(given: readonly NexthopOptions[], family: Family): Steps<NexthopValue[]> {
  if (!Array.isArray(given) || given.length === 0)
    throw new Rejection('an array of at least one next hop', given).within('nexthops', 'RTA_MULTIPATH')
  const values: NexthopValue[] = []
  for (const [i, hop] of given.entries()) values.push(yield* hopValue(hop, family, `nexthops[${i}]`))
  return values
}

/** `from` as a network of the route's family. */
function sender(from: string, family: Family): Prefix {
  const prefix = within('from', () => parseNetwork(from), 'RTA_SRC')
  if (prefix.family !== family)
    throw new Rejection(`an ${familyName[family]} network, as the route is`, from).within('from')
  return prefix
}

function preferredSource(src: string, family: Family): Uint8Array {
  const bytes = within('src', () => ipBytes(src), 'RTA_PREFSRC')
  if (ipFamily(bytes) !== family)
    throw new Rejection(`an ${familyName[family]} address, as the route is`, src).within('src')
  return bytes
}

/** Which route it is and where it leads; all values are checked before a link is looked up. */
export function* path(options: RouteIdentity, { family, bytes }: Destination) {
  const { via, src, from, metric, nhid } = options
  const network = from === undefined ? undefined : sender(from, family)
  const attributes = {
    dst: bytes,
    from: network?.bytes,
    via: via === undefined ? undefined : within('via', () => gatewayFor(family, via), 'RTA_GATEWAY'),
    src: src === undefined ? undefined : preferredSource(src, family),
    metric,
    nhid,
  }
  const nexthops = options.nexthops === undefined ? undefined : yield* hopValues(options.nexthops, family)
  const encap = yield* encapAttributes(options.encap, 'encap', resolveLinks)
  const dev = options.dev === undefined ? undefined : yield* linkIndex(options.dev)
  return { fromLength: network?.length ?? 0, attributes: { ...attributes, ...encap, nexthops, dev } }
}
