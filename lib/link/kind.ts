/** What a kind of link is to this library: its name, its attributes, and its rules. One file of `kinds/` makes one. */
import type { Encodable } from '../codec/nest.js'
import { within } from '../codec/rejection.js'
import { type AnyTable, encodeAttributes } from '../codec/table.js'
import type { Steps } from '../netlink/operation.js'

export type Values = Record<string, unknown>

export interface LinkKind<Kind extends string, T extends AnyTable> {
  /** IFLA_INFO_KIND. */
  readonly kind: Kind
  /** The kernel's configuration option, for the error where it lacks the kind. */
  readonly config: string
  /** IFLA_INFO_DATA. */
  readonly attributes: T
  /** In a change the kernel takes what is absent for its default, not for unchanged: all that can be changed is sent. */
  readonly changesAreWhole?: true
  /**
   * Refuses, with a Rejection, what the kernel would refuse late, or take and not do. Gets the kind's own options (in an
   * update nothing but what shall change is there) and, beside them, those of all links.
   */
  check?(data: Readonly<Values>, when: 'create' | 'update', common: Readonly<Values>): void
  /**
   * Makes wire values of options that take more than a codec (a namespace to open), in place. What it opens it hands to
   * `hold`, which closes it when the operation ends.
   */
  prepare?(data: Values, hold: (release: () => void) => void): Steps<void>
}

export type AnyLinkKind = LinkKind<string, AnyTable>

/** Values of a kind's own attributes, and where the caller wrote them: beside those of all links, or in `data`. */
export interface Own {
  readonly path: '' | 'data'
  readonly values: Values
}

/** IFLA_LINKINFO; without data where there is nothing to say. */
export function linkInfo(kind: AnyLinkKind, own: readonly Own[]): { kind: string; data: Encodable | undefined } {
  const said = own.filter(({ values }) => Object.keys(values).length > 0)
  const data: Encodable = {
    encode(writer) {
      for (const { path, values } of said) within(path, () => encodeAttributes(writer, kind.attributes, values))
    },
  }
  return { kind: kind.kind, data: said.length === 0 ? undefined : data }
}
