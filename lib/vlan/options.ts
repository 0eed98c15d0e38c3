/** What a caller says of VLANs, checked and made a message. */

import type { Infer } from '../codec/table.js'
import { isKernelError, KernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELLINK, RTM_SETLINK } from '../rtnetlink/constants.js'
import { type IdRange, isSingle, type Span, shownRange, vidRange } from '../rtnetlink/id-range.js'
import { isOn, required } from '../rtnetlink/options.js'
import { bridgeMessage, type bridgeSpecAttributes } from './bridge-message.js'

/** Which VLANs. */
export interface BridgeVlanIdentity {
  /** A port of a bridge; the bridge itself with `self`. */
  readonly dev: LinkRef
  /** 1 to 4094: one VLAN, or several in a row: `10`, `'10-20'`, `{ first: 10, last: 20 }`. */
  readonly vid: IdRange
  /** Of the link itself: what a bridge has as its own, where it is no port. `self` */
  readonly self?: boolean | undefined
  /** Of the bridge whose port the link is; so it is when neither is said. `master` */
  readonly master?: boolean | undefined
}

/** VLANs to be added, and what becomes of tags there. */
export interface BridgeVlanOptions extends BridgeVlanIdentity {
  /** Frames that come in without a tag are of this VLAN, and no longer of another; not for several VLANs. `pvid` */
  readonly pvid?: boolean | undefined
  /** Frames leave without a tag. `untagged` */
  readonly untagged?: boolean | undefined
}

export const identityNames = ['dev', 'vid', 'self', 'master'] as const
export const optionNames = [...identityNames, 'pvid', 'untagged'] as const

/** What is listed beside the options: passing it on to a deletion is fine. */
export const listedNames = [
  ...['flags', 'state', 'mcastRouter', 'mcastGroupCount', 'mcastMaxGroups', 'neighSuppress', 'neighForwardGrat'],
  ...['tunnel', 'statistics', 'unknown'],
]

/** The link, and the VLANs. */
export interface Target {
  readonly dev: LinkRef
  readonly index: number
  readonly span: Span
}

export function* targetOf(options: BridgeVlanIdentity): Steps<Target> {
  const dev = required(options, 'dev', 'a link')
  const span = vidRange(required(options, 'vid', 'a VLAN'))
  return { dev, span, index: yield* linkIndex(dev) }
}

/** Whom of link and master it is for; `undefined` is what the kernel takes it for, the master. */
export function halves(options: { readonly self?: unknown; readonly master?: unknown }) {
  const names = (['master', 'self'] as const).filter((name) => isOn(options[name], name))
  return names.length > 0 ? names : undefined
}

type Spec = Infer<typeof bridgeSpecAttributes>

/** A request to the bridge about one of its ports, or about itself. */
export function bridgeRequest(name: 'RTM_SETLINK' | 'RTM_DELLINK', index: number, spec: Spec): Request<never> {
  const type = name === 'RTM_SETLINK' ? RTM_SETLINK : RTM_DELLINK
  const value = { header: { family: 'bridge', index }, attributes: { spec } } as const
  return request({ name, type }, bridgeMessage, value, {}, { final: true })
}

/** One VLAN, or where several begin and end. */
export function vlanRows(span: Span, flags: readonly ('pvid' | 'untagged')[]): Spec {
  const { first, last } = span
  if (isSingle(span)) return { vlan: { vid: first, flags } }
  return {
    vlan: { vid: first, flags: [...flags, 'rangeBegin'] },
    vlanEnd: { vid: last, flags: [...flags, 'rangeEnd'] },
  }
}

export const named = ({ dev, vid }: BridgeVlanIdentity): string => `VLAN ${shownRange(vid)} of ${nameOrIndex(dev)}`

/** br_vlan_process_options and br_vlan_rtm_process_global_options go through the VLANs in order, and stop at the first that is not there. */
export function inTheMiddle(error: unknown): unknown {
  if (!isKernelError(error) || !/Vlan in range doesn't exist/.test(error.kernelMessage ?? '')) return error
  return new KernelError(`${error.message}; those before it are changed`, { ...error, applied: 'partly' }, error)
}
