/**
 * Handles of traffic control: qdiscs are `1:`, their classes `1:10`, both numbers hexadecimal; where one hangs is `root`,
 * `ingress`, or a class.
 *
 *     | major u16 | minor u16 |
 */
import type { FixedCodec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'

export const TC_H_UNSPEC = 0
export const TC_H_ROOT = 0xffff_ffff
/** That of clsact too. */
export const TC_H_INGRESS = 0xffff_fff1

const number = u32()
const pair = /^([0-9a-f]{0,4}):([0-9a-f]{0,4})$/i
const major = /^[0-9a-f]{1,4}$/i

function parse(text: string): number | undefined {
  const [, high, low] = pair.exec(text) ?? []
  if (high === undefined || low === undefined || high + low === '') return undefined
  return ((Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16)) >>> 0
}

function format(value: number): string {
  const [high, low] = [value >>> 16, value & 0xffff].map((half) => half.toString(16)) as [string, string]
  return low === '0' ? `${high}:` : high === '0' ? `:${low}` : `${high}:${low}`
}

interface Handle extends FixedCodec<string | number, string> {
  /** Throws a Rejection. */
  toNumber(value: string | number): number
}

function handleCodec(
  expected: string,
  toNumber: (value: string) => number | undefined,
  fromNumber: (value: number) => string,
): Handle {
  const checked = (value: string | number) => {
    const found = typeof value === 'string' ? toNumber(value) : value
    if (found === undefined || !Number.isInteger(found) || found < 0 || found > 0xffff_ffff)
      throw new Rejection(expected, value)
    return found
  }
  return {
    size: 4,
    expected,
    toNumber: checked,
    write: (writer, value) => number.write(writer, checked(value)),
    read: (source, start, end) => fromNumber(number.read(source, start, end)),
  }
}

/** A qdisc's, `1:` (or `1`, as `tc` takes it), a class's, `1:10`, or the number. */
export const handle = handleCodec(
  "a handle such as '1:' (hexadecimal), or its number",
  (text) => parse(major.test(text) ? `${text}:` : text),
  format,
)

const places = new Map([
  ['none', TC_H_UNSPEC],
  ['root', TC_H_ROOT],
  ['ingress', TC_H_INGRESS],
  ['clsact', TC_H_INGRESS],
])

/** Where one hangs. */
export const parent = handleCodec(
  "'root', 'ingress', 'clsact', a class such as '1:10' (hexadecimal), or its number",
  (text) => places.get(text) ?? parse(text),
  (value) =>
    value === TC_H_UNSPEC ? 'none' : value === TC_H_ROOT ? 'root' : value === TC_H_INGRESS ? 'ingress' : format(value),
)
