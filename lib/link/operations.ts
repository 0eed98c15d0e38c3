/** `ip link add | delete | show` */
import { Rejection, within } from '../codec/rejection.js'
import type { Infer } from '../codec/table.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, required } from '../rtnetlink/options.js'
import { type CreateOptions, checkCommon, createSteps } from './create.js'
import { fetchLink, type LinkDetails, wantedOf } from './get.js'
import type { Values } from './kind.js'
import { type Kinds, kindOf, kinds, type Link, readAnyLink, tableOf } from './kinds/index.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex, whichLink } from './link-ref.js'
import { type OtherOptions, otherKind } from './other-kind.js'
import { removeLink } from './remove.js'

/** Options of `createLink`: those of every link, and apart from them, in `data`, the kind's own. */
export type CreateLinkOptions = { [K in Creatable]: CreateOptions & KindOptions<K> }[Creatable] | OtherOptions

/** The kinds that netlink makes. */
type Creatable = { [K in keyof Kinds]: Kinds[K] extends { readonly madeBy: string } ? never : K }[keyof Kinds]

interface KindOptions<K extends keyof Kinds> {
  /** `type` */
  readonly kind: K
  /** The options of the kind. */
  readonly data?: Infer<Kinds[K]['attributes']> | undefined
}

/**
 * Creates a link of any kind. `ip link add … type KIND`
 *
 * The same as the kind's own `createX`, for a kind that is data. Of a kind that is not known here the attributes are given as
 * they are sent, and the link reads back as `kind: 'other'` with its `kindName`. Throws KernelError EEXIST where there is a link of
 * this name, EOPNOTSUPP where this kernel lacks the kind. Needs CAP_NET_ADMIN.
 *
 * @example
 * await createLink({ kind: 'vxlan', name: 'vx0', group: 7, data: { id: 99, group: '239.1.1.1', dev: 'eth0' } })
 * // IFLA_HSR_SLAVE1 and IFLA_HSR_SLAVE2: indexes, in the byte order of the machine.
 * const index = (one) => new Uint8Array(Uint32Array.of(one).buffer)
 * await createLink({ kind: 'hsr', name: 'hsr0', data: [{ type: 1, data: index(5) }, { type: 2, data: index(6) }] })
 */
export const createLink = verb(
  (options: CreateLinkOptions) => `create ${options.kind} link ${options.name}`,
  function* (given: CreateLinkOptions): Steps<Link> {
    const { kind: name, data, ...common } = copyOptions(given as unknown as Values)
    const kind = typeof name === 'string' ? kindOf(name) : undefined
    if (kind === undefined) {
      const other = otherKind(name, data, Object.keys(kinds))
      return (yield* createSteps(other.kind, checkCommon(common), other.own)) as Link
    }
    if (kind.madeBy !== undefined)
      throw new Rejection(`a kind that netlink makes: links of this one are made by ${kind.madeBy}`, name).within(
        'kind',
      )
    const own = data === undefined ? {} : within('data', () => copyOptions(data as Values))
    return (yield* createSteps(kind, checkCommon(common), { path: 'data', values: { ...own } })) as Link
  },
)

/** A link, and how much is wanted of it. */
export interface LinkQuery extends LinkDetails {
  /** The link. `dev` */
  readonly dev: LinkRef
}

/** An object that has an index is a link itself. */
function isQuery(which: LinkRef | LinkQuery): which is LinkQuery {
  return typeof which === 'object' && which !== null && Object.hasOwn(which, 'dev')
}

/**
 * One link, by name (any of its names) or index. `ip -d link show dev eth0`
 *
 * Throws KernelError ENODEV where there is none.
 *
 * @example
 * const link = await getLink('vx0')
 * if (link.kind === 'vxlan') console.log(link.data.id)
 * const { vfs } = await getLink({ dev: 'enp1s0f0', vf: true, statistics: false })
 */
export const getLink = verb(
  (which: LinkRef | LinkQuery) => `get link ${nameOrIndex(isQuery(which) ? which.dev : which)}`,
  function* (which: LinkRef | LinkQuery): Steps<Link> {
    const { dev, ...details } = isQuery(which) ? copyOptions(which, ['dev', 'vf', 'statistics']) : { dev: which }
    return (yield* fetchLink(whichLink(dev), tableOf, undefined, details)) as Link
  },
)

/** Links have to match all that is given. */
export interface LinkFilter extends LinkDetails {
  /** `'none'`: hardware and the loopback; `'other'`: kinds that are not known here. `type` */
  readonly kind?: Link['kind'] | undefined
  /** Ports of this link. */
  readonly master?: LinkRef | undefined
  /** Administratively up, or not. `up` */
  readonly up?: boolean | undefined
  /** Group of links. `group` */
  readonly group?: number | undefined
}

const filterNames = ['kind', 'master', 'up', 'group', 'vf', 'statistics'] as const

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
    const { kind, master, up, group, ...details } = checkFilter(copyOptions(filter ?? {}, filterNames))
    const { format, extMask } = wantedOf(details)
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
        format,
        { header: {}, attributes: { master: masterIndex, linkInfo: known ? { kind } : undefined, extMask } },
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
    yield* removeLink(whichLink(dev))
  },
)
