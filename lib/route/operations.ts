/** `ip route add | append | replace | delete` */
import { Rejection } from '../codec/rejection.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { checkFamily, destination, path, tableFields, typeName } from './encode.js'
import { routeMessage } from './message.js'
import { metricNames, metricsOf } from './metrics.js'
import { identityNames, type RouteDeletion, type RouteIdentity, type RouteOptions } from './options.js'
import type { Route, RouteScope, RouteType } from './route.js'

const optionNames = [...identityNames, ...metricNames, 'onlink', 'realms', 'expires', 'pref']

/** What a listed route has beside the options: passing one on to `deleteRoute` is fine. */
const listedNames = [
  ...(['flags', 'metrics', 'error', 'unknown', 'onlink', 'realms', 'expires', 'pref'] satisfies (keyof Route)[]),
  ...(['iif', 'uid', 'mark'] satisfies (keyof Route)[]),
]

const hopOptions = ['nhid', 'nexthops', 'via', 'dev'] as const

/** There are three ways to say where a route leads; together they would contradict each other. */
function checkHops(options: RouteOptions, type: RouteType): void {
  const way = hopOptions.find((name) => options[name] !== undefined)
  if (way === undefined && type === 'unicast')
    throw new Rejection('via, dev, nexthops or nhid for a unicast route', undefined).within('via')
  if (way !== 'nhid' && way !== 'nexthops') return
  for (const name of ['nexthops', 'via', 'dev', 'onlink'] as const)
    if (name !== way && options[name] !== undefined && options[name] !== false)
      throw new Rejection(`nothing beside ${way}`, options[name]).within(name)
}

const linkScopeTypes: readonly RouteType[] = ['broadcast', 'multicast', 'anycast']

/** As `ip` has it: how far away the destination is. */
function defaultScope({ via, nexthops, nhid }: RouteOptions, type: RouteType): RouteScope {
  if (type === 'local' || type === 'nat') return 'host'
  if (linkScopeTypes.includes(type)) return 'link'
  return type === 'unicast' && via === undefined && nexthops === undefined && nhid === undefined ? 'link' : 'global'
}

function* change(flags: number, given: RouteOptions): Steps<void> {
  const options = copyOptions(given, optionNames)
  const { proto = 'boot', tos, realms, pref, expires } = options
  const to = destination(options)
  const type = typeName(options.type ?? 'unicast')
  if (type === 'unspec') throw new Rejection('a type that a route can have', options.type).within('type')
  const table = tableFields(options.table, type)
  checkHops(options, type)
  const onlink = isOn(options.onlink, 'onlink')
  checkFamily(options, to.family)
  const { fromLength, attributes } = yield* path(options, to)
  const scope = options.scope ?? (to.family === 'inet' ? defaultScope(options, type) : 'global')
  yield* ask(
    request(
      { name: 'RTM_NEWROUTE', type: RTM_NEWROUTE, flags },
      routeMessage,
      {
        header: {
          ...{ family: to.family, dstLength: to.length, fromLength, tos, table: table.header, proto, scope, type },
          flags: onlink ? ['onlink'] : [],
        },
        attributes: { ...attributes, table: table.attribute, realms, pref, expires, metrics: metricsOf(options) },
      },
      {},
      { final: true },
    ),
  )
}

const named = ({ dst }: RouteIdentity) => `route ${dst}`

/**
 * Adds a route. `ip route add 10.0.1.0/24 via 10.0.0.1 dev eth0`
 *
 * Throws KernelError EEXIST where there is one to that destination with the same metric (IPv4: and type of service) in the table, wherever it
 * leads; ENETUNREACH (IPv6: or EHOSTUNREACH) where nothing leads to `via` (see `onlink`). Needs CAP_NET_ADMIN.
 *
 * @example
 * await addRoute({ dst: '192.168.231.0/24', via: '192.168.231.0', dev: 'vxlan.99', onlink: true })
 */
export const addRoute = verb(
  (options: RouteOptions) => `add ${named(options)}`,
  function* (options: RouteOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_EXCL, options)
  },
)

