/** Where a VXLAN sends frames for which it knows nobody, and group frames: the destinations of its all-zero entry. */
import { Rejection } from '../codec/rejection.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { NLM_F_APPEND, NLM_F_CREATE } from '../netlink/constants.js'
import type { Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { changeHalf } from './change.js'
import { deleteHalf } from './delete.js'
import { candidates, isExactly } from './destinations.js'
import type { FdbEntry } from './fdb.js'
import { entries } from './list.js'
import { checkIdentity, checkOptions, type FdbOptions, identityNames } from './options.js'
import { type Resolved, resolve } from './request.js'

const ALL_ZERO = '00:00:00:00:00:00'

/** One of the other ends to which a VXLAN floods. */
export interface FloodDestination {
  /** The VXLAN. */
  readonly dev: LinkRef
  /** The other end's address in the underlay, of the family of the link's own `remote` or `local`. `dst` */
  readonly dst: string
  /** The other end's UDP port. Absent: the link's. `port` */
  readonly port?: number | undefined
  /** The VNI to send with. Absent: the link's. `vni` */
  readonly vni?: number | undefined
  /** With `external`: the VNI whose frames they are. `src_vni` */
  readonly srcVni?: number | undefined
  /** The link to send through. `via` */
  readonly via?: LinkRef | undefined
}

const names = ['dev', 'dst', 'port', 'vni', 'srcVni', 'via']
const named = ({ dst, dev }: { readonly dst?: unknown; readonly dev: LinkRef }) =>
  `flood destination ${dst} on ${nameOrIndex(dev)}`

function exists({ options }: Resolved<FdbOptions>) {
  return owedError('RTM_NEWNEIGH', 'EEXIST', `cannot add ${named(options)}: it is one already`)
}

/** To a link that has no such entries it would be an address of its own (ndo_dflt_fdb_add). */
function noVxlan({ options }: Resolved<FdbOptions>) {
  return owedError('RTM_NEWNEIGH', 'EOPNOTSUPP', `cannot add ${named(options)}: the link is no VXLAN`)
}

/**
 * Makes a VXLAN send frames for which it knows nobody, and group frames, to one more other end. `bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.2`
 *
 * The link's own `remote` is the first of them. Throws KernelError EEXIST where it is one already, to which the kernel would say yes and do
 * nothing (vxlan_fdb_append): it is looked for before and, where `port` or `vni` may be the link's own, after; another process may come
 * between. EOPNOTSUPP for a link that is no VXLAN, and where there is a next hop in place of destinations. Needs CAP_NET_ADMIN and Linux 5.0.
 *
 * @example
 * for (const dst of ['10.0.0.2', '10.0.0.3']) await addFloodDestination({ dev: 'vx0', dst })
 */
export const addFloodDestination = verb(
  (options: FloodDestination) => `add ${named(options)}`,
  function* (given: FloodDestination): Steps<void> {
    const copy = copyOptions(given, names)
    const options: FdbOptions = { ...copy, dst: required(copy, 'dst', 'an IP address'), lladdr: ALL_ZERO }
    const resolved = yield* resolve(options, checkOptions(options))
    const before = yield* candidates(resolved)
    if (before === undefined) throw noVxlan(resolved)
    if (before.some((entry) => isExactly(entry, options))) throw exists(resolved)
    yield* changeHalf(resolved, 'self', NLM_F_CREATE | NLM_F_APPEND, before.length === 0)
    if (before.length === 0) return
    const after = yield* candidates(resolved)
    if (after?.length === before.length) throw exists(resolved)
  },
)

/**
 * Takes one of the other ends away to which a VXLAN floods. `bridge fdb delete 00:00:00:00:00:00 dev vx0 dst 10.0.0.2`
 *
 * An {@link FdbEntry} of `listFloodDestinations` may be passed as it is. `port`, `vni` and `via` count too, absent ones as the link's own.
 * Throws KernelError ENOENT where it is none of them. The last one takes the entry along. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteFloodDestination({ dev: 'vx0', dst: '10.0.0.2' })
 */
export const deleteFloodDestination = verb(
  (options: FloodDestination | FdbEntry) => `delete ${named(options)}`,
  function* (given: FloodDestination | FdbEntry): Steps<void> {
    const copy = copyOptions(given as FloodDestination & Partial<FdbEntry>, identityNames)
    const { dev, port, vni, srcVni, via, lladdr = ALL_ZERO } = copy
    if (lladdr !== ALL_ZERO) throw new Rejection(`nothing, or ${ALL_ZERO}`, lladdr).within('lladdr')
    const dst = required(copy, 'dst', 'an IP address')
    const options = { dev, dst, port, vni, srcVni, via, lladdr }
    const resolved = yield* resolve(options, checkIdentity(options))
    yield* deleteHalf(resolved, 'self', true)
  },
)

/** Which destinations `listFloodDestinations` lists: those for which all that is given holds. */
export interface FloodFilter {
  /** The VXLAN. */
  readonly dev?: LinkRef | undefined
  /** With `external`: the VNI whose frames they are. `src_vni` */
  readonly srcVni?: number | undefined
}

/**
 * To whom a VXLAN floods, one entry a destination. `bridge fdb show dev vx0`
 *
 * One that has a next hop (group) in its place has `nhid` and no `dst`; `deleteFdb` deletes it.
 *
 * @example
 * const ends = (await listFloodDestinations({ dev: 'vx0' })).map(({ dst }) => dst)
 */
export const listFloodDestinations = verb(
  (_filter?: FloodFilter) => 'list flood destinations',
  function* (filter?: FloodFilter): Steps<readonly FdbEntry[]> {
    const { dev, srcVni } = copyOptions(filter ?? {}, ['dev', 'srcVni'])
    const index = yield* optionalLinkIndex(dev)
    const isWanted = (entry: FdbEntry) =>
      entry.lladdr === ALL_ZERO &&
      entry.master === undefined &&
      (index === undefined || entry.dev === index) &&
      (srcVni === undefined || entry.srcVni === srcVni)
    return yield* entries({ index }, isWanted)
  },
)
