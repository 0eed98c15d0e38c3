/** What the registry tells of kinds by their names. */
import type { AnyQdiscKind } from '../kind.js'
import { type OtherQdisc, type QdiscMessage, readQdisc } from '../qdisc.js'
import * as registry from './registry.js'

type Kinds = (typeof registry)[keyof typeof registry]
type TypesOf<K> = K extends AnyQdiscKind ? NonNullable<K['types']> : never

/** A qdisc, told apart by `kind`; what the kind has of its own is in `data`. */
export type Qdisc = TypesOf<Kinds>['qdisc'] | OtherQdisc

/** The options of each kind beside its name. */
export type OwnOptions = {
  [K in Kinds['kind']]: { readonly kind: K } & TypesOf<Extract<Kinds, { kind: K }>>['options']
}[Kinds['kind']]
export type OwnChanges = {
  [K in Kinds['kind']]: { readonly kind: K } & TypesOf<Extract<Kinds, { kind: K }>>['changes']
}[Kinds['kind']]

const kinds: ReadonlyMap<string, AnyQdiscKind> = new Map(Object.values(registry).map((kind) => [kind.kind, kind]))

export const kindNames: readonly string[] = [...kinds.keys()]
export const kindOf = (name: string): AnyQdiscKind | undefined => kinds.get(name)

/** A qdisc of whatever kind. */
export const readAnyQdisc = (message: QdiscMessage): Qdisc => readQdisc(message, kindOf) as Qdisc
