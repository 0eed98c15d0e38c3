/** Deleting a link. */
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_DELLINK } from '../rtnetlink/constants.js'
import { linkMessage } from './message.js'

/**
 * One link, by index or by name: a name goes to the kernel as it is, for between a look-up and the deletion it could come to mean
 * another link. `netns`: there, instead of where the operation runs.
 */
export function* removeLink(
  { index, name }: { readonly index?: number; readonly name?: string },
  netns?: NativeNetns,
): Steps<void> {
  yield* ask(
    request(
      { name: 'RTM_DELLINK', type: RTM_DELLINK },
      linkMessage,
      { header: { index }, attributes: { dev: name } },
      {},
      { final: true, forgets: true },
    ),
    netns,
  )
}
