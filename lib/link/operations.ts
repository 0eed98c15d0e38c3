/** `ip link add | delete | show` */
import { Rejection, within } from '../codec/rejection.js'
import type { Infer } from '../codec/table.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, required } from '../rtnetlink/options.js'
import { type CreateOptions, checkCommon, createSteps } from './create.js'
import { fetchLink } from './get.js'
import type { Values } from './kind.js'
import { type Kinds, kindOf, kinds, type Link, readAnyLink, tableOf } from './kinds/index.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex, whichLink } from './link-ref.js'
import { linkMessage } from './message.js'

/** Options of `createLink`: those of every link, and apart from them, in `data`, the kind's own. */
export type CreateLinkOptions = { [K in keyof Kinds]: CreateOptions & KindOptions<K> }[keyof Kinds]

interface KindOptions<K extends keyof Kinds> {
  /** `type` */
  readonly kind: K
  /** The options of the kind. */
  readonly data?: Infer<Kinds[K]['attributes']> | undefined
}

/**
 * Creates a link of any registered kind. `ip link add … type KIND`
 *
 * The same as the kind's own `createX`, for a kind that is data. Throws KernelError EEXIST where there is a link of this name,
 * EOPNOTSUPP where this kernel lacks the kind. Needs CAP_NET_ADMIN.
 *
 * @example
 * await createLink({ kind: 'vxlan', name: 'vx0', group: 7, data: { id: 99, group: '239.1.1.1', dev: 'eth0' } })
 */
export const createLink = verb(
  (options: CreateLinkOptions) => `create ${options.kind} link ${options.name}`,
  function* (given: CreateLinkOptions): Steps<Link> {
    const { kind: name, data, ...common } = copyOptions(given as unknown as Values)
    const kind = typeof name === 'string' ? kindOf(name) : undefined
    // Only these: the kernel loads a module by this name.
    if (kind === undefined) throw new Rejection(`one of ${Object.keys(kinds).join(', ')}`, name).within('kind')
    const own = data === undefined ? {} : within('data', () => copyOptions(data as Values))
    return (yield* createSteps(kind, checkCommon(common), { path: 'data', values: { ...own } })) as Link
  },
)

/**
 * One link, by name or index. `ip -d link show dev eth0`
 *
 * Throws KernelError ENODEV where there is none.
 *
 * @example
 * const link = await getLink('vx0')
 * if (link.kind === 'vxlan') console.log(link.data.id)
 */
export const getLink = verb(
  (dev: LinkRef) => `get link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef): Steps<Link> {
    return (yield* fetchLink(whichLink(dev), tableOf)) as Link
  },
)

/** Links have to match all that is given. */
export interface LinkFilter {
  /** `'none'`: hardware and the loopback; `'other'`: kinds that are not known here. `type` */
  readonly kind?: Link['kind'] | undefined
  /** Ports of this link. */
  readonly master?: LinkRef | undefined
  /** Administratively up, or not. `up` */
  readonly up?: boolean | undefined
  /** Group of links. `group` */
  readonly group?: number | undefined
}

function checkFilter(filter: LinkFilter): LinkFilter {
  const { kind, up, group } = filter
  const known = [...Object.keys(kinds), 'other', 'none']
  if (kind !== undefined && !known.includes(kind))
    throw new Rejection(`one of ${known.join(', ')}`, kind).within('kind')
  checkSwitch(up, 'up')
  const fits = group === undefined || (Number.isInteger(group) && group >= 0 && group <= 0xffff_ffff)
  if (!fits) throw new Rejection('an integer from 0 to 4294967295', group).within('group')
  return filter
}

/**
 * All links, or those that match. `ip -d link show type bridge`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}. Throws KernelError ENODEV
 * where there is no such `master`.
 *
 * @example
 * for (const { name, mtu } of await listLinks({ master: 'br0' })) console.log(name, mtu)
 */
export const listLinks = verb(
  (_filter?: LinkFilter) => 'list links',
  function* (filter?: LinkFilter): Steps<readonly Link[]> {
    const { kind, master, up, group } = checkFilter(copyOptions(filter ?? {}, ['kind', 'master', 'up', 'group']))
    const masterIndex = yield* optionalLinkIndex(master, 'master')
    const matches = (link: Link) =>
      (kind === undefined || link.kind === kind) &&
      (masterIndex === undefined || link.master === masterIndex) &&
      (up === undefined || link.up === up) &&
      (group === undefined || link.group === group)
    const known = kind !== undefined && kind !== 'none' && kind !== 'other'
    return yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'dump' },
        linkMessage,
        { header: {}, attributes: { master: masterIndex, linkInfo: known ? { kind } : undefined } },
        {
          type: RTM_NEWLINK,
          // The kernel filters by one of master and kind, and only where it checks strictly.
          read(message) {
            const link = readAnyLink(message)
            return matches(link) ? link : undefined
          },
        },
      ),
    )
  },
)

/**
 * Deletes a link. `ip link delete dev vx0`
 *
 * Its addresses, routes, neighbours and FDB entries go with it, and a veth's other end. The kernel waits for a grace period inside
 * this call: about 17 ms for most kinds. Throws KernelError ENODEV where there is none. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteLink('vx0')
 */
export const deleteLink = verb(
  (dev: LinkRef) => `delete link ${nameOrIndex(dev)}`,
  function* (dev: LinkRef): Steps<void> {
    required({ dev }, 'dev', 'a link')
    // The name goes to the kernel as it is: between a look-up and the deletion it could come to mean another link.
    const { index, name } = whichLink(dev)
    yield* ask(
      request(
        { name: 'RTM_DELLINK', type: RTM_DELLINK },
        linkMessage,
        { header: { index }, attributes: { name } },
        {},
        { final: true, forgets: true },
      ),
    )
  },
)
