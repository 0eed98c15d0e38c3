/** Options of tbf as the kernel takes them. */
import { Rejection, within } from '../../codec/rejection.js'
import { encodeAttributes, type Infer } from '../../codec/table.js'
import type { Writer } from '../../codec/writer.js'
import { copyOptions, refuse, required } from '../../rtnetlink/options.js'
import { linkLayer, sizeOnWire } from '../link-layer.js'
import { bytesPerSecond } from '../units/rate.js'
import { bytesOf } from '../units/size.js'
import { ticksFor } from '../units/ticks.js'
import { microseconds } from '../units/time.js'
import { TABLE_ENTRIES, tbfAttributes } from './message.js'
import type { TbfOptions } from './options.js'

const names = ['rate', 'burst', 'limit', 'latency', 'peakRate', 'mtu', 'mpu', 'overhead', 'linkLayer'] as const

const LARGEST = 0xffff_ffff
/** For which the tables are made unless an mtu is said. */
const USUAL_MTU = 2047
const MICROSECONDS = 1_000_000

interface Bucket {
  /** Bytes per second. */
  readonly rate: number
  /** Bytes. */
  readonly burst: number
}

function integer16(value: number | undefined, name: string): number {
  const number = value ?? 0
  if (!(Number.isInteger(number) && number >= 0 && number <= 0xffff))
    throw new Rejection('an integer from 0 to 65535', value).within(name)
  return number
}

function bucketOf(options: TbfOptions): Bucket {
  const rate = required(options, 'rate', 'bits per second')
  const burst = required(options, 'burst', 'bytes')
  return {
    rate: within('rate', () => bytesPerSecond(rate)),
    burst: within('burst', () => bytesOf(burst, { min: 1 })),
  }
}

function peakOf(options: TbfOptions, { rate }: Bucket): Bucket | undefined {
  const { peakRate, mtu } = options
  if (peakRate === undefined) {
    refuse(options, ['mtu'], 'it is for peakRate')
    return undefined
  }
  const bytes = within('peakRate', () => bytesPerSecond(peakRate))
  if (bytes <= rate) throw new Rejection('more than rate', peakRate).within('peakRate')
  required(options, 'mtu', 'bytes, beside peakRate')
  return { rate: bytes, burst: within('mtu', () => bytesOf(mtu ?? 0, { min: 1 })) }
}

function limitOf(options: TbfOptions, buckets: readonly Bucket[]): number {
  const { limit, latency } = options
  if (limit !== undefined) {
    refuse(options, ['latency'], 'limit says it')
    return within('limit', () => bytesOf(limit))
  }
  if (latency === undefined) throw new Rejection('bytes (required, or latency)', limit).within('limit')
  const time = within('latency', () => microseconds(latency, LARGEST))
  const bytes = Math.floor(Math.min(...buckets.map(({ rate, burst }) => (rate * time) / MICROSECONDS + burst)))
  if (bytes > LARGEST) throw new Rejection(`a time in which at most ${LARGEST} bytes pass`, latency).within('latency')
  return bytes
}

/** All that 32 bits hold: the older part of the interface, which no kernel since 3.13 looks at beside the newer. */
const oldRate = ({ rate }: Bucket) => Math.min(rate, LARGEST)

export function writeTbf(writer: Writer, given: TbfOptions): void {
  const options = copyOptions(given, names)
  const bucket = bucketOf(options)
  const peak = peakOf(options, bucket)
  const layer = within('linkLayer', () => linkLayer.toNumber(options.linkLayer ?? 'ethernet'))
  const [mpu, overhead] = [integer16(options.mpu, 'mpu'), integer16(options.overhead, 'overhead')]
  let cellLog = 0
  while ((peak?.burst ?? USUAL_MTU) >> cellLog >= TABLE_ENTRIES) cellLog++
  const spec = (of: Bucket) => ({ cellLog, linkLayer: layer, overhead, cellAlign: -1, mpu, rate: oldRate(of) })
  const table = (of: Bucket) =>
    Array.from({ length: TABLE_ENTRIES }, (_, i) => ticksFor(sizeOnWire((i + 1) << cellLog, mpu, layer), oldRate(of)))
  const sent: Infer<typeof tbfAttributes> = {
    parms: {
      rate: spec(bucket),
      peakRate: peak && spec(peak),
      limit: limitOf(options, peak === undefined ? [bucket] : [bucket, peak]),
      buffer: ticksFor(bucket.burst, oldRate(bucket)),
      mtu: peak && ticksFor(peak.burst, oldRate(peak)),
    },
    burst: bucket.burst,
    ...(bucket.rate > LARGEST && { rate64: bucket.rate }),
    rateTable: table(bucket),
    ...(peak && { peakBurst: peak.burst, peakTable: table(peak) }),
    ...(peak && peak.rate > LARGEST && { peakRate64: peak.rate }),
  }
  encodeAttributes(writer, tbfAttributes, sent)
}
