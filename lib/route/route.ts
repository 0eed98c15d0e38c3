/** A route as the kernel lists it. */
import type { WithUnknown } from '../codec/table.js'
import { errnoName } from '../netlink/errno.js'
import type { Message } from '../netlink/message.js'
import { type Encap, readEncap } from '../rtnetlink/encap/encap.js'
import type { Family } from '../rtnetlink/family.js'
import type { Realms } from '../rtnetlink/realms.js'
import { routeTable } from '../rtnetlink/route-table.js'
import { cacheFlags, type routeAttributes, routeFlags, type rtmsg } from './message.js'
import type { RouteMetrics } from './metrics.js'
import type { NexthopRead } from './nexthops.js'

export type RouteMessage = Message<typeof rtmsg.fields, typeof routeAttributes>
type Header = RouteMessage['header']
type Attributes = RouteMessage['attributes']

/** By name where it has one, else by number. */
export type RouteTable = ReturnType<typeof routeTable.fromNumber>
/** Who made a route; a number where it has no name here. */
export type RouteProto = Header['proto']
/** What becomes of a packet that a route leads away; a number where it has no name here. */
export type RouteType = Header['type']
/** How far a route reaches; a number where it has no name here. */
export type RouteScope = Header['scope']

/** One of several next hops. */
export interface Nexthop extends WithUnknown {
  /** The router's address. Absent: the destination is on the link. */
  readonly via?: string
  /** Index of the link. */
  readonly dev: number
  /** Its share of the traffic, relative to the others'. */
  readonly weight: number
  readonly onlink: boolean
  /** `'onlink'`, `'dead'`, `'linkdown'` … */
  readonly flags: NexthopRead['flags']
  readonly realms?: Realms
  /** What packets get around them on this way. */
  readonly encap?: Encap
}

/** A route, as the kernel lists it. */
export interface Route extends WithUnknown {
  readonly family: Family
  /** `'default'`, or always with prefix length: `10.0.0.0/24`, `10.0.0.1/32`. */
  readonly dst: string
  /** IPv6: only for packets from this prefix. */
  readonly from?: string
  /** `'unicast'`, `'local'`, `'blackhole'` … */
  readonly type: RouteType
  readonly table: RouteTable
  /** Who made it: `'kernel'`, `'boot'`, `'static'`, `'dhcp'` … */
  readonly proto: RouteProto
  /** IPv6 knows `'global'` only. */
  readonly scope: RouteScope
  /** Only for packets with this type of service. Absent: for all. */
  readonly tos?: number
  /** The router's address; of the other family where an IPv4 route goes over IPv6. Absent: the destination is on the link. */
  readonly via?: string
  /** Index of the link. */
  readonly dev?: number
  /** Preferred source address. */
  readonly src?: string
  /** The lower one wins. Absent: 0. */
  readonly metric?: number
  readonly onlink: boolean
  /** `'onlink'`, `'dead'`, `'linkdown'`, `'rtOffload'` …; `'cloned'` in the answer of a look-up. */
  readonly flags: Header['flags'] | ReturnType<typeof cacheFlags.fromBits>
  /** Where there are several; then there is no `via` and `dev`. */
  readonly nexthops?: readonly Nexthop[]
  /** Id of a next hop object. */
  readonly nhid?: number
  /** What packets get around them on their way. */
  readonly encap?: Encap
  readonly metrics?: RouteMetrics
  readonly realms?: Realms
  /** Seconds that are left. Absent: for ever. */
  readonly expires?: number
  /** IPv6: preference of the router. */
  readonly pref?: Exclude<Attributes['pref'], undefined>
  /** Why packets are refused: `'EHOSTUNREACH'`. */
  readonly error?: string
  /** Look-ups only: index of the link the packet came in by. */
  readonly iif?: number
  /** Look-ups only. */
  readonly uid?: number
  /** Look-ups only. */
  readonly mark?: number
}

/** USER_HZ: what user space sees of the kernel's clock, whatever its own rate. */
const TICKS_A_SECOND = 100

/** Where packets get something around them. */
function around(...attributes: Parameters<typeof readEncap>): { readonly encap?: Encap } {
  const encap = readEncap(...attributes)
  return encap === undefined ? {} : { encap }
}

const readHop = ({ dev, weight, flags, encapType, encap, ...rest }: NexthopRead): Nexthop => ({
  dev,
  weight,
  onlink: flags.includes('onlink'),
  flags,
  ...rest,
  ...around(encapType, encap),
})

function prefix(address: string | undefined, length: number): string {
  return address === undefined || length === 0 ? 'default' : `${address}/${length}`
}

/** What the cache says: only what is the case. */
function fate({ cacheInfo, expires: seconds }: Attributes) {
  const { expires, error } = cacheInfo ?? { expires: 0, error: 0 }
  const left = expires === 0 ? seconds : Math.trunc(expires / TICKS_A_SECOND)
  return {
    ...(left !== undefined && { expires: left }),
    ...(error !== 0 && { error: errnoName(Math.abs(error)) }),
  }
}

/** In the answer of a look-up most bits mean something else. */
const readFlags = (flags: Header['flags']): Route['flags'] =>
  flags.includes('cloned') ? cacheFlags.fromBits(routeFlags.toBits(flags)) : flags

/** What IPv6 says of a look-up that named no source. */
const isNoSource = (from: string, length: number) => from === '::' && length === 128

/** `undefined` for what is no route of IPv4 or IPv6. */
export function readRoute({ header, attributes }: RouteMessage): Route | undefined {
  const { family, flags, fromLength, tos, type, proto, scope } = header
  if (family !== 'inet' && family !== 'inet6') return undefined
  const { dst, from, table, nexthops, cacheInfo, expires, encapType, encap, ...same } = attributes
  return {
    family,
    dst: prefix(dst, header.dstLength),
    ...(from !== undefined && !isNoSource(from, fromLength) && { from: prefix(from, fromLength) }),
    type,
    table: table ?? routeTable.fromNumber(header.table),
    proto,
    scope,
    ...(tos !== 0 && { tos }),
    onlink: flags.includes('onlink'),
    flags: readFlags(flags),
    ...(nexthops !== undefined && { nexthops: nexthops.map(readHop) }),
    ...fate(attributes),
    ...same,
    ...around(encapType, encap),
  }
}
