/** The layout of one kind of message: a fixed structure, then attributes. */
import type { Source } from '../codec/codec.js'
import { decodeAttributes } from '../codec/reader.js'
import type { Fields, Struct, StructIn, StructOut } from '../codec/struct.js'
import { type AnyTable, encodeAttributes, type Infer, type InferResult } from '../codec/table.js'
import type { Writer } from '../codec/writer.js'

export interface MessageFormat<F extends Fields, T extends AnyTable> {
  readonly header: Struct<F>
  readonly attributes: T
}

export interface MessageValue<F extends Fields, T extends AnyTable> {
  readonly header: StructIn<F>
  readonly attributes: Infer<T>
}

/** One object of a reply. */
export interface Message<F extends Fields, T extends AnyTable> {
  readonly header: StructOut<F>
  readonly attributes: InferResult<T>
}

// biome-ignore lint/suspicious/noExplicitAny: any structure, any table
export type AnyMessageFormat = MessageFormat<any, any>

export function messageFormat<const F extends Fields, const T extends AnyTable>(
  header: Struct<F>,
  attributes: T,
): MessageFormat<F, T> {
  return { header, attributes }
}

/** Writes structure and attributes behind a message header. */
export function encodePayload(writer: Writer, format: AnyMessageFormat, value: MessageValue<Fields, AnyTable>): void {
  format.header.write(writer, value.header)
  writer.align()
  encodeAttributes(writer, format.attributes, value.attributes as Readonly<Record<string, unknown>>)
}

export function decodePayload<F extends Fields, T extends AnyTable>(
  format: MessageFormat<F, T>,
  source: Source,
  start: number,
  end: number,
): Message<F, T> {
  // All rtnetlink structures are a multiple of four bytes long but rtgenmsg, whose one byte is padded to four.
  const attributesStart = Math.min(start + Math.ceil(format.header.size / 4) * 4, end)
  return {
    header: format.header.read(source, start, end),
    // A table without a readable row wants nothing: then there is nothing unknown to keep either.
    attributes:
      format.attributes.byNumber.size === 0
        ? ({} as InferResult<T>)
        : decodeAttributes(format.attributes, source, attributesStart, end),
  }
}
