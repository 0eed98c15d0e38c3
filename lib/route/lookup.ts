/** `ip route get` */
import { ipBytes } from '../codec/addresses.js'
import { u32 } from '../codec/integers.js'
import { IPV4_BYTES } from '../codec/ip.js'
import { Rejection, within } from '../codec/rejection.js'
import { attribute, attributes } from '../codec/table.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { Verb } from '../netlink/verb.js'
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import type { ipProtocol } from '../rtnetlink/ip-protocol.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, refuse, required } from '../rtnetlink/options.js'
import { routeAttributes, rtmsg } from './message.js'
import { isMpls, type MplsRoute } from './mpls.js'
import { lookupMpls, type MplsRouteLookup } from './mpls-list.js'
import { type Route, readRoute } from './route.js'

/** A packet whose way `lookupRoute` asks for. */
export interface RouteLookup {
  /** An address, not a network. */
  readonly dst: string
  /** Source address of the packet. `from` */
  readonly from?: string | undefined
  /** The packet comes in here, and is forwarded; wants `from`. `iif` */
  readonly iif?: LinkRef | undefined
  /** The packet is sent by a socket that is bound to this link. `oif` */
  readonly oif?: LinkRef | undefined
  /** The packet is sent by a socket in this VRF, in place of `oif`. `vrf` */
  readonly vrf?: LinkRef | undefined
  /** Mark of the packet. `mark` */
  readonly mark?: number | undefined
  /** User of the socket. `uid` */
  readonly uid?: number | undefined
  /** Type of service; the traffic class of IPv6. Its upper six bits are the DSCP. `tos`, `dsfield` */
  readonly tos?: number | undefined
  /** Protocol of the packet, which rules and multipath hashes look at. `ipproto` */
  readonly ipproto?: Parameters<typeof ipProtocol.toNumber>[0] | undefined
  /** Source port of the packet. `sport` */
  readonly sport?: number | undefined
  /** Destination port of the packet. `dport` */
  readonly dport?: number | undefined
  /** Flow label of an IPv6 packet (Linux 6.14). `flowlabel` */
  readonly flowlabel?: number | undefined
  /** The route of the table that decides, in place of what it comes to for `dst`. `fibmatch` */
  readonly fibMatch?: boolean | undefined
  /** IPv4 only: the answer has the flag `'notify'`; since Linux 3.6, which did away with the cache, no more comes of it. `notify` */
  readonly notify?: boolean | undefined
}

const lookupNames = [
  ...(['dst', 'from', 'iif', 'oif', 'vrf', 'mark', 'uid', 'tos', 'ipproto', 'sport', 'dport', 'flowlabel'] as const),
  ...(['fibMatch', 'notify'] as const),
]

// As in a route, but that the link has the name that it has here.
const lookupAttributes = attributes({
  ...routeAttributes.rows,
  oif: attribute('RTA_OIF', 4, u32(), { writeOnly: true }),
})
export const lookupMessage = messageFormat(rtmsg, lookupAttributes)

function addresses({ from, ...options }: RouteLookup) {
  const address = required(options, 'dst', 'an IPv4 or IPv6 address')
  const dst = within('dst', () => ipBytes(address), 'RTA_DST')
  const source = from === undefined ? undefined : within('from', () => ipBytes(from), 'RTA_SRC')
  if (source !== undefined && source.length !== dst.length)
    throw new Rejection('an address of the same family as dst', from).within('from', 'RTA_SRC')
  return { dst, from: source }
}

function flagsOf(options: RouteLookup, isIpv4: boolean): readonly ('lookupTable' | 'fibMatch' | 'notify')[] {
  if (!isIpv4) refuse(options, ['notify'], 'only an IPv4 look-up has it')
  const asked = (['fibMatch', 'notify'] as const).filter((name) => isOn(options[name], name))
  // IPv6 names the table anyway, and refuses to be asked.
  return isIpv4 ? ['lookupTable', ...asked] : asked
}

function* lookupIp(given: RouteLookup): Steps<Route> {
  const { tos, mark, uid, ipproto, sport, dport, flowlabel, ...options } = copyOptions(given, lookupNames)
  const { dst, from } = addresses(options)
  const isIpv4 = dst.length === IPV4_BYTES
  const flags = flagsOf(options, isIpv4)
  if (options.vrf !== undefined) refuse(options, ['oif'], 'vrf stands for it')
  const oif = yield* optionalLinkIndex(options.vrf ?? options.oif, options.vrf === undefined ? 'oif' : 'vrf')
  const iif = yield* optionalLinkIndex(options.iif, 'iif')
  const [found] = yield* ask(
    request(
      { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'get' },
      lookupMessage,
      {
        header: {
          family: isIpv4 ? 'inet' : 'inet6',
          dstLength: dst.length * 8,
          fromLength: (from?.length ?? 0) * 8,
          tos,
          flags,
        },
        attributes: { dst, from, iif, oif, mark, uid, ipproto, sport, dport, flowlabel },
      },
      { type: RTM_NEWROUTE, read: readRoute },
    ),
  )
  return found as Route
}

/** What kind of packet it is, says `family`. */
export type LookupRoute = Verb<[options: MplsRouteLookup], MplsRoute> & Verb<[options: RouteLookup], Route>

/**
 * Asks the kernel which way a packet would take: rules, tables and cache included. `ip route get 10.0.1.7 from 10.0.0.2 iif eth0`
 *
 * The answer's `dst` is the address, its `table` that of the route that decided (but for IPv4 packets to this machine). Throws KernelError ENETUNREACH where no route fits, and what
 * a refusing route says: EHOSTUNREACH (unreachable), EACCES (prohibit), EINVAL (blackhole). Needs no privilege.
 *
 * With `family: 'mpls'` it is a packet with the label `dst`. `ip -f mpls route get 100`
 *
 * @example
 * const { via, dev, src } = await lookupRoute({ dst: '10.0.1.7' })
 */
export const lookupRoute = verb(
  ({ dst }: RouteLookup | MplsRouteLookup) => `look up the route to ${dst}`,
  function* (given: RouteLookup | MplsRouteLookup): Steps<Route | MplsRoute> {
    return isMpls(given) ? yield* lookupMpls(given) : yield* lookupIp(given)
  },
) as LookupRoute
