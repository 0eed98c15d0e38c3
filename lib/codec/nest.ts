/** Attributes within attributes. */
import { type Codec, sourceOf } from './codec.js'
import { decodeAttributes, eachAttribute } from './reader.js'
import { Rejection, within } from './rejection.js'
import { type AnyTable, encodeAttributes, type Infer, type InferResult } from './table.js'
import type { Writer } from './writer.js'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A nest that says which table describes it. */
export interface NestCodec<T extends AnyTable> extends Codec<Infer<T>, InferResult<T>> {
  readonly table: T
}

/** Attributes within an attribute. */
export function nested<T extends AnyTable>(table: T): NestCodec<T> {
  const expected = 'an object'
  return {
    table,
    nested: true,
    expected,
    write(writer, value) {
      if (!isObject(value)) throw new Rejection(expected, value)
      encodeAttributes(writer, table, value)
    },
    read: (source, start, end) => decodeAttributes(table, source, start, end),
  }
}

/** What the elements of an array stand in: attributes of this number, of 1, 2, 3 … or of 0, 1, 2 … as some arrays want. */
interface ElementAttribute {
  readonly constant: string
  readonly number: number | 'index' | 'offset'
}

/** An array that says what its elements are. */
export interface ArrayCodec<In, Out> extends Codec<readonly In[], readonly Out[]> {
  readonly element: ElementAttribute & { readonly codec: Codec<In, Out> }
}

/** An array whose elements are attributes. */
export function arrayOf<In, Out>(element: Codec<In, Out>, options: ElementAttribute): ArrayCodec<In, Out> {
  const expected = `an array of: ${element.expected}`
  return {
    element: { ...options, codec: element },
    nested: true,
    expected,
    write(writer, values) {
      if (!Array.isArray(values)) throw new Rejection(expected, values)
      // Not forEach, which skips holes: a hole is refused by the element.
      for (const [i, value] of (values as readonly In[]).entries()) {
        const type = typeof options.number === 'number' ? options.number : options.number === 'index' ? i + 1 : i
        const mark = writer.open(element.nested ? type | 0x8000 : type, { name: `[${i}]`, constant: options.constant })
        within(
          `[${i}]`,
          () => {
            element.write(writer, value)
            writer.close(mark)
          },
          options.constant,
        )
      }
    },
    read(source, start, end) {
      const values: Out[] = []
      eachAttribute(source, start, end, (_type, from, to) => values.push(element.read(source, from, to)))
      return values
    },
  }
}

/** Attributes that some other table describes: chosen by who sends them, decoded by who knows. */
export interface Encodable {
  encode(writer: Writer): void
}

/** Values with the table that encodes them, for {@link opaque}. */
export function encodable<T extends AnyTable>(table: T, values: Infer<T>): Encodable {
  return { encode: (writer) => encodeAttributes(writer, table, values as Readonly<Record<string, unknown>>) }
}

/** Attributes whose table is not known yet. */
export interface OpaqueAttributes {
  readonly bytes: Uint8Array
  decode<T extends AnyTable>(table: T): InferResult<T>
  /** What is no nest, or one with something in front of its attributes. */
  read<Out>(codec: Pick<Codec<never, Out>, 'read'>): Out
}

/** A nest whose table this row does not know (the data of a link kind). */
export const opaque: Codec<Encodable | Uint8Array, OpaqueAttributes> = {
  nested: true,
  expected: 'attributes, or their bytes',
  write(writer, value) {
    if (value instanceof Uint8Array) writer.raw(value)
    else if (typeof value?.encode === 'function') value.encode(writer)
    else throw new Rejection(opaque.expected, value)
  },
  read({ bytes, littleEndian }, start, end) {
    const own = bytes.slice(start, end)
    const ownSource = sourceOf(own, littleEndian)
    return {
      bytes: own,
      decode: (table) => decodeAttributes(table, ownSource, 0, own.length),
      read: (codec) => codec.read(ownSource, 0, own.length),
    }
  },
}
