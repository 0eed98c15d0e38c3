/** Decodes attributes by a table; never reads out of bounds, keeps what it does not know. */
import { DecodeError } from '../errors.js'
import { type Source, Unreadable } from './codec.js'
import type { AnyTable, InferResult, ReadEntry, UnknownAttribute } from './table.js'

const HEADER = 4
/** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER, which old and new kernels set or not as they like. */
const TYPE_MASK = 0x3fff

/** Calls `visit` for each attribute of `start…end`; throws {@link DecodeError} where a length does not fit. */
export function eachAttribute(
  source: Source,
  start: number,
  end: number,
  visit: (type: number, start: number, end: number) => void,
): void {
  let at = start
  while (end - at >= HEADER) {
    const length = source.view.getUint16(at, source.littleEndian)
    if (length < HEADER || length > end - at) {
      throw new DecodeError(`attribute of ${length} bytes where ${end - at} are left`, '', at)
    }
    visit(source.view.getUint16(at + 2, source.littleEndian) & TYPE_MASK, at + HEADER, at + length)
    at += (length + 3) & ~3
  }
  // Up to three bytes may be left over: the last attribute's padding is optional, and so is what is behind it.
}

/** Of two attributes of one row, a word (no key, inherit) outweighs a number, whichever comes first. */
function addPart(result: Record<string, unknown>, { name, merge }: ReadEntry, value: unknown): void {
  const before = result[name]
  if (before !== undefined && value !== undefined && merge !== undefined) result[name] = merge(before, value)
  else if (value !== undefined && (before === undefined || typeof value !== 'number')) result[name] = value
}

/** Decodes what stands in `start…end`. An attribute whose payload does not fit its row is kept in `unknown`. */
export function decodeAttributes<T extends AnyTable>(
  table: T,
  source: Source,
  start: number,
  end: number,
): InferResult<T> {
  const result: Record<string, unknown> = {}
  let unknown: UnknownAttribute[] | undefined
  eachAttribute(source, start, end, (type, from, to) => {
    const entries = table.byNumber.get(type)
    if (entries?.length === 0) return
    const entry = entries?.find(({ codec }) => codec.claims?.(source, from, to) ?? true)
    if (entry !== undefined) {
      try {
        if (!entry.isPart) result[entry.name] = entry.codec.read(source, from, to)
        else for (const part of entries ?? []) addPart(result, part, part.codec.read(source, from, to))
        return
      } catch (error) {
        if (!(error instanceof Unreadable) && !(error instanceof DecodeError)) throw error
      }
    }
    unknown ??= []
    unknown.push({ type, data: source.bytes.slice(from, to) })
  })
  if (unknown !== undefined) result.unknown = unknown
  return result as InferResult<T>
}
