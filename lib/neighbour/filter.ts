/** Which neighbours a listing is about. */
import { ipBytes } from '../codec/addresses.js'
import { holds, type Prefix, parsePrefix } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_GETNEIGH, RTM_NEWNEIGH } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { checkSwitch, isOn, refuse } from '../rtnetlink/options.js'
import { proto } from '../rtnetlink/proto.js'
import { neighbourMessage, neighbourState } from './message.js'
import { type Neighbour, readNeighbour } from './neighbour.js'

/** Which neighbours are meant: those for which all that is given holds. */
export interface NeighbourFilter {
  readonly dev?: LinkRef | undefined
  /** Of links with this master; `null`: of links without one (Linux 5.17; older kernels list nothing then). `master`, `nomaster` */
  readonly master?: LinkRef | null | undefined
  /** The same, for a VRF. `vrf` */
  readonly vrf?: LinkRef | undefined
  readonly family?: Family | undefined
  /** This address, or those in this network: `192.168.1.0/24`. `to` */
  readonly to?: string | undefined
  /** One state, or any of several. `nud` */
  readonly state?: Neighbour['state'] | readonly Neighbour['state'][] | undefined
  /** Whether nothing in the kernel holds it. `unused` */
  readonly unused?: boolean | undefined
  /** Who made it. `protocol` */
  readonly proto?: Neighbour['proto'] | undefined
  /** The proxy entries instead of the neighbours: the kernel keeps them apart. `proxy` */
  readonly proxy?: boolean | undefined
}

export const filterNames = [...(['dev', 'master', 'vrf', 'family', 'to', 'state', 'unused', 'proto', 'proxy'] as const)]

/** No link has it: links without a master are meant (neigh_master_filtered). */
const NO_MASTER = 0xffff_ffff

function wantedStates(state: NeighbourFilter['state']): readonly unknown[] | undefined {
  if (state === undefined) return undefined
  const states = Array.isArray(state) ? state : [state]
  for (const one of states) {
    const known = typeof one === 'number' || neighbourState.numberOf.has(one)
    if (!known) throw new Rejection(neighbourState.expected, one).within('state')
  }
  return states.map((one) => neighbourState.fromNumber(neighbourState.toNumber(one)))
}

function* masterIndex({ master, vrf }: NeighbourFilter): Steps<number | undefined> {
  if (vrf !== undefined && master !== undefined) throw new Rejection('nothing beside master', vrf).within('vrf')
  if (master === null) return NO_MASTER
  return vrf === undefined ? yield* optionalLinkIndex(master, 'master') : yield* linkIndex(vrf, 'vrf')
}

const normalProto = (value: NeighbourFilter['proto']) =>
  value === undefined ? undefined : proto.fromNumber(within('proto', () => proto.toNumber(value)))

const isIn = (network: Prefix, { address }: Neighbour) => holds(network, ipBytes(address))

/** The kernel filters by link and master where it can; by all but the master we do it again, as nothing says whose port a link is. */
export function* listing(filter: NeighbourFilter): Steps<Request<Neighbour>> {
  const states = wantedStates(filter.state)
  const proxy = isOn(filter.proxy, 'proxy')
  const unused = checkSwitch(filter.unused, 'unused')
  if (proxy)
    refuse({ ...filter, unused: unused !== undefined }, ['state', 'unused'], 'a proxy entry is an address and no more')
  const wantedProto = normalProto(filter.proto)
  const { to } = filter
  const network = to === undefined ? undefined : within('to', () => parsePrefix(to))
  const said = familyFilter(filter.family)
  const family = said === 'unspec' ? (network?.family ?? said) : said
  const dev = yield* optionalLinkIndex(filter.dev)
  const master = yield* masterIndex(filter)
  const isWanted = (neighbour: Neighbour) =>
    (dev === undefined || neighbour.dev === dev) &&
    (family === 'unspec' || neighbour.family === family) &&
    (network === undefined || isIn(network, neighbour)) &&
    (states === undefined || states.includes(neighbour.state)) &&
    (unused === undefined || (neighbour.cacheInfo?.refcnt === 0) === unused) &&
    (wantedProto === undefined || (neighbour.proto ?? 'unspec') === wantedProto)
  return request(
    { name: 'RTM_GETNEIGH', type: RTM_GETNEIGH, mode: 'dump' },
    neighbourMessage,
    { header: { family, ...(proxy && { flags: ['proxy'] }) }, attributes: { via: dev, master } },
    {
      type: RTM_NEWNEIGH,
      read(message) {
        const neighbour = readNeighbour(message)
        return neighbour !== undefined && isWanted(neighbour) ? neighbour : undefined
      },
    },
  )
}
