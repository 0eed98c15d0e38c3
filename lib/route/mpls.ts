/** Routes of MPLS, which are by label: what a caller says of one, and what is read. `ip -f mpls route` */
import { type AddressIn, ipBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import type { WithUnknown } from '../codec/table.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { label } from '../rtnetlink/labels.js'
import { type NamedProto, numbered, protoNames } from '../rtnetlink/names.js'
import { checkSwitch, copyOptions, refuse, required } from '../rtnetlink/options.js'
import { type MplsRouteMessage, mplsRouteMessage } from './mpls-message.js'
import type { RouteProto } from './route.js'

/** Where packets with a label go: what routes and their next hops have. */
interface MplsWay {
  /** Labels that they get in place of theirs, the outermost first: `[200, 300]` for `as 200/300`. Absent: the label is taken off. `as` */
  readonly as?: readonly number[] | undefined
  /** The router's address, of IPv4 or IPv6. `via inet`, `via inet6` */
  readonly via?: string | undefined
  /** The link; absent: the kernel finds it by `via`. `lo` without `via`: the packet is for this machine. `dev` */
  readonly dev?: LinkRef | undefined
}

/** One of several ways of an MPLS route; each has the same share of the traffic. `nexthop` */
export interface MplsNexthopOptions extends MplsWay {}

/** Which MPLS route. */
export interface MplsRouteIdentity {
  /** `-f mpls` */
  readonly family: 'mpls'
  /** Label that packets come with: 16 to 2^20-1, and below `net.mpls.platform_labels`, which is 0 at first. */
  readonly dst: number
}

export interface MplsRouteOptions extends MplsRouteIdentity, MplsWay {
  /** Several ways, in place of `as`, `via` and `dev`. `nexthop` */
  readonly nexthops?: readonly MplsNexthopOptions[] | undefined
  /** Who makes it. Absent: `'boot'`. `proto` */
  readonly proto?: NamedProto | undefined
  /** The TTL goes from the label that is taken off to what is under it; absent: as `net.mpls.ip_ttl_propagate` says. `ttl-propagate` */
  readonly ttlPropagate?: boolean | undefined
}

/** One of several ways of an MPLS route. */
export interface MplsNexthop extends WithUnknown {
  readonly as?: readonly number[]
  readonly via?: string
  /** Index of the link. */
  readonly dev: number
  /** `'dead'`, `'linkdown'` … */
  readonly flags: MplsRoute['flags']
}

/** An MPLS route, as the kernel lists it. */
export interface MplsRoute extends WithUnknown {
  readonly family: 'mpls'
  /** Label that packets come with. */
  readonly dst: number
  /** Labels that they get in place of it, the outermost first. Absent: it is taken off. */
  readonly as?: readonly number[]
  /** The router's address. Absent: what is under the label tells where it goes. */
  readonly via?: string
  /** Index of the link. */
  readonly dev?: number
  /** Where there are several; then there is no `as`, `via` and `dev`. */
  readonly nexthops?: readonly MplsNexthop[]
  readonly proto: RouteProto
  /** Absent: as `net.mpls.ip_ttl_propagate` says. */
  readonly ttlPropagate?: boolean
  /** `'dead'`, `'linkdown'` … */
  readonly flags: MplsRouteMessage['header']['flags']
}

const wayNames = ['as', 'via', 'dev'] as const
const optionNames = ['family', 'dst', ...wayNames, 'nexthops', 'proto', 'ttlPropagate']
const listedNames = ['flags', 'unknown'] satisfies (keyof MplsRoute)[]

const header = { family: 'mpls', dstLength: 20, table: 254, scope: 'global', type: 'unicast' } as const

/** Refused here and not by the kernel, where `undefined` would have it choose a label. */
const checkLabel = (options: MplsRouteIdentity): number => required(options, 'dst', label.expected)

function gateway(via: AddressIn | undefined) {
  return via === undefined ? undefined : within('via', () => ipBytes(via), 'RTA_VIA')
}

function checkWay({ as, via, dev }: MplsWay): void {
  if (via === undefined && dev === undefined) throw new Rejection('an IPv4 or IPv6 address, or dev', via).within('via')
  if (via === undefined && as !== undefined) throw new Rejection('the router that gets the labels', via).within('via')
}

function* hopValue(given: MplsNexthopOptions, path: string) {
  const { as, via, dev } = within(path, () => {
    const copy = copyOptions(given, [...wayNames, ...listedNames])
    checkWay(copy)
    return { ...copy, via: gateway(copy.via) }
  })
  const index: number = (yield* optionalLinkIndex(dev, `${path}.dev`)) ?? 0
  return { as, via, dev: index, weight: 1, flags: [] }
}

function* hopValues(given: readonly MplsNexthopOptions[]) {
  if (!Array.isArray(given) || given.length === 0)
    throw new Rejection('an array of at least one next hop', given).within('nexthops', 'RTA_MULTIPATH')
  const values = []
  for (const [i, hop] of given.entries()) values.push(yield* hopValue(hop, `nexthops[${i}]`))
  return values
}

/** Options, or a filter, of MPLS and not of IP. */
export const isMpls = <T extends object>(options: T | undefined): options is Extract<T, { readonly family: 'mpls' }> =>
  typeof options === 'object' && options !== null && 'family' in options && options.family === 'mpls'

/** The request that makes or overwrites one. */
export function* mplsChange(flags: number, given: MplsRouteOptions): Steps<Request> {
  const options = copyOptions(given, optionNames)
  const dst = checkLabel(options)
  if (options.nexthops === undefined) checkWay(options)
  else refuse(options, wayNames, 'nexthops stand for it')
  const ttlPropagate = checkSwitch(options.ttlPropagate, 'ttlPropagate')
  const via = gateway(options.via)
  const proto: number = yield* numbered(options.proto ?? 'boot', protoNames, 'proto', 'rtm_protocol')
  const nexthops = options.nexthops === undefined ? undefined : yield* hopValues(options.nexthops)
  const dev: number | undefined = yield* optionalLinkIndex(options.dev)
  const attributes = { dst, as: options.as, via, nexthops, ttlPropagate, dev }
  const kind = { name: 'RTM_NEWROUTE', type: RTM_NEWROUTE, flags }
  return request(kind, mplsRouteMessage, { header: { ...header, proto }, attributes }, {}, { final: true })
}

/** The request that removes one: the kernel looks at the label and nothing else (mpls_route_del). */
export function mplsDeletion(given: MplsRouteIdentity): Request {
  const dst = checkLabel(copyOptions(given, [...optionNames, ...listedNames]))
  const kind = { name: 'RTM_DELROUTE', type: RTM_DELROUTE }
  return request(kind, mplsRouteMessage, { header, attributes: { dst } }, {}, { final: true })
}

/** `undefined` for what is no route of MPLS. */
export function readMplsRoute({ header, attributes }: MplsRouteMessage): MplsRoute | undefined {
  const { dst, nexthops, ...same } = attributes
  const { family, proto, flags } = header
  if (family !== 'mpls' || dst === undefined) return undefined
  return {
    family,
    dst,
    proto,
    flags,
    ...same,
    ...(nexthops !== undefined && { nexthops: nexthops.map(({ weight: _always1, ...hop }) => hop) }),
  }
}
