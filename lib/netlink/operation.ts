/**
 * An operation is a generator that yields what it wants done and receives what came of it; it does no I/O. Three
 * drivers run it: a promise, a blocking call, a batch.
 */
import type { NativeNetns } from '../native/addon.js'
import type { Request, Settled } from './request.js'
import type { Task, TaskResult } from './task.js'

/** `netns`: ask there, over a socket of its own, instead of where the operation runs. */
export type Effect =
  | { readonly request: Request; readonly netns?: NativeNetns | undefined }
  | { readonly requests: readonly Request[] }
  | { readonly task: Task }
  | { readonly here: true }

// biome-ignore lint/suspicious/noExplicitAny: what `yield` gives back depends on what was yielded; `ask` and `perform` say it
export type Steps<T> = Generator<Effect, T, any>

/** One thing to do, not yet begun: what `.op()` makes and `batch` takes. Each run starts afresh. */
export interface Operation<T> {
  /** NETLINK_ROUTE … */
  readonly protocol: number
  /** What it does, for errors: `create vxlan link vx0`. */
  readonly doing: () => string
  /** It acts on the machine, not in a namespace: `where` may name neither a socket nor a namespace. */
  readonly placeless?: boolean | undefined
  /** @internal */
  steps(): Steps<T>
}

/** Asks the kernel; the objects of the reply. */
export function* ask<T>(request: Request<T>, netns?: NativeNetns): Steps<readonly T[]> {
  return yield { request: request as Request, netns }
}

/** Requests of one operation on their way at a time: several windows. */
const AT_A_TIME = 512

/** Asks many things, in order, each of them whatever became of those before it; one outcome each. */
export function* askEach(requests: readonly Request[]): Steps<readonly Settled[]> {
  const outcomes: Settled[] = []
  for (let at = 0; at < requests.length; at += AT_A_TIME) {
    const some: readonly Settled[] = yield { requests: requests.slice(at, at + AT_A_TIME) }
    outcomes.push(...some)
  }
  return outcomes
}

/** The namespace that the caller chose with `where`; open until the operation has ended. */
export function* here(): Steps<NativeNetns> {
  return yield { here: true }
}

/** Has native work done, on a thread that may be in another namespace. */
export function* perform<T extends Task>(task: T): Steps<TaskResult<T>> {
  return yield { task }
}
