/** One socket with its queue: first in, first out; what is asked in one turn of the event loop leaves together. */
import { Writer } from '../codec/writer.js'
import { ClosedError, DumpInterruptedError, OutcomeUnknownError } from '../errors.js'
import { aborted, whenAborted } from './abort.js'
import type { Outcome, Settled } from './request.js'
import type { Transport, TransportReply } from './transport.js'
import { type Asked, Window } from './window.js'

/** Windows handed to the transport at a time: the next one is there when one ends, and memory stays bounded. */
const AHEAD = 4
/** Tries of a dump that the kernel calls inconsistent. */
const ATTEMPTS = 10
const LONGEST_PAUSE = 8

interface Pending extends Asked {
  settle(outcome: Outcome): void
  /** `gone`: given up before it left. */
  state: 'waiting' | 'left' | 'gone'
}

export class Connection {
  private queue: Pending[] = []
  /** What stands before it in the queue has left. */
  private head = 0
  private readonly inFlight = new Set<readonly Pending[]>()
  private readonly shareable = new Map<string, Promise<Outcome>>()
  private readonly writers: Writer[] = []
  private nextSequence = 1 + Math.floor(Math.random() * 0x7fff_ffff)
  private flushing = false
  private isClosed = false

  constructor(
    private readonly transport: Transport,
    private readonly warn: (warning: string) => void,
  ) {}

  get closed(): boolean {
    return this.isClosed
  }

  /** The objects of the reply; rejects with the error. */
  async ask(asked: Asked, signal?: AbortSignal): Promise<readonly unknown[]> {
    return objectsOf(await this.settled(asked, signal))
  }

  askSync(asked: Asked): readonly unknown[] {
    return objectsOf(this.settledSync(asked))
  }

  /** All of them in order, in as few sends as they need; one outcome each. */
  askMany(asked: readonly Asked[], signal?: AbortSignal): Promise<Settled[]> {
    return Promise.all(asked.map((one) => this.settled(one, signal)))
  }

  askManySync(asked: readonly Asked[]): Settled[] {
    const outcomes: Settled[] = []
    while (outcomes.length < asked.length) {
      for (const outcome of this.exchange(asked.slice(outcomes.length, outcomes.length + this.transport.window))) {
        outcomes.push(outcome.status === 'repeat' ? this.settledSync(asked[outcomes.length] as Asked) : outcome)
      }
    }
    return outcomes
  }

