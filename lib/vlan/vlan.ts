/** VLANs of a bridge and its ports, as the kernel lists them: by ranges of VLANs that are alike. */
import type { InferResult, WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import { isSingle, numbersOf, overlap, type Span } from '../rtnetlink/id-range.js'
import type { brVlanMsg, vlanEntryAttributes, vlanMessage, vlanStatisticsAttributes } from './message.js'

export type VlanMessage = Message<typeof brVlanMsg.fields, (typeof vlanMessage)['attributes']>
type Entry = InferResult<typeof vlanEntryAttributes>

/** Counters of one VLAN. */
export interface BridgeVlanStatistics extends InferResult<typeof vlanStatisticsAttributes> {}

/** What a VLAN of a bridge or port has, beside its number. */
export interface BridgeVlanData extends WithUnknown {
  /** Index of the port, or of the bridge. */
  readonly dev: number
  /** Frames that come in without a tag are of this VLAN. */
  readonly pvid: boolean
  /** Frames leave without a tag. */
  readonly untagged: boolean
  /** Further bits, where the kernel tells any. */
  readonly flags?: readonly (string | number)[]
  /** What the port does in this VLAN of the spanning tree. */
  readonly state?: Entry['state']
  /** Multicast routers behind it: 0 none, 1 as found out, 2 always, 3 for a while. */
  readonly mcastRouter?: number
  /** Multicast groups, and their limit; only where the bridge has `mcastVlanSnooping` (Linux 6.3). */
  readonly mcastGroupCount?: number
  readonly mcastMaxGroups?: number
  readonly neighSuppress?: boolean
  readonly neighForwardGrat?: boolean
}

/** One VLAN of a bridge or of one of its ports. */
export interface BridgeVlan extends BridgeVlanData {
  readonly vid: number
  /** The tunnel that it is mapped to. */
  readonly tunnel?: number
  /** With `statistics: true`, where the kernel counts. */
  readonly statistics?: BridgeVlanStatistics
}

/** Several VLANs in a row that are alike. */
export interface BridgeVlanRange extends BridgeVlanData {
  readonly vid: { readonly first: number; readonly last: number }
  /** The tunnels that they are mapped to, one each. */
  readonly tunnel?: { readonly first: number; readonly last: number }
}

export interface ListedSpan {
  readonly span: Span
  readonly data: BridgeVlanData
  /** Of the first VLAN; the next one has the next. */
  readonly tunnel: number | undefined
  readonly statistics: BridgeVlanStatistics | undefined
}

function readEntry(dev: number, entry: Entry): ListedSpan | undefined {
  const { info, range, tunnel, statistics, ...rest } = entry
  if (info === undefined) return undefined
  const flags = info.flags.filter((flag) => flag !== 'pvid' && flag !== 'untagged')
  return {
    span: { first: info.vid, last: Math.max(info.vid, range ?? 0) },
    data: {
      dev,
      pvid: info.flags.includes('pvid'),
      untagged: info.flags.includes('untagged'),
      ...(flags.length > 0 && { flags }),
      ...rest,
    },
    tunnel: tunnel?.id,
    statistics,
  }
}

/** The VLANs of one message, all of one link. */
export function readSpans({ header, attributes }: VlanMessage): readonly ListedSpan[] {
  return (attributes.entries ?? []).flatMap((entry) => readEntry(header.index, entry) ?? [])
}

/** Those of its VLANs that are in `wanted`. */
export function clipped(listed: ListedSpan, wanted: Span): ListedSpan | undefined {
  const span = overlap(listed.span, wanted)
  if (span === undefined) return undefined
  return { ...listed, span, tunnel: listed.tunnel && listed.tunnel + span.first - listed.span.first }
}

/** One object a VLAN. */
export function* singles({ span, data, tunnel, statistics }: ListedSpan): Generator<BridgeVlan> {
  for (const vid of numbersOf(span))
    yield {
      ...data,
      vid,
      ...(tunnel !== undefined && { tunnel: tunnel + vid - span.first }),
      ...(statistics !== undefined && isSingle(span) && { statistics }),
    }
}

export function asRange({ span, data, tunnel }: ListedSpan): BridgeVlanRange {
  const tunnels = tunnel === undefined ? undefined : { first: tunnel, last: tunnel + span.last - span.first }
  return { ...data, vid: span, ...(tunnels !== undefined && { tunnel: tunnels }) }
}
