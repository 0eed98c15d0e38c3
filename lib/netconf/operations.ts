/** `ip netconf show` */

import { Rejection } from '../codec/rejection.js'
import type { InferResult } from '../codec/table.js'
import { type LinkRef, linkIndex } from '../link/link-ref.js'
import type { Message } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETNETCONF, RTM_NEWNETCONF } from '../rtnetlink/constants.js'
import type { Family } from '../rtnetlink/family.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { type netconfAttributes, netconfMessage, type netconfmsg } from './message.js'

/** A family that has settings of a link. */
export type NetconfFamily = Family | 'mpls'

/** A link; or `'all'`, which counts beside each of them or sets all at once; or `'default'`, with which links to come begin. */
export type NetconfTarget = LinkRef | 'all' | 'default'

/** How a family treats the packets of a link. What the family or the kernel has not is absent. */
export interface Netconf extends Omit<InferResult<typeof netconfAttributes>, 'dev'> {
  readonly family: NetconfFamily
  /** Index of the link, or `'all'`, `'default'`. */
  readonly dev: number | 'all' | 'default'
}

/** Whose settings `getNetconf` reads. */
export interface NetconfQuery {
  readonly dev: NetconfTarget
  /** Absent: IPv4. `-4`, `-6`, `-M` */
  readonly family?: NetconfFamily | undefined
}

/** Which settings `listNetconf` lists: those for which all that is given holds. */
export interface NetconfFilter {
  readonly dev?: NetconfTarget | undefined
  /** Absent: all three. `-4`, `-6`, `-M` */
  readonly family?: NetconfFamily | undefined
}

const names = ['dev', 'family']
const families: readonly unknown[] = ['inet', 'inet6', 'mpls'] satisfies NetconfFamily[]

const isFamily = (value: unknown): value is NetconfFamily => families.includes(value)

function familyOption(value: unknown): NetconfFamily | undefined {
  if (value === undefined || isFamily(value)) return value
  throw new Rejection("'inet', 'inet6' or 'mpls'", value).within('family')
}

function* target(dev: NetconfTarget): Steps<Netconf['dev']> {
  return dev === 'all' || dev === 'default' ? dev : yield* linkIndex(dev)
}

function readNetconf({
  header: { family },
  attributes: { dev, ...settings },
}: Message<typeof netconfmsg.fields, typeof netconfAttributes>): Netconf | undefined {
  return dev === undefined || !isFamily(family) ? undefined : { family, dev, ...settings }
}

/**
 * How a family treats the packets of a link, of all links, or of those to come. `ip -4 netconf show dev eth0`
 *
 * It is set by `writeSysctl`: `forwarding` of eth0 and IPv4 is `net.ipv4.conf.eth0.forwarding`. MPLS has neither `'all'` nor `'default'`.
 * Throws KernelError EINVAL or, of newer kernels, ENODEV where the link has nothing of the family; EOPNOTSUPP where the kernel lacks it. Needs no privilege.
 *
 * @example
 * const { forwarding, rpFilter } = await getNetconf({ dev: 'eth0' })
 */
export const getNetconf = verb(
  ({ dev }: NetconfQuery) => `get the settings of ${typeof dev === 'object' ? dev.index : dev}`,
  function* (given: NetconfQuery): Steps<Netconf> {
    const options = copyOptions(given, names)
    const family = familyOption(options.family) ?? 'inet'
    const dev = yield* target(required(options, 'dev', "a link, 'all' or 'default'"))
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETNETCONF', type: RTM_GETNETCONF, mode: 'get' },
        netconfMessage,
        { header: { family }, attributes: { dev } },
        { type: RTM_NEWNETCONF, read: readNetconf },
      ),
    )
    return found as Netconf
  },
)

/**
 * Lists how each family treats the packets of each link, with what stands for all links and for those to come. `ip netconf show`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}. Needs no privilege.
 *
 * @example
 * const routers = (await listNetconf({ family: 'inet6' })).filter(({ forwarding }) => forwarding)
 */
export const listNetconf = verb(
  (_filter?: NetconfFilter) => 'list the settings of links',
  function* (filter?: NetconfFilter): Steps<readonly Netconf[]> {
    const options = copyOptions(filter ?? {}, names)
    const family = familyOption(options.family)
    const dev = options.dev === undefined ? undefined : yield* target(options.dev)
    return yield* ask(
      request(
        { name: 'RTM_GETNETCONF', type: RTM_GETNETCONF, mode: 'dump' },
        netconfMessage,
        { header: { family: family ?? 'unspec' }, attributes: {} },
        {
          type: RTM_NEWNETCONF,
          // Asked for a family that it lacks, the kernel lists the others (rtnl_dump_all).
          read(message) {
            const found = readNetconf(message)
            const wanted =
              found !== undefined &&
              (family === undefined || found.family === family) &&
              (dev === undefined || found.dev === dev)
            return wanted ? found : undefined
          },
        },
      ),
    )
  },
)
