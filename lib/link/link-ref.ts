/** A link as a caller names it, resolved to its index. */

import { s32, u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'
import { type AnyTable, attribute, attributes, type Rows } from '../codec/table.js'
import { DecodeError, isKernelError, KernelError, show } from '../errors.js'
import { messageFormat } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { isIndex, type LinkRef, linkRef, nameOrIndex } from './index-codec.js'
import { ifinfomsg, lookedUp, RTEXT_FILTER_SKIP_STATS } from './message.js'

// Only the index is wanted: the reply's other attributes are not decoded.
const lookup = messageFormat(
  ifinfomsg,
  attributes({
    dev: lookedUp,
    extMask: attribute('IFLA_EXT_MASK', 29, u32(), { writeOnly: true }),
    targetNetnsid: attribute('IFLA_TARGET_NETNSID', 46, s32(), { writeOnly: true }),
  }),
)

/** Another namespace than that where the operation runs: a handle, or its number as seen from there (`link-netnsid`). */
export type Elsewhere = NativeNetns | number

/** The parts of a request that go elsewhere. */
export function routed(elsewhere: Elsewhere | undefined): { netns?: NativeNetns; netnsid?: number } {
  if (elsewhere === undefined) return {}
  return typeof elsewhere === 'number' ? { netnsid: elsewhere } : { netns: elsewhere }
}

/**
 * The index of a link; asks the kernel where a name was given. Throws a KernelError ENODEV that names `path`, the
 * caller's option, where there is no such link. `elsewhere`: there, instead of where the operation runs.
 */
export function* linkIndex(ref: LinkRef, path = 'dev', elsewhere?: Elsewhere): Steps<number> {
  const index = nameOrIndex(ref)
  if (isIndex(index)) return index
  if (typeof ref !== 'string') throw new Rejection(linkRef.expected, ref).within(path)
  const { netns, netnsid } = routed(elsewhere)
  try {
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
        lookup,
        { header: {}, attributes: { dev: ref, extMask: RTEXT_FILTER_SKIP_STATS, targetNetnsid: netnsid } },
        { type: RTM_NEWLINK, read: ({ header }) => header.index },
        netnsid === undefined ? { memo: `link ${ref}` } : {},
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

/**
 * Replaces every link in `values`, as the rows of `table` tell them, by its index. `path` stands before the option's name;
 * `netns`: there, instead of where the operation runs.
 */
export function* resolveLinks(
  table: AnyTable,
  values: Record<string, unknown>,
  path = '',
  netns?: NativeNetns,
): Steps<void> {
  for (const name of Object.keys(values)) {
    const row = Object.hasOwn(table.rows, name) ? (table.rows as Rows)[name] : undefined
    const value = values[name]
    if (row?.attributes[0]?.codec !== linkRef || value === undefined || value === null) continue
    values[name] = yield* linkIndex(value as LinkRef, path + name, netns)
  }
}

/** `path` may be absent: then so is the index. */
export function* optionalLinkIndex(ref: LinkRef | undefined, path = 'dev'): Steps<number | undefined> {
  return ref === undefined ? undefined : yield* linkIndex(ref, path)
}

function absent(error: KernelError, ref: string, path: string): KernelError {
  return new KernelError(
    `${error.message} (${path}: ${show(ref)})`,
    { ...error, attribute: path, constant: lookedUp.select(ref).constant },
    error,
  )
}

export { type LinkRef, nameOrIndex } from './index-codec.js'
