/** Changing attributes of a link that exists. */
import type { Infer } from '../codec/table.js'
import { type Applied, RtnetlinkError } from '../errors.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import type { AnyLinkKind, linkInfo, Own, Values } from './kind.js'
import type { LinkFlag } from './link.js'
import { type LinkRef, linkIndex, resolveLinks } from './link-ref.js'
import { linkAttributes, linkMessage } from './message.js'

export interface FlagChanges {
  readonly flags: readonly LinkFlag[]
  /** Which of the flags are meant; the others stay. */
  readonly change: readonly LinkFlag[]
}

/**
 * One RTM_NEWLINK without NLM_F_CREATE: it changes the kind's attributes first and then, field by field, those of every
 * link (do_setlink), and stops where one is refused.
 */
export function* setLink(
  index: number,
  values: Infer<typeof linkAttributes>,
  netns?: NativeNetns,
  { flags, change }: FlagChanges = { flags: [], change: [] },
  own?: ReturnType<typeof linkInfo>,
): Steps<void> {
  yield* ask(
    request(
      { name: 'RTM_NEWLINK', type: RTM_NEWLINK },
      linkMessage,
      { header: { index, flags, change }, attributes: { ...values, linkInfo: own } },
      {},
      { forgets: true },
    ),
    netns,
  )
}

/** Replaces links by their indexes. The kernel looks for the master where the link is born or moves to: in `target`. */
export function* resolveCommon(values: Values, target: NativeNetns | undefined): Steps<void> {
  const { master } = values
  if (master !== undefined && master !== null) values.master = yield* linkIndex(master as LinkRef, 'master', target)
  yield* resolveLinks(linkAttributes, values)
}

export function* resolveOwn(kind: AnyLinkKind, { path, values }: Own): Steps<void> {
  yield* resolveLinks(kind.attributes, values, path === '' ? '' : `${path}.`)
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
