/**
 * An operation is a generator that yields what it wants done and receives what came of it; it does no I/O. Three
 * drivers run it: a promise, a blocking call, a batch.
 */
import type { Request } from './request.js'
import type { Task, TaskResult } from './task.js'

export type Effect = { readonly request: Request } | { readonly task: Task }

// biome-ignore lint/suspicious/noExplicitAny: what `yield` gives back depends on what was yielded; `ask` and `perform` say it
export type Steps<T> = Generator<Effect, T, any>

/** One thing to do, not yet begun: what `.op()` makes and `batch` takes. Each run starts afresh. */
export interface Operation<T> {
  /** NETLINK_ROUTE … */
  readonly protocol: number
  /** What it does, for errors: `create vxlan link vx0`. */
  readonly doing: () => string
  steps(): Steps<T>
}

/** Asks the kernel; the objects of the reply. */
export function* ask<T>(request: Request<T>): Steps<readonly T[]> {
  return yield { request: request as Request }
}

/** Has native work done, on a thread that may be in another namespace. */
export function* perform<T extends Task>(task: T): Steps<TaskResult<T>> {
  return yield { task }
}
