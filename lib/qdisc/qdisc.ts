/** A qdisc as the kernel lists it. */
import { type Codec, Unreadable } from '../codec/codec.js'
import type { OpaqueAttributes } from '../codec/nest.js'
import type { WithUnknown } from '../codec/table.js'
import { DecodeError } from '../errors.js'
import type { Message } from '../netlink/message.js'
import type { AnyQdiscKind } from './kind.js'
import type { tcAttributes, tcmsg } from './message.js'
import type { StabSpec } from './stab.js'
import { bitsPerSecond } from './units/rate.js'

export type QdiscMessage = Message<typeof tcmsg.fields, typeof tcAttributes>

/** What has passed, since the qdisc was made. */
export interface QdiscStats {
  /** Bytes that were sent. */
  readonly bytes: bigint
  /** Packets that were sent. */
  readonly packets: bigint
  /** Packets that were dropped: the queue was full, or that is what it is for. */
  readonly drops: number
  /** How often something had to wait for its time. */
  readonly overlimits: number
  /** Packets that the link did not take, put back. */
  readonly requeues: number
  /** Packets that wait. */
  readonly qlen: number
  /** Bytes that wait. */
  readonly backlog: number
  /** What the `estimator` measures: bits per second, and packets per second. Absent: there is none. */
  readonly rateEst?: { readonly rate: number; readonly pps: number }
  /** Of `bytes` and `packets`, what the hardware has sent by itself. */
  readonly hw?: { readonly bytes: bigint; readonly packets: bigint }
}

/** What every qdisc has, whatever its kind. */
export interface QdiscBase extends WithUnknown {
  /** Index of the link. */
  readonly dev: number
  /** `'8001:'`; `'0:'` for one that the kernel has made by itself. */
  readonly handle: string
  /** `'root'`, `'ingress'` (of clsact too), or a class, `'1:10'`. */
  readonly parent: string
  /** Who in the kernel holds it. */
  readonly refcnt: number
  readonly stats?: QdiscStats
  /** The hardware does its work. */
  readonly hwOffload?: boolean
  readonly ingressBlock?: number
  readonly egressBlock?: number
  /** What packets count for; its table is not told. */
  readonly stab?: StabSpec
}

/** A qdisc of one kind, with what the kind has of its own in `data`, and what it counts in `xstats`. */
export interface QdiscOf<Kind extends string, Data, Xstats = never> extends QdiscBase {
  readonly kind: Kind
  readonly data: Data
  readonly xstats?: Xstats
}

/** A qdisc of a kind that this library does not know: what it has is kept as it came. */
export interface OtherQdisc extends QdiscBase {
  readonly kind: 'other'
  readonly kindName: string
  /** TCA_OPTIONS: attributes for most kinds, a structure for some. */
  readonly data: Uint8Array
  /** TCA_XSTATS. */
  readonly xstats?: Uint8Array
}

/** `undefined` for what does not fit. */
function readable<Out>(payload: OpaqueAttributes, codec: Pick<Codec<never, Out>, 'read'>): Out | undefined {
  try {
    return payload.read(codec)
  } catch (error) {
    if (error instanceof Unreadable || error instanceof DecodeError) return undefined
    throw error
  }
}

function readStats({ stats, oldStats }: QdiscMessage['attributes']): QdiscStats | undefined {
  const { basic, queue, packets64, rateEst, rateEst64, basicHw } = stats ?? {}
  const passed = basic ?? oldStats
  const waiting = queue ?? oldStats
  if (passed === undefined || waiting === undefined) return undefined
  const rate = rateEst64 ?? rateEst
  return {
    bytes: passed.bytes,
    packets: packets64 ?? BigInt(passed.packets),
    drops: waiting.drops,
    overlimits: waiting.overlimits,
    requeues: queue?.requeues ?? 0,
    qlen: waiting.qlen,
    backlog: waiting.backlog,
    ...(rate !== undefined && { rateEst: { rate: bitsPerSecond(rate.bps), pps: Number(rate.pps) } }),
    ...(basicHw !== undefined && { hw: { bytes: basicHw.bytes, packets: BigInt(basicHw.packets) } }),
  }
}

function readBase(message: QdiscMessage): QdiscBase {
  const { header, attributes } = message
  const { stab, hwOffload, ingressBlock, egressBlock, unknown } = attributes
  const stats = readStats(attributes)
  return {
    dev: header.index,
    handle: header.handle,
    parent: header.parent,
    refcnt: header.info,
    ...(stats !== undefined && { stats }),
    ...(hwOffload !== undefined && { hwOffload }),
    ...(ingressBlock !== undefined && { ingressBlock }),
    ...(egressBlock !== undefined && { egressBlock }),
    ...(stab?.base !== undefined && { stab: stab.base }),
    ...(unknown !== undefined && { unknown }),
  }
}

const TCA_OPTIONS = 2

/** The qdisc, what is its own read by the kind that `kindOf` has for its name. */
export function readQdisc(
  message: QdiscMessage,
  kindOf: (name: string) => AnyQdiscKind | undefined,
): QdiscBase & { readonly kind: string } {
  const { kind: name = '', options, stats, xstats = stats?.app } = message.attributes
  const base = readBase(message)
  const kind = kindOf(name)
  if (kind === undefined) {
    const data = options?.bytes ?? new Uint8Array()
    return {
      ...base,
      kind: 'other',
      kindName: name,
      data,
      ...(xstats !== undefined && { xstats: xstats.bytes }),
    } as OtherQdisc
  }
  const counted = xstats && kind.xstats && readable(xstats, kind.xstats)
  const data = options === undefined ? {} : readable(options, kind.options)
  return {
    ...base,
    kind: name,
    data: data ?? { unknown: [{ type: TCA_OPTIONS, data: options?.bytes }] },
    ...(counted !== undefined && { xstats: counted }),
  } as QdiscBase & { readonly kind: string }
}

/** What no two qdiscs have in common; the kernel's own of one link's queues all have the handle `0:`. */
export const qdiscKey = ({ dev, parent, handle }: QdiscBase): string => `${dev} ${parent} ${handle}`
