/** What a caller says of an FDB entry, checked. */
import { type AddressIn, ipBytes, macBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import type { LinkRef } from '../link/link-ref.js'
import { checkSwitch, refuse, required } from '../rtnetlink/options.js'
import { type FdbEntry, writtenStates } from './fdb.js'

/** Which table the entry is in: the link's own, or that of the bridge whose port it is. */
export type Half = 'master' | 'self'

/** Which entry; of a VXLAN, also which of its destinations. */
export interface FdbIdentity {
  readonly dev: LinkRef
  /** MAC address: `aa:bb:cc:dd:ee:ff`. */
  readonly lladdr: AddressIn
  /** In the link's own table; so it is when `master` is not said. `self` */
  readonly self?: boolean | undefined
  /** In the table of the bridge whose port `dev` is. `master` */
  readonly master?: boolean | undefined
  /** 1 to 4094, for a bridge. Absent: no VLAN, and every VLAN of the port at once. `vlan` */
  readonly vlan?: number | undefined
  /** VXLAN: the other end's address in the underlay, of the family of the link's own `remote` or `local`. `dst` */
  readonly dst?: string | undefined
  /** VXLAN: the other end's UDP port. Absent: the link's. `port` */
  readonly port?: number | undefined
  /** VXLAN: the VNI to send with. Absent: the link's. `vni` */
  readonly vni?: number | undefined
  /** VXLAN with `external`: the VNI that the entry belongs to; others ignore it. `src_vni` */
  readonly srcVni?: number | undefined
  /** VXLAN: the link to send through. `via` */
  readonly via?: LinkRef | undefined
}

export interface FdbOptions extends FdbIdentity {
  /** VXLAN: a next hop (group) in place of `dst`, `port`, `vni` and `via`. `nhid` */
  readonly nhid?: number | undefined
  /**
   * Absent: `'permanent'`, which never ages and, in a bridge, makes it an address of the bridge's own (`local`); `'static'` never ages
   * either; `'dynamic'` ages. A bridge does not look at it beside `externLearn` or `use`.
   */
  readonly state?: keyof typeof writtenStates | undefined
  /** Bridge: it does not move to another port. Not beside `'permanent'`. `sticky` */
  readonly sticky?: boolean | undefined
  /**
   * Made by a control plane. In a bridge it does not age and may move. An entry of a VXLAN that was made without it does
   * not become one (vxlan_fdb_update_existing). `extern_learn`
   */
  readonly externLearn?: boolean | undefined
  /** VXLAN: the address of a router, for route short circuit. `router` */
  readonly router?: boolean | undefined
  /** Bridge: as if a frame from it had come in at the port, which has to be learning. `use` */
  readonly use?: boolean | undefined
  /** Bridge: tell listeners when it falls silent, and when it is heard again (Linux 5.14). `activity_notify` */
  readonly activityNotify?: boolean | undefined
  /** Bridge: take it for silent until it is heard. `inactive` */
  readonly inactive?: boolean | undefined
  /** Bridge: `false` when replacing does not count as hearing from it. `norefresh` */
  readonly refresh?: boolean | undefined
}

const switchNames = [
  ...(['self', 'master', 'sticky', 'externLearn', 'router', 'use'] as const),
  ...(['activityNotify', 'inactive', 'refresh'] as const),
]
const destinationNames = ['port', 'vni', 'via'] as const
const vxlanNames = ['dst', ...destinationNames, 'srcVni', 'nhid', 'router'] as const
const bridgeNames = ['vlan', 'sticky', 'activityNotify', 'inactive', 'refresh'] as const
export const optionNames = ['dev', 'lladdr', ...switchNames, ...vxlanNames, 'vlan', 'state']
const listedNames = ['flags', 'linkNetnsid', 'cacheInfo', 'unknown']
export const identityNames = [...optionNames, ...listedNames]

/** Whether it is the entry of a VXLAN, with somewhere to send to. */
export const hasDestination = ({ dst, nhid }: FdbOptions): boolean => dst !== undefined || nhid !== undefined

/** The tables meant, in the order in which the kernel would serve them. */
export function halvesOf({ self, master }: Pick<FdbOptions, Half>): readonly Half[] {
  const halves: Half[] = [...(master ? ['master' as const] : []), ...((self ?? !master) ? ['self' as const] : [])]
  if (halves.length === 0) throw new Rejection("true, or 'master: true' beside it", self).within('self')
  return halves
}

/** Refuses what the kernel would ignore or take for something else. The bytes of the MAC address. */
export function checkIdentity(options: FdbOptions): Uint8Array {
  required(options, 'dev', 'a link')
  for (const name of switchNames) checkSwitch(options[name], name)
  const lladdr = required(options, 'lladdr', 'a MAC address')
  const halves = halvesOf(options)
  if (!halves.includes('self'))
    refuse(options, vxlanNames, "an entry of a VXLAN is in the link's own table: self: true")
  if (!halves.includes('master') && hasDestination(options))
    refuse(options, bridgeNames, 'only a bridge knows it, and a bridge no destinations')
  if (options.dst === undefined) refuse(options, destinationNames, 'without dst it means nothing')
  checkDestination(options)
  return within('lladdr', () => macBytes(lladdr))
}

/** An entry may have the unspecified address as a destination; a deletion of it would delete all of them (vxlan_fdb_delete). */
function checkDestination({ dst }: FdbIdentity): void {
  const unspecified = dst !== undefined && within('dst', () => ipBytes(dst)).every((byte) => byte === 0)
  if (unspecified) throw new Rejection('an address other than the unspecified one', dst).within('dst')
}

export function checkOptions(options: FdbOptions): Uint8Array {
  const bytes = checkIdentity(options)
  const { state } = options
  if (state !== undefined && !Object.hasOwn(writtenStates, state))
    throw new Rejection("'permanent', 'static' or 'dynamic'", state).within('state')
  if (options.sticky && (state ?? 'permanent') === 'permanent')
    throw new Rejection("nothing beside state 'permanent'", options.sticky).within('sticky')
  if (options.nhid !== undefined) refuse(options, ['dst'], 'nhid stands for it')
  else if (options.dst === undefined) refuse(options, ['srcVni'], 'without dst or nhid it means nothing')
  return bytes
}

/** All-zero, or a group address: those of which a VXLAN has several destinations. */
export const hasManyDestinations = (mac: Uint8Array): boolean =>
  ((mac[0] as number) & 1) === 1 || mac.every((byte) => byte === 0)

/** A listed entry says by its bridge's index, or by having none, in which table it is. */
export function identityOf(options: FdbIdentity | FdbEntry): FdbIdentity {
  if (!('flags' in options) || !Array.isArray(options.flags)) return options as FdbIdentity
  const { master, dev, lladdr, vlan, dst, port, vni, srcVni, via, self } = options as FdbEntry & { self?: boolean }
  // The bridge's own entries are in the bridge's own table, and have the bridge as their master.
  const inMaster = typeof master === 'boolean' ? master : master !== undefined && master !== dev
  return { dev, lladdr, self: self ?? !inMaster, master: inMaster, vlan, dst, port, vni, srcVni, via }
}
