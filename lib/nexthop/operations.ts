/** `ip nexthop add | replace | delete | get` */
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_NEWNEXTHOP } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { made } from './made.js'
import { nexthopMessage } from './message.js'
import { type NexthopObject, readNexthop } from './nexthop.js'
import { listedNames, type NexthopObjectOptions, optionNames, settings } from './options.js'
import { countNames, deletion, fetch, type NexthopIdentity, type NexthopQuery } from './request.js'

export type { NexthopMemberOptions, NexthopObjectOptions } from './options.js'
export type { NexthopCounts, NexthopIdentity, NexthopQuery } from './request.js'

function* change(flags: number, options: NexthopObjectOptions): Steps<NexthopObject> {
  const value = yield* settings(options)
  const [echoed] = yield* ask(
    request({ name: 'RTM_NEWNEXTHOP', type: RTM_NEWNEXTHOP, flags, mode: 'echo' }, nexthopMessage, value, {
      type: RTM_NEWNEXTHOP,
      read: readNexthop,
    }),
  )
  return echoed ?? (yield* made(options.id, value))
}

const named = ({ id, via, group }: Partial<NexthopObjectOptions>) =>
  id !== undefined ? `next hop ${id}` : group !== undefined ? 'next hop group' : `next hop ${via ?? ''}`.trim()

/**
 * Adds a next hop object; what was made, with the id that the kernel chose where none was given. `ip nexthop add id 1 via 10.0.0.1 dev eth0`
 *
 * Routes, FDB entries and groups name it by its id (`nhid`): to lead all of them elsewhere takes one {@link replaceNexthop}. An IPv4 route may use one with an IPv6
 * `via`. Throws KernelError EEXIST where the id is taken, ENETDOWN where the link is down or has no carrier. Taking the link down or deleting it removes its next
 * hops, without a word about the routes that go with them (nexthop_flush_dev). Needs CAP_NET_ADMIN, and Linux 5.3.
 *
 * @example
 * const one = await addNexthop({ via: '10.0.0.1', dev: 'eth0' })
 * const two = await addNexthop({ via: 'fe80::2', dev: 'eth1' })
 * const { id } = await addNexthop({ group: [{ id: one.id, weight: 3 }, { id: two.id }] })
 * await addRoute({ dst: '10.1.0.0/16', nhid: id })
 */
export const addNexthop = verb(
  (options: NexthopObjectOptions) => `add ${named(options)}`,
  function* (given: NexthopObjectOptions): Steps<NexthopObject> {
    const options = copyOptions(given, optionNames)
    if (options.type === 'resilient' && options.group !== undefined) required(options, 'buckets', 'how many buckets')
    return yield* change(NLM_F_CREATE | NLM_F_EXCL, options)
  },
)

/**
 * Adds a next hop object, or puts this in the place of the one with its id: whatever uses that leads here at once. `ip nexthop replace id 1 via 10.0.0.2 dev eth0`
 *
 * A single one does not become a group, nor a group a single one or one of another type; that, and one that does not fit the routes that use it, throws KernelError EINVAL.
 * A resilient group keeps its buckets, and moves only as many as it has to. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceNexthop({ id: 10, group: [{ id: 2 }, { id: 3 }] })
 */
export const replaceNexthop = verb(
  (options: NexthopObjectOptions & NexthopIdentity) => `replace ${named(options)}`,
  function* (given: NexthopObjectOptions & NexthopIdentity): Steps<NexthopObject> {
    const options = copyOptions(given, optionNames)
    required(options, 'id', 'the id of a next hop')
    return yield* change(NLM_F_CREATE | NLM_F_REPLACE, options)
  },
)

/**
 * Removes a next hop object **and every route that uses it**. `ip nexthop delete id 1`
 *
 * A group loses it as a member, and goes with its last one, and the group's routes with the group. A {@link NexthopObject} of `listNexthops` may be
 * passed as it is. Throws KernelError ENOENT where there is none. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteNexthop({ id: 1 })
 */
export const deleteNexthop = verb(
  (options: NexthopIdentity) => `delete ${named(options)}`,
  function* (given: NexthopIdentity): Steps<void> {
    const options = copyOptions(given, [...optionNames, ...listedNames])
    required(options, 'id', 'the id of a next hop')
    yield* ask(deletion(options))
  },
)

/**
 * One next hop object. `ip nexthop get id 1`
 *
 * Throws KernelError ENOENT where there is none. Needs no privilege.
 *
 * @example
 * const { via, dev, flags } = await getNexthop({ id: 1 })
 */
export const getNexthop = verb(
  (options: NexthopQuery) => `get ${named(options)}`,
  function* (given: NexthopQuery): Steps<NexthopObject> {
    return yield* fetch(copyOptions(given, ['id', ...countNames]))
  },
)
