/** What the kernel answered when the fixtures were captured (little-endian). */
import { sourceOf } from '../../lib/codec/codec.js'
import { eachMessage } from '../../lib/netlink/header.js'
import { files, read } from './source.js'

export interface Captured {
  readonly command: string
  /** RTM_… or NLMSG_…, as a number. */
  readonly type: number
  /** One message with its header. */
  readonly bytes: Uint8Array
}

interface ReplyFile {
  readonly fixtures: readonly {
    readonly command: string
    readonly exchanges: readonly { readonly datagrams: readonly { readonly hex: string }[] }[]
  }[]
}

/** Every message of test/fixtures/replies, or of one family. */
export function capturedReplies(family = '[^/]*'): Captured[] {
  return files('test/fixtures/replies', new RegExp(`/${family}\\.json$`)).flatMap((path) =>
    (JSON.parse(read(path)) as ReplyFile).fixtures.flatMap(({ command, exchanges }) =>
      exchanges.flatMap(({ datagrams }) => datagrams.flatMap(({ hex }) => messages(command, hex))),
    ),
  )
}

function messages(command: string, hex: string): Captured[] {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
  const found: Captured[] = []
  eachMessage(sourceOf(bytes, true), ({ type, offset, end }) => {
    found.push({ command, type, bytes: bytes.slice(offset, end) })
  })
  return found
}

/** Lengths that a hostile or broken sender writes. */
const badLengths = [0, 1, 3, 4, 0xfffc, 0xffff]

/** A message cut at every byte, and with a bad 16-bit length at every place where one may stand. */
export function* damaged(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length)
  for (let at = 0; at + 2 <= bytes.length; at += 4) {
    for (const length of badLengths) {
      const copy = bytes.slice()
      new DataView(copy.buffer).setUint16(at, length, true)
      yield copy
    }
  }
}

/**
 * Runs `read` on bytes that stand alone, and again between two kinds of other bytes: three equal results show that it
 * looked at nothing outside. What it throws counts as result.
 */
export function readsInside<T>(
  bytes: Uint8Array,
  read: (around: Uint8Array, start: number, end: number) => T,
): boolean {
  const results = [undefined, 0x00, 0xff].map((fill) => {
    const margin = fill === undefined ? 0 : 32
    const around = new Uint8Array(bytes.length + 2 * margin).fill(fill ?? 0)
    around.set(bytes, margin)
    try {
      return JSON.stringify(read(around, margin, margin + bytes.length), (_key, value) =>
        typeof value === 'bigint' ? `${value}n` : value,
      )
    } catch (error) {
      // RangeError is what a DataView throws that was asked for more than there is.
      if ((error as Error).name !== 'DecodeError') throw error
      return 'refused'
    }
  })
  return results[0] === results[1] && results[1] === results[2]
}
