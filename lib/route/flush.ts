/** `ip route flush` */
import { Rejection } from '../codec/rejection.js'
import { here, perform, type Steps } from '../netlink/operation.js'
import type { Request } from '../netlink/request.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import { deletion } from './delete.js'
import { filterNames, type RouteFilter } from './filter.js'
import { routesOf } from './list.js'
import type { Route } from './route.js'

/** Deletes each of `routes`; those that were there. */
function* deleteRoutes(routes: readonly Route[], request: (route: Route) => Steps<Request>): Steps<readonly Route[]> {
  const requests = new Map<Route, Request>()
  for (const route of routes) requests.set(route, yield* request(route))
  return yield* deleteEach(routes, (route) => requests.get(route) as Request, 'ESRCH')
}

/**
 * Removes the routes that match, of main where the filter names no other table; those that it removed. `ip route flush proto bird`
 *
 * The filter is that of `listRoutes`, and has to say more than the family: `{ table: 'main' }` is everything there. With `table: 'all'` it takes the addresses of
 * this machine out of table local, too. Removes one after the other: what was removed before a failure stays so. Needs CAP_NET_ADMIN.
 *
 * @example
 * const gone = await flushRoutes({ proto: 'bird', family: 'inet6' })
 */
export const flushRoutes = verb(
  (_filter: RouteFilter) => 'flush routes',
  function* (filter: RouteFilter): Steps<readonly Route[]> {
    const options = copyOptions(filter, filterNames)
    requireSome(
      options,
      filterNames.filter((name) => name !== 'family'),
    )
    if (options.table === 'cache')
      throw new Rejection('a table: flushRouteCache empties the cache', 'cache').within('table')
    return yield* deleteRoutes(yield* routesOf(options), (route) => deletion(route))
  },
)

/** Written to, it makes the kernel forget at once, whatever the text. */
const FLUSH_IPV4 = '/proc/sys/net/ipv4/route/flush'

/**
 * Forgets what was learned of single destinations: path MTU and redirects. `ip route flush cache`
 *
 * Without `family` that of both. IPv4 forgets all by the sysctl net.ipv4.route.flush, where there is one; IPv6 has none that does it
 * (fib6_run_gc lets stay what has not expired), and is told of each. Needs CAP_NET_ADMIN, and CAP_SYS_ADMIN to enter the namespace.
 *
 * @example
 * await flushRouteCache({ family: 'inet' })
 */
export const flushRouteCache = verb(
  (_which?: { readonly family?: Family | undefined }) => 'flush the cache of routes',
  function* (which?: { readonly family?: Family | undefined }): Steps<void> {
    const family = familyFilter(copyOptions(which ?? {}, ['family']).family)
    if (family !== 'inet6') yield* perform({ name: 'writeFile', args: [yield* here(), FLUSH_IPV4, '-1\n'] })
    if (family === 'inet') return
    const cached = yield* routesOf({ family: 'inet6', table: 'cache' })
    yield* deleteRoutes(cached, ({ dst, table, dev, via }) =>
      deletion({ family: 'inet6', dst, table, dev, via }, ['cloned']),
    )
  },
)
