/** What a caller says of a route. */
import type { LinkRef } from '../link/link-ref.js'
import type { Encap, EncapOptions } from '../rtnetlink/encap/encap.js'
import type { Family } from '../rtnetlink/family.js'
import type { NamedProto, NamedRealms, NamedScope, NamedTable } from '../rtnetlink/names.js'
import type { RouteMetricOptions } from './metrics.js'
import type { Nexthop, Route, RouteType } from './route.js'

/** One of several ways of a multipath route. */
export interface NexthopOptions {
  /** The router's address; an IPv6 one for an IPv4 route too. Absent: the destination is on the link. `via` */
  readonly via?: string | undefined
  /** Absent: the kernel finds the link by `via`. `dev` */
  readonly dev?: LinkRef | undefined
  /** Its share of the traffic, relative to the others': 1 (the default) to 256. `weight` */
  readonly weight?: number | undefined
  /** The router is on `dev` although no prefix there says so. `onlink` */
  readonly onlink?: boolean | undefined
  /** IPv4 only. `realms` */
  readonly realms?: NamedRealms | undefined
  /** What packets get around them on this way. `encap` */
  readonly encap?: EncapOptions | undefined
}

/** Which route: what `deleteRoute` takes, and half of what the others do. */
export interface RouteIdentity {
  /** `'default'`, or a network: `'10.0.0.0/24'`, `'fd00::/64'`; without length it is a host. No bits may be set behind the prefix. */
  readonly dst: string
  /** Needed only for a `'default'` whose other addresses do not tell it; absent, that is IPv4. `-4`, `-6` */
  readonly family?: Family | undefined
  /** IPv6 only: the route is for packets from this network. `from` */
  readonly from?: string | undefined
  /**
   * A number from 1, `'main'`, `'local'`, `'default'`, or a name that `/etc/iproute2/rt_tables` has. Absent: main; local for local, broadcast
   * and anycast routes. `table`
   */
  readonly table?: NamedTable | undefined
  /** IPv4 only: the route is for packets with this type of service. `tos` */
  readonly tos?: number | undefined
  /** The lower one wins. Absent when made: 0 for IPv4, 1024 for IPv6. `metric` */
  readonly metric?: number | undefined
  /** Who makes it. Absent when made: `'boot'`, as `ip` has it. `proto` */
  readonly proto?: NamedProto | undefined
  /** IPv4. Absent when made: `'host'` for local routes, `'link'` for those without a router, else `'global'`. `scope` */
  readonly scope?: NamedScope | undefined
  /** The router's address; an IPv6 one for an IPv4 route too. `via` */
  readonly via?: string | undefined
  /** Absent: the kernel finds the link by `via`. `dev` */
  readonly dev?: LinkRef | undefined
  /** Source address of packets that this machine sends along the route. `src` */
  readonly src?: string | undefined
  /** Several routers that share the traffic, in place of `via`, `dev` and `onlink`. `nexthop` */
  readonly nexthops?: readonly NexthopOptions[] | undefined
  /** Id of a next hop object, in place of `via`, `dev`, `onlink` and `nexthops`. `nhid` */
  readonly nhid?: number | undefined
  /** What packets get around them on their way: labels, segments, the header of a tunnel. `encap` */
  readonly encap?: EncapOptions | undefined
}

export interface RouteOptions extends RouteIdentity, RouteMetricOptions {
  /** Absent: `'unicast'`. `blackhole 10.0.0.0/24` … */
  readonly type?: Exclude<RouteType, 'unspec' | 'nat' | 'xresolve'> | undefined
  /** The router is on `dev` although no prefix there says so. `onlink` */
  readonly onlink?: boolean | undefined
  /** IPv4 only. `realms` */
  readonly realms?: NamedRealms | undefined
  /** IPv6 only: seconds until the kernel removes it. `expires` */
  readonly expires?: number | undefined
  /** IPv6 only. `pref` */
  readonly pref?: 'low' | 'medium' | 'high' | undefined
}

export const identityNames = [
  ...(['dst', 'family', 'from', 'table', 'tos', 'metric', 'proto', 'scope'] as const),
  ...(['via', 'dev', 'src', 'nexthops', 'nhid', 'encap', 'type'] as const),
]

/** What a listed route has beside the options: passing one on to `deleteRoute` is fine. */
export const listedNames = [
  ...(['flags', 'metrics', 'error', 'unknown', 'onlink', 'realms', 'expires', 'pref'] satisfies (keyof Route)[]),
  ...(['iif', 'uid', 'mark'] satisfies (keyof Route)[]),
]

export const hopNames = ['via', 'dev', 'weight', 'onlink', 'realms', 'encap']
/** What the next hop of a listed route has beside the options. */
export const listedHopNames = ['flags', 'unknown'] satisfies (keyof Nexthop)[]

/** Which route to remove: whatever is said has to fit, and enough has to be said. */
export interface RouteDeletion extends Omit<RouteIdentity, 'nexthops' | 'encap'> {
  /** Several routers that share the traffic. `nexthop` */
  readonly nexthops?: readonly (NexthopOptions | Nexthop)[] | undefined
  /** What packets get around them; only IPv4 compares it, and only beside `via` or `dev`. `encap` */
  readonly encap?: EncapOptions | Encap | undefined
  readonly type?: RouteType | undefined
  /** Nothing beside `dst` has to be said: the first route to it goes, whatever it is. */
  readonly any?: boolean | undefined
}
