/** Deleting what was listed: `ip … flush`. */
import { isKernelError, KernelError } from '../errors.js'
import { askEach, type Steps } from '../netlink/operation.js'
import type { Request } from '../netlink/request.js'

/**
 * Deletes each of `items`, in order; those that this call deleted. `gone` is what the kernel says of one that is no longer
 * there: somebody else was faster, or it went with another.
 */
export function* deleteEach<T>(items: readonly T[], deletion: (item: T) => Request, gone: string): Steps<readonly T[]> {
  const outcomes = yield* askEach(items.map(deletion))
  const deleted = items.filter((_item, i) => outcomes[i]?.status === 'done')
  for (const outcome of outcomes)
    if (outcome.status === 'failed' && !isKernelError(outcome.error, gone))
      throw partly(outcome.error, deleted.length, items.length)
  return deleted
}

function partly(error: unknown, deleted: number, all: number): unknown {
  if (!isKernelError(error) || deleted === 0) return error
  return new KernelError(`${error.message}; ${deleted} of ${all} were deleted`, { ...error, applied: 'partly' }, error)
}
