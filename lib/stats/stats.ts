/** The statistics of a link, as the kernel tells them. */
import type { StructOut } from '../codec/struct.js'
import type { InferResult, WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { linkStatistics } from '../rtnetlink/link-stats.js'
import type { ifStatsMsg, mplsStatistics, offloadAttributes, statsAttributes, xstatsAttributes } from './message.js'

export type StatsMessage = Message<typeof ifStatsMsg.fields, typeof statsAttributes>

/** What bridges and bonds count of their own, or for a port. */
export interface LinkXstats extends InferResult<typeof xstatsAttributes> {}
/** What hardware that forwards by itself counts. */
export interface LinkOffloadStats extends InferResult<typeof offloadAttributes> {}

/** What a link and those who use it count. What was not asked for, or is not there, is absent. */
export interface LinkStats extends WithUnknown {
  /** Index of the link. */
  readonly dev: number
  readonly link?: StructOut<typeof linkStatistics.fields>
  /** What its kind counts of its own. */
  readonly xstats?: LinkXstats
  /** What the kind of its master counts for it as a port. */
  readonly xstatsSlave?: LinkXstats
  readonly offload?: LinkOffloadStats
  /** What protocol families count on it. */
  readonly afstats?: { readonly mpls?: StructOut<typeof mplsStatistics.fields> } & WithUnknown
}

/** The kernel makes these nests also where it has nothing to put there. */
const isFilled = (nest: object | undefined): nest is object => nest !== undefined && Object.keys(nest).length > 0

function afstats({ mpls, ...rest }: NonNullable<StatsMessage['attributes']['afstats']>): LinkStats['afstats'] {
  return { ...(mpls?.link !== undefined && { mpls: mpls.link }), ...rest }
}

export function readStats({ header, attributes }: StatsMessage): LinkStats {
  const { link, xstats, xstatsSlave, offload, unknown } = attributes
  const families = attributes.afstats === undefined ? undefined : afstats(attributes.afstats)
  return {
    dev: header.index,
    ...(link !== undefined && { link }),
    ...(isFilled(xstats) && { xstats }),
    ...(isFilled(xstatsSlave) && { xstatsSlave }),
    ...(isFilled(offload) && { offload }),
    ...(isFilled(families) && { afstats: families }),
    ...(unknown !== undefined && { unknown }),
  }
}

/** VLANs of a bridge, read as what stands beside them: they have the number of what every link counts, and less in them. */
export const isOverflown = ({ link, unknown }: LinkStats): boolean =>
  unknown !== undefined || (link !== undefined && link.txErrors === undefined)

/** What of a bridge's VLANs does not fit one message goes on in the next (rtnl_fill_statsinfo). */
function joinXstats(one: LinkXstats | undefined, other: LinkXstats | undefined): LinkXstats | undefined {
  if (one?.bridge === undefined || other?.bridge === undefined) return one ?? other
  const vlans = [...(one.bridge.vlans ?? []), ...(other.bridge.vlans ?? [])]
  return { ...one, ...other, bridge: { ...one.bridge, ...other.bridge, ...(vlans.length > 0 && { vlans }) } }
}

function joinTwo(one: LinkStats, other: LinkStats): LinkStats {
  const xstats = joinXstats(one.xstats, other.xstats)
  const xstatsSlave = joinXstats(one.xstatsSlave, other.xstatsSlave)
  return { ...one, ...other, ...(xstats && { xstats }), ...(xstatsSlave && { xstatsSlave }) }
}

/** One for each link, of the messages of a listing. */
export function joined(parts: readonly LinkStats[]): readonly LinkStats[] {
  const links = new Map<number, LinkStats>()
  for (const part of parts) {
    const before = links.get(part.dev)
    links.set(part.dev, before === undefined ? part : joinTwo(before, part))
  }
  return [...links.values()]
}
