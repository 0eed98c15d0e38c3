/** Entries of a multicast database, and ports that lead to multicast routers, as the kernel lists them. */
import type { InferResult, WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { routerAttributes } from '../rtnetlink/router-ports.js'
import type { brMdbEntry, brPortMsg, mdbEntryAttributes, mdbMessage, mdbState } from './message.js'

export type MdbMessage = Message<typeof brPortMsg.fields, typeof mdbMessage.attributes>
type Told = InferResult<typeof mdbEntryAttributes>
type ToldRouter = InferResult<typeof routerAttributes>
type State = ReturnType<typeof mdbState.fromNumber>
type Flags = ReturnType<typeof brMdbEntry.fields.flags.codec.read>

/** A source of a group, as the kernel lists it. */
export interface MdbSource extends WithUnknown {
  readonly address?: string
  /** Seconds for which it is still wanted; 0 where none are counted. */
  readonly timer?: number
}

/** An entry of a multicast database, as the kernel lists it. */
export interface MdbEntry extends WithUnknown {
  /** Index of the bridge or VXLAN. */
  readonly dev: number
  /** Index of the port; the same as `dev` where the bridge's own host has joined, and for a VXLAN. */
  readonly port: number
  /** The group: `239.1.2.3`, `ff0e::1` or a MAC address; `0.0.0.0` and `::` of a VXLAN for all that have no entry. */
  readonly grp: string
  /** The one source from which it is wanted: then it is an (S, G) entry. */
  readonly src?: string
  readonly vid?: number
  readonly state: State
  /** `'offload'`, `'fastLeave'`, `'starExcl'`, `'blocked'` (not from this `src`), `'offloadFailed'`; a bit without a name is its value. */
  readonly flags: Flags
  /** Who made it; not told of the host's own. Linux 5.10. */
  readonly proto?: Told['proto']
  /** Whether `sourceList` is wanted, or all others. A bridge tells it only with IGMPv3 and MLDv2 (`mcastIgmpVersion`, `mcastMldVersion`). */
  readonly filterMode?: Told['filterMode']
  /** Sources, as `filterMode` has it; absent: none. */
  readonly sourceList?: readonly MdbSource[]
  /** Seconds, to the hundredth, until it goes; 0 where none are counted. */
  readonly timer?: number
  /** VXLAN: underlay address of the other end. */
  readonly dst?: string
  /** VXLAN: UDP port of the other end, where it is not the link's own. */
  readonly dstPort?: number
  /** VXLAN: VNI to send with, where it is not the link's own. */
  readonly vni?: number
  /** VXLAN with `external`: the VNI that it belongs to. */
  readonly srcVni?: number
  /** VXLAN: index of the link to send through. */
  readonly via?: number
}

/** A port behind which a multicast router is, as the kernel lists it. */
export interface MdbRouter extends WithUnknown {
  /** Index of the bridge. */
  readonly dev: number
  /** Index of the port. */
  readonly port: number
  /** Seconds until it is forgotten; 0 where none are counted (`'permanent'`). */
  readonly timer?: number
  /** How it became one: `'tempQuery'` (heard), `'permanent'` (said: `mcastRouter: 2`), `'temp'` (said for a while, or heard so). */
  readonly type?: ToldRouter['type']
  /** `timer` of IPv4; absent where it is none for IPv4. Linux 5.14. */
  readonly inetTimer?: number
  /** `timer` of IPv6; absent where it is none for IPv6. Linux 5.14. */
  readonly inet6Timer?: number
  readonly vid?: number
}

/** All entries of a message; one message has those of one bridge or VXLAN, or a part of them. */
export function readEntries({ header, attributes }: MdbMessage): readonly MdbEntry[] {
  const infos = (attributes.mdb ?? []).flat()
  return infos.map(({ head: { vid, ...head }, attributes: about }) => ({
    dev: header.dev,
    ...head,
    ...(vid !== 0 && { vid }),
    ...about,
  }))
}

export function readRouters({ header, attributes }: MdbMessage): readonly MdbRouter[] {
  return (attributes.routers ?? []).map(({ head, attributes: about }) => ({ dev: header.dev, port: head, ...about }))
}

/** What no two entries have in common. */
export const mdbKey = ({ dev, port, grp, src, vid, dst, srcVni }: MdbEntry): string =>
  `${dev} ${port} ${grp} ${src} ${vid} ${dst} ${srcVni}`
