/** `ip netns set | list-id` */
import { Rejection } from '../codec/rejection.js'
import type { WithUnknown } from '../codec/table.js'
import type { Message } from '../netlink/message.js'
import { holdNetns, isHandle, showNetnsRef } from '../netlink/netns-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { type RequestMode, request } from '../netlink/request.js'
import type { NetnsRef } from '../netlink/where.js'
import { RTM_GETNSID, RTM_NEWNSID } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { NETNSA_NSID_NOT_ASSIGNED, type netnsIdAttributes, netnsIdMessage, type rtgenmsg } from './message.js'

/** A namespace that another one knows by an id. */
export interface NetnsId extends WithUnknown {
  /** As the namespace that was asked knows it; with `targetNetnsid`, as that one does. */
  readonly id: number
  /** With `targetNetnsid`: the id of the same namespace in the one that was asked; absent where it has none there. */
  readonly currentId?: number
}

/** `undefined` for a namespace without an id. */
function readId({ attributes }: Message<typeof rtgenmsg.fields, typeof netnsIdAttributes>): NetnsId | undefined {
  const { id, currentId, unknown } = attributes
  if (id === undefined || id === NETNSA_NSID_NOT_ASSIGNED) return undefined
  return {
    id,
    ...(currentId !== undefined && currentId !== NETNSA_NSID_NOT_ASSIGNED && { currentId }),
    ...(unknown !== undefined && { unknown }),
  }
}

function checkId(id: unknown, path: string): void {
  const fits = Number.isInteger(id) && (id as number) >= 0 && (id as number) < 2 ** 31
  if (!fits) throw new Rejection('an integer from 0 to 2147483647', id).within(path)
}

function* fetch(
  mode: RequestMode & ('get' | 'dump'),
  attributes: { readonly id?: number; readonly fd?: number; readonly targetNetnsid?: number | undefined },
): Steps<readonly NetnsId[]> {
  const question = { name: 'RTM_GETNSID', type: RTM_GETNSID, mode }
  const value = { header: {}, attributes }
  return yield* ask(request(question, netnsIdMessage, value, { type: RTM_NEWNSID, read: readId }))
}

const shown = (netns: NetnsRef | undefined) =>
  netns !== undefined && isHandle(netns) ? '(a handle)' : showNetnsRef(netns)

/** The kernel says ENOENT of an id that nobody has, and -1 of a namespace that has none (rtnl_net_getid). */
function none(which: string | number, targetNetnsid: number | undefined) {
  const where = targetNetnsid === undefined ? 'here' : `in the namespace with id ${targetNetnsid}`
  return owedError('RTM_GETNSID', 'ENOENT', `cannot get the id of network namespace ${which}: it has none ${where}`)
}

/** Asks for the id of a namespace that is held open meanwhile. */
function* idOf(netns: NetnsRef, targetNetnsid?: number): Steps<NetnsId | undefined> {
  const { native, release } = yield* holdNetns(netns)
  try {
    const [found] = yield* fetch('get', { fd: native.fd, targetNetnsid })
    return found
  } finally {
    release()
  }
}

/**
 * Gives a namespace an id, by which links and addresses of it can be spoken of here (`linkNetnsid`, `targetNetnsid`): the one that is said,
 * or with `'auto'` the lowest that is free. Its id. `ip netns set blue 12`
 *
 * The id counts in the namespace where this runs, and is never taken away: it goes with either namespace. The kernel gives one by itself where it has to speak
 * of the other end of a link. Throws KernelError EEXIST where the namespace has an id here already, or the id is another's. Needs
 * CAP_NET_ADMIN.
 *
 * @example
 * await setNetnsId('blue', 12)
 * const addresses = await listAddresses({ targetNetnsid: await setNetnsId('green', 'auto') })
 */
