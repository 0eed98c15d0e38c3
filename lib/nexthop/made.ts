/** What was made, where the kernel's echo did not come. */
import { formatIp } from '../codec/ip.js'
import { OutcomeUnknownError } from '../errors.js'
import type { Steps } from '../netlink/operation.js'
import { proto } from '../rtnetlink/proto.js'
import type { NexthopObject } from './nexthop.js'
import type { settings } from './options.js'
import { dump, fetch } from './request.js'

type Value = ReturnType<typeof settings> extends Steps<infer T> ? T : never

const weightOf = ({ weight, weightHigh }: { readonly weight: number; readonly weightHigh: number }) =>
  (weightHigh << 8) + weight + 1

function isAsked(one: NexthopObject, { header, attributes }: Value): boolean {
  const { via, dev, blackhole = false, fdb, group } = attributes
  const members = group?.map(({ id, ...rest }) => ({ id, weight: weightOf(rest) }))
  return (
    (one.family ?? 'unspec') === header.family &&
    proto.toNumber(one.proto) === header.proto &&
    one.via === (via && formatIp(via, 0, via.length)) &&
    one.dev === dev &&
    one.onlink === (header.flags !== undefined) &&
    one.blackhole === blackhole &&
    one.fdb === fdb &&
    JSON.stringify(one.group) === JSON.stringify(members)
  )
}

/**
 * By its id; or the only one that is as it was asked for, where the kernel chose the id. Throws {@link OutcomeUnknownError} where
 * several are: any of them may be it.
 */
export function* made(id: number | undefined, value: Value): Steps<NexthopObject> {
  if (id !== undefined) return yield* fetch({ id })
  const found = yield* dump((one) => isAsked(one, value))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const which =
    found.length === 0 ? 'none is as it was asked for' : `it may be any of ${found.map((one) => one.id).join(', ')}`
  throw new OutcomeUnknownError(`the next hop was added, but the kernel did not tell its id: ${which}`)
}
