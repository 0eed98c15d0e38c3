/** `ip rule add | delete` */
import { parsePrefix } from '../codec/prefix.js'
import { Rejection } from '../codec/rejection.js'
import { isKernelError } from '../errors.js'
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_NEWRULE } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, required, requireSome } from '../rtnetlink/options.js'
import { deletionOf, expectOwn, named } from './delete.js'
import { actionOf, checkAction, checkFamily, networks, type RuleValue, ruleValue } from './encode.js'
import { rulesOf } from './list.js'
import { ruleMessage } from './message.js'
import { listedNames, optionNames, type RuleDeletion, type RuleOptions, ruleNames } from './options.js'
import { type Rule, readRule } from './rule.js'
import { asListed, fits, isSame } from './same.js'

function* settings(options: RuleOptions): Steps<RuleValue> {
  const said = networks(options)
  const family = said.family ?? 'inet'
  checkFamily(options, family)
  const action = actionOf(options) ?? 'lookup'
  if (action === 'goto') required(options, 'goto', 'the priority of a later rule')
  checkAction(options, action)
  const table = options.table ?? (action !== 'lookup' || isOn(options.l3mdev, 'l3mdev') ? undefined : 'main')
  return yield* ruleValue({ ...options, action, table }, said, family)
}

function* send(flags: number, value: RuleValue): Steps<Rule | undefined> {
  const [made] = yield* ask(
    request({ name: 'RTM_NEWRULE', type: RTM_NEWRULE, flags, mode: 'echo' }, ruleMessage, value, {
      type: RTM_NEWRULE,
      read: readRule,
    }),
  )
  return made
}

const exists = (options: RuleOptions, twin: Rule) =>
  owedError('RTM_NEWRULE', 'EEXIST', `cannot add ${named(options)}: it exists, with priority ${twin.priority}`)

/** Without a priority the kernel finds one that is free: it has to be asked first whether there is such a rule. */
function* addSomewhere(options: RuleOptions, value: RuleValue, wanted: Rule): Steps<Rule | undefined> {
  const twin = (yield* rulesOf(wanted.family)).find((rule) => isSame(rule, wanted, ['priority']))
  if (twin !== undefined) throw exists(options, twin)
  return yield* send(NLM_F_CREATE | NLM_F_EXCL, value)
}

/** rule_exists compares neither `not` nor `goto`: what it says is there may be another. */
function* addThere(value: RuleValue, wanted: Rule): Steps<Rule | undefined> {
  try {
    return yield* send(NLM_F_CREATE | NLM_F_EXCL, value)
  } catch (error) {
    if (!isKernelError(error, 'EEXIST')) throw error
    if ((yield* rulesOf(wanted.family)).some((rule) => isSame(rule, wanted))) throw error
  }
  return yield* send(NLM_F_CREATE, value)
}

/** Of those that want each other, the newest first. */
const newer = {
  dscpMask: 'FRA_DSCP_MASK',
  dscp: 'FRA_DSCP',
  flowlabelMask: 'FRA_FLOWLABEL_MASK',
  flowlabel: 'FRA_FLOWLABEL',
  sportMask: 'FRA_SPORT_MASK',
  dportMask: 'FRA_DPORT_MASK',
} as const
const newerNames = Object.keys(newer) as (keyof typeof newer)[]

/**
 * What came of a rule, where the kernel did not echo it (notify_rule_change of older ones forgets who asked). It stands behind the others
 * of its priority; one that the kernel chose is the lowest.
 */
function* readBack({ priority }: RuleOptions, wanted: Rule): Steps<Rule> {
  const all = yield* rulesOf(wanted.family)
  const isMade = (but: readonly (keyof typeof newer)[]) => (rule: Rule) =>
    isSame(rule, wanted, priority === undefined ? [...but, 'priority'] : but)
  const found = (test: (rule: Rule) => boolean) => (priority === undefined ? all.find(test) : all.findLast(test))
  const made = found(isMade([])) ?? found(isMade(newerNames))
  if (made === undefined)
    throw owedError('RTM_NEWRULE', 'ENOENT', `added ${named(wanted)}, and it is gone`, { applied: true })
  return made
}

/** A kernel passes over attributes that it does not know: the rule would be for more packets than it shall. */
function* expectWhole(made: Rule, wanted: Rule): Steps<void> {
  const lost = newerNames.find((name) => wanted[name] !== undefined && made[name] === undefined)
  if (lost === undefined) return
  yield* ask(yield* deletionOf(made))
  const message = `cannot add ${named(wanted)}: this kernel has no ${lost} of rules (${newer[lost]})`
  throw owedError('RTM_NEWRULE', 'EOPNOTSUPP', message)
}

