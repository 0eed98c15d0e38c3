/** The registry of link kinds: one line each. */
import type { AnyTable } from '../../codec/table.js'
import type { AnyLinkKind } from '../kind.js'
import { type LinkMessage, type OtherLink, type PlainLink, readLink } from '../link.js'
import { type BridgeLink, bridge } from './bridge.js'
import { type DummyLink, dummy } from './dummy.js'
import { type IpipLink, ipip } from './ipip.js'
import { type VethLink, veth } from './veth.js'
import { type VrfLink, vrf } from './vrf.js'
import { type VxlanLink, vxlan } from './vxlan.js'

export const kinds = { bridge, dummy, ipip, veth, vrf, vxlan } as const

/** A link, told apart by `kind`; its kind's attributes are in `data`. */
export type Link = BridgeLink | DummyLink | IpipLink | VethLink | VrfLink | VxlanLink | OtherLink | PlainLink

export type Kinds = typeof kinds

export const kindOf = (name: string): AnyLinkKind | undefined =>
  Object.hasOwn(kinds, name) ? (kinds as Readonly<Record<string, AnyLinkKind>>)[name] : undefined

export const tableOf = (name: string): AnyTable | undefined => kindOf(name)?.attributes

/** A link of whatever kind. */
export const readAnyLink = (message: LinkMessage): Link => readLink(message, tableOf) as Link
