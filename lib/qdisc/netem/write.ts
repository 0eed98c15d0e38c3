/** Options of netem as the kernel takes them. */
import { Rejection, within } from '../../codec/rejection.js'
import { encodeAttributes, type Infer } from '../../codec/table.js'
import type { Writer } from '../../codec/writer.js'
import { copyOptions, isOn, refuse, required } from '../../rtnetlink/options.js'
import { improbability, type Percent, probability } from '../units/percent.js'
import { bytesPerSecond, type Rate } from '../units/rate.js'
import { bytesOf } from '../units/size.js'
import { nanoseconds, type Time } from '../units/time.js'
import { type NetemDistribution, tableOf } from './distribution.js'
import { netemAttributes, netemQopt } from './message.js'
import type { NetemLossModel, NetemOptions } from './options.js'

type Sent = Infer<typeof netemAttributes>

const names = [
  'limit', 'delay', 'jitter', 'delayCorrelation', 'distribution', 'loss', 'lossCorrelation', 'lossModel', 'ecn',
  'corrupt', 'corruptCorrelation', 'duplicate', 'duplicateCorrelation', 'reorder', 'reorderCorrelation', 'gap',
  'rate', 'packetOverhead', 'cellSize', 'cellOverhead', 'slot', 'seed',
] as const // biome-ignore format: a list of names reads better in rows

const ALWAYS = 0xffff_ffff
const DEFAULT_LIMIT = 1000
/** The kernel cuts a longer jitter off in silence (netem_change: tabledist has 32 bits). */
const LONGEST_JITTER = 0x7fff_ffff
const LARGEST_SIZE = 0x7fff_ffff

const percent = (value: Percent | undefined, name: string) =>
  value === undefined ? undefined : within(name, () => probability(value))
const time = (value: Time | undefined, name: string, max?: number) =>
  value === undefined ? undefined : within(name, () => nanoseconds(value, max))

function integer(value: number | undefined, name: string, min: number, max: number): number | undefined {
  if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max))
    throw new Rejection(`an integer from ${min} to ${max}`, value).within(name)
  return value
}

const isSome = (value: unknown) => value !== undefined && value !== 0 && value !== 0n && value !== false

function check(options: NetemOptions): void {
  const { jitter, distribution, delay, loss, lossModel, ecn, reorder, gap, rate } = options
  if (distribution !== undefined && !isSome(jitter))
    throw new Rejection('nothing without jitter, which it spreads', distribution).within('distribution')
  if (lossModel !== undefined) refuse(options, ['loss', 'lossCorrelation'], 'lossModel says what is lost')
  if (isOn(ecn, 'ecn') && !isSome(loss) && lossModel === undefined)
    throw new Rejection('nothing without loss or lossModel: it marks what would be lost', ecn).within('ecn')
  if (isSome(reorder) && !isSome(delay))
    throw new Rejection('nothing without delay: it is what others wait for', reorder).within('reorder')
  // Alone it means reorder 100, as the first kernels had it.
  if (isSome(gap) && !isSome(reorder)) throw new Rejection('nothing without reorder', gap).within('gap')
  for (const name of ['packetOverhead', 'cellSize', 'cellOverhead'] as const)
    if (isSome(options[name]) && !isSome(rate)) throw new Rejection('nothing without rate', options[name]).within(name)
}

function lossModelIn(given: NetemLossModel): Sent['lossModel'] {
  const { state, gemodel } = copyOptions(given, ['state', 'gemodel'])
  if ((state === undefined) === (gemodel === undefined)) throw new Rejection('one of state, gemodel', given)
  if (state !== undefined)
    return within('state', () => {
      const one = copyOptions(state, ['p13', 'p31', 'p32', 'p23', 'p14'])
      const p13 = percent(required(one, 'p13', 'percent'), 'p13') as number
      const of = (name: 'p31' | 'p32' | 'p23' | 'p14', absent: number) => percent(one[name], name) ?? absent
      return {
        state: { p13, p31: of('p31', ALWAYS - p13), p32: of('p32', 0), p23: of('p23', ALWAYS), p14: of('p14', 0) },
      }
    })
  return within('gemodel', () => {
    const one = copyOptions(gemodel as NonNullable<NetemLossModel['gemodel']>, ['p', 'r', '1-h', '1-k'])
    const p = percent(required(one, 'p', 'percent'), 'p') as number
    const h = within('1-h', () => improbability(one['1-h'] ?? 100))
    return { gemodel: { p, r: percent(one.r, 'r') ?? ALWAYS - p, h, k1: percent(one['1-k'], '1-k') ?? 0 } }
  })
}

