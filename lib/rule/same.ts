/** Which rules are the same, and which of them the kernel takes for which. */
import { sourceOf } from '../codec/codec.js'
import { Writer } from '../codec/writer.js'
import { decodePayload, encodePayload } from '../netlink/message.js'
import type { RuleValue } from './encode.js'
import { ruleMessage } from './message.js'
import { type RuleOptions, ruleNames } from './options.js'
import { type Rule, readRule } from './rule.js'

type Name = (typeof ruleNames)[number]

/** A rule as the kernel would list it: what is said, in the form of an answer. */
export function asListed(value: RuleValue): Rule {
  const writer = new Writer(true, 256)
  encodePayload(writer, ruleMessage, value)
  const message = decodePayload(ruleMessage, sourceOf(writer.bytes, true), 0, writer.position)
  return readRule(message) as Rule
}

/** JSON has no large integers. */
const text = (value: unknown) => JSON.stringify(value, (_name, one) => (typeof one === 'bigint' ? `${one}` : one))

const has = (rule: Rule, wanted: Rule, name: Name) => text(rule[name]) === text(wanted[name])

/** Whether two rules are one and the same, `but` for some of what they have. */
export const isSame = (one: Rule, other: Rule, but: readonly Name[] = []): boolean =>
  one.family === other.family && ruleNames.every((name) => but.includes(name) || has(one, other, name))

/** Whether a rule has all that `options` say; `wanted` is what they say, in the form of an answer. */
export const fits = (rule: Rule, options: RuleOptions, wanted: Rule): boolean =>
  ruleNames.every((name) => options[name] === undefined || has(rule, wanted, name))

/** rule_find looks at neither: `not from 10.0.0.0/8` and `from 10.0.0.0/8` are one to it, and so are two goto. */
const uncompared: readonly Name[] = ['not', 'goto', 'srcSearch']
const zeroIsAny: readonly Name[] = ['fwmark', 'tunId', 'ipproto']

/** What it takes for not said. */
function isAny(name: Name, value: unknown): boolean {
  if (name === 'proto') return value === 'unspec'
  return value === undefined || (zeroIsAny.includes(name) && Number(value) === 0)
}

/** Whether the kernel, told to delete `wanted`, takes `rule` for it. */
const isTakenFor = (rule: Rule, wanted: Rule): boolean =>
  rule.priority === wanted.priority &&
  ruleNames.every((name) => uncompared.includes(name) || isAny(name, wanted[name]) || has(rule, wanted, name))

/** The rule that would be deleted in the place of `wanted`, one of `all` in their order; those of `doomed` may well be. */
export const shadowOf = (all: readonly Rule[], wanted: Rule, doomed: readonly Rule[] = []): Rule | undefined =>
  all
    .slice(0, all.indexOf(wanted))
    .find(
      (rule) =>
        rule.family === wanted.family && isTakenFor(rule, wanted) && !isSame(rule, wanted) && !doomed.includes(rule),
    )
