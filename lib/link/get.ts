/** Asking for links. */
import type { AnyTable } from '../codec/table.js'
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../rtnetlink/constants.js'
import { checkSwitch, isOn } from '../rtnetlink/options.js'
import { type LinkBase, type LinkMessage, readLink } from './link.js'
import { type Elsewhere, routed } from './link-ref.js'
import { linkMessage, RTEXT_FILTER_SKIP_STATS, RTEXT_FILTER_VF, uncountedLinkMessage } from './message.js'

type AnyLink = LinkBase & { readonly kind: string }

/** How much is wanted of links. */
export interface LinkDetails {
  /** With `vfs`, the virtual functions of SR-IOV hardware, and what belongs to them. Absent: without. `novf` */
  readonly vf?: boolean | undefined
  /** `false`: without counters, which are a good part of what is read. Absent: with them. */
  readonly statistics?: boolean | undefined
}

interface Wanted {
  readonly format: typeof linkMessage
  /** IFLA_EXT_MASK; absent where nothing but the usual is wanted. */
  readonly extMask: number | undefined
}

export function wantedOf({ vf, statistics }: LinkDetails): Wanted {
  const isUncounted = checkSwitch(statistics, 'statistics') === false
  const extMask = (isOn(vf, 'vf') ? RTEXT_FILTER_VF : 0) | (isUncounted ? RTEXT_FILTER_SKIP_STATS : 0)
  return {
    format: isUncounted ? (uncountedLinkMessage as typeof linkMessage) : linkMessage,
    extMask: extMask === 0 ? undefined : extMask,
  }
}

interface Which {
  readonly index?: number | undefined
  readonly name?: string | undefined
}

function getRequest(
  { index, name }: Which,
  tableOf: (kind: string) => AnyTable | undefined,
  netnsid: number | undefined,
  details: LinkDetails,
): Request<AnyLink> {
  const { format, extMask } = wantedOf(details)
  return request(
    { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
    format,
    { header: { index }, attributes: { dev: name, extMask, targetNetnsid: netnsid } },
    { type: RTM_NEWLINK, read: (message: LinkMessage) => readLink(message, tableOf) },
  )
}

/** One link, by index or by name; fails where there is none. `elsewhere`: there, instead of where the operation runs. */
export function* fetchLink(
  link: Which,
  tableOf: (kind: string) => AnyTable | undefined,
  elsewhere?: Elsewhere,
  details: LinkDetails = {},
): Steps<AnyLink> {
  const { netns, netnsid } = routed(elsewhere)
  const [found] = yield* ask(getRequest(link, tableOf, netnsid, details), netns)
  return found as AnyLink
}
