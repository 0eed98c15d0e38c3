/** A neighbour as the kernel lists it. */
import type { StructOut } from '../codec/struct.js'
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { Family } from '../rtnetlink/family.js'
import type { proto } from '../rtnetlink/proto.js'
import type { cacheInfo, ndmsg, neighbourAttributes, neighbourExtFlags, neighbourFlags } from './message.js'

export type NeighbourMessage = Message<typeof ndmsg.fields, typeof neighbourAttributes>
type FlagName =
  | ReturnType<typeof neighbourFlags.fromBits>[number]
  | ReturnType<typeof neighbourExtFlags.fromBits>[number]

/** An entry of the neighbour table, as the kernel lists it. */
export interface Neighbour extends WithUnknown {
  /** Index of the link; 0 for a proxy entry that counts on every link. */
  readonly dev: number
  readonly family: Family
  /** `192.168.1.2` */
  readonly address: string
  /** Absent while it is not known, and for a proxy entry. */
  readonly lladdr?: string
  /** `'permanent'`, `'reachable'`, `'stale'` …; `'none'` for a proxy entry. */
  readonly state: NeighbourMessage['header']['state']
  /** `'router'`, `'externLearn'`, `'managed'`, `'proxy'` …; a bit without a name is its value. */
  readonly flags: readonly FlagName[]
  /** What kind of address it is. */
  readonly type: NeighbourMessage['header']['type']
  /** Who made it. */
  readonly proto?: ReturnType<typeof proto.fromNumber>
  /** Unanswered requests so far. */
  readonly probes?: number
  /** Times in seconds, to the hundredth. */
  readonly cacheInfo?: StructOut<typeof cacheInfo.fields>
}

/** `undefined` for what is no neighbour of IPv4 or IPv6. */
export function readNeighbour({ header, attributes }: NeighbourMessage): Neighbour | undefined {
  const { dst, lladdr, flagsExt = [], proto, probes, cacheInfo, unknown } = attributes
  const { family, index, state, flags, type } = header
  if (dst === undefined || (family !== 'inet' && family !== 'inet6')) return undefined
  return {
    dev: index,
    family,
    address: dst,
    ...(lladdr !== undefined && { lladdr }),
    state,
    flags: flagsExt.length === 0 ? flags : [...flags, ...flagsExt],
    type,
    ...(proto !== undefined && { proto }),
    ...(probes !== undefined && { probes }),
    ...(cacheInfo !== undefined && { cacheInfo }),
    ...(unknown !== undefined && { unknown }),
  }
}

/** What no two neighbours have in common. */
export const neighbourKey = ({ dev, address }: Neighbour): string => `${dev} ${address}`
