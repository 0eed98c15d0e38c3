/** What a type of encapsulation (a lightweight tunnel) is to this library. One file of this folder makes one. */
import type { AnyTable } from '../../codec/table.js'

export type Values = Record<string, unknown>

export interface EncapType<Type extends string, T extends AnyTable, Options, Read> {
  /** As `ip` calls it. */
  readonly type: Type
  /** LWTUNNEL_ENCAP_…, and its number: RTA_ENCAP_TYPE. */
  readonly constant: string
  readonly number: number
  /** RTA_ENCAP. */
  readonly attributes: T
  /** Why requests cannot say it. */
  readonly onlyRead?: string
  /** Refuses, with a Rejection, what the kernel would refuse without a reason, or take and not do. */
  check?(options: Readonly<Values>): void
  /** The caller's words, where one attribute holds several of them; the names of the rows are taken where it is absent. */
  readonly names?: readonly string[]
  /** Makes values of the rows of the caller's words … */
  pack?(options: Values): Values
  /** … and the other way round. */
  unpack?(found: Readonly<Values>): Values
  /** Types only. */
  readonly types?: { options: Options; read: Read }
}

export type AnyEncapType = EncapType<string, AnyTable, unknown, unknown>

/** What a caller says of an encapsulation of the type. */
export type OptionsOf<E> = E extends EncapType<string, infer _Table, infer Options, infer _Read> ? Options : never
/** What is read of one. */
export type ReadOf<E> = E extends EncapType<string, infer _Table, infer _Options, infer Read> ? Read : never
