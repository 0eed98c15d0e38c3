/** `ip netns identify | pids` */
import { Rejection } from '../codec/rejection.js'
import { holdNetns, isHandle, showNetnsRef } from '../netlink/netns-ref.js'
import { perform, type Steps } from '../netlink/operation.js'
import type { NetnsRef } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import { isSame, netnsNames, openNamed } from './names.js'

const rules = { placeless: true }

const shown = (netns: NetnsRef) => (isHandle(netns) ? '(a handle)' : showNetnsRef(netns))

/** Throws a {@link Rejection}. */
export function checkPid(pid: unknown): void {
  if (!Number.isInteger(pid) || (pid as number) < 1 || (pid as number) >= 2 ** 31)
    throw new Rejection('the number of a process', pid).within('pid')
}

/**
 * The names of the namespace that a process is in, in alphabetical order; none where it has no name. `ip netns identify 1234`
 *
 * Names are compared by what they lead to, so that a namespace with two names has both. Throws NetnsError `absent` where there is no such
 * process. Needs CAP_SYS_PTRACE for a foreign process.
 *
 * @example
 * const [name] = await identifyNetns(process.pid)
 */
export const identifyNetns = verb(
  (pid: number) => `identify the network namespace of process ${pid}`,
  function* (pid: number): Steps<readonly string[]> {
    checkPid(pid)
    const { native, release } = yield* holdNetns({ pid })
    try {
      const found: string[] = []
      for (const name of yield* netnsNames()) {
        const other = yield* openNamed(name)
        if (other === undefined || other === 'stale') continue
        if (isSame(native, other)) found.push(name)
        other.close()
      }
      return found
    } finally {
      release()
    }
  },
  rules,
)

/**
 * The processes that are in a namespace, by number, lowest first. `ip netns pids blue`
 *
 * Those that the caller may look into: of foreign processes, all with CAP_SYS_PTRACE. A process counts by its main thread. They come and go
 * while this looks, and a number may be another process's by the time that it is read.
 *
 * @example
 * for (const pid of await listNetnsPids('blue')) process.kill(pid)
 */
export const listNetnsPids = verb(
  (netns: NetnsRef) => `list the processes in network namespace ${shown(netns)}`,
  function* (netns: NetnsRef): Steps<readonly number[]> {
    const { native, release } = yield* holdNetns(netns)
    try {
      // The inode number is nobody else's while the namespace is held.
      const all = yield* perform({ name: 'listProcesses', args: [] })
      return all.flatMap(({ pid, device, inode }) => (device === native.device && inode === native.inode ? [pid] : []))
    } finally {
      release()
    }
  },
  rules,
)
