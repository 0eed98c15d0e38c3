/** Asking for links. */
import type { AnyTable } from '../codec/table.js'
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import type { NativeNetns } from '../netlink/where.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { type LinkBase, type LinkMessage, readLink } from './link.js'
import { linkMessage } from './message.js'

type AnyLink = LinkBase & { readonly kind: string }

function getRequest(
  index: number | undefined,
  name: string | undefined,
  tableOf: (kind: string) => AnyTable | undefined,
): Request<AnyLink> {
  return request(
    { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
    linkMessage,
    { header: { index }, attributes: { name } },
    { type: RTM_NEWLINK, read: (message: LinkMessage) => readLink(message, tableOf) },
  )
}

/** One link, by index or by name; fails where there is none. `netns`: there, instead of where the operation runs. */
export function* fetchLink(
  link: { readonly index?: number | undefined; readonly name?: string | undefined },
  tableOf: (kind: string) => AnyTable | undefined,
  netns?: NativeNetns,
): Steps<AnyLink> {
  const [found] = yield* ask(getRequest(link.index, link.name, tableOf), netns)
  return found as AnyLink
}
