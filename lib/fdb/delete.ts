/** Deleting an entry, or one destination of it: to which a VXLAN says yes, whether it was there or not (__vxlan_fdb_delete). */
import { formatMac, ipBytes } from '../codec/addresses.js'
import { formatIp } from '../codec/ip.js'
import type { KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import type { FdbEntry } from './fdb.js'
import { dumpRequest, look } from './lookup.js'
import { type FdbIdentity, type Half, hasManyDestinations } from './options.js'
import { deleteRequest, type Resolved } from './request.js'

/** Those that may be the one that is meant; `undefined` where who has the table cannot be asked. */
function* candidates({ index, mac, options, via }: Resolved<FdbIdentity>): Steps<readonly FdbEntry[] | undefined> {
  const { srcVni, port, vni } = options
  const bytes = ipBytes(options.dst ?? '')
  const dst = formatIp(bytes, 0, bytes.length)
  // Of what is the link's own nothing is listed, so that a value may stand for it.
  const isMeant = (entry: FdbEntry) =>
    entry.dst === dst &&
    entry.via === via &&
    (entry.port === port || entry.port === undefined) &&
    (entry.vni === vni || entry.vni === undefined)
  const first = yield* look({ index, mac, half: 'self', srcVni })
  if (first === 'unanswered') return undefined
  if (first === 'absent') return []
  // A look-up tells the first destination only.
  if (!hasManyDestinations(mac)) return [first].filter(isMeant)
  const lladdr = formatMac(mac, 0, mac.length)
  const isOfThis = (entry: FdbEntry) =>
    entry.dev === index && entry.lladdr === lladdr && (entry.srcVni === undefined || entry.srcVni === srcVni)
  return yield* ask(dumpRequest({ index }, (entry) => isOfThis(entry) && isMeant(entry)))
}

const isExactly = ({ port, vni }: FdbEntry, options: FdbIdentity) => port === options.port && vni === options.vni

/** Takes the entry out of one table. */
export function* deleteHalf(resolved: Resolved<FdbIdentity>, half: Half, last: boolean): Steps<void> {
  const { options } = resolved
  if (half === 'master' || options.dst === undefined) {
    yield* ask(deleteRequest(resolved, half, last))
    return
  }
  const before = yield* candidates(resolved)
  if (before?.length === 0) throw absent(options)
  const certain = before?.some((entry) => isExactly(entry, options)) ?? true
  yield* ask(deleteRequest(resolved, half, last && certain))
  if (certain) return
  const after = yield* candidates(resolved)
  if (after?.length === before?.length) throw absent(options)
}

function absent({ lladdr, dev, dst }: FdbIdentity): KernelError {
  const message = `cannot delete FDB entry ${lladdr} on ${nameOrIndex(dev)}: it has no such destination ${dst}`
  return owedError('RTM_DELNEIGH', 'ENOENT', message)
}
