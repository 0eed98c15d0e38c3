/**
 * How delays are spread around their mean: the quantiles of a distribution, each in 1/8192 of a jitter, in rising order. The
 * kernel draws one of them at random.
 */
import { s16 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { series } from '../../codec/series.js'

/** Names of distributions, or a table of one: what the files `*.dist` of `tc` hold, up to 16384 integers of 16 bits. */
export type NetemDistribution = 'normal' | 'pareto' | 'paretonormal' | Int16Array | readonly number[]

const NETEM_DIST_SCALE = 8192
const NETEM_DIST_MAX = 16_384
const LARGEST = 0x7fff

export const distributionTable = series(s16(), { min: 1, max: NETEM_DIST_MAX })

/** As many entries as the tables of `tc` have. */
const ENTRIES = 4096
const share = (i: number) => i / ENTRIES

const STEP = 1 / NETEM_DIST_SCALE
const FARTHEST = 8
/** Half of a sixteen thousandth: where the tables of `tc` begin. */
const FIRST = 0.5 / NETEM_DIST_MAX

/** Where the normal distribution has reached each share: the sum of its density, step by step. */
function normalQuantiles(): number[] {
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  const found: number[] = []
  let sum = 0
  for (let x = -FARTHEST; found.length < ENTRIES; x += STEP) {
    const next = sum + ((density(x) + density(x + STEP)) / 2) * STEP
    while (found.length < ENTRIES && share(found.length) + FIRST <= next)
      found.push(x + ((share(found.length) + FIRST - sum) / (next - sum)) * STEP)
    sum = next
  }
  return found
}

/** Of shape 3, moved so that its mean is nothing, and widened. */
const paretoQuantiles = () => Array.from({ length: ENTRIES }, (_, i) => ((1 - share(i)) ** (-1 / 3) - 1.5) * (4 / 3))

function paretonormalQuantiles(): number[] {
  const normal = normalQuantiles()
  return paretoQuantiles().map((pareto, i) => 0.75 * Math.min(pareto, LARGEST * STEP) + 0.25 * (normal[i] as number))
}

const scaled = (quantile: number) => Math.max(-LARGEST - 1, Math.min(LARGEST, Math.round(quantile * NETEM_DIST_SCALE)))

const makers = { normal: normalQuantiles, pareto: paretoQuantiles, paretonormal: paretonormalQuantiles } as const
const made = new Map<string, Int16Array>()

/** The table; throws a Rejection for a name that is none. */
export function tableOf(distribution: NetemDistribution): Int16Array | readonly number[] {
  if (typeof distribution !== 'string') return distribution
  if (!Object.hasOwn(makers, distribution))
    throw new Rejection(`one of ${Object.keys(makers).join(', ')}, or a table of integers`, distribution)
  const table = made.get(distribution) ?? Int16Array.from(makers[distribution](), scaled)
  made.set(distribution, table)
  return table
}
