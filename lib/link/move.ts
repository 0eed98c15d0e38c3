/** Moving a link to another namespace. `ip link set dev eth1 netns blue` */
import { isKernelError, KernelError } from '../errors.js'
import { owedError } from '../netlink/owed-error.js'
import type { NativeNetns } from '../netlink/where.js'
import type { Changes } from './changes.js'
import type { Link } from './kinds/index.js'

/** What a change has of the move. */
export function move({ index }: Changes, target: NativeNetns | undefined): { netnsFd?: number; newIndex?: number } {
  if (target === undefined) return {}
  return { netnsFd: target.fd, ...(index !== undefined && { newIndex: index }) }
}

/** Before Linux 6.15 __dev_change_net_namespace does not say why it refuses a link that belongs to its namespace for life. */
export function explained(error: unknown, before: Link, target: NativeNetns | undefined): unknown {
  if (target === undefined || !isKernelError(error, 'EINVAL') || error.kernelMessage !== undefined) return error
  const what =
    before.kind === 'none' ? before.name : `a ${before.kind === 'other' ? before.kindName : before.kind} link`
  return new KernelError(`${error.message}; maybe ${what} cannot leave its namespace`, { ...error }, error)
}

/** Before Linux 5.13 the kernel takes no notice of the index that is wanted. */
export function checkMoved(doing: string, { index }: Changes, moved: Link): Link {
  if (index === undefined || moved.index === index) return moved
  const why = `this kernel moved it and chose index ${moved.index} itself (IFLA_NEW_IFINDEX came with Linux 5.13)`
  throw owedError('RTM_NEWLINK', 'EOPNOTSUPP', `cannot ${doing}: ${why}`, {
    applied: 'partly',
    appliedOptions: ['netns'],
  })
}
