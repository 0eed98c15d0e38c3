/** One bit of a number that an attribute shares among several rows. */
import type { Codec, FixedCodec } from './codec.js'
import { bool } from './integers.js'
import { Rejection } from './rejection.js'

/** A switch: `mask` is set or not. */
export const bit = (carrier: FixedCodec<number>, mask: number): Codec<boolean> => ({
  expected: bool.expected,
  write(writer, value) {
    if (typeof value !== 'boolean') throw new Rejection(bool.expected, value)
    carrier.write(writer, value ? mask : 0)
  },
  read: (source, start, end) => (carrier.read(source, start, end) & mask) !== 0,
})