const slotNames = ['minDelay', 'maxDelay', 'packets', 'bytes', 'delay', 'jitter', 'distribution'] as const

function slotIn(given: NonNullable<NetemOptions['slot']>): Pick<Sent, 'slot' | 'slotDistribution'> {
  const options = copyOptions(given, slotNames)
  const { bytes, distribution, delay, jitter } = options
  if (distribution !== undefined || delay !== undefined || jitter !== undefined) {
    refuse(options, ['minDelay', 'maxDelay'], 'delay and jitter say it')
    required(options, 'delay', 'a time')
  } else required(options, 'minDelay', 'a time')
  const minDelay = time(options.minDelay, 'minDelay') ?? 0
  const maxDelay = time(options.maxDelay, 'maxDelay') ?? minDelay
  if (maxDelay < minDelay) throw new Rejection('minDelay or more', options.maxDelay).within('maxDelay')
  const slot = {
    minDelay,
    maxDelay,
    packets: integer(options.packets, 'packets', 0, LARGEST_SIZE) ?? 0,
    bytes: bytes === undefined ? 0 : within('bytes', () => bytesOf(bytes, { max: LARGEST_SIZE })),
    delay: time(delay, 'delay') ?? 0,
    jitter: time(jitter, 'jitter', LONGEST_JITTER) ?? 0,
  }
  return { slot, ...(distribution !== undefined && { slotDistribution: table(distribution) }) }
}

const table = (distribution: NetemDistribution) => within('distribution', () => tableOf(distribution))

/** Both numbers of a pair that has one structure. */
function pair(options: NetemOptions, name: 'corrupt' | 'reorder', other: 'corruptCorrelation' | 'reorderCorrelation') {
  const [probability, correlation] = [percent(options[name], name), percent(options[other], other)]
  return probability === undefined && correlation === undefined
    ? undefined
    : { probability: probability ?? 0, correlation: correlation ?? 0 }
}

function correlations(options: NetemOptions): Sent['correlation'] {
  const [delay, loss, duplicate] = (['delayCorrelation', 'lossCorrelation', 'duplicateCorrelation'] as const).map(
    (name) => percent(options[name], name),
  )
  return delay === undefined && loss === undefined && duplicate === undefined ? undefined : { delay, loss, duplicate }
}

const LARGEST_RATE = 0xffff_ffff

const noRate = (rate: Rate | undefined) => rate === 0 || rate === 0n

function shape(options: NetemOptions): Pick<Sent, 'rate' | 'rate64'> {
  const { rate } = options
  if (rate === undefined) return {}
  const bytes = noRate(rate) ? 0 : within('rate', () => bytesPerSecond(rate))
  const whole = {
    rate: Math.min(bytes, LARGEST_RATE),
    packetOverhead: integer(options.packetOverhead, 'packetOverhead', -LARGEST_SIZE, LARGEST_SIZE),
    cellSize: integer(options.cellSize, 'cellSize', 0, LARGEST_SIZE),
    cellOverhead: integer(options.cellOverhead, 'cellOverhead', -LARGEST_SIZE, LARGEST_SIZE),
  }
  return { rate: whole, ...(bytes >= LARGEST_RATE && { rate64: bytes }) }
}

export function writeNetem(writer: Writer, given: NetemOptions): void {
  const options = copyOptions(given, names)
  check(options)
  const { delay, jitter, distribution, lossModel, ecn, slot, seed, reorder } = options
  const ordered = integer(options.gap, 'gap', 0, ALWAYS) || (isSome(reorder) ? 1 : 0)
  netemQopt.write(writer, {
    limit: integer(options.limit, 'limit', 1, ALWAYS) ?? DEFAULT_LIMIT,
    loss: percent(options.loss, 'loss'),
    gap: ordered,
    duplicate: percent(options.duplicate, 'duplicate'),
  })
  const sent: Sent = {
    latency64: time(delay, 'delay'),
    jitter64: time(jitter, 'jitter', LONGEST_JITTER),
    distribution: distribution === undefined ? undefined : table(distribution),
    correlation: correlations(options),
    reorder: pair(options, 'reorder', 'reorderCorrelation'),
    corrupt: pair(options, 'corrupt', 'corruptCorrelation'),
    lossModel: lossModel === undefined ? undefined : within('lossModel', () => lossModelIn(lossModel)),
    ecn,
    ...shape(options),
    ...(slot !== undefined && within('slot', () => slotIn(slot))),
    seed,
  }
  encodeAttributes(writer, netemAttributes, sent)
}
