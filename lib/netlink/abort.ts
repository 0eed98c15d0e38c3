/** Giving up: by the caller's signal or deadline. */
import { AbortError } from '../errors.js'

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

export function aborted(signal: AbortSignal, doing: string, applied: false | 'unknown'): AbortError {
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  const tail =
    applied === 'unknown' ? '; the request had left: it may or may not have been applied' : '; nothing was sent'
  return new AbortError(`gave up on: ${doing} (${timedOut ? 'deadline' : 'signal'})${tail}`, {
    cause: signal.reason,
    applied,
    timedOut,
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
      if (performance.now() > end)
        throw new AbortError(`gave up on: ${doing()} (deadline); nothing was sent`, { applied: false, timedOut: true })
    },
  }
}
