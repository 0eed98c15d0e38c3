/** Values of one kind, one behind the other: C arrays. */
import { type Codec, type FixedCodec, requireLength, type Source, Unreadable } from './codec.js'
import { Rejection, within } from './rejection.js'
import type { Writer } from './writer.js'

function write<In>(element: FixedCodec<In, unknown>, writer: Writer, values: Iterable<In>): void {
  let i = 0
  for (const value of values) within(`[${i++}]`, () => element.write(writer, value))
}

function read<Out>(element: FixedCodec<never, Out>, source: Source, start: number, end: number): Out[] {
  const values: Out[] = []
  for (let at = start; at < end; at += element.size) values.push(element.read(source, at, at + element.size))
  return values
}

const isArrayLike = (values: unknown): values is ArrayLike<unknown> =>
  Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView))

/** As many as `min` to `max`; a typed array is taken too. */
export function series<In, Out>(
  element: FixedCodec<In, Out>,
  { min, max }: { readonly min: number; readonly max: number },
): Codec<ArrayLike<In> & Iterable<In>, readonly Out[]> {
  const expected = `an array of ${min} to ${max} times: ${element.expected}`
  return {
    expected,
    write(writer, values) {
      if (!isArrayLike(values) || values.length < min || values.length > max) throw new Rejection(expected, values)
      write(element, writer, values)
    },
    read(source, start, end) {
      if ((end - start) % element.size !== 0)
        throw new Unreadable(`${end - start} bytes are no array of ${element.size} each`)
      return read(element, source, start, end)
    },
  }
}

/** Exactly `count` of them: fits a member of a structure. */
export function tuple<In, Out>(
  element: FixedCodec<In, Out>,
  count: number,
): FixedCodec<ArrayLike<In> & Iterable<In>, readonly Out[]> {
  const expected = `an array of ${count} times: ${element.expected}`
  const size = element.size * count
  return {
    size,
    expected,
    write(writer, values) {
      if (!isArrayLike(values) || values.length !== count) throw new Rejection(expected, values)
      write(element, writer, values)
    },
    read(source, start, end) {
      requireLength(start, end, size)
      return read(element, source, start, end)
    },
  }
}
