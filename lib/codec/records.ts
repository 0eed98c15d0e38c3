/** Structures one behind the other, as many as there is room for. */
import { type Codec, Unreadable } from './codec.js'
import { Rejection, within } from './rejection.js'
import type { Fields, Struct, StructIn, StructOut } from './struct.js'

/** An array that says of which structure it is one. */
export interface Records<F extends Fields> extends Codec<readonly StructIn<F>[], readonly StructOut<F>[]> {
  readonly element: { readonly codec: Struct<F> }
}

export function records<const F extends Fields>(element: Struct<F>): Records<F> {
  const expected = `an array of: ${element.expected}`
  return {
    element: { codec: element },
    expected,
    write(writer, values) {
      if (!Array.isArray(values)) throw new Rejection(expected, values)
      for (const [i, value] of (values as readonly StructIn<F>[]).entries())
        within(`[${i}]`, () => element.write(writer, value))
    },
    read(source, start, end) {
      if ((end - start) % element.size !== 0)
        throw new Unreadable(`${end - start} bytes are no array of ${element.size} each`)
      const values: StructOut<F>[] = []
      for (let at = start; at < end; at += element.size) values.push(element.read(source, at, at + element.size))
      return values
    },
  }
}
