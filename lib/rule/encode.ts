/** The message that says to the kernel what a caller says of a rule. */
import { type Prefix, parseNetwork } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import type { MessageValue } from '../netlink/message.js'
import type { Steps } from '../netlink/operation.js'
import type { Family } from '../rtnetlink/family.js'
import { type IdRange, idRange, isSingle, type Span } from '../rtnetlink/id-range.js'
import { numbered, numberedRealms, protoNames, tableNames } from '../rtnetlink/names.js'
import { isOn, refuse } from '../rtnetlink/options.js'
import { type fibRuleHdr, LARGEST_FLOWLABEL, ruleAction, type ruleAttributes } from './message.js'
import type { RuleOptions } from './options.js'
import type { Rule, RuleFamily } from './rule.js'

export type RuleValue = MessageValue<typeof fibRuleHdr.fields, typeof ruleAttributes>

/** The family that addresses are of. */
const families: Readonly<Record<RuleFamily, Family>> = { inet: 'inet', inet6: 'inet6', ipmr: 'inet', ip6mr: 'inet6' }
const familyName = { inet: 'IPv4', inet6: 'IPv6', ipmr: 'IPv4 multicast', ip6mr: 'IPv6 multicast' } as const

/** Checks a `family`, which may be absent. */
export function familyOption(value: unknown): RuleFamily | undefined {
  const known = Object.keys(families) as RuleFamily[]
  const found = known.find((name) => name === value)
  if (value !== undefined && found === undefined)
    throw new Rejection(`one of ${known.map((name) => `'${name}'`).join(', ')}`, value).within('family')
  return found
}

/** Any packet's address is in it: told by the absence of the attribute. */
const isAll = (value: string) => value === 'all'

interface Networks {
  /** As `family` and the networks tell it, where they do. */
  readonly family: RuleFamily | undefined
  readonly from: Prefix | undefined
  readonly to: Prefix | undefined
}

/** `parse`: a rule that was listed may have bits behind the prefix, where another program made it. */
export function networks(options: RuleOptions, parse: typeof parseNetwork = parseNetwork): Networks {
  const network = (name: 'from' | 'to') => {
    const value = options[name]
    return value === undefined || isAll(value) ? undefined : within(name, () => parse(value))
  }
  const [from, to] = [network('from'), network('to')]
  const family = familyOption(options.family) ?? from?.family ?? to?.family
  for (const [name, prefix] of Object.entries({ from, to }))
    if (family !== undefined && prefix !== undefined && prefix.family !== families[family])
      throw new Rejection(
        `a network of ${familyName[families[family]]}, as the rest of the rule`,
        options[name as 'from'],
      ).within(name)
  return { family, from, to }
}

/** What the kernel overlooks, or takes and never looks at, in a rule of another family. */
const oneFamily = { flowlabel: 'inet6', flowlabelMask: 'inet6', srcSearch: 'inet6', realms: 'inet' } as const
/** ipmr_rule_match and ipmr_rule_compare look at none of it. */
const notMulticast = [
  ...(['from', 'to', 'tos', 'dscp', 'dscpMask', 'ipproto', 'sport', 'sportMask', 'dport', 'dportMask'] as const),
  ...(['suppressPrefixlength', 'suppressIfgroup'] as const),
]

export function checkFamily(options: RuleOptions, family: RuleFamily): void {
  for (const name of Object.keys(oneFamily) as (keyof typeof oneFamily)[])
    if (oneFamily[name] !== family) refuse(options, [name], `only ${familyName[oneFamily[name]]} rules have it`)
  if (family === 'ipmr' || family === 'ip6mr') refuse(options, notMulticast, 'rules of multicast routing have no such')
}

const ports = (name: 'sport' | 'dport') => (value: IdRange) => idRange(value, name, 1, 0xffff)
/** The highest number is no user. */
const users = (value: IdRange) => idRange(value, 'uidrange', 0, 0xffff_fffe)

const unlessAbsent = <In, Out>(value: In | undefined, make: (value: In) => Out) =>
  value === undefined ? undefined : make(value)

const masks = [
  ['fwmask', 'fwmark'],
  ['dscpMask', 'dscp'],
  ['flowlabelMask', 'flowlabel'],
  ['sportMask', 'sport'],
  ['dportMask', 'dport'],
] as const

