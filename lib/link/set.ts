/** Changing attributes of a link that exists. */
import { encodable } from '../codec/nest.js'
import type { Infer } from '../codec/table.js'
import type { NativeNetns } from '../native/addon.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import type { AnyLinkKind, Values } from './kind.js'
import type { LinkFlag } from './link.js'
import { type linkAttributes, linkMessage } from './message.js'

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
  own?: { kind: AnyLinkKind; data: Values },
): Steps<void> {
  const linkInfo =
    own === undefined ? undefined : { kind: own.kind.kind, data: encodable(own.kind.attributes, own.data) }
  yield* ask(
    request(
      { name: 'RTM_NEWLINK', type: RTM_NEWLINK },
      linkMessage,
      { header: { index, flags, change }, attributes: { ...values, linkInfo } },
      {},
      { forgets: true },
    ),
    netns,
  )
}
