/**
 * struct nlmsghdr
 *
 *     | length u32 | type u16 | flags u16 | sequence u32 | port u32 | payload … | padding to 4 |
 */
import type { Source } from '../codec/codec.js'
import type { Writer } from '../codec/writer.js'
import { DecodeError } from '../errors.js'

export const HEADER_BYTES = 16

/** Opens a message with its header; the length is set by {@link closeMessage}. */
export function openMessage(writer: Writer, type: number, flags: number, sequence: number): number {
  const start = writer.reserve(HEADER_BYTES)
  writer.view.setUint16(start + 4, type, writer.littleEndian)
  writer.view.setUint16(start + 6, flags, writer.littleEndian)
  writer.view.setUint32(start + 8, sequence, writer.littleEndian)
  return start
}

export function closeMessage(writer: Writer, start: number): void {
  writer.view.setUint32(start, writer.position - start, writer.littleEndian)
  writer.align()
}

export function addFlags(writer: Writer, start: number, flags: number): void {
  const at = start + 6
  writer.view.setUint16(at, writer.view.getUint16(at, writer.littleEndian) | flags, writer.littleEndian)
}

export interface RawMessage {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** Of the header. */
  readonly offset: number
  /** Of the payload. */
  readonly start: number
  readonly end: number
}

/** Calls `visit` for each message of a buffer. */
export function eachMessage(source: Source, visit: (message: RawMessage) => void): void {
  const { view, littleEndian } = source
  for (let at = 0; at + HEADER_BYTES <= view.byteLength; ) {
    const length = view.getUint32(at, littleEndian)
    if (length < HEADER_BYTES || length > view.byteLength - at) {
      throw new DecodeError(`message of ${length} bytes where ${view.byteLength - at} are left`, '', at)
    }
    visit({
      type: view.getUint16(at + 4, littleEndian),
      flags: view.getUint16(at + 6, littleEndian),
      sequence: view.getUint32(at + 8, littleEndian),
      offset: at,
      start: at + HEADER_BYTES,
      end: at + length,
    })
    at += Math.ceil(length / 4) * 4
  }
}
