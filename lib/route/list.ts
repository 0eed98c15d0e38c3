/** `ip route show` */
import { isKernelError } from '../errors.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { Verb } from '../netlink/verb.js'
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { type CheckedFilter, checkedFilter, matches, type RouteFilter } from './filter.js'
import { routeMessage } from './message.js'
import { isMpls, type MplsRoute } from './mpls.js'
import { listMpls, type MplsRouteFilter } from './mpls-list.js'
import { type Route, readRoute } from './route.js'

export type { RouteFilter } from './filter.js'

/** JSON has no large integers; what an encapsulation counts changes by itself. */
const plain = (name: string, value: unknown) =>
  name === 'counters' ? undefined : typeof value === 'bigint' ? `${value}` : value

/** All that does not change by itself while a list is read: two that differ in any of it are two, as `appendRoute` makes them. */
function identity(route: Route): string {
  const { family, table, dst, from, tos, metric, type, scope, proto, src, via, dev, nhid, onlink } = route
  const { nexthops, metrics, realms, encap, unknown } = route
  const hops = nexthops?.map(({ flags: _flags, ...hop }) => hop)
  const more = hops ?? metrics ?? realms ?? encap ?? unknown
  return (
    `${family} ${table} ${dst} ${from} ${tos} ${metric} ${type} ${scope} ${proto} ${src} ${via} ${dev} ${nhid} ${onlink}` +
    (more === undefined ? '' : JSON.stringify([hops, metrics, realms, encap, unknown], plain))
  )
}

function* dump(filter: CheckedFilter): Steps<readonly Route[]> {
  const { family, table, proto = 'unspec', type = 'unspec', dev, cached } = filter
  try {
    return yield* ask(
      request(
        { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'dump' },
        routeMessage,
        // Anything else in the header is refused by a kernel that checks strictly.
        { header: { family, proto, type, flags: cached ? ['cloned'] : [] }, attributes: { table, dev } },
        {
          type: RTM_NEWROUTE,
          read(message) {
            const route = message.header.flags.includes('cloned') === cached ? readRoute(message) : undefined
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

/** Which routes it is, the filter says. */
export type ListRoutes = Verb<[filter: MplsRouteFilter], readonly MplsRoute[]> &
  Verb<[filter?: RouteFilter], readonly Route[]>

/** The routes that a filter means. */
export function* routesOf(filter: RouteFilter | undefined): Steps<readonly Route[]> {
  return uniqueBy(yield* dump(yield* checkedFilter(filter)), identity)
}

/**
 * Lists the routes of a table: main, where the filter names no other. `ip route show table main dev eth0`
 *
 * Without `family` it lists both, where `ip` lists IPv4. A table that does not exist has no routes. Tables, protocols and scopes may be named as
 * `/etc/iproute2/rt_tables` and its like name them; what is listed has numbers, or the kernel's own names.
 *
 * With `table: 'cache'` it lists what was learned of single destinations, in whatever table their routes are: flags has `'cloned'`, `expires` and
 * `metrics.mtu` say the rest (Linux 5.3). `ip route show cache`
 *
 * With `family: 'mpls'` it lists the routes by label, which are in no list of the others. `ip -f mpls route show`
 *
 * The kernel does not tell when the table changes while it is read: a route that changes meanwhile may be missing.
 *
 * @example
 * for (const { dst, via, dev } of await listRoutes({ family: 'inet', table: 'all' })) console.log(dst, via, dev)
 */
export const listRoutes = verb(
  (_filter?: RouteFilter | MplsRouteFilter) => 'list routes',
  function* (filter?: RouteFilter | MplsRouteFilter): Steps<readonly (Route | MplsRoute)[]> {
    return isMpls(filter) ? yield* listMpls(filter) : yield* routesOf(filter)
  },
) as ListRoutes
