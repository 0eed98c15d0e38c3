/** The requests about next hop objects that several calls have need of. */
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTM_NEWNEXTHOP } from '../rtnetlink/constants.js'
import type { Family } from '../rtnetlink/family.js'
import { isOn, required } from '../rtnetlink/options.js'
import { nexthopMessage } from './message.js'
import { type NexthopObject, readNexthop } from './nexthop.js'

/** Which next hop. */
export interface NexthopIdentity {
  readonly id: number
}

/** What to tell beside a group. */
export interface NexthopCounts {
  /** How many packets went to each member of a group (Linux 6.9). `-s` */
  readonly stats?: boolean | undefined
  /** The same of the hardware, too. `-s -s` */
  readonly hwStats?: boolean | undefined
}

export interface NexthopQuery extends NexthopIdentity, NexthopCounts {}

export const countNames = ['stats', 'hwStats'] as const

/** The attribute is refused by kernels that do not count: it goes only where it is asked for. */
export function countFlags(options: NexthopCounts) {
  const asked = countNames.filter((name) => isOn(options[name], name))
  return asked.length === 0 ? undefined : asked.includes('stats') ? asked : (['stats', ...asked] as const)
}

/** One of them. */
export function* fetch(options: NexthopQuery): Steps<NexthopObject> {
  const id = required(options, 'id', 'the id of a next hop')
  const [found] = yield* ask(
    request(
      { name: 'RTM_GETNEXTHOP', type: RTM_GETNEXTHOP, mode: 'get' },
      nexthopMessage,
      { header: {}, attributes: { id, operationFlags: countFlags(options) } },
      { type: RTM_NEWNEXTHOP, read: readNexthop },
    ),
  )
  return found as NexthopObject
}

/** What the kernel can filter by, and what it is to tell. */
interface Asked {
  readonly family?: Family | 'unspec'
  readonly dev?: number | undefined
  readonly master?: number | undefined
  readonly groups?: boolean
  readonly fdb?: boolean
  readonly operationFlags?: ReturnType<typeof countFlags>
}

/** All that are `wanted`. */
export function* dump(
  wanted: (one: NexthopObject) => boolean,
  { family, ...attributes }: Asked = {},
): Steps<readonly NexthopObject[]> {
  return yield* ask(
    request(
      { name: 'RTM_GETNEXTHOP', type: RTM_GETNEXTHOP, mode: 'dump' },
      nexthopMessage,
      { header: { family }, attributes },
      {
        type: RTM_NEWNEXTHOP,
        read(message) {
          const one = readNexthop(message)
          return one !== undefined && wanted(one) ? one : undefined
        },
      },
    ),
  )
}

/** The request that deletes one. */
export const deletion = ({ id }: NexthopIdentity): Request =>
  request(
    { name: 'RTM_DELNEXTHOP', type: RTM_DELNEXTHOP },
    nexthopMessage,
    { header: {}, attributes: { id } },
    {},
    { final: true },
  )
