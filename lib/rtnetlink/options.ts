/** Checks that every call makes of its options before it looks at their values. */
import { Rejection } from '../codec/rejection.js'
import { unknownOption } from '../codec/table.js'

/**
 * A private copy of the options: getters run once, and what is checked is what is sent. Refuses what is no object,
 * and every name that is not in `known`, where that is given.
 */
export function copyOptions<T extends object>(options: T, known?: readonly string[]): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new Rejection('an object', options)
  const copy = Object.assign(Object.create(null), options) as T & Record<string, unknown>
  if (known !== undefined) {
    for (const name of Object.keys(copy)) if (!known.includes(name)) throw unknownOption(name, copy[name], known)
  }
  return copy
}

/** The option `name`, which must be there. */
export function required<T extends object, K extends keyof T & string>(
  options: T,
  name: K,
  expected: string,
): NonNullable<T[K]> {
  const value = options[name]
  if (value === undefined || value === null) throw new Rejection(`${expected} (required)`, value).within(name)
  return value
}

/** A switch, which may be absent. */
export function checkSwitch(value: unknown, name: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw new Rejection('true or false', value).within(name)
  return value
}

export const isOn = (value: unknown, name: string): boolean => checkSwitch(value, name) === true

/** Refuses each of `names` that is said; a switch that is off says nothing. */
export function refuse<T extends object>(options: T, names: readonly (keyof T & string)[], why: string): void {
  for (const name of names) {
    const value: unknown = options[name]
    if (value !== undefined && value !== false) throw new Rejection(`nothing: ${why}`, value).within(name)
  }
}

/** Refuses a filter that says nothing, where nothing would mean everything. */
export function requireSome<T extends object>(options: T, names: readonly (keyof T & string)[]): void {
  if (names.every((name) => options[name] === undefined))
    throw new Rejection(`at least one of ${names.join(', ')}`, { ...options })
}
