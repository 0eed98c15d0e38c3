/** A link in an attribute: its index. */

import type { Codec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'

/** A link: its name, its index, or an object that has its index (a {@link Link}). */
export type LinkRef = string | number | { readonly index: number }

const LARGEST_INDEX = 0x7fff_ffff

export const isIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_INDEX

export const expectedIndex = `an integer from 1 to ${LARGEST_INDEX}`

const index = u32()

/** Out: the index. In: any {@link LinkRef}, made an index by `resolveLinks` before it comes here; `null` is no link. */
export const linkRef: Codec<LinkRef | null, number> = {
  expected: 'a link: its name, its index, or an object with its index',
  write(writer, value) {
    const resolved = value === null ? 0 : typeof value === 'object' ? value.index : value
    if (value !== null && !isIndex(resolved)) throw new Rejection(linkRef.expected, value)
    writer.u32(resolved as number)
  },
  read: index.read,
}
