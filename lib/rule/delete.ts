/** The request that removes one rule, and whether it would remove that one. */
import { parsePrefix } from '../codec/prefix.js'
import type { Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELRULE } from '../rtnetlink/constants.js'
import { networks, ruleValue } from './encode.js'
import { ruleMessage } from './message.js'
import type { RuleSelector } from './options.js'
import type { Rule } from './rule.js'
import { shadowOf } from './same.js'

/** For sentences: `rule 500 from 10.0.0.0/8`. */
export const named = ({
  priority,
  not,
  from,
  to,
  fwmark,
  iif,
}: RuleSelector & { readonly priority?: number | undefined }) =>
  [
    'rule',
    priority,
    not === true ? 'not' : undefined,
    ...Object.entries({ from, to, fwmark, iif }).map(([name, value]) =>
      value === undefined ? undefined : `${name} ${value}`,
    ),
  ]
    .filter((word) => word !== undefined)
    .join(' ')

/** With all that a rule has, so that the kernel takes as few others for it as can be. */
export function* deletionOf(rule: Rule): Steps<Request> {
  const value = yield* ruleValue(rule, networks(rule, parsePrefix), rule.family)
  return request({ name: 'RTM_DELRULE', type: RTM_DELRULE }, ruleMessage, value, {}, { final: true })
}

/** The kernel deletes the first rule that has all that it is told, whatever that has beside. */
export function expectOwn(all: readonly Rule[], rule: Rule, doomed: readonly Rule[] = []): void {
  const other = shadowOf(all, rule, doomed)
  if (other !== undefined)
    throw owedError(
      'RTM_DELRULE',
      'EBUSY',
      `cannot delete ${named(rule)}: the kernel would delete ${named(other)} in its place, which stands before it and has all that it has`,
    )
}