function checkMasks(
  options: RuleOptions,
  ranges: { readonly sport: Span | undefined; readonly dport: Span | undefined },
) {
  for (const [mask, of] of masks) {
    if (options[of] === undefined) refuse(options, [mask], `there is no ${of}`)
    const range = of === 'sport' || of === 'dport' ? ranges[of] : undefined
    if (range !== undefined && !isSingle(range)) refuse(options, [mask], `${of} are several`)
  }
}

/** `undefined` where nothing tells it: in a deletion or a filter that may be any. */
export function actionOf({ action, goto, table }: RuleOptions): Rule['action'] | undefined {
  if (action !== undefined) return within('action', () => ruleAction.fromNumber(ruleAction.toNumber(action)), 'action')
  if (goto !== undefined) return 'goto'
  return table === undefined ? undefined : 'lookup'
}

export function checkAction(options: RuleOptions, action: Rule['action'] | undefined): void {
  if (action === 'unspec' || action === 0)
    throw new Rejection('an action that a rule can have', options.action).within('action')
  if (action !== undefined && action !== 'goto') refuse(options, ['goto'], `action is '${action}'`)
  if (action !== undefined && action !== 'lookup')
    refuse(options, ['table', 'suppressPrefixlength', 'suppressIfgroup'], `action is '${action}'`)
  if (isOn(options.l3mdev, 'l3mdev')) refuse(options, ['table'], 'with l3mdev it is that of the VRF')
}

/** The table's two places: up to 255 the header has it, beyond only the attribute, as with `ip`. */
function tableFields(table: number | undefined): { header?: number; attribute?: number } {
  if (table === undefined) return {}
  return table > 0xff ? { attribute: table } : { header: table }
}

/** All but the link names and numbers that are sent as they are said. */
function checked(options: RuleOptions) {
  const { fwmark, fwmask, iif, oif, ipproto, tunId, dscp, dscpMask, sportMask, dportMask } = options
  const { goto, priority, flowlabel, flowlabelMask, suppressPrefixlength, suppressIfgroup } = options
  for (const [name, link] of Object.entries({ iif, oif }))
    if (link === '') throw new Rejection('the name of a link', link).within(name)
  if (options.dscp !== undefined) refuse(options, ['tos'], 'dscp says it')
  const sport = unlessAbsent(options.sport, ports('sport'))
  const dport = unlessAbsent(options.dport, ports('dport'))
  checkMasks(options, { sport, dport })
  return {
    ...{ priority, goto, fwmark, fwmask, iif, oif, ipproto, tunId, dscp, dscpMask, sport, sportMask, dport, dportMask },
    ...{ suppressPrefixlength, suppressIfgroup, flowlabel },
    // fib6_nl2rule_flowlabel wants both.
    flowlabelMask: flowlabel === undefined ? undefined : (flowlabelMask ?? LARGEST_FLOWLABEL),
    uidrange: unlessAbsent(options.uidrange, users),
    ...(isOn(options.l3mdev, 'l3mdev') && { l3mdev: true }),
  }
}

/** What is said, as a message of the family; what is not said is absent, or zero in the header. */
export function* ruleValue(options: RuleOptions, { from, to }: Networks, family: RuleFamily): Steps<RuleValue> {
  const attributes = checked(options)
  const flags = [
    ...(isOn(options.not, 'not') ? (['invert'] as const) : []),
    ...(isOn(options.srcSearch, 'srcSearch') ? (['srcSearch'] as const) : []),
  ]
  const { table, proto, realms } = options
  const number = table === undefined ? undefined : yield* numbered(table, tableNames, 'table', 'FRA_TABLE')
  const fields = tableFields(number)
  return {
    header: {
      ...{ family, fromLength: from?.length, toLength: to?.length, tos: options.tos, flags },
      ...{ table: fields.header, action: actionOf(options) },
    },
    attributes: {
      // Of no length at all the kernel wants no address either.
      from: from?.length === 0 ? undefined : from?.bytes,
      to: to?.length === 0 ? undefined : to?.bytes,
      ...attributes,
      table: fields.attribute,
      proto: proto === undefined ? undefined : yield* numbered(proto, protoNames, 'proto', 'FRA_PROTOCOL'),
      realms: realms === undefined ? undefined : yield* numberedRealms(realms, 'realms', 'FRA_FLOW'),
    },
  }
}
