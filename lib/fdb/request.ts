/** Requests to change one FDB entry, in one table. */
import { linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import { neighbourMessage } from '../neighbour/message.js'
import type { Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELNEIGH, RTM_NEWNEIGH } from '../rtnetlink/constants.js'
import { writtenStates } from './fdb.js'
import { type FdbIdentity, type FdbOptions, type Half, halvesOf } from './options.js'

/** Options whose links are indexes. */
export interface Resolved<O extends FdbIdentity> {
  readonly options: O
  readonly mac: Uint8Array
  readonly index: number
  readonly via: number | undefined
  readonly halves: readonly Half[]
}

export function* resolve<O extends FdbIdentity>(options: O, mac: Uint8Array): Steps<Resolved<O>> {
  const index = yield* linkIndex(options.dev)
  const via = yield* optionalLinkIndex(options.via, 'via')
  return { options, mac, index, via, halves: halvesOf(options) }
}

/** What identifies the entry in one of the tables: each is told only what it knows. */
function identity({ options, mac, via, halves }: Resolved<FdbIdentity>, half: Half) {
  const { vlan, dst, port, vni, srcVni } = options
  const own = half === 'self' ? { dst, port, vni, via, srcVni } : {}
  return { lladdr: mac, ...(half === 'master' || halves.length === 1 ? { vlan } : {}), ...own }
}

function flagNames({ options }: Resolved<FdbOptions>, half: Half) {
  const { use, externLearn, router, sticky, master } = options
  return [
    half,
    ...(use ? ['use' as const] : []),
    ...(externLearn ? ['externLearn' as const] : []),
    ...(router && half === 'self' ? ['router' as const] : []),
    ...(sticky && (half === 'master' || !master) ? ['sticky' as const] : []),
  ]
}

function extended({ activityNotify, inactive, refresh }: FdbOptions) {
  const silent = activityNotify === undefined && inactive === undefined
  if (silent && refresh !== false) return undefined
  const activity = [...(activityNotify ? ['activityNotify' as const] : []), ...(inactive ? ['inactive' as const] : [])]
  return { ...(!silent && { activity }), ...(refresh === false && { dontRefresh: true }) }
}

export function changeRequest(
  resolved: Resolved<FdbOptions>,
  half: Half,
  flags: number,
  final: boolean,
): Request<never> {
  const { options, index, halves } = resolved
  const { state = 'permanent', nhid } = options
  return request(
    { name: 'RTM_NEWNEIGH', type: RTM_NEWNEIGH, flags },
    neighbourMessage,
    {
      header: { family: 'bridge', index, state: writtenStates[state], flags: flagNames(resolved, half) },
      attributes: {
        ...identity(resolved, half),
        ...(half === 'self' && { nhid }),
        ...((half === 'master' || halves.length === 1) && { fdbExt: extended(options) }),
      },
    },
    {},
    { final },
  )
}

export function deleteRequest(resolved: Resolved<FdbIdentity>, half: Half, final: boolean): Request<never> {
  return request(
    { name: 'RTM_DELNEIGH', type: RTM_DELNEIGH },
    neighbourMessage,
    {
      // A link that is neither VXLAN nor bridge deletes permanent entries only, and goes by this (ndo_dflt_fdb_del).
      header: { family: 'bridge', index: resolved.index, state: writtenStates.permanent, flags: [half] },
      attributes: identity(resolved, half),
    },
    {},
    { final },
  )
}
