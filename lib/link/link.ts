/** A link as the kernel lists it. */
import type { OpaqueAttributes } from '../codec/nest.js'
import { type AnyTable, attributes, type InferResult, type UnknownAttribute, type WithUnknown } from '../codec/table.js'
import { DecodeError } from '../errors.js'
import type { Message } from '../netlink/message.js'
import type { afSpecAttributes } from './af-spec.js'
import type { ifinfomsg, LinkAttributes, linkAttributes, linkFlags } from './message.js'
import { type Port, portKindOf } from './ports/index.js'

export type LinkMessage = Message<typeof ifinfomsg.fields, typeof linkAttributes>
/** A flag of a link, IFF_…; a number where it has no name here. */
export type LinkFlag = ReturnType<typeof linkFlags.fromBits>[number]

/** What every link has, whatever its kind. */
export interface LinkBase extends Omit<LinkAttributes, 'linkInfo' | 'name' | 'afSpec'>, Omit<AfSpec, 'unknown'> {
  readonly index: number
  readonly name: string
  /** ARPHRD_…: 1 is Ethernet, 772 the loopback, 768 an ipip tunnel. */
  readonly type: number
  readonly flags: readonly LinkFlag[]
  /** Administratively up: IFF_UP. Whether it works is `operState`. */
  readonly up: boolean
  /** What it has as a port of its `master`, whose kind is `port.kind`. */
  readonly port?: Port
  /** What protocol families that are not known here have on it; `type` is the number of the family. */
  readonly otherFamilies?: readonly UnknownAttribute[]
}

/** What each protocol family has on a link. */
type AfSpec = InferResult<typeof afSpecAttributes>

/** A link of one kind, with the kind's own attributes in `data`. */
export interface LinkOf<Kind extends string, Data> extends LinkBase {
  readonly kind: Kind
  /** What the kind has of its own. */
  readonly data: Data
}

/** A link of a kind that this library does not know; its attributes are kept as they came. */
export interface OtherLink extends LinkBase {
  readonly kind: 'other'
  readonly kindName: string
  readonly data: readonly UnknownAttribute[]
}

/** A link without kind: hardware, and the loopback. */
export interface PlainLink extends LinkBase {
  readonly kind: 'none'
}

const nothing = attributes({})

const IFLA_INFO_DATA = 2
const IFLA_INFO_SLAVE_DATA = 5

/** One link's data in another form than attributes shall not make the others unreadable: they are kept under `number`. */
function readData<T extends AnyTable>(
  data: OpaqueAttributes | undefined,
  table: T,
  number = IFLA_INFO_DATA,
): InferResult<T> | WithUnknown {
  try {
    return data?.decode(table) ?? {}
  } catch (error) {
    if (data === undefined || !(error instanceof DecodeError)) throw error
    return { unknown: [{ type: number, data: data.bytes }] }
  }
}

function readPort(kindName: string, data: OpaqueAttributes | undefined): Port {
  const kind = portKindOf(kindName)
  if (kind !== undefined) return { kind: kindName, data: readData(data, kind.attributes, IFLA_INFO_SLAVE_DATA) } as Port
  return { kind: 'other', kindName, data: readData(data, nothing, IFLA_INFO_SLAVE_DATA).unknown ?? [] }
}

/** Newer kernels put these nests into every link, empty but for a few. */
const isFilled = (nest: object | undefined): nest is object => nest !== undefined && Object.keys(nest).length > 0

export function readBase({ header, attributes }: LinkMessage): LinkBase {
  const { linkInfo, name = '', afSpec = {}, devlinkPort, dpllPin, ...rest } = attributes
  const { unknown: otherFamilies, ...families } = afSpec
  return {
    index: header.index,
    name,
    type: header.type,
    flags: header.flags,
    up: header.flags.includes('up'),
    ...rest,
    ...families,
    ...(otherFamilies !== undefined && { otherFamilies }),
    ...(isFilled(devlinkPort) && { devlinkPort }),
    ...(isFilled(dpllPin) && { dpllPin }),
    ...(linkInfo?.portKind !== undefined && { port: readPort(linkInfo.portKind, linkInfo.portData) }),
  }
}

/** The link, its data read by the table that `tableOf` has for its kind. */
export function readLink(
  message: LinkMessage,
  tableOf: (kind: string) => AnyTable | undefined,
): LinkBase & { kind: string } {
  const { kind, data } = message.attributes.linkInfo ?? {}
  const base = readBase(message)
  if (kind === undefined) return { ...base, kind: 'none' }
  const table = tableOf(kind)
  if (table === undefined)
    return { ...base, kind: 'other', kindName: kind, data: readData(data, nothing).unknown ?? [] } as OtherLink
  return { ...base, kind, data: readData(data, table) } as LinkOf<string, unknown>
}
