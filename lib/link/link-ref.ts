/** A link as a caller names it, resolved to its index. */

import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'
import { attribute, attributes } from '../codec/table.js'
import { isKernelError, KernelError, show } from '../errors.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { ifinfomsg, RTEXT_FILTER_SKIP_STATS } from './message.js'
import { linkName } from './name.js'

/** A link: its name, its index, or an object that has its index (a {@link Link}). */
export type LinkRef = string | number | { readonly index: number }

const LARGEST_INDEX = 0x7fff_ffff
const expected = 'a link: its name, its index, or an object with its index'

const isIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_INDEX

// Only the index is wanted: the reply's other attributes are not decoded.
const lookup = messageFormat(
  ifinfomsg,
  attributes({
    dev: attribute('IFLA_IFNAME', 3, linkName, { writeOnly: true }),
    extMask: attribute('IFLA_EXT_MASK', 29, u32(), { writeOnly: true }),
  }),
)

/**
 * The index of a link; asks the kernel where a name was given. Throws a KernelError ENODEV that names `path`, the
 * caller's option, where there is no such link.
 */
export function* linkIndex(ref: LinkRef, path = 'dev'): Steps<number> {
  const index = typeof ref === 'object' && ref !== null ? ref.index : ref
  if (isIndex(index)) return index
  if (typeof ref !== 'string') throw new Rejection(expected, ref).within(path)
  try {
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
        lookup,
        { header: {}, attributes: { dev: ref, extMask: RTEXT_FILTER_SKIP_STATS } },
        { type: RTM_NEWLINK, read: ({ header }) => header.index },
        { memo: `link ${ref}` },
      ),
    )
    return found as number
  } catch (error) {
    throw isKernelError(error, 'ENODEV') ? absent(error, ref, path) : error
  }
}

/** `path` may be absent: then so is the index. */
export function* optionalLinkIndex(ref: LinkRef | undefined, path = 'dev'): Steps<number | undefined> {
  return ref === undefined ? undefined : yield* linkIndex(ref, path)
}

function absent(error: KernelError, ref: string, path: string): KernelError {
  return new KernelError(
    `${error.message} (${path}: ${show(ref)})`,
    { ...error, attribute: path, constant: 'IFLA_IFNAME' },
    error,
  )
}
