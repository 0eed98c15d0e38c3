/** A next hop object, and a bucket of a resilient group, as the kernel lists them. */
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import { type Encap, readEncap } from '../rtnetlink/encap/encap.js'
import type { Family } from '../rtnetlink/family.js'
import type { groupType, nexthopAttributes, nhmsg } from './message.js'

export type NexthopMessage = Message<typeof nhmsg.fields, typeof nexthopAttributes>
type Header = NexthopMessage['header']

/** A member of a group. */
export interface NexthopMember {
  readonly id: number
  /** Its share of the traffic, relative to the others'. */
  readonly weight: number
  /** Packets that went this way, if `stats` was asked for. */
  readonly packets?: bigint
  /** Those of them that the hardware forwarded, if `hwStats` was asked for. */
  readonly packetsHw?: bigint
}

/** A next hop object, as the kernel lists it. */
export interface NexthopObject extends WithUnknown {
  readonly id: number
  /** Absent for a group. */
  readonly family?: Family
  /** The router's address. */
  readonly via?: string
  /** Index of the link. */
  readonly dev?: number
  /** How far it reaches; `'global'` where that means nothing. */
  readonly scope: Header['scope']
  /** Who made it. */
  readonly proto: Header['proto']
  readonly onlink: boolean
  /** What packets get around them on this way. */
  readonly encap?: Encap
  /** Packets that come here are dropped. */
  readonly blackhole: boolean
  /** For FDB entries, not for routes. */
  readonly fdb: boolean
  /** `'onlink'`, `'dead'`, `'linkdown'`, `'offload'` … */
  readonly flags: Header['flags']
  /** Of a group: its members. */
  readonly group?: readonly NexthopMember[]
  /** Of a group: `'mpath'` or `'resilient'`. */
  readonly type?: ReturnType<typeof groupType.fromNumber>
  /** Of a resilient group: among how many buckets it deals out the flows. */
  readonly buckets?: number
  /** Of a resilient group: seconds without a packet until a bucket may be moved. */
  readonly idleTimer?: number
  /** Of a resilient group: seconds out of balance until buckets are moved though they are not idle; 0: never. */
  readonly unbalancedTimer?: number
  /** Of a resilient group: seconds that it has been out of balance. */
  readonly unbalancedTime?: number
  /** Of a group, if `stats` was asked for: whether the hardware is to count. */
  readonly hwStats?: boolean
  /** Of a group, if `hwStats` was asked for: whether some hardware does. */
  readonly hwStatsUsed?: boolean
}

/** Only a kernel that says so clears what earlier ones left as it was in memory (nla_put_nh_group). */
function readMembers({ group, operationFlags = [], statistics = [] }: NexthopMessage['attributes']) {
  const cleared = operationFlags.includes('clearedReserved')
  return group?.map(({ id, weight, weightHigh }): NexthopMember => {
    const counts = statistics.find((one) => one.id === id)
    return {
      id,
      weight: (cleared ? weightHigh << 8 : 0) + weight + 1,
      ...(counts?.packets !== undefined && { packets: counts.packets }),
      ...(counts?.packetsHw !== undefined && { packetsHw: counts.packetsHw }),
    }
  })
}

/** `undefined` for what has no id. */
export function readNexthop({ header, attributes }: NexthopMessage): NexthopObject | undefined {
  const { id, via, dev, blackhole = false, fdb = false, type, hwStats, hwStatsUsed } = attributes
  const { unknown: inner, ...resilient } = attributes.resilient ?? {}
  const unknown = [...(inner ?? []), ...(attributes.unknown ?? [])]
  const { family, scope, proto, flags } = header
  if (id === undefined) return undefined
  const group = readMembers(attributes)
  const encap = readEncap(attributes.encapType, attributes.encap)
  return {
    id,
    ...((family === 'inet' || family === 'inet6') && { family }),
    ...(via !== undefined && { via }),
    ...(dev !== undefined && { dev }),
    scope,
    proto,
    onlink: flags.includes('onlink'),
    ...(encap !== undefined && { encap }),
    blackhole,
    fdb,
    flags,
    ...(group !== undefined && { group }),
    ...(type !== undefined && { type }),
    ...resilient,
    ...(hwStats !== undefined && { hwStats }),
    ...(hwStatsUsed !== undefined && { hwStatsUsed }),
    ...(unknown.length > 0 && { unknown }),
  }
}

/** A bucket of a resilient group. */
export interface NexthopBucket extends WithUnknown {
  /** The group's. */
  readonly id: number
  readonly index: number
  /** The next hop that it leads to. */
  readonly nhid: number
  /** Seconds since a packet used it. */
  readonly idleTime: number
  /** `'offload'`, `'trap'` … */
  readonly flags: Header['flags']
}

/** `undefined` for what is no bucket. */
export function readBucket({ header, attributes }: NexthopMessage): NexthopBucket | undefined {
  const { id, bucket, unknown } = attributes
  const { index, nhid, idleTime = 0, unknown: inner } = bucket ?? {}
  if (id === undefined || index === undefined || nhid === undefined) return undefined
  const all = [...(inner ?? []), ...(unknown ?? [])]
  return { id, index, nhid, idleTime, flags: header.flags, ...(all.length > 0 && { unknown: all }) }
}
