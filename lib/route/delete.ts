/** `ip route delete` */
import { Rejection } from '../codec/rejection.js'
import { isKernelError } from '../errors.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELROUTE } from '../rtnetlink/constants.js'
import { canBeSent } from '../rtnetlink/encap/encap.js'
import type { Family } from '../rtnetlink/family.js'
import { numberedRealms } from '../rtnetlink/names.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { checkFamily, destination, namedFields, path, tableFields, typeName } from './encode.js'
import { routeMessage } from './message.js'
import { exactly } from './metrics.js'
import { isMpls, type MplsRouteIdentity, mplsDeletion } from './mpls.js'
import { lookupMpls } from './mpls-list.js'
import { identityNames, listedNames, type RouteDeletion, type RouteIdentity } from './options.js'
import type { Route } from './route.js'

/** A listed route has more of what the kernel compares. */
type Given = RouteDeletion & Partial<Pick<Route, 'metrics' | 'realms'>>

/** What the kernel compares beside the destination; 0 it takes for any. */
const telling = {
  inet: ['via', 'dev', 'metric', 'nexthops', 'nhid', 'src', 'type'],
  inet6: ['via', 'dev', 'metric', 'nexthops', 'nhid'],
} as const
const anything: readonly unknown[] = [undefined, 0, 'unspec']

/** IPv6 would remove a route of another type. With the link, as a listed route has it, no two routes are meant. */
function checkUncompared(options: RouteDeletion): void {
  if (['dev', 'nexthops', 'nhid'].some((name) => options[name as keyof RouteDeletion] !== undefined)) return
  for (const name of ['type', 'src', 'encap'] as const)
    if (!anything.includes(options[name]))
      throw new Rejection('nothing without dev: IPv6 does not compare it', options[name]).within(name)
}

/** What a deletion by destination alone takes away is a matter of luck, and an empty destination is the default route. */
function checkDeletion(options: RouteDeletion, { family, length }: ReturnType<typeof destination>): void {
  if (length === 0 && options.dst !== 'default')
    throw new Rejection("'default' (and family) for the default route", options.dst).within('dst')
  if (family === 'inet6') checkUncompared(options)
  const names = telling[family]
  if (!isOn(options.any, 'any') && names.every((name) => anything.includes(options[name])))
    throw new Rejection(`one of ${names.join(', ')}; or true, for the first route to dst`, options.any).within('any')
}

/** With `nhid`, a listed route tells where that leads too; the kernel wants to hear one of them. */
function oneWay<T extends Given>(options: T): T {
  if (options.nhid === undefined) return options
  return { ...options, via: undefined, dev: undefined, nexthops: undefined, realms: undefined, encap: undefined }
}

/** As `listRoutes` has it: what it does not say, the route does not have. */
const isListed = (route: RouteDeletion | Route): boolean => 'flags' in route

/** Only IPv4 compares an encapsulation (fib_encap_match), and only that of the route itself. */
function compared({ encap, nexthops, ...options }: Given, family: Family): RouteIdentity {
  const hops = Array.isArray(nexthops) ? nexthops.map((hop) => ({ ...hop, encap: undefined })) : nexthops
  const isSaid = encap !== undefined && family === 'inet' && canBeSent(encap)
  return { ...options, ...(isSaid && { encap }), nexthops: hops as RouteIdentity['nexthops'] }
}

/** The request that removes one route, of which enough has to be said; `cloned`: what IPv6 learned of a single destination. */
export function* deletion(given: RouteDeletion | Route, flags: readonly 'cloned'[] = []): Steps<Request> {
  const options: Given = oneWay(copyOptions(given, [...identityNames, 'any', ...listedNames]))
  const { tos, from, metrics, realms } = options
  const to = destination(options)
  checkFamily({ from, tos, realms, scope: options.scope }, to.family)
  checkDeletion(options, to)
  const type = typeName(options.type ?? 'unspec')
  const table = yield* tableFields(options.table, type)
  const { proto, scope = to.family === 'inet' ? 'nowhere' : 'global' } = yield* namedFields(options)
  const { fromLength, attributes } = yield* path(compared(options, to.family), to)
  return request(
    { name: 'RTM_DELROUTE', type: RTM_DELROUTE },
    routeMessage,
    {
      header: {
        family: to.family,
        dstLength: to.length,
        fromLength,
        tos,
        table: table.header,
        proto,
        scope,
        type,
        flags,
      },
      attributes: {
        ...attributes,
        table: table.attribute,
        realms: realms && (yield* numberedRealms(realms, 'realms', 'RTA_FLOW')),
        ...(to.family === 'inet' && isListed(given) && { metrics: exactly(metrics) }),
      },
    },
    {},
    { final: true },
  )
}

function* deleteMpls(given: MplsRouteIdentity): Steps<void> {
  const { dst } = given
  const request = mplsDeletion(given)
  try {
    yield* lookupMpls({ family: 'mpls', dst, fibMatch: true })
  } catch (error) {
    if (!isKernelError(error, 'ENETUNREACH')) throw error
    throw owedError('RTM_DELROUTE', 'ESRCH', `cannot delete route ${dst}: there is none of this label`)
  }
  yield* ask(request)
}

/**
 * Removes a route. `ip route delete 10.0.1.0/24 via 10.0.0.1 dev eth0`
 *
 * A {@link Route} of `listRoutes` may be passed as it is. Of the routes to `dst` in the table the kernel removes the first that has all that is said; what
 * is not said may be anything. So one of `via`, `dev`, `metric`, `nexthops`, `nhid` is wanted (IPv4: or `src`, `type`), or
 * `any: true` to take the first whatever it is. A metric of 0 stands for any. The default route goes only by the name `'default'`.
 * IPv6 compares neither `type` nor `src`: they are refused without `dev`, which is `lo` for a blackhole and its like.
 *
 * Several routes to one network (`appendRoute`) are told apart by all that they have, a listed one of IPv4 also by the metrics that it has not. Nobody can
 * tell the kernel that a route has no `src`, `via` or `realms`, that it is not `onlink`, or that it has fewer next hops than are named (fib_nh_match): where two differ in
 * no more than that, the first of them goes.
 *
 * Of a route with several next hops IPv6 removes one by its `via`, all without it. Throws KernelError ESRCH where there is no such route. Needs CAP_NET_ADMIN.
 *
 * With `family: 'mpls'` the label alone counts, of which there is one route. The kernel says yes where there is none (mpls_route_del), so it is looked
 * up first: another process may come between. `ip -f mpls route delete 100`
 *
 * @example
 * for (const route of await listRoutes({ proto: 'bird' })) await deleteRoute(route)
 */
export const deleteRoute = verb(
  ({ dst }: RouteDeletion | MplsRouteIdentity) => `delete route ${dst}`,
  function* (given: RouteDeletion | MplsRouteIdentity): Steps<void> {
    if (isMpls(given)) yield* deleteMpls(given)
    else yield* ask(yield* deletion(given))
  },
)
