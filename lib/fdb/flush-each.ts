/** Flushing where the kernel cannot: what matches is listed, and deleted one by one. */
import { macBytes } from '../codec/addresses.js'
import type { KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { canonicalIp } from './destinations.js'
import type { FdbEntry } from './fdb.js'
import {
  bridgeNames,
  type FdbFlushFilter,
  isOfState,
  type ResolvedFlush,
  saysAny,
  vxlanNames,
} from './flush-options.js'
import { entries } from './list.js'
import { look } from './lookup.js'
import { type Half, halvesOf, identityOf } from './options.js'
import { deleteRequest } from './request.js'

const ALL_ZERO = macBytes('00:00:00:00:00:00')

function refused({ dev }: FdbFlushFilter, why: string): KernelError {
  return owedError('RTM_DELNEIGH', 'EOPNOTSUPP', `cannot flush the FDB of ${nameOrIndex(dev)}: ${why}`)
}

/** Every entry of the table. */
function tableOf({ index }: ResolvedFlush, half: Half): (entry: FdbEntry) => boolean {
  if (half === 'master') return ({ dev, master }) => dev === index && master !== undefined && master !== index
  // Beside its table a bridge lists the addresses that its device listens to: those were never used.
  return ({ dev, master, cacheInfo }) =>
    master === index || (dev === index && master === undefined && cacheInfo !== undefined)
}

function isMeant({ options, brport }: ResolvedFlush): (entry: FdbEntry) => boolean {
  const { state, vlan, srcVni, vni, port, nhid } = options
  const dst = options.dst === undefined ? undefined : canonicalIp(options.dst)
  const byDestination = (vni ?? port ?? dst) !== undefined
  const flags = (['externLearn', 'sticky', 'offloaded', 'router'] as const).filter(
    (name) => options[name] !== undefined,
  )
  return (entry) =>
    isOfState(entry, state) &&
    (brport === undefined || entry.dev === brport) &&
    (vlan === undefined || entry.vlan === vlan) &&
    (srcVni === undefined || entry.srcVni === srcVni) &&
    (nhid === undefined || entry.nhid === nhid) &&
    (!byDestination || entry.dst !== undefined) &&
    (dst === undefined || entry.dst === dst) &&
    // Of what is the link's own nothing is listed; the deletion says it, and is about no other.
    (vni === undefined || (entry.vni ?? vni) === vni) &&
    (port === undefined || (entry.port ?? port) === port) &&
    flags.every((name) => entry.flags.includes(name) === options[name])
}

/** What would match nothing, and so seem to be done. */
function checkKind(options: FdbFlushFilter, isBridge: boolean): void {
  if (isBridge && saysAny(options, vxlanNames)) throw refused(options, 'a bridge has no destinations')
  if (!isBridge && saysAny(options, bridgeNames)) throw refused(options, 'only a bridge has VLANs and ports')
}

const placeOf = ({ dev, lladdr }: FdbEntry) => `${dev} ${lladdr}`

/** Without a VLAN a bridge deletes from all of them (__br_fdb_delete). */
function checkVlans(meant: readonly FdbEntry[], kept: readonly FdbEntry[], options: FdbFlushFilter): void {
  const staying = new Set(kept.filter(({ vlan }) => vlan !== undefined).map(placeOf))
  const spoilt = meant.find((entry) => entry.vlan === undefined && staying.has(placeOf(entry)))
  if (spoilt !== undefined) throw refused(options, `${spoilt.lladdr} would go from VLANs too in which it is to stay`)
}

function deletion(entry: FdbEntry, { vni, port }: FdbFlushFilter) {
  const { via, ...identity } = identityOf(entry)
  const halves = halvesOf(identity)
  const options = entry.dst === undefined ? identity : { ...identity, vni: entry.vni ?? vni, port: entry.port ?? port }
  const resolved = { options, mac: macBytes(entry.lladdr), index: entry.dev, via: entry.via, halves }
  return deleteRequest(resolved, halves[0] as Half, false)
}

export function* flushEach(resolved: ResolvedFlush, half: Half): Steps<void> {
  const { options, index } = resolved
  if ((yield* look({ index, mac: ALL_ZERO, half })) === 'unanswered')
    throw refused(options, 'it has no table that can be flushed')
  if (options.addedByUser !== undefined) throw refused(options, 'this kernel does not tell which a user has added')
  const all = yield* entries({}, tableOf(resolved, half))
  checkKind(options, half === 'master' || all.some(({ master }) => master === index))
  const wanted = isMeant(resolved)
  const meant = all.filter(wanted)
  checkVlans(
    meant,
    all.filter((entry) => !wanted(entry)),
    options,
  )
  yield* deleteEach(meant, (entry) => deletion(entry, options), 'ENOENT')
}
