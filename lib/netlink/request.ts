/** What an operation asks of the kernel, and what came of it. Data only: no I/O, no socket. */
import type { Fields } from '../codec/struct.js'
import type { AnyTable } from '../codec/table.js'
import type { AnyMessageFormat, Message, MessageFormat, MessageValue } from './message.js'

/**
 * - `act`: changes something; the answer is yes or no.
 * - `echo`: changes something and asks for the changed object (NLM_F_ECHO); a kernel may not echo.
 * - `get`: one object. `dump`: all objects. Both change nothing, so they are repeated when an answer is lost.
 */
export type RequestMode = 'act' | 'echo' | 'get' | 'dump'

export interface Request<T = unknown> {
  /** `RTM_NEWLINK`, for errors. */
  readonly name: string
  readonly type: number
  /** NLM_F_CREATE and the like; the mode's own flags are added. */
  readonly flags: number
  readonly mode: RequestMode
  readonly format: AnyMessageFormat
  readonly value: MessageValue<Fields, AnyTable>
  /** The type of the objects in the reply, and what makes a result of one; `undefined` leaves it out. */
  readonly replyType: number
  /** Another type that objects in the reply have (a bridge tells its MDB in RTM_GETMDB, a VXLAN in RTM_NEWMDB). */
  readonly otherReplyType: number | undefined
  readonly read: (message: Message<Fields, AnyTable>) => T | undefined
  /** The operation does nothing that depends on the reply: a batch may send on before it is there. */
  readonly final: boolean
  /** Requests with the same memo have the same reply until something is `forget`-ten: a batch, or a turn, asks once. */
  readonly memo: string | undefined
  /** What was memorised may be wrong after this. */
  readonly forgets: boolean
}

/** The common parts of a request filled in. */
export function request<F extends Fields, T extends AnyTable, R = never>(
  kind: { name: string; type: number; flags?: number; mode?: RequestMode },
  format: MessageFormat<F, T>,
  value: MessageValue<F, T>,
  reply: { type?: number; otherType?: number; read?: (message: Message<F, T>) => R | undefined } = {},
  rules: { final?: boolean; memo?: string; forgets?: boolean } = {},
): Request<R> {
  return {
    name: kind.name,
    type: kind.type,
    flags: kind.flags ?? 0,
    mode: kind.mode ?? 'act',
    format,
    value: value as MessageValue<Fields, AnyTable>,
    replyType: reply.type ?? 0,
    otherReplyType: reply.otherType,
    read: (reply.read ?? (() => undefined)) as Request<R>['read'],
    final: rules.final ?? false,
    memo: rules.memo,
    forgets: rules.forgets ?? false,
  }
}

/** Why a read has to be repeated: the table changed meanwhile, or an answer was lost or cut. */
export type Repeat = 'interrupted' | 'lost'

export type Outcome<T = unknown> =
  /** With the kernel's warning, as a sentence, where it gave one beside its yes. */
  | { readonly status: 'done'; readonly objects: readonly T[]; readonly warning: string | undefined }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'repeat'; readonly why: Repeat; readonly objects: readonly T[] }

export type Settled = Exclude<Outcome, { status: 'repeat' }>
