/** A link as a caller names it, resolved to its index. */

import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'
import { type AnyTable, attribute, attributes, type Rows } from '../codec/table.js'
import { DecodeError, isKernelError, KernelError, show } from '../errors.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { isIndex, type LinkRef, linkRef, nameOrIndex } from './index-codec.js'
import { ifinfomsg, RTEXT_FILTER_SKIP_STATS } from './message.js'
import { linkName } from './name.js'

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
 * caller's option, where there is no such link. `netns`: there, instead of where the operation runs.
 */
export function* linkIndex(ref: LinkRef, path = 'dev', netns?: NativeNetns): Steps<number> {
  const index = nameOrIndex(ref)
  if (isIndex(index)) return index
  if (typeof ref !== 'string') throw new Rejection(linkRef.expected, ref).within(path)
  try {
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
        lookup,
        { header: {}, attributes: { dev: ref, extMask: RTEXT_FILTER_SKIP_STATS } },
        { type: RTM_NEWLINK, read: ({ header }) => header.index },
        { memo: `link ${ref}` },
      ),
      netns,
    )
    if (found === undefined) throw new DecodeError('an answer without a link', path, 0)
    return found
  } catch (error) {
    throw isKernelError(error, 'ENODEV') ? absent(error, ref, path) : error
  }
}

/** Where a link is found: by index, or by name. */
export function whichLink(ref: LinkRef): { index?: number; name?: string } {
  const which = nameOrIndex(ref)
  if (isIndex(which)) return { index: which }
  if (typeof which === 'string') return { name: which }
  throw new Rejection(linkRef.expected, ref).within('dev')
}

/** Replaces every link in `values`, as the rows of `table` tell them, by its index. `path` stands before the option's name. */
export function* resolveLinks(table: AnyTable, values: Record<string, unknown>, path = ''): Steps<void> {
  for (const name of Object.keys(values)) {
    const row = Object.hasOwn(table.rows, name) ? (table.rows as Rows)[name] : undefined
    const value = values[name]
    if (row?.attributes[0]?.codec !== linkRef || value === undefined || value === null) continue
    values[name] = yield* linkIndex(value as LinkRef, path + name)
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

export { type LinkRef, nameOrIndex } from './index-codec.js'
