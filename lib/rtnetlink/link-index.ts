/** A link in an attribute: its index. Whoever has a link by its name resolves it first: `link/link-ref.ts`. */
import type { Codec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'

/** A link: its name, its index, or an object that has its index (a `Link`). */
export type LinkRef = string | number | { readonly index: number }

const LARGEST_INDEX = 0x7fff_ffff

export const isIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_INDEX

export const expectedIndex = `an integer from 1 to ${LARGEST_INDEX}`

/** What a caller calls a link; a name or an index, if it is one at all. */
export const nameOrIndex = (ref: LinkRef): string | number =>
  typeof ref === 'object' && ref !== null ? ref.index : ref

const index = u32()

/** Out: the index. In: any {@link LinkRef}, made an index by `resolveLinks` before it comes here; `null` is no link. */
export const linkRef: Codec<LinkRef | null, number> = {
  expected: 'a link: its name, its index, or an object with its index',
  write(writer, value) {
    const resolved = value === null ? 0 : nameOrIndex(value)
    if (value !== null && !isIndex(resolved)) throw new Rejection(linkRef.expected, value)
    writer.u32(resolved as number)
  },
  read: index.read,
}
