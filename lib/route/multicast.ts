/** `ip mroute show` */
import { ipBytes } from '../codec/addresses.js'
import { formatIp } from '../codec/ip.js'
import { within } from '../codec/rejection.js'
import type { StructOut } from '../codec/struct.js'
import type { WithUnknown } from '../codec/table.js'
import { isKernelError } from '../errors.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import type { Message } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import type { NamedTable } from '../rtnetlink/names.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { routeTable } from '../rtnetlink/route-table.js'
import { tableNumber } from './encode.js'
import {
  type multicastRouteAttributes,
  multicastRouteMessage,
  type multicastStatistics,
  type rtmsg,
} from './message.js'
import type { RouteProto, RouteTable } from './route.js'

type MulticastMessage = Message<typeof rtmsg.fields, typeof multicastRouteAttributes>

/** A link that packets of a multicast route go out by. */
export interface MulticastHop {
  /** Index of the link. */
  readonly dev: number
  /** Only packets with a larger time to live. */
  readonly ttl: number
}

/** A route that a multicast router (smcroute, pimd, FRR) keeps in the kernel. */
export interface MulticastRoute extends WithUnknown {
  readonly family: Family
  /** Each router has one; usually `'default'`. */
  readonly table: RouteTable
  /** The sender; `0.0.0.0` or `::` stands for all. */
  readonly src: string
  /** The group. */
  readonly dst: string
  /** Index of the link that its packets come in by. Absent: not resolved yet. */
  readonly iif?: number
  /** Where they go out. */
  readonly nexthops: readonly MulticastHop[]
  readonly proto: RouteProto
  /** `false`: the kernel waits for the router to say where its packets go. */
  readonly resolved: boolean
  /** `'unresolved'`, `'offload'` … */
  readonly flags: MulticastMessage['header']['flags']
  readonly statistics?: StructOut<typeof multicastStatistics.fields>
  /** Seconds since a packet used it. */
  readonly age?: number
}

const families = { inet: 'ipmr', inet6: 'ip6mr' } as const

/** `undefined` for what is no multicast route of the family. */
export function readMulticastRoute(
  family: Family,
  { header, attributes }: MulticastMessage,
): MulticastRoute | undefined {
  const { src, dst, table, nexthops = [], ...same } = attributes
  // A kernel without multicast routing answers with all other routes (rtnl_dump_all).
  if (header.family !== families[family] || src === undefined || dst === undefined) return undefined
  return {
    family,
    table: table ?? routeTable.fromNumber(header.table),
    src,
    dst,
    nexthops: nexthops.map(({ dev, weight }) => ({ dev, ttl: weight - 1 })),
    proto: header.proto,
    resolved: !header.flags.includes('unresolved'),
    flags: header.flags,
    ...same,
  }
}

/** Which multicast routes are listed: those for which all that is given holds. */
export interface MulticastRouteFilter {
  /** Absent: both. `-4`, `-6` */
  readonly family?: Family | undefined
  /** Absent: those of all tables. `table` */
  readonly table?: NamedTable | undefined
  /** The sender. `from` */
  readonly src?: string | undefined
  /** The group. `to` */
  readonly dst?: string | undefined
  /** The link that the packets come in by. `iif` */
  readonly iif?: LinkRef | undefined
}

function address(name: 'src' | 'dst', { [name]: value }: MulticastRouteFilter): string | undefined {
  if (value === undefined) return undefined
  const bytes = within(name, () => ipBytes(value))
  return formatIp(bytes, 0, bytes.length)
}

function* dump(
  family: Family,
  table: number | undefined,
  wanted: (route: MulticastRoute) => boolean,
): Steps<readonly MulticastRoute[]> {
  try {
    return yield* ask(
      request(
        { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'dump' },
        multicastRouteMessage,
        { header: { family: families[family] }, attributes: { table } },
        {
          type: RTM_NEWROUTE,
          read(message) {
            const route = readMulticastRoute(family, message)
            return route !== undefined && wanted(route) ? route : undefined
          },
        },
      ),
    )
  } catch (error) {
    // A table that no router has made (ipmr_rtm_dumproute).
    if (isKernelError(error, 'ENOENT')) return []
    throw error
  }
}

/**
 * Lists the routes that a multicast router made. `ip -s mroute show`
 *
 * Only a router can make them, by a raw socket (MRT_ADD_MFC), and with its end they are gone. Needs no privilege.
 *
 * @example
 * for (const { src, dst, nexthops } of await listMulticastRoutes({ family: 'inet' })) console.log(src, dst, nexthops)
 */
export const listMulticastRoutes = verb(
  (_filter?: MulticastRouteFilter) => 'list multicast routes',
  function* (filter?: MulticastRouteFilter): Steps<readonly MulticastRoute[]> {
    const options = copyOptions(filter ?? {}, ['family', 'table', 'src', 'dst', 'iif'])
    const family = familyFilter(options.family)
    const src = address('src', options)
    const dst = address('dst', options)
    const table = options.table === undefined ? undefined : yield* tableNumber(options.table)
    const iif = yield* optionalLinkIndex(options.iif, 'iif')
    const wanted = (route: MulticastRoute) =>
      (table === undefined || routeTable.toNumber(route.table) === table) &&
      (src === undefined || route.src === src) &&
      (dst === undefined || route.dst === dst) &&
      (iif === undefined || route.iif === iif)
    const found: MulticastRoute[] = []
    for (const one of ['inet', 'inet6'] as const)
      if (family === 'unspec' || family === one) found.push(...(yield* dump(one, table, wanted)))
    return found
  },
)
