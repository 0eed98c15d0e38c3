/** `ip route show` */
import type { Enumeration } from '../codec/enumeration.js'
import { formatIp } from '../codec/ip.js'
import { Rejection, within } from '../codec/rejection.js'
import { isKernelError } from '../errors.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { proto as routeProto } from '../rtnetlink/proto.js'
import { routeType } from '../rtnetlink/route-type.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { destination, tableNumber } from './encode.js'
import { routeMessage, routeTable } from './message.js'
import { type Route, type RouteProto, type RouteTable, type RouteType, readRoute } from './route.js'

/** Which routes `listRoutes` lists: those for which all that is given holds. */
export interface RouteFilter {
  /** Absent: both. `-4`, `-6` */
  readonly family?: Family | undefined
  /** Absent: main. `'all'`: with local, where the kernel keeps the addresses of this machine. `table` */
  readonly table?: RouteTable | 'all' | undefined
  /** Routes that use the link, be it by one of several next hops. `dev` */
  readonly dev?: LinkRef | undefined
  /** `proto` */
  readonly proto?: RouteProto | undefined
  /** `type` */
  readonly type?: RouteType | undefined
  /** Routes to just this network, or `'default'` (of both families, unless `family` says which). `exact` */
  readonly dst?: string | undefined
}

const filterNames = ['family', 'table', 'dev', 'proto', 'type', 'dst']

/** The filter with every value checked, in the words of a listed route. */
function checked({ family, table = 'main', proto, type, dst }: RouteFilter) {
  const to = dst === undefined || dst === 'default' ? undefined : destination({ dst, family })
  const address = to?.bytes === undefined ? undefined : formatIp(to.bytes, 0, to.bytes.length)
  return {
    family: to?.family ?? familyFilter(family),
    table: table === 'all' ? undefined : within('table', () => tableNumber(table), 'RTA_TABLE'),
    proto: proto === undefined ? undefined : within('proto', () => known(routeProto, proto), 'rtm_protocol'),
    type: type === undefined ? undefined : within('type', () => known(routeType, type), 'rtm_type'),
    dst: to === undefined ? dst : to.length === 0 ? 'default' : `${address}/${to.length}`,
  }
}

function known<Name extends string>(names: Enumeration<Name>, value: Name | number): Name | number {
  const number = names.toNumber(value)
  if (!Number.isInteger(number) || number < 0 || number > 0xff) throw new Rejection(names.expected, value)
  return names.fromNumber(number)
}

type Checked = ReturnType<typeof checked> & { readonly dev: number | undefined }

const uses = (route: Route, dev: number) => route.dev === dev || route.nexthops?.some((hop) => hop.dev === dev) === true

/** A kernel without strict checking ignores the filter, and no kernel knows all of it. */
function matches(route: Route, { family, table, proto, type, dst, dev }: Checked): boolean {
  return (
    (family === 'unspec' || route.family === family) &&
    (table === undefined || routeTable.toNumber(route.table) === table) &&
    (proto === undefined || route.proto === proto) &&
    (type === undefined || route.type === type) &&
    (dst === undefined || route.dst === dst) &&
    (dev === undefined || uses(route, dev))
  )
}

/** All that does not change by itself while a list is read: two that differ in any of it are two, as `appendRoute` makes them. */
function identity(route: Route): string {
  const { family, table, dst, from, tos, metric, type, scope, proto, src, via, dev, nhid, onlink } = route
  const { nexthops, metrics, realms, unknown } = route
  const hops = nexthops?.map(({ flags: _flags, ...hop }) => hop)
  const more = hops ?? metrics ?? realms ?? unknown
  return (
    `${family} ${table} ${dst} ${from} ${tos} ${metric} ${type} ${scope} ${proto} ${src} ${via} ${dev} ${nhid} ${onlink}` +
    (more === undefined ? '' : JSON.stringify([hops, metrics, realms, unknown]))
  )
}

function* dump(filter: Checked): Steps<readonly Route[]> {
  const { family, table, proto = 'unspec', type = 'unspec', dev } = filter
  try {
    return yield* ask(
      request(
        { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'dump' },
        routeMessage,
        // Anything else in the header is refused by a kernel that checks strictly.
        { header: { family, proto, type }, attributes: { table, dev } },
        {
          type: RTM_NEWROUTE,
          read(message) {
            const route = message.header.flags.includes('cloned') ? undefined : readRoute(message)
            return route !== undefined && matches(route, filter) ? route : undefined
          },
        },
      ),
    )
  } catch (error) {
    // The kernel makes a table with its first route: one that is not there has none. (Asked for both families it says so itself.)
    if (isKernelError(error, 'ENOENT')) return []
    throw error
  }
}

/**
 * Lists the routes of a table: main, where the filter names no other. `ip route show table main dev eth0`
 *
 * Without `family` it lists both, where `ip` lists IPv4. A table that does not exist has no routes. Entries of the routing cache are left out.
 *
 * The kernel does not tell when the table changes while it is read: a route that changes meanwhile may be missing.
 *
 * @example
 * for (const { dst, via, dev } of await listRoutes({ family: 'inet', table: 'all' })) console.log(dst, via, dev)
 */
export const listRoutes = verb(
  (_filter?: RouteFilter) => 'list routes',
  function* (filter?: RouteFilter): Steps<readonly Route[]> {
    const options = copyOptions(filter ?? {}, filterNames)
    const values = checked(options)
    const dev = yield* optionalLinkIndex(options.dev)
    return uniqueBy(yield* dump({ ...values, dev }), identity)
  },
)
