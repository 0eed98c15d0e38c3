/** `tc qdisc add … estimator INTERVAL TIME`: the kernel measures the rate. */
import { Rejection, within } from '../codec/rejection.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { nanoseconds, type Time } from './units/time.js'

/** Measures the rate of what passes, for the statistics. */
export interface Estimator {
  /** How often it looks: 250 ms, 500 ms … 8 s; another is taken as the next longer one. */
  readonly interval: Time
  /** Over about which time it averages; longer than `interval`. */
  readonly timeConstant: Time
}

const SHORTEST = 250_000_000
const INTERVALS = 6
const LONGEST_MEMORY = 30

function intervalOf(time: number): number {
  for (let i = 0; i < INTERVALS; i++) if (time <= SHORTEST * 2 ** i) return i
  throw new Rejection('8 seconds at most', time / 1e6).within('interval')
}

/** After each interval, 1/2^ewmaLog of the average is the new measurement: it forgets with this time constant. */
const memory = (interval: number, ewmaLog: number) => -interval / Math.log(1 - 2 ** -ewmaLog)

export function estimatorIn(given: Estimator | undefined): { interval: number; ewmaLog: number } | undefined {
  if (given === undefined) return undefined
  return within(
    'estimator',
    () => {
      const options = copyOptions(given, ['interval', 'timeConstant'])
      const time = (name: keyof Estimator) => within(name, () => nanoseconds(required(options, name, 'a time')))
      const [interval, constant] = [time('interval'), time('timeConstant')]
      const step = intervalOf(interval)
      let ewmaLog = 0
      while (ewmaLog < LONGEST_MEMORY && memory(interval, ewmaLog + 1) <= constant) ewmaLog++
      if (ewmaLog === 0 || ewmaLog === LONGEST_MEMORY)
        throw new Rejection('a time longer than 1.4 intervals', given.timeConstant).within('timeConstant')
      return { interval: step - 2, ewmaLog }
    },
    'TCA_RATE',
  )
}
