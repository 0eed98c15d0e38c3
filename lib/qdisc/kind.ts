/** What a kind of qdisc is to this library. One file of `kinds/` makes one. */
import type { Codec } from '../codec/codec.js'
import { Rejection } from '../codec/rejection.js'
import { unknownOption } from '../codec/table.js'

export type Values = Readonly<Record<string, unknown>>

/** `Options`: what `addQdisc` takes of its own. `Qdisc`: as it is read; `Changes`: what `updateQdisc` takes. */
export interface QdiscKind<Kind extends string, Options, Qdisc, Changes = Partial<Options>> {
  /** TCA_KIND. */
  readonly kind: Kind
  /** The kernel's configuration option, for the error where it lacks the kind. */
  readonly config: string
  /** TCA_OPTIONS: options of its own in, what it has of its own out. */
  // biome-ignore lint/suspicious/noExplicitAny: the types that users see are Options and Qdisc
  readonly options: Codec<any, any>
  /** TCA_XSTATS. */
  readonly xstats?: Codec<never, unknown>
  /** It is no queue: it hangs at the link's ingress. */
  readonly ingress?: true
  /** Set when it is made. */
  readonly fixed?: readonly string[]
  /**
   * The kernel takes what a change leaves out for its default. Gives the whole of the options, from what is there and what
   * shall be.
   */
  complete?(now: Values, changes: Values): Values
  /** The kernel does not suffer a new one of these options beside the old one, not even until it has taken its place. */
  excludes?(old: Values, own: Values): boolean
  /** Types only. */
  readonly types?: { options: Options; changes: Changes; qdisc: Qdisc }
}

// biome-ignore lint/suspicious/noExplicitAny: any options, any qdisc
export type AnyQdiscKind = QdiscKind<string, any, any, any>

/** For a kind that has no options: nothing is sent, and what the kernel tells is nothing. */
export const noOptions: Codec<Values, Record<never, never>> = {
  expected: 'nothing',
  omits: (value) => Object.keys(value).length === 0,
  write(_writer, value) {
    for (const [name, one] of Object.entries(value)) throw unknownOption(name, one, [])
  },
  read: () => ({}),
}

/** What a change may not say. */
export function refuseFixed(kind: AnyQdiscKind, changes: Values): void {
  for (const name of kind.fixed ?? [])
    if (changes[name] !== undefined)
      throw new Rejection('nothing: it is set when the qdisc is made, and fixed then', changes[name]).within(name)
}
