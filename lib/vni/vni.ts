/** VNIs of a VXLAN as the kernel lists them: by ranges of those that are alike. */
import type { InferResult, WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import { isSingle, numbersOf, overlap, type Span } from '../rtnetlink/id-range.js'
import type { tunnelMsg, vniEntryAttributes, vniMessage, vniStatisticsAttributes } from './message.js'

type VniMessage = Message<typeof tunnelMsg.fields, (typeof vniMessage)['attributes']>

/** Counters of one VNI. */
export interface VniStatistics extends InferResult<typeof vniStatisticsAttributes> {}

/** A VNI that a VXLAN takes. */
export interface Vni extends WithUnknown {
  /** Index of the VXLAN. */
  readonly dev: number
  readonly vni: number
  /** Multicast group that unknown destinations are sent to. */
  readonly group?: string
  /** Address that unknown destinations are sent to. */
  readonly remote?: string
  /** With `statistics: true`. */
  readonly statistics?: VniStatistics
}

export interface ListedVnis {
  readonly span: Span
  readonly data: Omit<Vni, 'vni' | 'statistics'>
  readonly statistics: VniStatistics | undefined
}

function readEntry(dev: number, entry: InferResult<typeof vniEntryAttributes>): ListedVnis | undefined {
  const { first, last, statistics, ...rest } = entry
  if (first === undefined) return undefined
  return { span: { first, last: Math.max(first, last ?? 0) }, data: { dev, ...rest }, statistics }
}

/** The VNIs of one message, all of one link. */
export function readVnis({ header, attributes }: VniMessage): readonly ListedVnis[] {
  return (attributes.entries ?? []).flatMap((entry) => readEntry(header.index, entry) ?? [])
}

/** One object for each VNI that is in `wanted`. */
export function* singles({ span, data, statistics }: ListedVnis, wanted: Span): Generator<Vni> {
  const some = overlap(span, wanted)
  if (some === undefined) return
  for (const vni of numbersOf(some))
    yield { ...data, vni, ...(statistics !== undefined && isSingle(span) && { statistics }) }
}
