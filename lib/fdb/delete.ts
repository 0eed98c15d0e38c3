/** Deleting an entry, or one destination of it: to which a VXLAN says yes, whether it was there or not (__vxlan_fdb_delete). */
import type { KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { candidates, isExactly } from './destinations.js'
import type { FdbIdentity, Half } from './options.js'
import { deleteRequest, type Resolved } from './request.js'

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
