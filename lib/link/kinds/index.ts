/** What the registry tells of kinds by their names. */
import type { AnyTable } from '../../codec/table.js'
import type { AnyLinkKind, LinkOfKind } from '../kind.js'
import { type LinkMessage, type OtherLink, type PlainLink, readLink } from '../link.js'
import * as kinds from './registry.js'

export { kinds }
export type Kinds = typeof kinds

/** A link, told apart by `kind`; its kind's attributes are in `data`. */
export type Link = { [K in keyof Kinds]: LinkOfKind<Kinds[K]> }[keyof Kinds] | OtherLink | PlainLink

export const kindOf = (name: string): AnyLinkKind | undefined =>
  Object.hasOwn(kinds, name) ? (kinds as Readonly<Record<string, AnyLinkKind>>)[name] : undefined

export const tableOf = (name: string): AnyTable | undefined => kindOf(name)?.attributes

/** A link of whatever kind. */
export const readAnyLink = (message: LinkMessage): Link => readLink(message, tableOf) as Link
