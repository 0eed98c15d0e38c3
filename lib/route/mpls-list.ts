/** `ip -f mpls route show`, `ip -f mpls route get` */
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETROUTE, RTM_NEWROUTE } from '../rtnetlink/constants.js'
import { label } from '../rtnetlink/labels.js'
import { type NamedProto, numbered, protoNames } from '../rtnetlink/names.js'
import { copyOptions, isOn, required } from '../rtnetlink/options.js'
import { proto as routeProto } from '../rtnetlink/proto.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { type MplsRoute, type MplsRouteIdentity, readMplsRoute } from './mpls.js'
import { mplsRouteMessage } from './mpls-message.js'

/** Which MPLS routes `listRoutes` lists: those for which all that is given holds. */
export interface MplsRouteFilter {
  /** `-f mpls` */
  readonly family: 'mpls'
  /** The route of this label. */
  readonly dst?: number | undefined
  /** Routes that use the link, be it by one of several next hops. `dev` */
  readonly dev?: LinkRef | undefined
  /** `proto` */
  readonly proto?: NamedProto | undefined
}

/** A packet with a label, whose way `lookupRoute` asks for. */
export interface MplsRouteLookup extends MplsRouteIdentity {
  /** The route of the label, in place of one of its ways. `fibmatch` */
  readonly fibMatch?: boolean | undefined
}

const uses = ({ nexthops, dev }: MplsRoute, index: number) => (nexthops ?? [{ dev }]).some((way) => way.dev === index)

export function* listMpls(given: MplsRouteFilter): Steps<readonly MplsRoute[]> {
  const options = copyOptions(given, ['family', 'dst', 'dev', 'proto'])
  const { dst } = options
  if (dst !== undefined && !Number.isInteger(dst)) throw new Rejection(label.expected, dst).within('dst')
  const number =
    options.proto === undefined ? undefined : yield* numbered(options.proto, protoNames, 'proto', 'rtm_protocol')
  const proto = number === undefined ? undefined : within('proto', () => routeProto.fromNumber(number))
  const dev: number | undefined = yield* optionalLinkIndex(options.dev)
  const found = yield* ask(
    request(
      { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'dump' },
      mplsRouteMessage,
      { header: { family: 'mpls', proto }, attributes: { dev } },
      {
        type: RTM_NEWROUTE,
        // A kernel without MPLS lists the routes of all other families: they are left out.
        read(message) {
          const route = readMplsRoute(message)
          const isWanted =
            route !== undefined &&
            (dst === undefined || route.dst === dst) &&
            (proto === undefined || route.proto === proto) &&
            (dev === undefined || uses(route, dev))
          return isWanted ? route : undefined
        },
      },
    ),
  )
  return uniqueBy(found, ({ dst }) => `${dst}`)
}

export function* lookupMpls(given: MplsRouteLookup): Steps<MplsRoute> {
  const options = copyOptions(given, ['family', 'dst', 'fibMatch'])
  const dst = required(options, 'dst', label.expected)
  const flags = isOn(options.fibMatch, 'fibMatch') ? (['fibMatch'] as const) : []
  const [found] = yield* ask(
    request(
      { name: 'RTM_GETROUTE', type: RTM_GETROUTE, mode: 'get' },
      mplsRouteMessage,
      { header: { family: 'mpls', dstLength: 20, flags }, attributes: { dst } },
      { type: RTM_NEWROUTE, read: readMplsRoute },
    ),
  )
  return found as MplsRoute
}
