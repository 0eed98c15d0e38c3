/** What netem takes, and what it has. */
import type { WithUnknown } from '../../codec/table.js'
import type { Percent } from '../units/percent.js'
import type { Rate } from '../units/rate.js'
import type { Size } from '../units/size.js'
import type { Time } from '../units/time.js'
import type { NetemDistribution } from './distribution.js'

/** Loss that comes in bursts: one of two models. */
export interface NetemLossModel<P = Percent> {
  /**
   * Four states, by the probabilities of going from one to another: 1 is received, 2 received within a burst of loss, 3 lost
   * within one, 4 lost alone. Absent: `p31` is what `p13` leaves of 100, `p32` 0, `p23` 100, `p14` 0. `loss state`
   */
  readonly state?:
    | { readonly p13: P; readonly p31?: P; readonly p32?: P; readonly p23?: P; readonly p14?: P }
    | undefined
  /**
   * Gilbert and Elliott: a good and a bad state; `p` leads to the bad one, `r` back; in the bad one `1-h` is lost, in the good
   * one `1-k`. Absent: `r` is what `p` leaves of 100, `1-h` 100, `1-k` 0. `loss gemodel`
   */
  readonly gemodel?: { readonly p: P; readonly r?: P; readonly '1-h'?: P; readonly '1-k'?: P } | undefined
}

/** Packets leave in bursts: it waits, then sends what has come. */
export interface NetemSlot<T = Time, S = Size> {
  /** Shortest wait. `slot MIN_DELAY` */
  readonly minDelay?: T | undefined
  /** Longest wait; as `minDelay` unless said. `slot … MAX_DELAY` */
  readonly maxDelay?: T | undefined
  /** Most packets in a burst; 0 and absent is no limit. `packets` */
  readonly packets?: number | undefined
  /** Most bytes in a burst; 0 and absent is no limit. `bytes` */
  readonly bytes?: S | undefined
  /** With `distribution`, in place of `minDelay`: the mean wait. `slot distribution … DELAY` */
  readonly delay?: T | undefined
  /** With `distribution`: how far from the mean. `slot distribution … JITTER` */
  readonly jitter?: T | undefined
}

/** Options of netem. Times are milliseconds, or text with a unit; probabilities percent. */
export interface NetemOptions {
  /** Most packets that wait; 1000 unless said. More are dropped: a long `delay` needs more. `limit` */
  readonly limit?: number | undefined
  /** Each packet waits so long. `delay` */
  readonly delay?: Time | undefined
  /** How far from `delay`, to either side; packets overtake each other then. 2147.483647 ms at most. `delay … JITTER` */
  readonly jitter?: Time | undefined
  /** How much each delay is like the one before, percent. `delay … CORRELATION` */
  readonly delayCorrelation?: Percent | undefined
  /**
   * How the jitter is spread; evenly unless said. `'experimental'`, which only a file of `tc` has, is given as its numbers. The
   * kernel does not tell it, nor can it be taken away again but by `replaceQdisc`. `distribution`
   */
  readonly distribution?: NetemDistribution | undefined
  /** So many are lost, percent, each by chance. `loss random` */
  readonly loss?: Percent | undefined
  /** How much each loss is like the one before, percent. `loss random … CORRELATION` */
  readonly lossCorrelation?: Percent | undefined
  /** In place of `loss`. `loss state`, `loss gemodel` */
  readonly lossModel?: NetemLossModel | undefined
  /** Marks packets in place of losing them, where their protocol knows marks. `ecn` */
  readonly ecn?: boolean | undefined
  /** In so many one bit is turned over, percent. `corrupt` */
  readonly corrupt?: Percent | undefined
  /** Percent. `corrupt … CORRELATION` */
  readonly corruptCorrelation?: Percent | undefined
  /** So many come twice, percent. `duplicate` */
  readonly duplicate?: Percent | undefined
  /** Percent. `duplicate … CORRELATION` */
  readonly duplicateCorrelation?: Percent | undefined
  /** So many are sent at once, before those that wait for their `delay`, percent. `reorder` */
  readonly reorder?: Percent | undefined
  /** Percent. `reorder … CORRELATION` */
  readonly reorderCorrelation?: Percent | undefined
  /** Only every so-many-th packet may be sent at once; 1 unless said. `reorder … gap` */
  readonly gap?: number | undefined
  /** Packets take the time that they take at this rate; bits per second, 0 is no rate. `rate` */
  readonly rate?: Rate | undefined
  /** Bytes added to each packet for the `rate`; may be negative. `rate … PACKETOVERHEAD` */
  readonly packetOverhead?: number | undefined
  /** Packets go in cells of so many bytes; 0 is no cells. `rate … CELLSIZE` */
  readonly cellSize?: number | undefined
  /** Bytes added to each cell; may be negative. `rate … CELLOVERHEAD` */
  readonly cellOverhead?: number | undefined
  /** `slot` */
  readonly slot?: (NetemSlot & { readonly distribution?: NetemDistribution | undefined }) | undefined
  /** Makes chance repeatable (Linux 6.6). The sequence begins anew at every change. `seed` */
  readonly seed?: bigint | number | undefined
}

/** What netem has: times in milliseconds, probabilities in percent, the rate in bits per second. */
export interface NetemData extends WithUnknown {
  readonly limit: number
  readonly delay: number
  readonly jitter: number
  readonly delayCorrelation: number
  readonly loss: number
  readonly lossCorrelation: number
  /** Absent: loss is by chance. */
  readonly lossModel?: NetemLossModel<number>
  readonly ecn: boolean
  readonly corrupt: number
  readonly corruptCorrelation: number
  readonly duplicate: number
  readonly duplicateCorrelation: number
  readonly reorder: number
  readonly reorderCorrelation: number
  /** 0: nothing is sent before its time. */
  readonly gap: number
  /** 0: none. */
  readonly rate: number
  readonly packetOverhead: number
  readonly cellSize: number
  readonly cellOverhead: number
  readonly slot?: NetemSlot<number, number>
  readonly seed?: bigint
}