/**
 * Adds a route beside those to the same destination. `ip route append 10.0.1.0/24 via 10.0.0.2`
 *
 * IPv4 puts it behind those with its metric: it serves when they are gone. IPv6 makes one route with several next hops of those
 * that have a router and the same metric: they share the traffic. Throws KernelError EEXIST where the very same route exists. Needs CAP_NET_ADMIN.
 *
 * @example
 * await appendRoute({ dst: 'fd00:1::/64', via: 'fe80::2', dev: 'eth1' })
 */
export const appendRoute = verb(
  (options: RouteOptions) => `append ${named(options)}`,
  function* (options: RouteOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_APPEND, options)
  },
)

/**
 * Adds a route, or puts it in the place of the one to that destination with the same metric (IPv4: and type of service).
 * `ip route replace 10.0.1.0/24 via 10.0.0.1`
 *
 * Of several beside each other IPv4 overwrites the first, and throws KernelError EEXIST where the new one equals a later one; IPv6 overwrites
 * the first, with all of its next hops. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceRoute({ dst: 'default', via: '10.0.0.1', mtu: 1400, proto: 'dhcp' })
 */
export const replaceRoute = verb(
  (options: RouteOptions) => `replace ${named(options)}`,
  function* (options: RouteOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_REPLACE, options)
  },
)

/** What the kernel compares beside the destination; 0 it takes for any. */
const telling = {
  inet: ['via', 'dev', 'metric', 'nexthops', 'nhid', 'src', 'type'],
  inet6: ['via', 'dev', 'metric', 'nexthops', 'nhid'],
} as const
const anything: readonly unknown[] = [undefined, 0, 'unspec']

/** IPv6 would remove a route of another type. With the link, as a listed route has it, no two routes are meant. */
function checkUncompared(options: RouteDeletion): void {
  if (['dev', 'nexthops', 'nhid'].some((name) => options[name as keyof RouteDeletion] !== undefined)) return
  for (const name of ['type', 'src'] as const)
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
function oneWay<T extends RouteDeletion>(options: T): T {
  return options.nhid === undefined ? options : { ...options, via: undefined, dev: undefined, nexthops: undefined }
}

/**
 * Removes a route. `ip route delete 10.0.1.0/24 via 10.0.0.1 dev eth0`
 *
 * A {@link Route} of `listRoutes` may be passed as it is. Of the routes to `dst` in the table the kernel removes the first that has all that is said; what
 * is not said may be anything. So one of `via`, `dev`, `metric`, `nexthops`, `nhid` is wanted (IPv4: or `src`, `type`), or
 * `any: true` to take the first whatever it is. A metric of 0 stands for any. The default route goes only by the name `'default'`.
 * IPv6 compares neither `type` nor `src`: they are refused without `dev`, which is `lo` for a blackhole and its like.
 *
 * Of a route with several next hops IPv6 removes one by its `via`, all without it. Throws KernelError ESRCH where there is no such route. Needs CAP_NET_ADMIN.
 *
 * @example
 * for (const route of await listRoutes({ proto: 'bird' })) await deleteRoute(route)
 */
export const deleteRoute = verb(
  (options: RouteDeletion) => `delete ${named(options)}`,
  function* (given: RouteDeletion): Steps<void> {
    const listed: RouteDeletion & Pick<Route, 'metrics'> = given
    const options = oneWay(copyOptions(listed, [...identityNames, 'any', ...listedNames]))
    const { proto, tos, from, metrics } = options
    const to = destination(options)
    checkFamily({ from, tos, scope: options.scope }, to.family)
    checkDeletion(options, to)
    const type = typeName(options.type ?? 'unspec')
    const table = tableFields(options.table, type)
    const { fromLength, attributes } = yield* path(options, to)
    const scope = options.scope ?? (to.family === 'inet' ? 'nowhere' : 'global')
    yield* ask(
      request(
        { name: 'RTM_DELROUTE', type: RTM_DELROUTE },
        routeMessage,
        {
          header: { family: to.family, dstLength: to.length, fromLength, tos, table: table.header, proto, scope, type },
          attributes: { ...attributes, table: table.attribute, ...(to.family === 'inet' && metrics && { metrics }) },
        },
        {},
        { final: true },
      ),
    )
  },
)
