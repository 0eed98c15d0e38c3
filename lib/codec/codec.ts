/** What every codec is: one value, to bytes and back. Codecs are stateless and know neither attribute nor family. */
import type { Writer } from './writer.js'

/** Bytes that came from outside, with the byte order of the host that made them. */
export interface Source {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly littleEndian: boolean
}

/** One value, to bytes and back. */
export interface Codec<In, Out = In> {
  /** What a value must be, for error messages: `an integer from 0 to 255`. */
  readonly expected: string
  /** Writes the payload; throws a {@link Rejection} when the value does not fit. */
  write(writer: Writer, value: In): void
  /** Reads the payload in `start…end`; throws {@link Unreadable} when the bytes do not fit. */
  read(source: Source, start: number, end: number): Out
  /** The value is expressed by the absence of the attribute. */
  omits?(value: In): boolean
  /** Of two rows with the same number, the one whose codec claims the payload reads it. */
  claims?(source: Source, start: number, end: number): boolean
  /** The payload is attributes: NLA_F_NESTED is set. */
  readonly nested?: true
}

/** A codec whose payload always takes `size` bytes, so that it can be a member of a C structure. */
export interface FixedCodec<In, Out = In> extends Codec<In, Out> {
  readonly size: number
}

// biome-ignore lint/suspicious/noExplicitAny: stands for a codec of any value in generic constraints
export type AnyCodec = Codec<any, any>
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyFixedCodec = FixedCodec<any, any>

/** The payload does not fit its codec: a newer kernel's, or not what the table says. The attribute is kept as bytes. */
export class Unreadable extends Error {}

/** For fixed sizes. */
export function requireLength(start: number, end: number, length: number): void {
  if (end - start !== length) throw new Unreadable(`${end - start} bytes, not ${length}`)
}

export function sourceOf(bytes: Uint8Array, littleEndian: boolean): Source {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), littleEndian }
}