export const setNetnsId = verb(
  (netns: NetnsRef, id: number | 'auto') => `set the id of network namespace ${shown(netns)} to ${id}`,
  function* (netns: NetnsRef, id: number | 'auto'): Steps<number> {
    if (id !== 'auto') checkId(id, 'id')
    const { native, release } = yield* holdNetns(netns)
    try {
      const kind = { name: 'RTM_NEWNSID', type: RTM_NEWNSID, mode: 'echo' } as const
      const attributes = { fd: native.fd, id: id === 'auto' ? NETNSA_NSID_NOT_ASSIGNED : id }
      const reply = { type: RTM_NEWNSID, read: readId }
      const [made] = yield* ask(request(kind, netnsIdMessage, { header: {}, attributes }, reply))
      if (made !== undefined) return made.id
      // A kernel that does not echo: the namespace has its id all the same.
      const [found] = yield* fetch('get', { fd: native.fd })
      if (found !== undefined) return found.id
      throw none(shown(netns), undefined)
    } finally {
      release()
    }
  },
)

/** Whose id is wanted: that of `netns`, or of the namespace that is known here by `id`. */
export interface NetnsIdQuery {
  readonly netns?: NetnsRef | undefined
  /** `nsid` */
  readonly id?: number | undefined
  /** The id that the namespace of this id has for it. `target-nsid` */
  readonly targetNetnsid?: number | undefined
}

function* query({ netns, id, targetNetnsid }: NetnsIdQuery): Steps<NetnsId | undefined> {
  if (targetNetnsid !== undefined) checkId(targetNetnsid, 'targetNetnsid')
  if (id === undefined) {
    if (netns === undefined) throw new Rejection('a namespace, or id (required)', netns).within('netns')
    return yield* idOf(netns, targetNetnsid)
  }
  if (netns !== undefined) throw new Rejection('nothing beside netns', id).within('id')
  checkId(id, 'id')
  const [found] = yield* fetch('get', { id, targetNetnsid })
  return found
}

/**
 * The id that a namespace has here, and with `targetNetnsid` the one that another namespace knows it by. `ip netns list-id nsid 12`
 *
 * Throws KernelError ENOENT where it has none. Needs no privilege, but for `targetNetnsid` (Linux 5.0): CAP_NET_ADMIN there.
 *
 * @example
 * const { id } = await getNetnsId({ netns: 'blue' })
 * const { id: seenFromBlue } = await getNetnsId({ netns: 'green', targetNetnsid: id })
 */
export const getNetnsId = verb(
  ({ netns, id }: NetnsIdQuery) => `get the id of network namespace ${id ?? shown(netns)}`,
  function* (given: NetnsIdQuery): Steps<NetnsId> {
    const options = copyOptions(given, ['netns', 'id', 'targetNetnsid'])
    const found = yield* query(options)
    if (found !== undefined) return found
    throw none(options.id ?? shown(options.netns), options.targetNetnsid)
  },
)

/**
 * Lists the ids that are known here, lowest first, or in the namespace `targetNetnsid`. `ip netns list-id target-nsid 12`
 *
 * Which namespace has which id is asked the other way round: {@link getNetnsId} of each name that `listNetns` lists. Needs no privilege,
 * but for `targetNetnsid` (Linux 5.0): CAP_NET_ADMIN there.
 *
 * @example
 * const ids = (await listNetnsIds()).map(({ id }) => id)
 */
export const listNetnsIds = verb(
  (_filter?: Pick<NetnsIdQuery, 'targetNetnsid'>) => 'list the ids of network namespaces',
  function* (filter?: Pick<NetnsIdQuery, 'targetNetnsid'>): Steps<readonly NetnsId[]> {
    const { targetNetnsid } = copyOptions(filter ?? {}, ['targetNetnsid'])
    if (targetNetnsid !== undefined) checkId(targetNetnsid, 'targetNetnsid')
    const found = yield* fetch('dump', { targetNetnsid })
    return uniqueBy(found, ({ id }) => String(id)).toSorted((one, other) => one.id - other.id)
  },
)
