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
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, required } from '../rtnetlink/options.js'
import { routeAttributes, rtmsg } from './message.js'
import { type Route, readRoute } from './route.js'

/** A packet whose way `lookupRoute` asks for. */
export interface RouteLookup {
  /** An address, not a network. */
  readonly dst: string
  /** Source address of the packet. `from` */
  readonly from?: string | undefined
  /** The packet comes in here, and is forwarded; wants `from`. `iif` */
  readonly iif?: LinkRef | undefined
  /** The packet is sent by a socket that is bound to this link; or a vrf link: by one in that VRF. `oif` */
  readonly oif?: LinkRef | undefined
  /** Mark of the packet. `mark` */
  readonly mark?: number | undefined
  /** User of the socket. `uid` */
  readonly uid?: number | undefined
  /** Type of service; the traffic class of IPv6. `tos` */
  readonly tos?: number | undefined
  /** Protocol of the packet, which rules and multipath hashes look at. `ipproto` */
  readonly ipproto?: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | number | undefined
  /** Source port of the packet. `sport` */
  readonly sport?: number | undefined
  /** Destination port of the packet. `dport` */
  readonly dport?: number | undefined
  /** Flow label of an IPv6 packet (Linux 6.14). `flowlabel` */
  readonly flowlabel?: number | undefined
  /** The route of the table that decides, in place of what it comes to for `dst`. `fibmatch` */
  readonly fibMatch?: boolean | undefined
}

const lookupNames = [
  ...(['dst', 'from', 'iif', 'oif', 'mark', 'uid', 'tos', 'ipproto', 'sport', 'dport', 'flowlabel'] as const),
  'fibMatch',
]

// As in a route, but that the link has the name that it has here.
const lookupAttributes = attributes({
  ...routeAttributes.rows,
  oif: attribute('RTA_OIF', 4, u32(), { writeOnly: true }),
})
const lookupMessage = messageFormat(rtmsg, lookupAttributes)

function addresses({ from, ...options }: RouteLookup) {
  const address = required(options, 'dst', 'an IPv4 or IPv6 address')
  const dst = within('dst', () => ipBytes(address), 'RTA_DST')
  const source = from === undefined ? undefined : within('from', () => ipBytes(from), 'RTA_SRC')
  if (source !== undefined && source.length !== dst.length)
    throw new Rejection('an address of the same family as dst', from).within('from', 'RTA_SRC')
  return { dst, from: source }
}

/**
 * Asks the kernel which way a packet would take: rules, tables and cache included. `ip route get 10.0.1.7 from 10.0.0.2 iif eth0`
 *
 * The answer's `dst` is the address, its `table` that of the route that decided (but for IPv4 packets to this machine). Throws KernelError ENETUNREACH where no route fits, and what
 * a refusing route says: EHOSTUNREACH (unreachable), EACCES (prohibit), EINVAL (blackhole). Needs no privilege.
 *
 * @example
 * const { via, dev, src } = await lookupRoute({ dst: '10.0.1.7' })
 */
export const lookupRoute = verb(
  ({ dst }: RouteLookup) => `look up the route to ${dst}`,
  function* (given: RouteLookup): Steps<Route> {
    const { tos, mark, uid, ipproto, sport, dport, flowlabel, ...options } = copyOptions(given, lookupNames)
    const { dst, from } = addresses(options)
    const fibMatch = isOn(options.fibMatch, 'fibMatch')
    const isIpv4 = dst.length === IPV4_BYTES
    const oif = yield* optionalLinkIndex(options.oif, 'oif')
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
            // IPv6 names the table anyway, and refuses to be asked.
            flags: [...(isIpv4 ? (['lookupTable'] as const) : []), ...(fibMatch ? (['fibMatch'] as const) : [])],
          },
          attributes: { dst, from, iif, oif, mark, uid, ipproto, sport, dport, flowlabel },
        },
        { type: RTM_NEWROUTE, read: readRoute },
      ),
    )
    return found as Route
  },
)
