/** What tbf takes, and what it has. */
import type { WithUnknown } from '../../codec/table.js'
import type { LinkLayer } from '../link-layer.js'
import type { Rate } from '../units/rate.js'
import type { Size } from '../units/size.js'
import type { Time } from '../units/time.js'

/** Options of tbf: `rate`, `burst`, and one of `limit` and `latency`. */
export interface TbfOptions {
  /** Bits per second. `rate` */
  readonly rate: Rate
  /** Bytes that may leave at once; a packet that is longer never leaves. `burst`, `buffer`, `maxburst` */
  readonly burst: Size
  /** Most bytes that wait; what comes then is dropped. `limit` */
  readonly limit?: Size | undefined
  /** In place of `limit`: the longest that a packet waits, milliseconds. `latency` */
  readonly latency?: Time | undefined
  /** How fast the bucket may be emptied, bits per second; more than `rate`. `peakrate` */
  readonly peakRate?: Rate | undefined
  /** With `peakRate`: bytes that may leave at once at that rate. `mtu`, `minburst` */
  readonly mtu?: Size | undefined
  /** Each packet counts for so many bytes at least. `mpu` */
  readonly mpu?: number | undefined
  /** Bytes added to each packet. `overhead` */
  readonly overhead?: number | undefined
  /** `'atm'`: packets go in cells of 53 bytes that carry 48; `'ethernet'` unless said. `linklayer` */
  readonly linkLayer?: LinkLayer | undefined
}

/** What tbf has: rates in bits per second, the others in bytes. */
export interface TbfData extends WithUnknown {
  readonly rate: number
  /** The kernel keeps its time, in steps of 64 ns: above 125 Mbit/s it may come back some bytes less. */
  readonly burst: number
  readonly limit: number
  readonly peakRate?: number
  readonly mtu?: number
  readonly mpu: number
  readonly overhead: number
  readonly linkLayer: LinkLayer | number
}
