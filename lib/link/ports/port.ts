/** What a kind of port is to this library: what a link has as a port of a master of that kind. One file of this folder makes one. */
import type { AnyTable, UnknownAttribute } from '../../codec/table.js'

export interface PortKind<Kind extends string, T extends AnyTable> {
  /** IFLA_INFO_SLAVE_KIND: the kind of the master. */
  readonly kind: Kind
  /** IFLA_INFO_SLAVE_DATA. */
  readonly attributes: T
  /** Refuses, with a Rejection, what the kernel would take and not do. */
  check?(values: Readonly<Record<string, unknown>>): void
}

export type AnyPortKind = PortKind<string, AnyTable>

/** What a link has as a port of a master of one kind. */
export interface PortOf<Kind extends string, Data> {
  /** The kind of its master. */
  readonly kind: Kind
  readonly data: Data
}

/** A port of a master whose kind this library does not know; its attributes are kept as they came. */
export interface OtherPort extends PortOf<'other', readonly UnknownAttribute[]> {
  readonly kindName: string
}
