/** What a kind of link is to this library: its name, its attributes, and its rules. One file of `kinds/` makes one. */
import type { Encodable } from '../codec/nest.js'
import { within } from '../codec/rejection.js'
import { type AnyTable, type Begun, encodeAttributes } from '../codec/table.js'
import type { Steps } from '../netlink/operation.js'
import type { AnyPortKind } from './ports/port.js'

export type Values = Record<string, unknown>

export interface LinkKind<Kind extends string, T extends AnyTable, Link> {
  /** IFLA_INFO_KIND. */
  readonly kind: Kind
  /** The kernel's configuration option, for the error where it lacks the kind. */
  readonly config: string
  /** IFLA_INFO_DATA. */
  readonly attributes: T
  /** Not of the registry: its links read back as `other`. */
  readonly isOther?: true
  /** The calls that make such a link, where netlink cannot. */
  readonly madeBy?: string
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
  /** Types only. */
  readonly types?: { link: Link }
}

export type AnyLinkKind = LinkKind<string, AnyTable, unknown>

/** A link of the kind, as it is read. */
export type LinkOfKind<K> = K extends LinkKind<string, infer _Table, infer Link> ? Link : never

/** Values of a kind's own attributes, and where the caller wrote them: beside those of all links, or in `data`. */
export interface Own {
  readonly path: '' | 'data'
  readonly values: Values
}

/** Values of the attributes that a link has as a port; the caller wrote them in `port`. */
export interface PortValues {
  readonly kind: AnyPortKind
  readonly values: Values
}

/** IFLA_LINKINFO, as far as there is something to say. */
export interface LinkInfo {
  readonly kind?: string | undefined
  readonly data?: Encodable | undefined
  readonly portKind?: string | undefined
  readonly portData?: Encodable | undefined
}

function encodable(table: AnyTable, parts: readonly { readonly path: string; readonly values: Values }[]): Encodable {
  return {
    encode(writer) {
      const begun: Begun = new Map()
      for (const { path, values } of parts) within(path, () => encodeAttributes(writer, table, values, begun))
    },
  }
}

export function linkInfo(kind: AnyLinkKind, own: readonly Own[]): LinkInfo {
  const said = own.filter(({ values }) => Object.keys(values).length > 0)
  return { kind: kind.kind, data: said.length === 0 ? undefined : encodable(kind.attributes, said) }
}

export function portInfo({ kind, values }: PortValues): LinkInfo {
  return { portKind: kind.kind, portData: encodable(kind.attributes, [{ path: 'port', values }]) }
}