  private async settled(asked: Asked, signal?: AbortSignal): Promise<Settled> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.enqueue(asked, signal)
      if (outcome.status !== 'repeat') return outcome
      if (attempt === ATTEMPTS) return exhausted(outcome, asked)
      // Jitter: two that disturb each other must not go on doing so.
      if (outcome.why === 'interrupted') await pause(Math.random() * LONGEST_PAUSE)
    }
  }

  private settledSync(asked: Asked): Settled {
    for (let attempt = 1; ; attempt++) {
      const [outcome] = this.exchange([asked]) as [Outcome]
      if (outcome.status !== 'repeat') return outcome
      if (attempt === ATTEMPTS) return exhausted(outcome, asked)
    }
  }

  /** Settles all that is pending: what had left is of unknown outcome. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    const closed = (pending: Pending, left: boolean) => {
      pending.settle({
        status: 'failed',
        error: new ClosedError(`closed during: ${pending.doing()}`, { applied: left ? 'unknown' : false }),
      })
    }
    for (const window of this.inFlight) for (const pending of window) closed(pending, true)
    for (const pending of this.queue.slice(this.head)) closed(pending, false)
    this.queue = []
    this.head = 0
    this.inFlight.clear()
    this.shareable.clear()
    this.transport.close()
  }

  private enqueue(asked: Asked, signal?: AbortSignal): Promise<Outcome> {
    const { memo, forgets } = asked.request
    // Unsent, so no older than one that would be asked now; an aborted asker must not take others with it.
    const shared = memo === undefined || signal !== undefined ? undefined : this.shareable.get(memo)
    if (shared !== undefined) return shared
    if (forgets) this.shareable.clear()
    const outcome = new Promise<Outcome>((resolve) => this.push(asked, signal, resolve))
    if (memo !== undefined && signal === undefined) this.shareable.set(memo, outcome)
    return outcome
  }

  private push(asked: Asked, signal: AbortSignal | undefined, resolve: (outcome: Outcome) => void): void {
    const refusal = this.refusal(asked, signal)
    if (refusal !== undefined) {
      resolve({ status: 'failed', error: refusal })
      return
    }
    const pending: Pending = { ...asked, settle: resolve, state: 'waiting' }
    if (signal !== undefined) watchSignal(pending, signal)
    this.queue.push(pending)
    if (this.flushing) return
    this.flushing = true
    // After the promise callbacks of this turn: each of them may ask for more.
    process.nextTick(() => this.flush())
  }

  private refusal({ doing }: Asked, signal: AbortSignal | undefined): Error | undefined {
    if (this.isClosed) return new ClosedError(`cannot ${doing()}: the socket is closed`, { applied: false })
    return signal?.aborted ? aborted(signal, doing(), false) : undefined
  }

  private flush(ahead = AHEAD): void {
    this.flushing = false
    this.shareable.clear()
    while (this.head < this.queue.length && this.inFlight.size < ahead && !this.isClosed) {
      const { window, pendings } = this.fill()
      if (window.size > 0) this.send(window, pendings)
      else this.writers.push(window.writer)
    }
    // Only when half of it has left: copying the rest for every window would be quadratic.
    if (2 * this.head < this.queue.length) return
    this.queue = this.queue.slice(this.head)
    this.head = 0
  }

  /** Moves what stands at the head of the queue into a window. */
  private fill(): { window: Window; pendings: Pending[] } {
    const window = this.window()
    const pendings: Pending[] = []
    for (; this.head < this.queue.length; this.head++) {
      const pending = this.queue[this.head] as Pending
      if (pending.state === 'gone') continue
      if (!window.accepts(pending.request)) break
      try {
        if (!window.add(pending)) break
        pending.state = 'left'
        pendings.push(pending)
      } catch (error) {
        pending.settle({ status: 'failed', error })
      }
    }
    return { window, pendings }
  }

  private send(window: Window, pendings: readonly Pending[]): void {
    this.inFlight.add(pendings)
    this.transport.submit(window.seal(), (reply) => {
      if (!this.inFlight.delete(pendings)) return
      const outcomes = this.settle(window, reply)
      for (const [i, pending] of pendings.entries()) pending.settle(outcomes[i] as Outcome)
      if (this.head < this.queue.length && !this.flushing) this.flush()
    })
  }

  /** One send, blocking; takes as many of `asked` as fit. */
  private exchange(asked: readonly Asked[]): Outcome[] {
    if (this.isClosed) throw new ClosedError('the socket is closed', { applied: false })
    // What promises have asked before this leaves before it, and the transport waits for that.
    if (this.head < this.queue.length) this.flush(Number.POSITIVE_INFINITY)
    const window = this.window()
    const results: (Outcome | undefined)[] = []
    for (const one of asked) {
      if (!window.accepts(one.request)) break
      try {
        if (!window.add(one)) break
        results.push(undefined)
      } catch (error) {
        results.push({ status: 'failed', error })
      }
    }
    if (window.size === 0) this.writers.push(window.writer)
    const outcomes = window.size === 0 ? [] : this.settle(window, this.transport.exchange(window.seal()))
    return results.map((refused) => refused ?? (outcomes.shift() as Outcome))
  }

  private settle(window: Window, reply: TransportReply): Outcome[] {
    const outcomes = window.settle(reply)
    this.writers.push(window.writer)
    for (const outcome of outcomes)
      if (outcome.status === 'done' && outcome.warning !== undefined) this.warn(outcome.warning)
    return outcomes
  }

  private window(): Window {
    const capacity = this.transport.window
    // Sequence numbers of a window neither wrap nor are 0, which is that of notifications.
    if (this.nextSequence + capacity > 0xffff_ffff) this.nextSequence = 1
    const first = this.nextSequence
    this.nextSequence += capacity
    return new Window(this.writers.pop() ?? new Writer(this.transport.littleEndian), capacity, first)
  }
}

/** Gives a request up when its signal says so; one that has left stays in its window, and its answer is ignored. */
function watchSignal(pending: Pending, signal: AbortSignal): void {
  const { settle } = pending
  const callOff = whenAborted(signal, () => {
    const left = pending.state === 'left'
    if (!left) pending.state = 'gone'
    settle({ status: 'failed', error: aborted(signal, pending.doing(), left ? 'unknown' : false) })
  })
  pending.settle = (outcome) => {
    callOff()
    settle(outcome)
  }
}

function objectsOf(outcome: Settled): readonly unknown[] {
  if (outcome.status === 'failed') throw outcome.error
  return outcome.objects
}

function exhausted(outcome: Extract<Outcome, { status: 'repeat' }>, { doing }: Asked): Settled {
  const error =
    outcome.why === 'interrupted'
      ? new DumpInterruptedError(
          `cannot ${doing()}: the table changed at each of ${ATTEMPTS} tries`,
          outcome.objects,
          ATTEMPTS,
        )
      : new OutcomeUnknownError(`cannot ${doing()}: answers were lost at each of ${ATTEMPTS} tries`)
  return { status: 'failed', error }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
