/** A rule as the kernel lists it. */
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import type { Family } from '../rtnetlink/family.js'
import { isSingle, type Span } from '../rtnetlink/id-range.js'
import type { Realms } from '../rtnetlink/realms.js'
import { routeTable } from '../rtnetlink/route-table.js'
import {
  type fibRuleHdr,
  LARGEST_DSCP,
  LARGEST_FLOWLABEL,
  type ruleAction,
  type ruleAttributes,
  type ruleFlags,
} from './message.js'

export type RuleMessage = Message<typeof fibRuleHdr.fields, typeof ruleAttributes>
type Header = RuleMessage['header']
type Attributes = RuleMessage['attributes']

/** IPv4, IPv6, and the multicast routing of both. */
export type RuleFamily = Family | 'ipmr' | 'ip6mr'

/** A rule of policy routing, as the kernel lists it. What is absent fits anything. */
export interface Rule extends WithUnknown {
  readonly family: RuleFamily
  /** The lower one comes first. */
  readonly priority: number
  /** It is for the packets that the rest does not fit. */
  readonly not?: true
  /** Always with prefix length: `10.0.0.0/8`. */
  readonly from?: string
  /** Always with prefix length. */
  readonly to?: string
  readonly tos?: number
  readonly dscp?: number
  /** Absent: all bits. */
  readonly dscpMask?: number
  readonly fwmark?: number
  /** Absent: all bits. */
  readonly fwmask?: number
  /** A name; whether there is such a link, `flags` tell. */
  readonly iif?: string
  /** A name; whether there is such a link, `flags` tell. */
  readonly oif?: string
  readonly l3mdev?: true
  readonly uidrange?: number | Span
  readonly ipproto?: Exclude<Attributes['ipproto'], undefined>
  readonly sport?: number | Span
  /** Absent: all bits. */
  readonly sportMask?: number
  readonly dport?: number | Span
  /** Absent: all bits. */
  readonly dportMask?: number
  readonly tunId?: bigint
  readonly flowlabel?: number
  /** Absent: all bits. */
  readonly flowlabelMask?: number
  /** `'lookup'`, `'goto'`, `'blackhole'` … */
  readonly action: ReturnType<typeof ruleAction.fromNumber>
  /** Only of a look-up, and not with `l3mdev`. */
  readonly table?: ReturnType<typeof routeTable.fromNumber>
  readonly goto?: number
  readonly suppressPrefixlength?: number
  readonly suppressIfgroup?: number
  readonly realms?: Realms
  readonly srcSearch?: true
  readonly proto: Exclude<Attributes['proto'], undefined>
  /** `'iifDetached'`, `'oifDetached'`: there is no such link now; `'unresolved'`: no rule to go to; `'permanent'`. */
  readonly flags: readonly ReturnType<typeof ruleFlags.fromBits>[number][]
}

const isFamily = (family: Header['family']): family is RuleFamily =>
  family === 'inet' || family === 'inet6' || family === 'ipmr' || family === 'ip6mr'

const prefix = (address: string | undefined, length: number) =>
  address === undefined || length === 0 ? undefined : `${address}/${length}`

const range = (span: Span | undefined) => (span === undefined || !isSingle(span) ? span : span.first)

/** A newer kernel says the mask also where none was given. */
const part = (mask: number | undefined, all: number) => (mask === all ? undefined : mask)

/** fib_nl_fill_rule writes -1 for none. */
const NONE = 0xffff_ffff
const unless = (value: number | undefined, none: number) => (value === none ? undefined : value)

/** A mark of 0 goes without saying, where there is a mask. */
function mark({ fwmark, fwmask }: Attributes) {
  return fwmark === undefined && fwmask === undefined ? undefined : (fwmark ?? 0)
}

function tableOf({ table: header, action }: Header, { table, l3mdev }: Attributes): Rule['table'] {
  if (action !== 'lookup' || l3mdev === true) return undefined
  return table ?? routeTable.fromNumber(header)
}

const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K]
  } & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }

/** `undefined` for what is no rule of these families. */
export function readRule({ header, attributes }: RuleMessage): Rule | undefined {
  const { family, flags, action } = header
  const { priority = 0, proto = 'unspec', l3mdev, suppressPrefixlength, suppressIfgroup } = attributes
  const { dscpMask, fwmask, sportMask, dportMask, flowlabelMask, ...same } = attributes
  if (!isFamily(family)) return undefined
  return given({
    ...same,
    family,
    priority,
    not: flags.includes('invert') ? (true as const) : undefined,
    from: prefix(attributes.from, header.fromLength),
    to: prefix(attributes.to, header.toLength),
    tos: unless(header.tos, 0),
    dscpMask: part(dscpMask, LARGEST_DSCP),
    fwmark: mark(attributes),
    fwmask: part(fwmask, NONE),
    l3mdev: l3mdev === true ? (true as const) : undefined,
    uidrange: range(attributes.uidrange),
    sport: range(attributes.sport),
    sportMask: part(sportMask, 0xffff),
    dport: range(attributes.dport),
    dportMask: part(dportMask, 0xffff),
    flowlabelMask: part(flowlabelMask, LARGEST_FLOWLABEL),
    action,
    table: tableOf(header, attributes),
    suppressPrefixlength: unless(suppressPrefixlength, NONE),
    suppressIfgroup: unless(suppressIfgroup, NONE),
    srcSearch: flags.includes('srcSearch') ? (true as const) : undefined,
    proto,
    flags: flags.filter((flag) => flag !== 'invert' && flag !== 'srcSearch'),
  })
}
