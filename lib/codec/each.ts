/** An attribute that stands several times beside others, an element each. */
import type { Codec } from './codec.js'
import { onlyRead } from './only-read.js'
import { attributeParts, type Row } from './table.js'

/** All of them, as an array. Only read: a request says one, by a row of its own that is `writeOnly`. */
export function each<Out>(
  constant: string,
  number: number,
  element: Pick<Codec<never, Out>, 'read'>,
): Row<never, readonly Out[], { readonly readOnly: true }> {
  const one = onlyRead<readonly Out[]>((source, start, end) => [element.read(source, start, end)])
  return attributeParts([{ constant, number, codec: one }], { readOnly: true }, (before, next) => {
    // In place: a message holds hundreds, and the first of them made the array.
    const all = before as Out[]
    all.push(...(next as readonly Out[]))
    return all
  })
}
