/**
 * The requests of one send, and what became of each.
 *
 * Only the last request asks for an answer. The kernel works in order and reports errors unasked, so once that answer
 * is there and nothing was lost, a request of which nothing was heard has succeeded.
 */
import { type Source, sourceOf } from '../codec/codec.js'
import { joinPath, Rejection } from '../codec/rejection.js'
import type { Writer } from '../codec/writer.js'
import { InvalidArgumentError, OutcomeUnknownError } from '../errors.js'
import {
  NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_ECHO, NLM_F_REQUEST,
  NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_OVERRUN,
} from './constants.js' // biome-ignore format: names of one header
import { type Answer, readAnswer } from './extended-ack.js'
import { addFlags, closeMessage, eachMessage, openMessage, type RawMessage } from './header.js'
import { kernelError } from './kernel-error.js'
import { decodePayload, encodePayload } from './message.js'
import type { Outcome, Request } from './request.js'
import type { TransportReply } from './transport.js'

/** More than this a send gains nothing, and keeps the kernel-wide lock for longer. */
const FULL_BYTES = 8192
/** The kernel's default send buffer takes no more (EMSGSIZE beyond). */
const LONGEST = 212_000

/** A request with the words for its errors. */
export interface Asked {
  readonly request: Request
  /** `create vxlan link vx0`. */
  readonly doing: () => string
}

interface Entry extends Asked {
  readonly start: number
  readonly objects: unknown[]
  answer: Answer | undefined
  interrupted: boolean
  decodeError: unknown
}

const modeFlags = { act: 0, echo: NLM_F_ECHO, get: 0, dump: NLM_F_DUMP } as const

export class Window {
  private readonly entries: Entry[] = []

  /** The writer is the window's own until it is settled. */
  constructor(
    readonly writer: Writer,
    private readonly capacity: number,
    private readonly firstSequence: number,
  ) {
    writer.reset()
  }

  get size(): number {
    return this.entries.length
  }

  /** Whether another request may join: a dump has a send of its own. */
  accepts(request: Request): boolean {
    if (this.entries.length === 0) return true
    if (request.mode === 'dump' || this.entries[0]?.request.mode === 'dump') return false
    return this.entries.length < this.capacity && this.writer.position < FULL_BYTES
  }

  /**
   * Whether there was room for it beside the others; a window by itself holds whatever may be sent at all. Throws
   * {@link InvalidArgumentError}, and is as before, when a value does not fit.
   */
  add(asked: Asked): boolean {
    const { request } = asked
    const { writer } = this
    const start = writer.position
    try {
      openMessage(
        writer,
        request.type,
        NLM_F_REQUEST | request.flags | modeFlags[request.mode],
        this.firstSequence + this.entries.length,
      )
      encodePayload(writer, request.format, request.value)
      closeMessage(writer, start)
      if (writer.position - start > LONGEST)
        throw new Rejection(`a request of at most ${LONGEST} bytes`, writer.position - start)
    } catch (error) {
      writer.rewind(start)
      throw invalidArgument(error, asked.doing)
    }
    if (writer.position > LONGEST) {
      writer.rewind(start)
      return false
    }
    this.entries.push({ ...asked, start, objects: [], answer: undefined, interrupted: false, decodeError: undefined })
    return true
  }

  /** The bytes to send; nothing can be added afterwards. */
  seal(): Uint8Array {
    const last = this.entries.at(-1)
    if (last !== undefined && last.request.mode !== 'dump') addFlags(this.writer, last.start, NLM_F_ACK)
    return this.writer.bytes.subarray(0, this.writer.position)
  }

  /** One outcome a request, in order. */
  settle(reply: TransportReply): Outcome[] {
    let lost = reply.overrun || reply.truncated
    for (const chunk of reply.chunks) {
      const source = sourceOf(chunk, this.writer.littleEndian)
      try {
        eachMessage(source, (message) => {
          if (message.type === NLMSG_OVERRUN) lost = true
          else this.take(source, message)
        })
      } catch (error) {
        // What follows a malformed header is lost: whose answer it was nobody can tell.
        for (const entry of this.entries) if (entry.answer === undefined) entry.decodeError ??= error
      }
    }
    return this.entries.map((entry) => this.outcome(entry, reply, lost))
  }

  private take(source: Source, message: RawMessage): void {
    const entry = this.entries[message.sequence - this.firstSequence]
    if (entry === undefined) return
    if ((message.flags & NLM_F_DUMP_INTR) !== 0) entry.interrupted = true
    try {
      if (message.type === NLMSG_ERROR || message.type === NLMSG_DONE) entry.answer = readAnswer(source, message)
      else if (message.type >= NLMSG_MIN_TYPE && isReply(entry.request, message.type)) {
        const object = entry.request.read(decodePayload(entry.request.format, source, message.start, message.end))
        if (object !== undefined) entry.objects.push(object)
      }
    } catch (error) {
      entry.decodeError ??= error
    }
  }

  private outcome(entry: Entry, reply: TransportReply, lost: boolean): Outcome {
    const { request, answer, objects } = entry
    if (answer !== undefined && answer.errno !== 0) {
      return { status: 'failed', error: kernelError(request, this.writer, entry.start, answer, entry.doing()) }
    }
    if (!reply.sent) return { status: 'failed', error: reply.error ?? new Error('not sent') }
    const reads = request.mode === 'get' || request.mode === 'dump'
    if (entry.decodeError !== undefined && reads) return { status: 'failed', error: entry.decodeError }
    // An unreadable echo beside a yes is no more than no echo, which some kernels do not give at all.
    if (entry.decodeError !== undefined && answer === undefined)
      return this.unknown(entry, reads, 'its answer is malformed', entry.decodeError)
    if (lost && (answer === undefined || reads)) return this.unknown(entry, reads, 'an answer was lost')
    if (!reply.complete && answer === undefined) return this.unknown(entry, reads, 'no answer came', reply.error)
    if (entry.interrupted) return { status: 'repeat', why: 'interrupted', objects }
    const warning = answer?.extended.message
    return { status: 'done', objects, warning: warning && `the kernel warns about: ${entry.doing()}: ${warning}` }
  }

  private unknown(entry: Entry, reads: boolean, why: string, cause?: unknown): Outcome {
    // An error of the system call that waited will not go away by asking again.
    if (reads && cause === undefined) return { status: 'repeat', why: 'lost', objects: entry.objects }
    const tail = reads ? '' : ': it may or may not have been applied'
    return {
      status: 'failed',
      error: new OutcomeUnknownError(
        `cannot tell whether it worked to ${entry.doing()}, ${why}${tail}`,
        cause === undefined ? undefined : { cause },
      ),
    }
  }
}

const isReply = ({ replyType, otherReplyType }: Request, type: number) => type === replyType || type === otherReplyType

/** What a rejected value is for the caller. */
export function invalidArgument(error: unknown, doing: () => string): unknown {
  if (!(error instanceof Rejection)) return error
  return new InvalidArgumentError(joinPath(error.path), error.expected, error.actual, {
    constant: error.constant,
    doing: doing(),
  })
}
