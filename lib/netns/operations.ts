/** `ip netns add | delete | list` */
import { NetnsError, SystemCallError } from '../errors.js'
import { checkNetnsName, NETNS_DIRECTORY, netnsError, openingTask, showNetnsRef } from '../netlink/netns-ref.js'
import { perform, type Steps } from '../netlink/operation.js'
import type { NativeNetns, NetnsHandle, NetnsRef } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import { netnsNames, openNamed } from './names.js'
import { Netns } from './netns.js'

/** A namespace that is not open: a name as `ip netns` knows it, a file, or that of a process. */
export type ClosedNetnsRef = Exclude<NetnsRef, NetnsHandle>

const creating = (name?: string) => `create network namespace ${name === undefined ? '(nameless)' : showNetnsRef(name)}`
const opening = (ref: ClosedNetnsRef) => `open network namespace ${showNetnsRef(ref)}`
const deleting = (name: string) => `delete network namespace ${showNetnsRef(name)}`

// None of these acts in a namespace: where.netns would be a promise that nobody keeps.
const rules = { placeless: true }

/**
 * Makes a network namespace and opens it. `ip netns add blue`
 *
 * With a name, `ip netns` sees it and it stays until {@link deleteNetns}; the handle is one more user of it. Without, nobody else can
 * find it, and it goes when its last user does: the handle, a socket, a process, a link's other end does not count. Its only link is `lo`, down.
 * Throws NetnsError `exists` where there is a namespace or a file of that name. Needs CAP_SYS_ADMIN.
 *
 * @example
 * await using scratch = await createNetns()
 * await updateLink('lo', { up: true }, { netns: scratch })
 */
export const createNetns = verb<[name?: string], Netns>(
  creating,
  function* (name: string | undefined): Steps<Netns> {
    const checked = name === undefined ? undefined : checkNetnsName(name, 'name')
    try {
      return new Netns(yield* perform({ name: 'createNetns', args: [NETNS_DIRECTORY, checked] }), checked)
    } catch (error) {
      const exists = error instanceof SystemCallError && error.code === 'EEXIST'
      if (!exists) throw error
      throw new NetnsError(`cannot ${creating(name)}: it exists already`, 'exists', { cause: error })
    }
  },
  rules,
)

/**
 * Opens a network namespace: by the name that `ip netns` knows, by a file such as `/proc/1234/ns/net`, or that of a process.
 *
 * The handle goes on meaning this namespace when the name is given to another. A process that ends meanwhile is an error, never the
 * namespace of the next one with its number. Throws NetnsError `absent`, or `not-a-namespace` for a file that was left behind. Reading where it
 * leads needs no privilege (a foreign process: CAP_SYS_PTRACE), acting in it CAP_SYS_ADMIN.
 *
 * @example
 * await using blue = await openNetns('blue')
 * const container = await openNetns({ pid: 1234 })
 */
export const openNetns = verb(
  opening,
  function* (ref: ClosedNetnsRef): Steps<Netns> {
    const task = openingTask(ref, 'netns')
    try {
      const native = (yield* perform(task)) as NativeNetns
      return new Netns(native, typeof ref === 'string' ? ref : undefined)
    } catch (error) {
      throw netnsError(error, ref, opening(ref))
    }
  },
  rules,
)

/**
 * Takes the name away from a network namespace. `ip netns delete blue`
 *
 * The namespace itself, with all that is in it, goes when its last user does: handles, sockets and processes keep it. Throws NetnsError
 * `absent`, or `not-a-namespace` where the name is that of anything else, which is left alone. Needs CAP_SYS_ADMIN.
 *
 * @example
 * await deleteNetns('blue')
 */
export const deleteNetns = verb(
  deleting,
  function* (name: string): Steps<void> {
    const checked = checkNetnsName(name, 'name')
    try {
      yield* perform({ name: 'deleteNetns', args: [NETNS_DIRECTORY, checked] })
    } catch (error) {
      throw netnsError(error, name, deleting(name))
    }
  },
  rules,
)

/** A name that `ip netns list` shows. */
export interface NetnsName {
  readonly name: string
  /** No network namespace can be opened by it: it is a file that was left behind, or unfit for a name. */
  readonly stale: boolean
  /** See {@link Netns.inode}. */
  readonly inode: bigint | undefined
  /** See {@link Netns.cookie}. */
  readonly cookie: bigint | undefined
}

function* look(name: string): Steps<NetnsName | undefined> {
  const found = yield* openNamed(name)
  if (found === undefined) return undefined // deleted meanwhile
  if (found === 'stale') return { name, stale: true, inode: undefined, cookie: undefined }
  const { inode, cookie } = found
  found.close()
  return { name, stale: false, inode, cookie }
}

/**
 * Lists the names of network namespaces, in alphabetical order. `ip netns list`
 *
 * Each is looked at: a name that leads to no namespace is `stale`. Needs no privilege.
 *
 * @example
 * const names = (await listNetns()).filter(({ stale }) => !stale).map(({ name }) => name)
 */
export const listNetns = verb(
  () => 'list network namespaces',
  function* (): Steps<readonly NetnsName[]> {
    const found: NetnsName[] = []
    for (const name of yield* netnsNames()) {
      const entry = yield* look(name)
      if (entry !== undefined) found.push(entry)
    }
    return found
  },
  rules,
)
