/** Text and bytes. */
import { type Codec, Unreadable } from './codec.js'
import { Rejection } from './rejection.js'

// Bytes that are not UTF-8 travel as lone surrogates U+DC80…U+DCFF, one a byte, so that a name that the kernel gave
// comes back to it unchanged. (The name of a link may hold any byte; a replacement character would name another link.)
const ESCAPE = 0xdc00

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Length in bytes of the UTF-8 sequence at `at`, or 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  try {
    return at + length <= bytes.length && utf8.decode(bytes.subarray(at, at + length)) !== '' ? length : 0
  } catch {
    return 0
  }
}

export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at)
      text +=
        length > 0 ? utf8.decode(bytes.subarray(at, at + length)) : String.fromCharCode(ESCAPE | (bytes[at] as number))
      at += Math.max(length, 1)
    }
    return text
  }
}

/** The inverse of {@link decodeText}; `undefined` for text with any other lone surrogate. */
export function encodeText(text: string): Uint8Array | undefined {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE)
    else if (code >= 0xd800 && code <= 0xdfff) return undefined
    else bytes.push(...encoder.encode(character))
  }
  return Uint8Array.from(bytes)
}

/**
 * Text of at most `longest` bytes, sent with a NUL at its end; `bare`: without one, for what the kernel takes byte by byte.
 * Read with or without it.
 */
export function text(longest: number, end: 'nul' | 'bare' = 'nul'): Codec<string> {
  const expected = `text of at most ${longest} bytes without NUL`
  return {
    expected,
    write(writer, value) {
      if (typeof value !== 'string' || value.includes('\0')) throw new Rejection(expected, value)
      const encoded = encodeText(value)
      if (encoded === undefined || encoded.length > longest) throw new Rejection(expected, value)
      writer.raw(encoded)
      if (end === 'nul') writer.u8(0)
    },
    read(source, from, to) {
      const nul = source.bytes.subarray(from, to).indexOf(0)
      return decodeText(source.bytes.subarray(from, nul < 0 ? to : from + nul))
    },
  }
}

export interface Lengths {
  readonly min?: number
  readonly max?: number
}

/** Bytes as they are. */
export function bytes({ min = 0, max = 65_531 }: Lengths = {}): Codec<Uint8Array> {
  const expected = min === max ? `${min} bytes (Uint8Array)` : `${min} to ${max} bytes (Uint8Array)`
  return {
    expected,
    write(writer, value) {
      if (!(value instanceof Uint8Array) || value.length < min || value.length > max)
        throw new Rejection(expected, value)
      writer.raw(value)
    },
    read(source, start, end) {
      if (end - start < min || end - start > max) throw new Unreadable(`${end - start} bytes, not ${expected}`)
      return source.bytes.slice(start, end)
    },
  }
}
