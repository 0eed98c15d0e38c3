/** Giving up: by the caller's signal or deadline. */
import { AbortError } from '../errors.js'
import type { Effect } from './operation.js'
import type { Request } from './request.js'

export interface Limits {
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
}

/** The signal and the deadline as one signal. */
export function signalOf({ signal, timeout }: Limits): AbortSignal | undefined {
  if (timeout === undefined) return signal
  const deadline = AbortSignal.timeout(timeout)
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline])
}

function gaveUp(doing: string, applied: false | 'unknown', timedOut: boolean, cause: unknown): AbortError {
  const tail = applied === 'unknown' ? 'a request had left: it may or may not have been applied' : 'nothing was sent'
  return new AbortError(`gave up on: ${doing} (${timedOut ? 'deadline' : 'signal'}); ${tail}`, {
    cause,
    applied,
    timedOut,
  })
}

export function aborted(signal: AbortSignal, doing: string, applied: false | 'unknown'): AbortError {
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  return gaveUp(doing, applied, timedOut, signal.reason)
}

/** How far an operation of several steps has come: what one step knows of `applied` is not the whole of it. */
export class Progress {
  private changed = false

  constructor(private readonly doing: () => string) {}

  /** A step was carried out. */
  done(effect: Effect): void {
    if ('task' in effect) this.changed = true
    else if ('request' in effect) this.changed ||= changes(effect.request)
    else if ('requests' in effect) this.changed ||= effect.requests.some(changes)
  }

  /** What the failure of the next step means for the operation. */
  judge(error: unknown): unknown {
    if (!this.changed || !(error instanceof AbortError) || error.applied !== false) return error
    return gaveUp(this.doing(), 'unknown', error.code === 'ERR_RTNETLINK_TIMEOUT', error.cause)
  }
}

const changes = ({ mode }: Request) => mode === 'act' || mode === 'echo'

interface Watch {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const watches = new WeakMap<AbortSignal, Watch>()

/**
 * Calls `then` when the signal aborts; what it returns calls that off. All that wait for a signal share one listener: a
 * batch has hundreds, and Node warns of a leak at the eleventh.
 */
export function whenAborted(signal: AbortSignal, then: () => void): () => void {
  const watch = watches.get(signal) ?? startWatch(signal)
  watch.callbacks.add(then)
  return () => {
    if (!watch.callbacks.delete(then) || watch.callbacks.size > 0) return
    signal.removeEventListener('abort', watch.listener)
    watches.delete(signal)
  }
}

function startWatch(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>()
  const listener = () => {
    watches.delete(signal)
    for (const callback of callbacks) callback()
  }
  const watch = { callbacks, listener }
  watches.set(signal, watch)
  signal.addEventListener('abort', listener, { once: true })
  return watch
}

/** What `promise` brings; rejects as soon as the signal aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, error: () => Error): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const callOff = whenAborted(signal, () => reject(error()))
    // Whoever made the promise may have aborted on the way: no event comes for that any more.
    if (signal.aborted) reject(error())
    promise.then(resolve, reject).finally(callOff)
  })
}

/**
 * For the blocking form: looked at before each thing that is sent. What blocks inside the kernel cannot be given up, and no
 * timer fires meanwhile.
 */
export function deadlineOf({ signal, timeout }: Limits): { check(doing: () => string): void } {
  const end = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout
  return {
    check(doing) {
      if (signal?.aborted) throw aborted(signal, doing(), false)
      if (performance.now() > end) throw gaveUp(doing(), false, true, undefined)
    },
  }
}
