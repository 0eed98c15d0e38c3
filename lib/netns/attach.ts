/** `ip netns attach` */
import { NetnsError, SystemCallError } from '../errors.js'
import { checkNetnsName, holdNetns, isHandle, NETNS_DIRECTORY, showNetnsRef } from '../netlink/netns-ref.js'
import { perform, type Steps } from '../netlink/operation.js'
import type { NetnsRef } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import { checkPid } from './processes.js'

const whose = (netns: number | NetnsRef) => {
  if (typeof netns === 'number') return showNetnsRef({ pid: netns })
  return isHandle(netns) ? '(a handle)' : showNetnsRef(netns)
}
const attaching = (name: string, netns: number | NetnsRef) =>
  `attach network namespace ${whose(netns)} to the name ${showNetnsRef(name)}`

/**
 * Gives the namespace of a process a name, as `createNetns` gives a new one. `ip netns attach blue 1234`
 *
 * Instead of a process it may be any namespace that can be named in `where.netns`: a nameless one that is held open, or one with a name, which has
 * two then. The name stays until {@link deleteNetns}, and keeps the namespace when the process has ended. A process that ends meanwhile is
 * an error, never the namespace of the next one with its number. Throws NetnsError `absent` where there is no such process, `exists` where there is a
 * namespace or a file of that name. Needs CAP_SYS_ADMIN, and CAP_SYS_PTRACE for a foreign process.
 *
 * @example
 * await attachNetns('container', 1234)
 * await updateLink('eth0', { up: true }, { netns: 'container' })
 */
export const attachNetns = verb(
  attaching,
  function* (name: string, netns: number | NetnsRef): Steps<void> {
    const checked = checkNetnsName(name, 'name')
    if (typeof netns === 'number') checkPid(netns)
    const { native, release } = yield* holdNetns(typeof netns === 'number' ? { pid: netns } : netns)
    try {
      yield* perform({ name: 'attachNetns', args: [NETNS_DIRECTORY, checked, native] })
    } catch (error) {
      const exists = error instanceof SystemCallError && error.code === 'EEXIST'
      if (!exists) throw error
      throw new NetnsError(`cannot ${attaching(name, netns)}: the name exists already`, 'exists', { cause: error })
    } finally {
      release()
    }
  },
  { placeless: true },
)
