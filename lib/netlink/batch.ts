/** Many operations over one socket, many requests a send. */
import { InvalidArgumentError } from '../errors.js'
import { aborted, deadlineOf, signalOf, unlessAborted } from './abort.js'
import { Lease } from './lease.js'
import type { Effect, Operation, Steps } from './operation.js'
import type { Request, Settled } from './request.js'
import type { Where } from './where.js'
import type { Asked } from './window.js'

/** What became of one item. */
export type ItemOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

export interface BatchOptions extends Where {
  /**
   * After an item has failed: go on with the rest (`'continue'`, the default), or send nothing more (`'stop'`: the
   * requests then leave one by one, and the outcomes end with the one that failed).
   */
  readonly onError?: 'continue' | 'stop' | undefined
}

/** Requests gathered before they are sent: several windows, so that the thread that sends is never idle. */
const GATHER = 512

// biome-ignore lint/suspicious/noExplicitAny: what comes back depends on what was yielded
type Gathering<T> = Generator<BatchEffect, T, any>

type BatchEffect =
  | { readonly next: true }
  | { readonly many: readonly Asked[] }
  | { readonly alone: Effect; readonly doing: () => string }
type Result = { readonly value: unknown } | { readonly error: unknown }

interface Item {
  readonly index: number
  readonly operation: Operation<unknown>
  readonly steps: Steps<unknown>
}

type Step = IteratorResult<unknown, unknown>

/** The order of things, without I/O: takes items, gathers their requests, tells each what came of it. */
class Batch {
  readonly outcomes: ItemOutcome<unknown>[] = []
  private failed = false
  private readonly gathered: { item: Item; request: Request }[] = []
  private readonly memos = new Map<string, Result>()

  private readonly gather: number

  constructor(private readonly stopOnError: boolean) {
    this.gather = stopOnError ? 1 : GATHER
  }

  *run(): Gathering<ItemOutcome<unknown>[]> {
    for (let index = 0; !(this.failed && this.stopOnError); index++) {
      const operation: Operation<unknown> | undefined = yield { next: true }
      if (operation === undefined) break
      const item = { index, operation, steps: operation.steps() }
      yield* this.advance(item, this.step(item, { value: undefined }))
      if (this.gathered.length >= this.gather) yield* this.flush()
    }
    yield* this.flush()
    return this.outcomes
  }

  /** Runs an item until it ends, or has only to wait for a reply on which nothing of its own depends. */
  private *advance(item: Item, first: Step | undefined): Gathering<void> {
    for (let step = first; step !== undefined; ) {
      const effect = step.value as Effect
      if (!('request' in effect) || effect.netns !== undefined) {
        yield* this.flush()
        step = this.step(item, yield { alone: effect, doing: item.operation.doing })
        continue
      }
      const { request } = effect
      const known = request.memo === undefined ? undefined : this.memos.get(request.memo)
      if (known !== undefined) {
        step = this.step(item, known)
        continue
      }
      if (request.forgets) this.memos.clear()
      this.gathered.push({ item, request })
      if (request.final) return
      const result: Result = yield* this.flush()
      if (request.memo !== undefined && 'value' in result) this.memos.set(request.memo, result)
      step = this.step(item, result)
    }
  }

  /** Sends what was gathered and tells all items but the last, whose result is returned: it may have more to do. */
  private *flush(): Gathering<Result> {
    const sent = this.gathered.splice(0)
    if (sent.length === 0) return { value: undefined }
    const settled: readonly Settled[] = yield {
      many: sent.map(({ item, request }) => ({ request, doing: item.operation.doing })),
    }
    const results = settled.map(
      (one): Result => (one.status === 'done' ? { value: one.objects } : { error: one.error }),
    )
    for (const [i, { item, request }] of sent.entries()) {
      if (request.final) yield* this.advance(item, this.step(item, results[i] as Result))
    }
    return results.at(-1) as Result
  }

  /** Feeds an item; `undefined` once it has ended. */
  private step({ index, steps }: Item, result: Result): Step | undefined {
    try {
      const step = 'error' in result ? steps.throw(result.error) : steps.next(result.value)
      if (!step.done) return step
      this.outcomes[index] = { ok: true, value: step.value }
    } catch (error) {
      this.failed = true
      this.outcomes[index] = { ok: false, error }
    }
    return undefined
  }
}

type Outcomes<Ops> = { -readonly [K in keyof Ops]: Ops[K] extends Operation<infer T> ? ItemOutcome<T> : never }
type AnyOperations = Iterable<Operation<unknown>> | AsyncIterable<Operation<unknown>>

export interface BatchVerb {
  <const Ops extends readonly Operation<unknown>[]>(operations: Ops, options?: BatchOptions): Promise<Outcomes<Ops>>
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
