/** What a caller says of the entries to flush, checked. */
import { ipBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import type { LinkRef } from '../link/link-ref.js'
import { checkSwitch, required } from '../rtnetlink/options.js'
import { type FdbEntry, nudBits, type writtenStates } from './fdb.js'

type State = keyof typeof writtenStates

/** Which entries: those for which all that is given holds. */
export interface FdbFlushFilter {
  /** The bridge, the VXLAN or, with `master`, the port. */
  readonly dev: LinkRef
  /** In the link's own table; so it is when `master` is not said. `self` */
  readonly self?: boolean | undefined
  /** In the table of the bridge whose port `dev` is. `master` */
  readonly master?: boolean | undefined
  /** Bridge: of this port, or of the bridge itself. `brport` */
  readonly brport?: LinkRef | undefined
  /** Bridge: 1 to 4094. `vlan` */
  readonly vlan?: number | undefined
  /** One state, or any of several. `permanent`, `static`, `dynamic`, `nopermanent` … */
  readonly state?: State | readonly State[] | undefined
  /** Bridge: whether a user has added it. `added_by_user` */
  readonly addedByUser?: boolean | undefined
  /** Whether a control plane has made it. `extern_learn` */
  readonly externLearn?: boolean | undefined
  /** Bridge: whether it stays at its port. `sticky` */
  readonly sticky?: boolean | undefined
  /** Whether hardware has it. `offloaded` */
  readonly offloaded?: boolean | undefined
  /** VXLAN: whether it is the address of a router. `router` */
  readonly router?: boolean | undefined
  /** VXLAN with `external`: the VNI that the entry belongs to, from 1. `src_vni` */
  readonly srcVni?: number | undefined
  /** VXLAN: the VNI to send with, also where it is the link's own; from 1. `vni` */
  readonly vni?: number | undefined
  /** VXLAN: the other end's UDP port, also where it is the link's own. `port` */
  readonly port?: number | undefined
  /** VXLAN: the other end's address; only this destination of an entry that has several. `dst` */
  readonly dst?: string | undefined
  /** VXLAN: the next hop (group). `nhid` */
  readonly nhid?: number | undefined
}

/** A flush whose links are indexes. */
export interface ResolvedFlush {
  readonly options: FdbFlushFilter
  readonly index: number
  readonly brport: number | undefined
}

/** Options that are flags, and what the kernel calls them here: to flush, `use` says that a user has added it. */
export const flagNames = [
  ['addedByUser', 'use'],
  ['externLearn', 'externLearn'],
  ['sticky', 'sticky'],
  ['offloaded', 'offloaded'],
  ['router', 'router'],
] as const

export const bridgeNames = ['brport', 'vlan', 'addedByUser', 'sticky'] as const
export const vxlanNames = ['srcVni', 'vni', 'port', 'dst', 'nhid', 'router'] as const
const switchNames = ['self', 'master', ...flagNames.map(([option]) => option)] as const
export const flushNames = ['dev', 'state', 'externLearn', 'offloaded', 'self', 'master', ...bridgeNames, ...vxlanNames]

const states: readonly State[] = ['permanent', 'static', 'dynamic']

/** Bits of the state that matter, and what they have to be. */
export interface Selection {
  readonly state: number
  readonly mask: number
}

const { permanent, noarp } = nudBits
const selections: Readonly<Record<State, Selection>> = {
  permanent: { state: permanent, mask: permanent },
  static: { state: noarp, mask: noarp | permanent },
  dynamic: { state: 0, mask: noarp | permanent },
}

const listOf = (state: FdbFlushFilter['state']): readonly State[] =>
  state === undefined ? states : states.filter((one) => [state].flat().includes(one))

/** What to ask for, one after the other: not every two states can be said in one request. */
export function selectionsOf(state: FdbFlushFilter['state']): readonly Selection[] {
  const wanted = listOf(state)
  if (wanted.length === states.length) return [{ state: 0, mask: 0 }]
  if (wanted.length === 2 && !wanted.includes('permanent')) return [{ state: 0, mask: permanent }]
  return wanted.map((one) => selections[one])
}

/** Whether the state of a listed entry is one of those that are meant. */
export const isOfState = ({ state }: FdbEntry, wanted: FdbFlushFilter['state']): boolean =>
  listOf(wanted).includes(state === 'permanent' || state === 'static' ? state : 'dynamic')

export const saysAny = (options: FdbFlushFilter, names: readonly (keyof FdbFlushFilter)[]): boolean =>
  names.some((name) => options[name] !== undefined)

/** Refuses what one of the tables does not know: left out there, all of it would be flushed. */
export function checkFlush(options: FdbFlushFilter): void {
  required(options, 'dev', 'a link')
  for (const name of switchNames) checkSwitch(options[name], name)
  const { self, master, state } = options
  const refuseAll = (names: readonly (keyof FdbFlushFilter)[], why: string) => {
    for (const name of names)
      if (options[name] !== undefined) throw new Rejection(`nothing: ${why}`, options[name]).within(name)
  }
  if (master) refuseAll(vxlanNames, "an entry of a VXLAN is in the link's own table, to be flushed by itself")
  if (master && self) refuseAll(bridgeNames, 'only the bridge knows it: flush the two tables one after the other')
  if (saysAny(options, vxlanNames)) refuseAll(bridgeNames, 'only a bridge knows it, and a bridge no destinations')
  for (const one of state === undefined ? [] : [state].flat())
    if (!states.includes(one)) throw new Rejection(`one of ${states.join(', ')}, or several`, one).within('state')
  if (Array.isArray(state) && state.length === 0) throw new Rejection('at least one state', state).within('state')
  checkValues(options)
}

/** The kernel takes zero for not said, which would be all of them (vxlan_flush). */
function checkValues({ vni, srcVni, dst }: FdbFlushFilter): void {
  for (const [name, value] of [
    ['vni', vni],
    ['srcVni', srcVni],
  ] as const)
    if (value === 0) throw new Rejection('a VNI other than 0, which the kernel takes for every VNI', value).within(name)
  if (dst !== undefined && within('dst', () => ipBytes(dst)).every((byte) => byte === 0))
    throw new Rejection('an address other than the unspecified one', dst).within('dst')
}
