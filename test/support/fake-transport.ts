/** A transport that answers from a script. It knows netlink's headers and nothing of what the kernel would make of a request. */
import { u32 } from '../../lib/codec/integers.js'
import { nested } from '../../lib/codec/nest.js'
import { field, struct } from '../../lib/codec/struct.js'
import { attribute, attributes } from '../../lib/codec/table.js'
import { text } from '../../lib/codec/text.js'
import { Writer } from '../../lib/codec/writer.js'
import { Connection } from '../../lib/netlink/connection.js'
import {
  NLM_F_ACK, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_DUMP, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR,
} from '../../lib/netlink/constants.js' // biome-ignore format: names of one header
import { closeMessage, HEADER_BYTES, openMessage } from '../../lib/netlink/header.js'
import { messageFormat } from '../../lib/netlink/message.js'
import { type Request, type RequestMode, request } from '../../lib/netlink/request.js'
import type { Transport, TransportReply } from '../../lib/netlink/transport.js'
import { connection, type SocketHandle, socketNetns } from '../../lib/netlink/where.js'
import { fakeNetns } from './requests.js'

/** One request as it left. */
export interface Seen {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** With the header. */
  readonly bytes: Uint8Array
  /** The first 32 bits behind the header: what {@link thing} puts there. */
  readonly id: number
}

/** What is answered to one request; `undefined` is success: an acknowledgement or an empty dump where one was asked for. */
export type Script = (seen: Seen, send: readonly Seen[]) => readonly Uint8Array[] | undefined

export const complete: TransportReply = {
  chunks: [],
  sent: true,
  complete: true,
  overrun: false,
  truncated: false,
  error: undefined,
}

const asksAll = (flags: number) => (flags & NLM_F_DUMP) === NLM_F_DUMP

export function message(
  type: number,
  flags: number,
  sequence: number,
  body: (writer: Writer) => void,
  littleEndian = true,
) {
  const writer = new Writer(littleEndian)
  const start = openMessage(writer, type, flags, sequence)
  body(writer)
  const end = writer.position
  closeMessage(writer, start)
  writer.view.setUint32(start, end - start, littleEndian)
  return writer.bytes.slice(0, writer.position)
}

/** Of an extended acknowledgement, as bytes: number → payload. */
export type Tlvs = Readonly<Record<number, Uint8Array>>

function writeTlvs(writer: Writer, tlvs: Tlvs): void {
  for (const [number, payload] of Object.entries(tlvs)) {
    const mark = writer.open(Number(number), { name: '', constant: '' })
    writer.raw(payload)
    writer.close(mark)
  }
}

export interface AnswerOptions {
  /** Echo the header only. */
  readonly capped?: boolean
  readonly tlvs?: Tlvs
}

/** NLMSG_ERROR; an errno of 0 is an acknowledgement. */
export function answer(
  { sequence, bytes }: Pick<Seen, 'sequence' | 'bytes'>,
  errno: number,
  options: AnswerOptions = {},
) {
  const { capped = true, tlvs } = options
  const flags = (capped ? NLM_F_CAPPED : 0) | (tlvs === undefined ? 0 : NLM_F_ACK_TLVS)
  return message(NLMSG_ERROR, flags, sequence, (writer) => {
    writer.u32(-errno >>> 0)
    writer.raw(capped ? bytes.subarray(0, HEADER_BYTES) : bytes)
    writer.align()
    writeTlvs(writer, tlvs ?? {})
  })
}

export function done({ sequence }: Pick<Seen, 'sequence'>, errno = 0, tlvs: Tlvs = {}, flags = 0): Uint8Array {
  return message(NLMSG_DONE, NLM_F_MULTI | flags, sequence, (writer) => {
    writer.u32(-errno >>> 0)
    writeTlvs(writer, tlvs)
  })
}

