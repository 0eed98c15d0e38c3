/** One value through one codec, without a table or message around it. */
import { type Codec, sourceOf } from '../../lib/codec/codec.js'
import { Rejection } from '../../lib/codec/rejection.js'
import { type AnyTable, encodeAttributes } from '../../lib/codec/table.js'
import { Writer } from '../../lib/codec/writer.js'

/** Both byte orders: neither may be taken for granted. */
export const orders = [
  { order: 'little-endian', littleEndian: true },
  { order: 'big-endian', littleEndian: false },
] as const

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** In hexadecimal. The buffer begins small and dirty, so that growth and padding are seen. */
export function encoded(write: (writer: Writer) => void, littleEndian = true): string {
  const writer = new Writer(littleEndian, 4)
  writer.bytes.fill(0xee)
  write(writer)
  return toHex(writer.bytes.subarray(0, writer.position))
}

export function encode<In>(codec: Codec<In, unknown>, value: In, littleEndian = true): string {
  return encoded((writer) => codec.write(writer, value), littleEndian)
}

/** The payload stands between other bytes: whoever reads beyond it reads those. */
export function decode<Out>(codec: Codec<never, Out>, hex: string, littleEndian = true): Out {
  const payload = fromHex(hex)
  const around = Uint8Array.from([0xa5, 0xa5, 0xa5, ...payload, 0x5a, 0x5a, 0x5a, 0x5a])
  return codec.read(sourceOf(around, littleEndian), 3, 3 + payload.length)
}

export const encodeTable = (table: AnyTable, values: Readonly<Record<string, unknown>>, littleEndian = true): string =>
  encoded((writer) => encodeAttributes(writer, table, values), littleEndian)

/** What `body` is refused with; anything else that it throws, or that it does not throw, fails. */
export function rejectionOf(body: () => unknown): {
  path: string
  constant: string | undefined
  expected: string
  actual: unknown
} {
  try {
    body()
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { path: error.path.join('/'), constant: error.constant, expected: error.expected, actual: error.actual }
  }
  throw new Error('was not refused')
}
