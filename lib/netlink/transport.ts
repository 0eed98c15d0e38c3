/** What the layers above need of a socket. The real one is in socket.ts; tests have others. */

export interface TransportReply {
  /** Whole messages, from the kernel, that belong to the send. */
  readonly chunks: readonly Uint8Array[]
  /** The kernel has worked through the requests. */
  readonly sent: boolean
  /** The last request that asked for an answer has got it. */
  readonly complete: boolean
  /** The receive queue overran: answers were lost. */
  readonly overrun: boolean
  /** An answer was longer than the buffer and is lost. */
  readonly truncated: boolean
  /** A system call failed. */
  readonly error: Error | undefined
}

export interface Transport {
  /** How many requests one send may carry, so that the receive buffer holds all their answers. */
  readonly window: number
  readonly littleEndian: boolean
  /** Blocks, also until all that was submitted before has been carried out; that is delivered later all the same. */
  exchange(tx: Uint8Array): TransportReply
  submit(tx: Uint8Array, done: (reply: TransportReply) => void): void
  close(): void
}
