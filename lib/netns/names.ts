/** The names that `ip netns` knows, and what they lead to. */
import { InvalidArgumentError, NetnsError, SystemCallError } from '../errors.js'
import { NETNS_DIRECTORY, netnsError, openingTask } from '../netlink/netns-ref.js'
import { perform, type Steps } from '../netlink/operation.js'
import type { NativeNetns } from '../netlink/where.js'

/** All names, in alphabetical order, whatever they lead to. */
export function* netnsNames(): Steps<readonly string[]> {
  try {
    const names: readonly string[] = yield* perform({ name: 'readDirectory', args: [NETNS_DIRECTORY] })
    return names.toSorted()
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ENOENT') return []
    throw error
  }
}

const isStale = (reason: unknown): boolean =>
  (reason instanceof NetnsError && reason.problem === 'not-a-namespace') ||
  reason instanceof InvalidArgumentError ||
  // Everybody may read a namespace, so what may not be read is a file.
  (reason instanceof SystemCallError && reason.code === 'EACCES')

/** An open handle, which the caller closes; `'stale'` for what is no namespace, `undefined` for what is not there. */
export function* openNamed(name: string): Steps<NativeNetns | 'stale' | undefined> {
  try {
    return (yield* perform(openingTask(name))) as NativeNetns
  } catch (error) {
    const reason = netnsError(error, name)
    if (reason instanceof NetnsError && reason.problem === 'absent') return undefined
    if (isStale(reason)) return 'stale'
    throw reason
  }
}

// The cookie is never given to another namespace; the inode number is, once this one is gone, so both must be held.
export const isSame = (one: NativeNetns, other: NativeNetns): boolean =>
  one.cookie !== undefined && other.cookie !== undefined
    ? one.cookie === other.cookie
    : one.device === other.device && one.inode === other.inode
