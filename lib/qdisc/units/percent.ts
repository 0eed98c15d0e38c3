/** Probabilities: percent. The kernel has 2^32 steps from never to always. */
import { Rejection } from '../../codec/rejection.js'
import { quantity } from './quantity.js'

/** Percent, 0 to 100, or text: `'0.5%'`. */
export type Percent = number | string

const ALWAYS = 0xffff_ffff

const expected = "percent from 0 to 100, or text such as '0.5%'"

/** As `tc` rounds: a half to the even one. 30 percent are such a half. */
function nearest(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

const stepsOf = (percent: number) => nearest((percent / 100) * ALWAYS)
const stepsLeft = (percent: number) => nearest((1 - percent / 100) * ALWAYS)

function checked(value: Percent): number {
  const percent = quantity(value, { '%': 1 }, 1, expected)
  if (percent > 100 || (percent > 0 && stepsOf(percent) === 0)) throw new Rejection(expected, value)
  return percent
}

/** What the kernel has for it; throws a Rejection. */
export const probability = (value: Percent): number => stepsOf(checked(value))
/** What the kernel has for its opposite; throws a Rejection. */
export const improbability = (value: Percent): number => stepsLeft(checked(value))

const MOST_DECIMALS = 9

/** The shortest number that means these steps: 1, where 42949673 steps are 1.0000000121 percent. */
function shortest(percent: number, steps: number, meaning: (percent: number) => number): number {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const short = Number(percent.toFixed(decimals))
    if (meaning(short) === steps) return short
  }
  return percent
}

export const percentOf = (steps: number): number => shortest((steps / ALWAYS) * 100, steps, stepsOf)
export const percentLeft = (steps: number): number => shortest((1 - steps / ALWAYS) * 100, steps, stepsLeft)
