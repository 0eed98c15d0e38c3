/** Handles that nobody closed: the garbage collector closes them, and the program is told of the first. */
import { emitWarning } from './lease.js'

interface Held {
  /** Must not refer to the handle. */
  readonly close: () => void
  readonly kind: string
}

const warned = new Set<string>()

const registry = new FinalizationRegistry<Held>(({ close, kind }) => {
  close()
  if (warned.has(kind)) return
  warned.add(kind)
  emitWarning(`a ${kind} was dropped without close(): the garbage collector has closed it; there is no further warning`)
})

/** `close` is called if `handle` is collected; it and `kind` are all that is known by then. */
export function watchHandle(handle: object, kind: string, close: () => void): void {
  registry.register(handle, { close, kind }, handle)
}

/** It was closed in time. */
export function forgetHandle(handle: object): void {
  registry.unregister(handle)
}
