/** Events that wait for their reader, or a reader that waits for events. */

type Waiting<T> = { readonly resolve: (result: IteratorResult<T>) => void; readonly reject: (error: unknown) => void }

/** Ends once: by its reader, or by a failure, which the reader meets behind the events that were there. */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  private readonly items: T[] = []
  private readonly readers: Waiting<T>[] = []
  private failure: { readonly error: unknown } | undefined
  private isEnded = false

  constructor(private readonly onEnd: () => void) {}

  push(item: T): void {
    if (this.isEnded) return
    const reader = this.readers.shift()
    if (reader === undefined) this.items.push(item)
    else reader.resolve({ value: item, done: false })
  }

  fail(error: unknown): void {
    if (!this.end()) return
    const reader = this.readers.shift()
    if (reader === undefined) this.failure = { error }
    else reader.reject(error)
    this.dismiss()
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.items.shift()
    if (item !== undefined) return Promise.resolve({ value: item, done: false })
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) return Promise.reject(failure.error)
    if (this.isEnded) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }))
  }

  async return(): Promise<IteratorResult<T>> {
    this.end()
    this.items.length = 0
    this.failure = undefined
    this.dismiss()
    return { value: undefined, done: true }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** False if it had ended already. */
  private end(): boolean {
    if (this.isEnded) return false
    this.isEnded = true
    this.onEnd()
    return true
  }

  private dismiss(): void {
    for (const reader of this.readers.splice(0)) reader.resolve({ value: undefined, done: true })
  }
}
