/** `ip route add | append | prepend | replace | change` */
import { Rejection } from '../codec/rejection.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { numberedRealms } from '../rtnetlink/names.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { checkFamily, destination, namedFields, path, tableFields, typeName } from './encode.js'
import { routeMessage } from './message.js'
import { metricNames, metricsOf } from './metrics.js'
import { isMpls, type MplsRouteOptions, mplsChange } from './mpls.js'
import { identityNames, type RouteIdentity, type RouteOptions } from './options.js'
import type { RouteScope, RouteType } from './route.js'

export { deleteRoute } from './delete.js'

const optionNames = [...identityNames, ...metricNames, 'onlink', 'realms', 'expires', 'pref']

const hopOptions = ['nhid', 'nexthops', 'via', 'dev'] as const

/** There are three ways to say where a route leads; together they would contradict each other. */
function checkHops(options: RouteOptions, type: RouteType): void {
  const way = hopOptions.find((name) => options[name] !== undefined)
  if (way === undefined && type === 'unicast')
    throw new Rejection('via, dev, nexthops or nhid for a unicast route', undefined).within('via')
  if (way !== 'nhid' && way !== 'nexthops') return
  for (const name of ['nexthops', 'via', 'dev', 'onlink', 'encap'] as const)
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
  const { tos, pref, expires } = options
  const to = destination(options)
  const type = typeName(options.type ?? 'unicast')
  if (type === 'unspec') throw new Rejection('a type that a route can have', options.type).within('type')
  const table = yield* tableFields(options.table, type)
  checkHops(options, type)
  const onlink = isOn(options.onlink, 'onlink')
  checkFamily(options, to.family)
  const said = yield* namedFields(options)
  const realms = options.realms && (yield* numberedRealms(options.realms, 'realms', 'RTA_FLOW'))
  const { fromLength, attributes } = yield* path(options, to)
  const { proto = 'boot', scope = to.family === 'inet' ? defaultScope(options, type) : 'global' } = said
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

function* make(flags: number, options: RouteOptions | MplsRouteOptions): Steps<void> {
  if (isMpls(options)) yield* ask(yield* mplsChange(flags, options))
  else yield* change(flags, options)
}

/** MPLS has one route a label. */
function* changeIp(flags: number, options: RouteOptions): Steps<void> {
  if (isMpls(options)) throw new Rejection("'inet' or 'inet6': MPLS has one route a label", 'mpls').within('family')
  yield* change(flags, options)
}

const named = ({ dst }: RouteIdentity | MplsRouteOptions) => `route ${dst}`

/**
 * Adds a route. `ip route add 10.0.1.0/24 via 10.0.0.1 dev eth0`
 *
 * Throws KernelError EEXIST where there is one to that destination with the same metric (IPv4: and type of service) in the table, wherever it
 * leads; ENETUNREACH (IPv6: or EHOSTUNREACH) where nothing leads to `via` (see `onlink`). Needs CAP_NET_ADMIN.
 *
 * `encap` puts labels, segments or the header of a tunnel around the packets: the guide has a page of it. `ip route add … encap mpls 100`
 *
 * With `family: 'mpls'` it is a route by label, which says what becomes of packets that come with it. Its label has to be below
 * `net.mpls.platform_labels`, else the error is EINVAL. `ip -f mpls route add 100 as 200 via inet 10.0.0.2`
 *
 * @example
 * await addRoute({ dst: '192.168.231.0/24', via: '192.168.231.0', dev: 'vxlan.99', onlink: true })
 * await addRoute({ family: 'mpls', dst: 100, as: [200], via: '10.0.0.2' })
 */
export const addRoute = verb(
  (options: RouteOptions | MplsRouteOptions) => `add ${named(options)}`,
  function* (options: RouteOptions | MplsRouteOptions): Steps<void> {
    yield* make(NLM_F_CREATE | NLM_F_EXCL, options)
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
    yield* changeIp(NLM_F_CREATE | NLM_F_APPEND, options)
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
  (options: RouteOptions | MplsRouteOptions) => `replace ${named(options)}`,
  function* (options: RouteOptions | MplsRouteOptions): Steps<void> {
    yield* make(NLM_F_CREATE | NLM_F_REPLACE, options)
  },
)

/**
 * Adds a route before those to the same destination. `ip route prepend 10.0.1.0/24 via 10.0.0.2`
 *
 * IPv4 puts it before those with its metric: it serves in their place. IPv6 knows no order: as {@link appendRoute}. Throws KernelError EEXIST where the
 * very same route exists. Needs CAP_NET_ADMIN.
 *
 * @example
 * await prependRoute({ dst: '10.0.1.0/24', via: '10.0.0.2' })
 */
export const prependRoute = verb(
  (options: RouteOptions) => `prepend ${named(options)}`,
  function* (options: RouteOptions): Steps<void> {
    yield* changeIp(NLM_F_CREATE, options)
  },
)

/**
 * Puts a route in the place of the one to that destination with the same metric (IPv4: and type of service), all of it: what is not named the
 * new one does not have. `ip route change 10.0.1.0/24 via 10.0.0.2`
 *
 * Throws KernelError ENOENT where there is none; else as {@link replaceRoute}. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateRoute({ dst: 'default', via: '10.0.0.1', mtu: 1400 })
 */
export const updateRoute = verb(
  (options: RouteOptions) => `update ${named(options)}`,
  function* (options: RouteOptions): Steps<void> {
    yield* changeIp(NLM_F_REPLACE, options)
  },
)
