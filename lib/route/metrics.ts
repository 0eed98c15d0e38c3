/** RTA_METRICS: what TCP and path MTU discovery assume about a route. */
import type { Codec, FixedCodec } from '../codec/codec.js'
import { flags, type NamedNumbers, namedNumbers } from '../codec/enumeration.js'
import { bool32, u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../codec/table.js'
import { text } from '../codec/text.js'

/** Larger values the kernel lowers to these without a word. */
const MTU_MAX = 65_535 - 15
const ADVMSS_MAX = 65_535 - 40
const HOPLIMIT_MAX = 255
/** TCP_CA_NAME_MAX without the NUL. */
const CONGCTL_LONGEST = 15

/** Milliseconds, in the kernel's fixed-point fractions of them. */
function milliseconds(parts: number): FixedCodec<number> {
  const carrier = u32()
  const longest = 0xffff_ffff / parts
  const expected = `milliseconds from 0 to ${longest}${parts === 1 ? '' : `, in steps of 1/${parts}`}`
  return {
    size: carrier.size,
    expected,
    write(writer, value) {
      const scaled = typeof value === 'number' ? value * parts : Number.NaN
      if (!Number.isInteger(scaled) || value < 0 || value > longest) throw new Rejection(expected, value)
      carrier.write(writer, scaled)
    },
    read: (source, start, end) => carrier.read(source, start, end) / parts,
  }
}

const lockable = namedNumbers<
  | ('mtu' | 'window' | 'rtt' | 'rttvar' | 'ssthresh' | 'cwnd' | 'advmss' | 'reordering' | 'hoplimit')
  | ('initcwnd' | 'features' | 'rtoMin' | 'initrwnd' | 'quickack' | 'congctl' | 'fastopenNoCookie')
>('RTAX', {
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rtoMin: 13,
  initrwnd: 14,
  quickack: 15,
  congctl: [16, 'RTAX_CC_ALGO'],
  fastopenNoCookie: 17,
})

type MetricName = (typeof lockable)['nameOf'] extends ReadonlyMap<number, infer Name> ? Name : never

/** The bit of a metric is its number; one without a name stays that number. */
const lock: Codec<readonly (MetricName | number)[]> & NamedNumbers<MetricName> = {
  ...lockable,
  expected: `an array of ${[...lockable.numberOf.keys()].map((name) => `'${name}'`).join(', ')} or numbers from 1 to 31`,
  write(writer, value) {
    if (!Array.isArray(value)) throw new Rejection(lock.expected, value)
    let bits = 0
    for (const name of value) {
      const number = typeof name === 'string' ? lockable.numberOf.get(name) : name
      if (!Number.isInteger(number) || number < 1 || number > 31) throw new Rejection(lock.expected, name)
      bits |= 1 << number
    }
    writer.u32(bits >>> 0)
  },
  read(source, start, end) {
    const bits = u32().read(source, start, end)
    const positions = Array.from({ length: 32 }, (_, position) => position)
    return positions
      .filter((position) => (bits & (1 << position)) !== 0)
      .map((position) => lockable.nameOf.get(position) ?? position)
  },
}

const features = flags(u32(), 'RTAX_FEATURE', { ecn: 1, sack: 2, timestamp: 4, allfrag: 8, tcpUsecTs: 16 })

export const metricAttributes = attributes({
  /** Metrics that the kernel must use as they are and not adapt: `['mtu']` for `mtu lock 1400`. `lock` */
  lock: attribute('RTAX_LOCK', 1, lock),
  /** Bytes; without a lock, path MTU discovery may lower it. `mtu` */
  mtu: attribute('RTAX_MTU', 2, u32({ max: MTU_MAX })),
  /** Largest TCP window to advertise, in bytes. `window` */
  window: attribute('RTAX_WINDOW', 3, u32()),
  /** First estimate of the round-trip time, in milliseconds (steps of 1/8). `rtt 100ms` */
  rtt: attribute('RTAX_RTT', 4, milliseconds(8)),
  /** First estimate of its variance, in milliseconds (steps of 1/4). `rttvar 50ms` */
  rttvar: attribute('RTAX_RTTVAR', 5, milliseconds(4)),
  /** First slow-start threshold, in segments. `ssthresh` */
  ssthresh: attribute('RTAX_SSTHRESH', 6, u32()),
  /** Largest congestion window, in segments; needs a lock to count. `cwnd` */
  cwnd: attribute('RTAX_CWND', 7, u32()),
  /** TCP segment size to advertise, in bytes. `advmss` */
  advmss: attribute('RTAX_ADVMSS', 8, u32({ max: ADVMSS_MAX })),
  /** Reordering that TCP takes for no loss, in segments. `reordering` */
  reordering: attribute('RTAX_REORDERING', 9, u32()),
  /** Time to live of packets sent. `hoplimit` */
  hoplimit: attribute('RTAX_HOPLIMIT', 10, u32({ max: HOPLIMIT_MAX })),
  /** First congestion window, in segments. `initcwnd` */
  initcwnd: attribute('RTAX_INITCWND', 11, u32()),
  /** `['ecn']`, `['tcpUsecTs']`. `features` */
  features: attribute('RTAX_FEATURES', 12, features),
  /** Shortest retransmission timeout, in milliseconds. It counts only when locked, so it is. `rto_min` */
  rtoMin: attribute('RTAX_RTO_MIN', 13, u32()),
  /** First receive window to advertise, in segments. `initrwnd` */
  initrwnd: attribute('RTAX_INITRWND', 14, u32()),
  /** Acknowledge at once. `quickack` */
  quickack: attribute('RTAX_QUICKACK', 15, bool32),
  /** Congestion control algorithm: `'bbr'`. `congctl` */
  congctl: attribute('RTAX_CC_ALGO', 16, text(CONGCTL_LONGEST, 'bare')),
  /** TCP Fast Open without cookie. `fastopen_no_cookie` */
  fastopenNoCookie: attribute('RTAX_FASTOPEN_NO_COOKIE', 17, bool32),
})

/** Metrics as options of a route. */
export interface RouteMetricOptions extends Infer<typeof metricAttributes> {}
/** Metrics of a listed route: those that are set. */
export interface RouteMetrics extends InferResult<typeof metricAttributes> {}

export const metricNames = Object.keys(metricAttributes.rows) as (keyof RouteMetricOptions)[]

/** The metrics among the options of a route; `undefined` where there are none. */
export function metricsOf(options: RouteMetricOptions): RouteMetricOptions | undefined {
  const given = metricNames.filter((name) => options[name] !== undefined)
  if (given.length === 0) return undefined
  const metrics: RouteMetricOptions = Object.fromEntries(given.map((name) => [name, options[name]]))
  if (metrics.rtoMin === undefined) return metrics
  if (metrics.lock !== undefined && !Array.isArray(metrics.lock)) return metrics
  return { ...metrics, lock: [...(metrics.lock ?? []), 'rtoMin'] }
}

/** All but the congestion control, of which nobody can say that there is none. */
const unset = {
  ...{ lock: [], mtu: 0, window: 0, rtt: 0, rttvar: 0, ssthresh: 0, cwnd: 0, advmss: 0, reordering: 0, hoplimit: 0 },
  ...{ initcwnd: 0, features: [], rtoMin: 0, initrwnd: 0, quickack: false, fastopenNoCookie: false },
} satisfies RouteMetricOptions

/** Of a listed route, what the kernel is to compare: a metric that is not named may be anything, one of 0 is none (fib_metrics_match). */
export function exactly({ unknown: _unknown, ...metrics }: RouteMetrics = {}): RouteMetricOptions {
  return { ...unset, ...metrics }
}