/**
 * Adds a rule: which packets are routed by which table. `ip rule add from 10.0.0.0/8 table 100 priority 500`
 *
 * Returns the rule as the kernel has it: without `priority` the kernel chooses one, and this is where it is told. Throws KernelError EEXIST where
 * there is the same rule already; without `priority` that is one of any priority. A {@link Rule} of `listRules` may be passed as it is. Needs CAP_NET_ADMIN.
 *
 * What this kernel does not know of the rule (`dscp`, `flowlabel`, the masks of ports), it passes over; such a rule is taken back at once, and KernelError EOPNOTSUPP thrown.
 *
 * @example
 * const { priority } = await addRule({ from: '10.0.0.0/8', fwmark: 0x10, table: 100 })
 */
export const addRule = verb(
  (options: RuleOptions) => `add ${named(options)}`,
  function* (given: RuleOptions): Steps<Rule> {
    const options = copyOptions(given, [...optionNames, ...listedNames])
    const value = yield* settings(options)
    const wanted = asListed(value)
    const told = yield* options.priority === undefined ? addSomewhere(options, value, wanted) : addThere(value, wanted)
    const made = told ?? (yield* readBack(options, wanted))
    yield* expectWhole(made, wanted)
    return made
  },
)

/** With these the rest of a rule is known to be all there is: what is not said, it has not. */
const isComplete = ({ priority, action, table, goto, l3mdev }: RuleOptions) =>
  priority !== undefined && [action, table, goto, l3mdev].some((said) => said !== undefined)

const anyway: readonly string[] = ['action', 'table', 'proto', 'goto']

/** The rule that is meant: the only one that fits, the only one that has nothing beside, or the first. */
function chosen(all: readonly Rule[], options: RuleDeletion, wanted: Rule): Rule {
  const found = all.filter((rule) => fits(rule, options, wanted))
  const [first, ...others] = found
  if (first === undefined) throw owedError('RTM_DELRULE', 'ENOENT', `cannot delete ${named(options)}: there is none`)
  if (isOn(options.any, 'any') || others.every((rule) => isSame(rule, first))) return first
  const bare = ruleNames.filter((name) => options[name] === undefined && !anyway.includes(name))
  const exact = isComplete(options) ? found.filter((rule) => bare.every((name) => rule[name] === undefined)) : []
  if (exact[0] !== undefined && exact.every((rule) => isSame(rule, exact[0] as Rule))) return exact[0]
  throw new Rejection(`true for the first of ${found.length} rules that fit; or say more`, options.any).within('any')
}

/**
 * Removes a rule. `ip rule delete from 10.0.0.0/8 table 100 priority 500`
 *
 * A {@link Rule} of `listRules` may be passed as it is. All that is said has to fit, and what is not said may be anything, as long as one rule fits: of several none goes, unless
 * `priority` and `table` (or `goto`, `action`, `l3mdev`) are said and one of them has nothing beside what is said, or `any: true` asks for the first.
 * Without `family` and addresses an IPv4 rule is meant, as with `ip`. Throws KernelError ENOENT where none fits. Needs CAP_NET_ADMIN.
 *
 * The kernel compares neither `not` nor `goto`, and takes what a rule lacks for anything (rule_find): `ip rule delete not from 10.0.0.0/8` removes `from 10.0.0.0/8` where
 * that comes first. So the rules are read before, and KernelError EBUSY is thrown where the kernel would take another for the one that is meant: delete that one first.
 *
 * @example
 * await deleteRule({ priority: 500 })
 */
export const deleteRule = verb(
  (options: RuleDeletion) => `delete ${named(options)}`,
  function* (given: RuleDeletion): Steps<void> {
    const options = copyOptions(given, [...optionNames, ...listedNames, 'any'])
    requireSome(options, ruleNames)
    const said = networks(options, parsePrefix)
    const family = said.family ?? 'inet'
    checkFamily(options, family)
    checkAction(options, actionOf(options))
    const wanted = asListed(yield* ruleValue(options, said, family))
    const all = yield* rulesOf(family)
    const rule = chosen(all, options, wanted)
    expectOwn(all, rule)
    yield* ask(yield* deletionOf(rule))
  },
)
