/** Making an entry, and proving that it was made where the kernel says so and has not. */
import { isKernelError, KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import { NLM_F_EXCL } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { isEntry, type Lookup, look } from './lookup.js'
import { type FdbOptions, type Half, hasDestination } from './options.js'
import { changeRequest, type Resolved } from './request.js'

function owed(
  { options }: Resolved<FdbOptions>,
  code: 'EPERM' | 'EEXIST' | 'EOPNOTSUPP',
  why: string,
  appliedOptions?: readonly string[],
): KernelError {
  const message = `cannot set FDB entry ${options.lladdr} on ${nameOrIndex(options.dev)}: ${why}`
  const partly = appliedOptions && { applied: 'partly' as const, appliedOptions }
  return owedError('RTM_NEWNEIGH', code, message, partly)
}

function lookupOf({ index, mac, options }: Resolved<FdbOptions>, half: Half): Lookup {
  return { index, mac, half, vlan: options.vlan, srcVni: options.srcVni }
}

/** What a bridge takes for something that it has heard, whatever the flags of the request say. */
const isHearsay = ({ externLearn, use }: FdbOptions) => externLearn === true || use === true

/** A bridge ignores NLM_F_EXCL beside `externLearn` and `use` (__br_fdb_add): whether there is one has to be asked. */
function* expectAbsent(resolved: Resolved<FdbOptions>, half: Half): Steps<void> {
  const found = yield* look(lookupOf(resolved, half))
  if (isEntry(found)) throw owed(resolved, 'EEXIST', 'it exists')
}

/** A bridge ignores `use` on a port that does not learn (__br_fdb_add). */
function* expectPresent(resolved: Resolved<FdbOptions>, half: Half): Steps<void> {
  const found = yield* look(lookupOf(resolved, half))
  if (found === 'absent') throw owed(resolved, 'EPERM', 'the port is not in a state in which it learns')
}

/** Where an entry has a next hop, a VXLAN ignores `dst`; where it is a user's, `externLearn` (vxlan_fdb_update_existing). */
function* expectTaken(resolved: Resolved<FdbOptions>, final: boolean): Steps<void> {
  const { externLearn } = resolved.options
  const found = yield* look({ ...lookupOf(resolved, 'self'), vlan: undefined }, final)
  if (!isEntry(found)) return
  if (found.nhid !== undefined)
    throw owed(resolved, 'EOPNOTSUPP', `the kernel keeps its next hop ${found.nhid}, and ignores dst; delete it first`)
  if (externLearn === true && !found.flags.includes('externLearn'))
    throw owed(
      resolved,
      'EEXIST',
      'it has the destination now, but was made by a user and remains so; delete it first',
      ['dst', 'port', 'vni', 'via'].filter((name) => Object.hasOwn(resolved.options, name)),
    )
}

/** Puts the entry into one table. */
export function* changeHalf(resolved: Resolved<FdbOptions>, half: Half, flags: number, last: boolean): Steps<void> {
  const { options } = resolved
  const inVxlan = half === 'self' && hasDestination(options)
  const hearsay = isHearsay(options) && !inVxlan
  const exclusive = (flags & NLM_F_EXCL) !== 0
  // Every destination of an entry has the same flags, and later items of a batch may change them: then nothing is sent ahead.
  const ahead = last && !(inVxlan && options.externLearn === true) && !hearsay
  if (hearsay && exclusive) yield* expectAbsent(resolved, half)
  yield* ask(changeRequest(resolved, half, flags, ahead))
  if (hearsay && options.use === true) yield* expectPresent(resolved, half)
  if (inVxlan && !exclusive && options.dst !== undefined) yield* expectTaken(resolved, ahead)
}

/** In the words of `applied`: a failure of the second table leaves the first one changed. */
export function* eachHalf(halves: readonly Half[], body: (half: Half, last: boolean) => Steps<void>): Steps<void> {
  for (const [i, half] of halves.entries()) {
    try {
      yield* body(half, i === halves.length - 1)
    } catch (error) {
      if (halves.length === 1 || !isKernelError(error)) throw error
      const applied = i === 0 ? {} : { applied: 'partly' as const, appliedOptions: halves.slice(0, i) }
      throw new KernelError(`${error.message} (in the table of ${half})`, { ...error, ...applied }, error)
    }
  }
}
