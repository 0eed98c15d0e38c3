/** Many operations over one socket, many requests a send. */
import { AbortError, InvalidArgumentError } from '../errors.js'
import { aborted, deadlineOf, signalOf, unlessAborted } from './abort.js'
import { Batch, type BatchEffect, type ItemOutcome } from './batch-order.js'
import { Lease } from './lease.js'
import type { Operation } from './operation.js'
import type { Where } from './where.js'

export type { ItemOutcome } from './batch-order.js'

/** Where a batch runs, and what it does after a failure. */
export interface BatchOptions extends Where {
  /**
   * After an item has failed: go on with the rest (`'continue'`, the default), or send nothing more (`'stop'`: the
   * requests then leave one by one, and the outcomes end with the one that failed).
   */
  readonly onError?: 'continue' | 'stop' | undefined
}

type Outcomes<Ops> = { -readonly [K in keyof Ops]: Ops[K] extends Operation<infer T> ? ItemOutcome<T> : never }
type AnyOperations = Iterable<Operation<unknown>> | AsyncIterable<Operation<unknown>>

/** The call {@link batch}, as a promise and blocking. */
export interface BatchVerb {
  /** For an array: each outcome has the type of its item. */
  <const Ops extends readonly Operation<unknown>[]>(operations: Ops, options?: BatchOptions): Promise<Outcomes<Ops>>
  /** For items that come one by one. */
  <T>(
    operations: Iterable<Operation<T>> | AsyncIterable<Operation<T>>,
    options?: BatchOptions,
  ): Promise<ItemOutcome<T>[]>
  /** The same, blocking. */
  sync: {
    <const Ops extends readonly Operation<unknown>[]>(operations: Ops, options?: BatchOptions): Outcomes<Ops>
    <T>(operations: Iterable<Operation<T>>, options?: BatchOptions): ItemOutcome<T>[]
  }
}

function split(options: BatchOptions = {}): { batch: Batch; where: Where } {
  if (typeof options !== 'object' || options === null) throw new InvalidArgumentError('options', 'an object', options)
  const { onError = 'continue', ...where } = options
  if (onError !== 'continue' && onError !== 'stop')
    throw new InvalidArgumentError('onError', "'continue' or 'stop'", onError)
  return { batch: new Batch(onError === 'stop'), where }
}

function checked(operation: unknown): Operation<unknown> {
  const { steps } = (operation ?? {}) as Partial<Operation<unknown>>
  if (typeof steps !== 'function')
    throw new InvalidArgumentError('operations', 'operations, as addFdb.op(…) makes them', operation)
  return operation as Operation<unknown>
}

type Source = Iterator<unknown> | AsyncIterator<unknown>

function iterate(operations: unknown, symbols: readonly symbol[]): Source {
  for (const symbol of symbols) {
    const make = (operations as Record<symbol, unknown> | null | undefined)?.[symbol]
    if (typeof make === 'function') return make.call(operations)
  }
  throw new InvalidArgumentError('operations', 'an iterable of operations', operations)
}

/** The next item; `undefined` behind the last. */
async function take(source: Source, signal: AbortSignal | undefined, applied: false | 'unknown') {
  const error = () => aborted(signal as AbortSignal, doingBatch(), applied)
  if (signal?.aborted) throw error()
  const next = source.next()
  // Not a turn of the loop for each item of an array.
  const { value, done } = next instanceof Promise ? await unlessAborted(next, signal, error) : next
  return done ? undefined : checked(value)
}

/** A generator that is waiting would end only when what it waits for is there: after an abort nobody waits for that. */
async function end(source: Source, signal: AbortSignal | undefined) {
  const ended = source.return?.()
  if (signal?.aborted) Promise.resolve(ended).catch(() => {})
  else await ended
}

const doingBatch = () => 'run a batch'

async function runBatch(protocol: number, operations: AnyOperations, options?: BatchOptions) {
  const { batch, where } = split(options)
  const lease = new Lease(protocol, where)
  const signal = signalOf(where)
  const source = iterate(operations, [Symbol.asyncIterator, Symbol.iterator])
  let applied: false | 'unknown' = false
  try {
    const run = batch.run()
    let step = run.next()
    while (!step.done) {
      const effect = step.value
      if (!('next' in effect)) applied = 'unknown'
      if ('next' in effect) step = run.next(await take(source, signal, applied))
      else if ('many' in effect) step = run.next(await (await lease.connect()).askMany(effect.many, signal))
      else
        step = run.next(
          await lease.perform(effect.alone, effect.doing, signal).then(
            (value) => ({ value }),
            (error) => ({ error }),
          ),
        )
    }
    return step.value
  } catch (error) {
    throw error instanceof AbortError ? error.withOutcomes(batch.abandon(error)) : error
  } finally {
    lease.release()
    await end(source, signal)
  }
}

function runBatchSync(protocol: number, operations: Iterable<Operation<unknown>>, options?: BatchOptions) {
  const { batch, where } = split(options)
  const lease = new Lease(protocol, where)
  const deadline = deadlineOf(where)
  const source = iterate(operations, [Symbol.iterator]) as Iterator<unknown>
  const perform = (effect: BatchEffect) => {
    if ('next' in effect) {
      const { value, done } = source.next()
      return done ? undefined : checked(value)
    }
    deadline.check(doingBatch)
    if ('many' in effect) return lease.connectSync().askManySync(effect.many)
    try {
      return { value: lease.performSync(effect.alone, effect.doing) }
    } catch (error) {
      return { error }
    }
  }
  try {
    const run = batch.run()
    let step = run.next()
    while (!step.done) step = run.next(perform(step.value))
    return step.value
  } catch (error) {
    throw error instanceof AbortError ? error.withOutcomes(batch.abandon(error)) : error
  } finally {
    lease.release()
    source.return?.()
  }
}

export function defineBatch(protocol: number): BatchVerb {
  const run = (operations: AnyOperations, options?: BatchOptions) => runBatch(protocol, operations, options)
  const sync = (operations: Iterable<Operation<unknown>>, options?: BatchOptions) =>
    runBatchSync(protocol, operations, options)
  return Object.assign(run, { sync }) as BatchVerb
}
