/** Shell patterns, as fnmatch(3) without flags reads them: `ip address show label 'eth0:*'`. */
import { Rejection } from '../codec/rejection.js'

const quote = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** One piece of a pattern: a set, a character that was escaped, a wildcard, or any other character. */
const pieces = /\[([!^]?)(\]?[^\]]*)\]|\\(.)|([*?])|(.)/gsu

function translate(_piece: string, negated?: string, set?: string, escaped?: string, wildcard?: string, one?: string) {
  if (set !== undefined) return `[${negated === '' ? '' : '^'}${quote(set).replaceAll('\\-', '-')}]`
  if (wildcard !== undefined) return wildcard === '*' ? '.*' : '.'
  return quote(escaped ?? one ?? '')
}

/** Throws a {@link Rejection}. */
export function labelPattern(pattern: unknown): (label: string) => boolean {
  if (typeof pattern !== 'string' || pattern === '')
    throw new Rejection("a label, or a pattern such as 'eth0:*'", pattern)
  try {
    const regexp = new RegExp(`^(?:${pattern.replace(pieces, translate)})$`, 'su')
    return (label) => regexp.test(label)
  } catch {
    throw new Rejection('a pattern whose ranges go upwards', pattern)
  }
}
