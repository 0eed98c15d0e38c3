/** The order in which a batch does things, without I/O. */
import type { Effect, Operation, Steps } from './operation.js'
import type { Request, Settled } from './request.js'
import type { Asked } from './window.js'

/** What became of one item. */
export type ItemOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** Requests gathered before they are sent: several windows, so that the thread that sends is never idle. */
const GATHER = 512

// biome-ignore lint/suspicious/noExplicitAny: what comes back depends on what was yielded
type Gathering<T> = Generator<BatchEffect, T, any>

/** What a batch wants done. */
export type BatchEffect =
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
export class Batch {
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

  /** Nothing more is sent: what was gathered fails with `error`. */
  abandon(error: unknown): readonly ItemOutcome<unknown>[] {
    for (const { item } of this.gathered) this.outcomes[item.index] = { ok: false, error }
    return this.outcomes
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
