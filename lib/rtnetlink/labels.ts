/**
 * MPLS labels in routes.
 *
 *     struct mpls_label   | label 20 bits | traffic class 3 | bottom of the stack 1 | TTL 8 |   in network order
 *
 * Class and TTL are 0: the kernel refuses any other (nla_get_labels), and takes them from the packet.
 */
import { type Codec, type FixedCodec, Unreadable } from '../codec/codec.js'
import { be32 } from '../codec/integers.js'
import { Rejection, within } from '../codec/rejection.js'

const LABEL_SHIFT = 12
const BOTTOM = 0x100
const LARGEST_LABEL = 0xf_ffff
/** MAX_NEW_LABELS of the kernel. */
const MOST_LABELS = 30
/** Those below are reserved. */
const FIRST_LABEL = 16

const entry = be32()

function labelOf(value: number): number {
  if ((value & (0xfff & ~BOTTOM)) !== 0) throw new Unreadable('a label with traffic class or TTL')
  return value >>> LABEL_SHIFT
}

/** One that packets come in with. */
export const label: FixedCodec<number> = {
  size: entry.size,
  expected: `a label: an integer from ${FIRST_LABEL} to ${LARGEST_LABEL}`,
  write(writer, value) {
    if (!Number.isInteger(value) || value < FIRST_LABEL || value > LARGEST_LABEL)
      throw new Rejection(label.expected, value)
    entry.write(writer, ((value << LABEL_SHIFT) | BOTTOM) >>> 0)
  },
  read: (source, start, end) => labelOf(entry.read(source, start, end)),
}

/** A stack of them, the outermost first. */
export const labels: Codec<readonly number[]> = {
  expected: `an array of 1 to ${MOST_LABELS} labels: integers from 0 to ${LARGEST_LABEL}`,
  write(writer, values) {
    if (!Array.isArray(values) || values.length === 0 || values.length > MOST_LABELS)
      throw new Rejection(labels.expected, values)
    for (const [i, value] of (values as readonly number[]).entries()) {
      const fits = Number.isInteger(value) && value >= 0 && value <= LARGEST_LABEL
      if (!fits) within(`[${i}]`, () => reject(value))
      entry.write(writer, ((value << LABEL_SHIFT) | (i === values.length - 1 ? BOTTOM : 0)) >>> 0)
    }
  },
  read(source, start, end) {
    if ((end - start) % entry.size !== 0) throw new Unreadable(`${end - start} bytes are no labels`)
    const found: number[] = []
    for (let at = start; at < end; at += entry.size) found.push(labelOf(entry.read(source, at, at + entry.size)))
    return found
  },
}

function reject(value: unknown): never {
  throw new Rejection(`an integer from 0 to ${LARGEST_LABEL}`, value)
}
