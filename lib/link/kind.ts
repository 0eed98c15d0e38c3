/** What a kind of link is to this library: its name, its attributes, and its rules. One file of `kinds/` makes one. */
import type { AnyTable } from '../codec/table.js'
import type { Steps } from '../netlink/operation.js'

export type Values = Record<string, unknown>

export interface LinkKind<Kind extends string, T extends AnyTable> {
  /** IFLA_INFO_KIND. */
  readonly kind: Kind
  /** IFLA_INFO_DATA. */
  readonly attributes: T
  /** Refuses, with a Rejection, what the kernel would refuse late, or take and not do. Gets the kind's own options. */
  check?(data: Readonly<Values>): void
  /**
   * Makes wire values of options that take more than a codec (a namespace to open), in place. What it opens it hands to
   * `hold`, which closes it when the operation ends.
   */
  prepare?(data: Values, hold: (release: () => void) => void): Steps<void>
}

export type AnyLinkKind = LinkKind<string, AnyTable>
