/** Amounts as `tc` writes them: a number and a unit, `100ms`, `10mbit`, `32kb`. */
import { Rejection } from '../../codec/rejection.js'

/** Names of units in lower case, as `tc` compares them, and how much each is. */
export type Units = Readonly<Record<string, number>>

const amount = /^(\d+(?:\.\d*)?|\.\d+)\s?([a-z%]+)$/i

/** A number is an amount of `plain`; text has a unit. Throws a {@link Rejection}. */
export function quantity(value: unknown, units: Units, plain: number, expected: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value * plain
  const [, digits = '', unit = ''] = (typeof value === 'string' && amount.exec(value)) || []
  const name = unit.toLowerCase()
  const factor = Object.hasOwn(units, name) ? units[name] : undefined
  if (factor === undefined) throw new Rejection(expected, value)
  return Number(digits) * factor
}

/** The nearest integer; what is there does not become nothing. */
export function rounded(amount: number, max: number, expected: string, value: unknown): number {
  const nearest = Math.round(amount)
  if (nearest > max || (nearest === 0 && amount > 0)) throw new Rejection(expected, value)
  return nearest
}
