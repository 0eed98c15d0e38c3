/** One number or several in a row: VLANs, VNIs, tunnels. */
import { Rejection } from '../codec/rejection.js'

/** `10`, or several in a row as `bridge` writes them, `'10-20'`, or as `{ first: 10, last: 20 }`. */
export type IdRange = number | string | { readonly first: number; readonly last: number }

/** From `first` to `last`, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}

export const LARGEST_VID = 4094
export const LARGEST_VNI = 0xff_ffff

const words = /^(\d{1,10})(?:-(\d{1,10}))?$/

function parse(value: unknown): { first: unknown; last: unknown } | undefined {
  if (typeof value === 'number') return { first: value, last: value }
  if (typeof value === 'string') {
    const [, first, last = first] = words.exec(value) ?? []
    return first === undefined ? undefined : { first: Number(first), last: Number(last) }
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { first, last, ...rest } = value as Partial<Span>
  return Object.keys(rest).length === 0 ? { first, last } : undefined
}

/** Throws a {@link Rejection} about the option `name`. */
export function idRange(value: unknown, name: string, min: number, max: number): Span {
  const within = (id: unknown): id is number => Number.isInteger(id) && (id as number) >= min && (id as number) <= max
  const { first, last } = parse(value) ?? {}
  if (!within(first) || !within(last) || first > last)
    throw new Rejection(`an integer from ${min} to ${max}, or several as '10-20' or { first, last }`, value).within(
      name,
    )
  return { first, last }
}

/** VLANs: 0 and 4095 mean something else in a frame, so that no bridge has them. */
export const vidRange = (value: unknown, name = 'vid'): Span => idRange(value, name, 1, LARGEST_VID)

/** The same where it may be absent: then all are meant. */
export const vidFilter = (value: unknown): Span =>
  value === undefined ? { first: 1, last: LARGEST_VID } : vidRange(value)

export const isSingle = ({ first, last }: Span): boolean => first === last

export const isIn = (id: number, { first, last }: Span): boolean => first <= id && id <= last

/** What two spans have in common. */
export function overlap(one: Span, other: Span): Span | undefined {
  const first = Math.max(one.first, other.first)
  const last = Math.min(one.last, other.last)
  return first <= last ? { first, last } : undefined
}

/** The first number of `span` that none of `parts` holds. */
export function firstMissing(span: Span, parts: readonly Span[]): number | undefined {
  let next = span.first
  for (const { first, last } of [...parts].sort((a, b) => a.first - b.first)) {
    if (first > next) break
    next = Math.max(next, last + 1)
  }
  return next <= span.last ? next : undefined
}

export function* numbersOf({ first, last }: Span): Generator<number> {
  for (let id = first; id <= last; id++) yield id
}

/** For a sentence: `10-20`. */
export const shownRange = (range: IdRange): string =>
  typeof range !== 'object' ? String(range) : isSingle(range) ? String(range.first) : `${range.first}-${range.last}`
