/** Changing attributes of a link that exists. */
import type { Infer } from '../codec/table.js'
import { type Applied, KernelError, RtnetlinkError } from '../errors.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import type { AnyLinkKind, LinkInfo, Own, PortValues, Values } from './kind.js'
import type { LinkFlag } from './link.js'
import { type Elsewhere, type LinkRef, linkIndex, resolveLinks } from './link-ref.js'
import { linkAttributes, linkMessage } from './message.js'

export interface FlagChanges {
  readonly flags: readonly LinkFlag[]
  /** Which of the flags are meant; the others stay. */
  readonly change: readonly LinkFlag[]
}

/**
 * One RTM_NEWLINK without NLM_F_CREATE: it changes the kind's attributes first, then those of the port that the link is by now,
 * and then, field by field, those of every link (do_setlink), and stops where one is refused.
 */
export function* setLink(
  index: number,
  values: Infer<typeof linkAttributes>,
  netns?: NativeNetns,
  { flags, change }: FlagChanges = { flags: [], change: [] },
  info?: LinkInfo,
): Steps<void> {
  yield* ask(
    request(
      { name: 'RTM_NEWLINK', type: RTM_NEWLINK },
      linkMessage,
      { header: { index, flags, change }, attributes: { ...values, linkInfo: info } },
      {},
      { forgets: true },
    ),
    netns,
  )
}

/**
 * Replaces links by their indexes. The kernel looks for the master where the link is born or moves to, in `target`, and for
 * the link below in the caller's namespace or, where that is given, in `linkNetnsid`.
 */
export function* resolveCommon(values: Values, target: Elsewhere | undefined): Steps<void> {
  const { master, link, linkNetnsid } = values
  const below = typeof linkNetnsid === 'number' ? linkNetnsid : undefined
  if (link !== undefined && link !== null) values.link = yield* linkIndex(link as LinkRef, 'link', below)
  if (master !== undefined && master !== null) values.master = yield* linkIndex(master as LinkRef, 'master', target)
  yield* resolveLinks(linkAttributes, values)
}

export function* resolveOwn(kind: AnyLinkKind, { path, values }: Own): Steps<void> {
  yield* resolveLinks(kind.attributes, values, path === '' ? '' : `${path}.`)
}

export function* resolvePort({ kind, values }: PortValues, target: NativeNetns | undefined): Steps<void> {
  yield* resolveLinks(kind.attributes, values, 'port.', target)
}

/** Runs steps that come behind a request which was carried out: whatever they fail with, that much is `applied`. */
export function* afterwards<T>(applied: Applied, steps: Steps<T>): Steps<T> {
  try {
    return yield* steps
  } catch (error) {
    if (error instanceof RtnetlinkError) Object.assign(error, { applied })
    throw error
  }
}

/** The refusal of one part of a request, that says which parts before it were carried out. */
export function withApplied(error: KernelError, appliedOptions: readonly string[]): KernelError {
  if (appliedOptions.length === 0) return error
  return new KernelError(
    `${error.message}; applied before that: ${appliedOptions.join(', ')}`,
    { ...error, applied: 'partly', appliedOptions },
    error,
  )
}
