/** `ip rule show`, `ip rule flush` */
import { parsePrefix } from '../codec/prefix.js'
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_GETRULE, RTM_NEWRULE } from '../rtnetlink/constants.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import { deletionOf, expectOwn } from './delete.js'
import { checkAction, checkFamily, familyOption, networks, ruleValue } from './encode.js'
import { ruleMessage } from './message.js'
import { optionNames, type RuleOptions, ruleNames } from './options.js'
import { type Rule, type RuleFamily, readRule } from './rule.js'
import { asListed, fits } from './same.js'

/** Which rules `listRules` lists: those that have all that is given, just so; a switch that is `false` means those without. */
export interface RuleFilter extends RuleOptions {
  /** Absent: IPv4 and IPv6. `-4`, `-6`, `ip mrule` */
  readonly family?: RuleFamily | undefined
}

/** All rules of a family, in their order; of IPv4 and IPv6 where none is said. */
export function* rulesOf(family: RuleFamily | undefined): Steps<readonly Rule[]> {
  return yield* ask(
    request(
      { name: 'RTM_GETRULE', type: RTM_GETRULE, mode: 'dump' },
      ruleMessage,
      { header: { family: family ?? 'unspec' }, attributes: {} },
      {
        type: RTM_NEWRULE,
        // Asked for all families, the kernel lists multicast routing too.
        read(message) {
          const rule = readRule(message)
          const wanted =
            family === undefined ? rule?.family === 'inet' || rule?.family === 'inet6' : rule?.family === family
          return wanted ? rule : undefined
        },
      },
    ),
  )
}

/** Whether a rule is one of those that a filter means. */
function* matcher(options: RuleFilter): Steps<(rule: Rule) => boolean> {
  const said = networks(options, parsePrefix)
  if (options.family !== undefined) checkFamily(options, options.family)
  checkAction(options, options.action)
  const wanted = asListed(yield* ruleValue(options, said, said.family ?? 'inet'))
  return (rule) => fits(rule, options, wanted)
}

/**
 * Lists rules, in the order in which the kernel asks them. `ip rule show table 100`
 *
 * Without `family` those of IPv4, then those of IPv6, where `ip` lists IPv4. Rules of multicast routing are listed where `family` names them (CONFIG_IP_MROUTE_MULTIPLE_TABLES,
 * CONFIG_IPV6_MROUTE_MULTIPLE_TABLES). No kernel filters. The kernel does not tell when the rules change while they are read: one may be missing or there twice.
 *
 * @example
 * for (const { priority, from = 'all', action, table } of await listRules({ family: 'inet' })) console.log(priority, from, action, table)
 */
export const listRules = verb(
  (_filter?: RuleFilter) => 'list rules',
  function* (filter?: RuleFilter): Steps<readonly Rule[]> {
    const options = copyOptions(filter ?? {}, optionNames)
    const isMeant = yield* matcher(options)
    return (yield* rulesOf(familyOption(options.family))).filter(isMeant)
  },
)

/**
 * Removes the rules that match; those that it removed. `ip rule flush table 100`
 *
 * The filter is that of `listRules`, and has to say more than the family. Rule 0, which leads to the addresses of this machine, stays unless `priority: 0` asks for it.
 * Removes one after the other: what was removed before a failure stays so. Throws KernelError EBUSY, before it removes any, where the kernel would take
 * another rule for one of them (see `deleteRule`). Needs CAP_NET_ADMIN.
 *
 * @example
 * const gone = await flushRules({ proto: 'bird' })
 */
export const flushRules = verb(
  (_filter: RuleFilter) => 'flush rules',
  function* (filter: RuleFilter): Steps<readonly Rule[]> {
    const options = copyOptions(filter, optionNames)
    requireSome(options, ruleNames)
    const isMeant = yield* matcher(options)
    const all = yield* rulesOf(familyOption(options.family))
    const doomed = all.filter((rule) => isMeant(rule) && (rule.priority !== 0 || options.priority === 0))
    const requests = new Map<Rule, Request>()
    for (const rule of doomed) {
      expectOwn(all, rule, doomed)
      requests.set(rule, yield* deletionOf(rule))
    }
    return yield* deleteEach(doomed, (rule) => requests.get(rule) as Request, 'ENOENT')
  },
)
