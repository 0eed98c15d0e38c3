/** `bridge vlan add | del … tunnel_info`, `bridge vlan tunnelshow`: which VLAN goes through which tunnel. */
import { Rejection } from '../codec/rejection.js'
import { type LinkRef, nameOrIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { firstMissing, type IdRange, idRange, isSingle, overlap, type Span, shownRange } from '../rtnetlink/id-range.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { type BridgeVlanFilter, listSpans } from './list.js'
import { bridgeRequest, halves, type Target, targetOf } from './options.js'
import { type ListedSpan, singles } from './vlan.js'

/** Which VLANs of a port are mapped to a tunnel. */
export interface BridgeVlanTunnelIdentity {
  /** The port, a VXLAN with `external` as a rule. */
  readonly dev: LinkRef
  /** 1 to 4094: one VLAN, or several in a row: `10`, `'10-20'`, `{ first: 10, last: 20 }`. */
  readonly vid: IdRange
  /** The tunnel's number, as many in a row as there are VLANs: `1000`, `'1000-1010'`. In a deletion, only where the VLANs have these. `tunnel_info id` */
  readonly id?: IdRange | undefined
  /** Of the link itself, as its driver has them. `self` */
  readonly self?: boolean | undefined
  /** Of the bridge whose port the link is; so it is when neither is said. `master` */
  readonly master?: boolean | undefined
}

/** VLANs to be mapped, and the tunnels. */
export interface BridgeVlanTunnelOptions extends BridgeVlanTunnelIdentity {
  readonly id: IdRange
}

/** A VLAN of a port that is mapped to a tunnel. */
export interface BridgeVlanTunnel {
  /** Index of the port. */
  readonly dev: number
  readonly vid: number
  /** The tunnel's number: a VNI in a VXLAN. */
  readonly id: number
}

const names = ['dev', 'vid', 'id', 'self', 'master'] as const
const LARGEST_ID = 0xffff_ffff

const lengthOf = ({ first, last }: Span) => last - first + 1

function tunnelIds(value: IdRange | undefined, vlans: Span): Span | undefined {
  if (value === undefined) return undefined
  const ids = idRange(value, 'id', 0, LARGEST_ID)
  if (lengthOf(ids) === lengthOf(vlans)) return ids
  throw new Rejection(`as many tunnels as there are VLANs, ${lengthOf(vlans)}`, value).within('id')
}

const idsOf = ({ span, tunnel = 0 }: ListedSpan): Span => ({ first: tunnel, last: tunnel + lengthOf(span) - 1 })

/** One VLAN, or where several begin and end. */
function tunnelRows(vlans: Span, ids: Span) {
  if (isSingle(vlans)) return { tunnel: { id: ids.first, vid: vlans.first, flags: [] } }
  return {
    tunnel: { id: ids.first, vid: vlans.first, flags: ['rangeBegin' as const] },
    tunnelEnd: { id: ids.last, vid: vlans.last, flags: ['rangeEnd' as const] },
  }
}

const named = ({ dev, vid }: BridgeVlanTunnelIdentity) => `tunnel of VLAN ${shownRange(vid)} of ${nameOrIndex(dev)}`

/** br_process_vlan_tunnel_info maps the first VLANs of several before it comes to one that it refuses. */
function* expectFree({ dev, index, span }: Target, ids: Span): Steps<void> {
  const found = yield* listSpans({ dev: index })
  const missing = firstMissing(
    span,
    found.map((listed) => listed.span),
  )
  if (missing !== undefined)
    throw owedError('RTM_SETLINK', 'ENOENT', `cannot add ${named({ dev, vid: missing })}: the port has no such VLAN`)
  const taken = found.find(
    (listed) => listed.tunnel !== undefined && (overlap(listed.span, span) ?? overlap(idsOf(listed), ids)),
  )
  if (taken !== undefined)
    throw owedError(
      'RTM_SETLINK',
      'EEXIST',
      `cannot add ${named({ dev, vid: span })}: VLAN ${shownRange(taken.span)} has tunnel ${shownRange(idsOf(taken))}`,
    )
}

/** br_vlan_tunnel_info says yes to the deletion of what is not there, and looks at no number of a tunnel. */
function* expectMapped({ dev, index, span }: Target, ids: Span | undefined): Steps<void> {
  const found = yield* listSpans({ dev: index, vid: span })
  const mapped = found.filter(
    ({ span: { first }, tunnel }) =>
      tunnel !== undefined && (ids === undefined || tunnel - ids.first === first - span.first),
  )
  const missing = firstMissing(
    span,
    mapped.map((listed) => listed.span),
  )
  if (missing !== undefined)
    throw owedError('RTM_DELLINK', 'ENOENT', `cannot delete ${named({ dev, vid: missing })}: there is none`)
}

/**
 * Maps VLANs of a port to tunnels: frames of the VLAN leave with the tunnel's number, and what comes in with it is of the VLAN.
 * `bridge vlan add dev vx0 vid 10 tunnel_info id 1000`
 *
 * The port needs `vlanTunnel`, and the VLAN has to be there (`addBridgeVlan`): EINVAL else. Throws KernelError EEXIST where the VLAN has a tunnel or
 * the tunnel a VLAN of the port; several are looked for first, as the kernel would stop in the middle. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateLink('vx0', { master: 'br0', port: { vlanTunnel: true } })
 * await addBridgeVlan({ dev: 'vx0', vid: '10-20' })
 * await addBridgeVlanTunnel({ dev: 'vx0', vid: '10-20', id: '1010-1020' })
 */
export const addBridgeVlanTunnel = verb(
  (options: BridgeVlanTunnelOptions) => `add ${named(options)}`,
  function* (given: BridgeVlanTunnelOptions): Steps<void> {
    const options = copyOptions(given, names)
    const asked = halves(options)
    const target = yield* targetOf(options)
    const ids = tunnelIds(required(options, 'id', 'the number of a tunnel'), target.span) as Span
    if (!isSingle(target.span)) yield* expectFree(target, ids)
    yield* ask(bridgeRequest('RTM_SETLINK', target.index, { flags: asked, ...tunnelRows(target.span, ids) }))
  },
)

/**
 * Maps VLANs of a port to no tunnel any more. `bridge vlan del dev vx0 vid 10 tunnel_info id 1000`
 *
 * A {@link BridgeVlanTunnel} of `listBridgeVlanTunnels` may be passed as it is. Throws KernelError ENOENT where one of the VLANs has no tunnel, or another
 * than `id`, and then deletes none: the kernel would say yes (br_vlan_tunnel_info), so they are looked for first. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteBridgeVlanTunnel({ dev: 'vx0', vid: 10 })
 */
export const deleteBridgeVlanTunnel = verb(
  (options: BridgeVlanTunnelIdentity) => `delete ${named(options)}`,
  function* (given: BridgeVlanTunnelIdentity): Steps<void> {
    const options = copyOptions(given, names)
    const asked = halves(options)
    const target = yield* targetOf(options)
    const ids = tunnelIds(options.id, target.span)
    yield* expectMapped(target, ids)
    const sent = ids ?? { first: 0, last: lengthOf(target.span) - 1 }
    yield* ask(bridgeRequest('RTM_DELLINK', target.index, { flags: asked, ...tunnelRows(target.span, sent) }))
  },
)

/**
 * Lists which VLANs are mapped to which tunnels. `bridge vlan tunnelshow dev vx0`
 *
 * @example
 * for (const { vid, id } of await listBridgeVlanTunnels({ dev: 'vx0' })) console.log(vid, id)
 */
export const listBridgeVlanTunnels = verb(
  (_filter?: BridgeVlanFilter) => 'list tunnels of VLANs',
  function* (filter?: BridgeVlanFilter): Steps<readonly BridgeVlanTunnel[]> {
    const found = yield* listSpans(copyOptions(filter ?? {}, ['dev', 'vid']))
    const all = found.flatMap((listed) =>
      [...singles(listed)].flatMap(({ dev, vid, tunnel }) => (tunnel === undefined ? [] : [{ dev, vid, id: tunnel }])),
    )
    return uniqueBy(all, ({ dev, vid }) => `${dev} ${vid}`)
  },
)