/** What replies to {@link thing} carry: an object with an id. */
export function object({ sequence }: Pick<Seen, 'sequence'>, id: number, flags = 0, type = THING): Uint8Array {
  return message(type, flags, sequence, (writer) => writer.u32(id))
}

export function seenIn(tx: Uint8Array): Seen[] {
  const view = new DataView(tx.buffer, tx.byteOffset, tx.byteLength)
  const found: Seen[] = []
  for (let at = 0; at < tx.length; ) {
    const length = view.getUint32(at, true)
    found.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      bytes: tx.slice(at, at + length),
      id: length > HEADER_BYTES ? view.getUint32(at + HEADER_BYTES, true) : 0,
    })
    at += (length + 3) & ~3
  }
  return found
}

export class FakeTransport implements Transport {
  readonly littleEndian = true
  closed = false
  /** What left, a list for each send. */
  readonly sends: (readonly Seen[])[] = []
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly script: Script = () => undefined,
    private readonly options: {
      readonly window?: number
      /** Replies wait for {@link deliver}. */
      readonly held?: boolean
      /** Changes the reply to the send of that number, counted from 0. */
      readonly spoil?: (reply: TransportReply, index: number) => TransportReply
    } = {},
  ) {}

  get window(): number {
    return this.options.window ?? 64
  }

  /** Ids of all requests that left, send by send. */
  get ids(): number[][] {
    return this.sends.map((send) => send.map(({ id }) => id))
  }

  exchange(tx: Uint8Array): TransportReply {
    return this.reply(tx)
  }

  submit(tx: Uint8Array, done: (reply: TransportReply) => void): void {
    const reply = this.reply(tx)
    this.waiting.push(() => done(reply))
    if (!this.options.held) setImmediate(() => this.deliver())
  }

  /** Hands over the oldest reply that waits; false when there is none. */
  deliver(): boolean {
    const next = this.waiting.shift()
    next?.()
    return next !== undefined
  }

  close(): void {
    this.closed = true
  }

  private reply(tx: Uint8Array): TransportReply {
    const send = seenIn(tx)
    this.sends.push(send)
    const chunks = send.flatMap((seen) => this.script(seen, send) ?? this.success(seen))
    return this.options.spoil?.({ ...complete, chunks }, this.sends.length - 1) ?? { ...complete, chunks }
  }

  private success(seen: Seen): Uint8Array[] {
    if (asksAll(seen.flags)) return [done(seen)]
    return (seen.flags & NLM_F_ACK) === 0 ? [] : [answer(seen, 0)]
  }
}

/** A connection over it, and a handle of that for `where.socket`. */
export function connect(transport: Transport, warnings: string[] = []): { own: Connection; socket: SocketHandle } {
  const own = new Connection(transport, (warning) => warnings.push(warning))
  return { own, socket: { [connection]: own, [socketNetns]: fakeNetns() } }
}

export const THING = 0x40

const innerTable = attributes({ size: attribute('T_SIZE', 1, u32({ max: 99 })) })
export const thingFormat = messageFormat(
  struct('thingmsg', { id: field('t_id', u32()) }),
  attributes({
    label: attribute('T_LABEL', 1, text(60_000)),
    inner: attribute('T_INNER', 2, nested(innerTable)),
  }),
)

type ThingAttributes = { label?: string; inner?: { size?: number } }

/** A request about the thing `id`; objects of the reply are ids. */
export function thing(
  id: number,
  mode: RequestMode = 'act',
  rules: { memo?: string; forgets?: boolean; final?: boolean; values?: ThingAttributes } = {},
): Request<number> {
  const { values = {}, ...rest } = rules
  return request(
    { name: 'RTM_THING', type: THING, mode },
    thingFormat,
    { header: { id }, attributes: values },
    { type: THING, read: ({ header }) => header.id },
    rest,
  )
}

export const asked = (one: Request, doing = `do ${(one.value.header as { id: number }).id}`) => ({
  request: one as Request,
  doing: () => doing,
})
