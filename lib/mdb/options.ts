/** What a caller says of an entry, checked and made a message. */
import { ipBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import { refuse, required } from '../rtnetlink/options.js'
import type { proto } from '../rtnetlink/proto.js'
import { groupBytes, isGroup, isMacGroup, sameFamily } from './group.js'
import type { MdbEntry } from './mdb.js'

interface Group {
  /** The bridge or VXLAN. `dev` */
  readonly dev: LinkRef
  /** `239.1.2.3`, `ff0e::1`, or for a bridge (Linux 5.11) a MAC address; for a VXLAN `0.0.0.0` and `::` are all groups without an entry. `grp` */
  readonly grp: string
  /** The one source from which it is wanted: an (S, G) entry. `src` */
  readonly src?: string | undefined
}

/** Which entry of a bridge. */
export interface BridgeMdbIdentity extends Group {
  /** The port; or the bridge itself, whose own host has joined then. `port` */
  readonly port: LinkRef
  /**
   * 1 to 4094. Absent: no VLAN or, where the bridge filters VLANs, every VLAN of the port, one after the other: then the
   * kernel stops at the first that it refuses. `vid`
   */
  readonly vid?: number | undefined
  readonly dst?: undefined
}

/** Which entry of a VXLAN (Linux 6.4). */
export interface VxlanMdbIdentity extends Group {
  /** The other end's address in the underlay. `dst` */
  readonly dst: string
  /** The VXLAN again, if at all. `port` */
  readonly port?: LinkRef | undefined
  /** VXLAN with `external`: the VNI that it belongs to. Absent: the link's own. `src_vni` */
  readonly srcVni?: number | undefined
  readonly vid?: undefined
}

/** Which entry: what `deleteMdb` takes. Of a VXLAN it is where `dst` is given. */
export type MdbIdentity = BridgeMdbIdentity | VxlanMdbIdentity

interface Settings {
  /**
   * Whether the sources in `sourceList` are wanted, or all others; absent: all others, of which there are none (Linux 6.2).
   * Not beside `src`. `filter_mode`
   */
  readonly filterMode?: 'include' | 'exclude' | undefined
  /**
   * At most 31 for a bridge (PG_SRC_ENT_LIMIT). For each the kernel makes an (S, G) entry, `'blocked'` with `'exclude'`. Needs `filterMode`;
   * at least one with `'include'` (Linux 6.2). `source_list`
   */
  readonly sourceList?: readonly string[] | undefined
  /** Who made it: `'static'` (without), or what comes behind it. Not for the bridge itself. Linux 6.2. `proto` */
  readonly proto?: Parameters<typeof proto.toNumber>[0] | undefined
}

/** An entry of a bridge. */
export interface BridgeMdbOptions extends BridgeMdbIdentity, Settings {
  /**
   * `'temp'` goes when nobody has asked for the group for a while (`mcastMembershipInterval`), `'permanent'` stays. Absent: `'temp'`, but
   * `'permanent'` for a MAC address, of which there is no other; the bridge itself joins IP groups as `'temp'` only. `permanent`, `temp`
   */
  readonly state?: 'permanent' | 'temp' | undefined
}

/** An entry of a VXLAN. */
export interface VxlanMdbOptions extends VxlanMdbIdentity, Settings {
  /** There is no other. `permanent` */
  readonly state?: 'permanent' | undefined
  /** UDP port of the other end. Absent: the link's. `dst_port` */
  readonly dstPort?: number | undefined
  /** VNI to send with. Absent: the link's. `vni` */
  readonly vni?: number | undefined
  /** The link to send through. `via` */
  readonly via?: LinkRef | undefined
}

/** An entry; of a VXLAN it is where `dst` is given. */
export type MdbOptions = BridgeMdbOptions | VxlanMdbOptions

/** Either, before it is known which of them. */
interface AnyIdentity extends Group {
  readonly port?: LinkRef | undefined
  readonly vid?: number | undefined
  readonly dst?: string | undefined
  readonly dstPort?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
  readonly via?: LinkRef | undefined
}

interface AnyOptions extends AnyIdentity, Settings {
  readonly state?: 'permanent' | 'temp' | undefined
}

const vxlanNames = ['dstPort', 'vni', 'srcVni', 'via'] as const
export const optionNames = [
  ...(['dev', 'port', 'grp', 'src', 'vid', 'dst', ...vxlanNames] as const),
  ...(['filterMode', 'sourceList', 'proto', 'state'] as const),
]
/** What a listed entry has beside the options: passing one on to `deleteMdb` is fine. */
export const listedNames = ['flags', 'timer', 'unknown']

interface GroupBytes {
  readonly grp: Uint8Array
  readonly src: Uint8Array | undefined
}

/** The bytes of `grp` and `src`; throws a Rejection where they do not go together. */
export function checkGroup({ grp, src }: Pick<Group, 'grp' | 'src'>): GroupBytes {
  const group = within('grp', () => groupBytes(grp))
  return { grp: group, src: src === undefined ? undefined : within('src', () => sameFamily(group, src)) }
}

function checkIdentity(options: AnyIdentity): GroupBytes {
  required(options, 'dev', 'a bridge or a VXLAN')
  required(options, 'grp', 'a multicast group')
  const group = checkGroup(options)
  const { dst } = options
  if (dst === undefined) {
    required(options, 'port', 'a port of the bridge, or the bridge; dst for a VXLAN')
    refuse(options, vxlanNames, 'only an entry of a VXLAN has it, which has a dst')
  } else {
    refuse(options, ['vid'], 'an entry of a VXLAN has a dst and no VLAN')
    within('dst', () => ipBytes(dst))
  }
  // The all-zero address stands for many groups in a VXLAN.
  const isAll = dst !== undefined && !isMacGroup(group.grp) && group.grp.every((byte) => byte === 0)
  if (!isGroup(group.grp) && !isAll) throw new Rejection('a multicast address', options.grp).within('grp')
  return group
}

/** Checks what the kernel refuses without a word which option it means (br_mdb_config_attrs_init). */
function checkSettings(options: AnyOptions, group: GroupBytes): void {
  const { filterMode, sourceList, src, dst, state } = options
  const isMac = isMacGroup(group.grp)
  if (src !== undefined) refuse(options, ['filterMode', 'sourceList'], 'it is about one source, src')
  if (isMac) refuse(options, ['filterMode', 'sourceList'], 'only a group of IP has sources')
  if (sourceList !== undefined) {
    if (!Array.isArray(sourceList)) throw new Rejection('an array of IP addresses', sourceList).within('sourceList')
    for (const [i, one] of sourceList.entries())
      within('sourceList', () => within(`[${i}]`, () => sameFamily(group.grp, one)))
    required(options, 'filterMode', "'include' or 'exclude' beside sourceList")
  }
  if (filterMode === 'include' && (sourceList ?? []).length === 0)
    throw new Rejection("at least one address beside filterMode 'include'", sourceList).within('sourceList')
  if (state === 'temp' && (isMac || dst !== undefined))
    throw new Rejection(
      `'permanent': the kernel has no other for ${isMac ? 'MAC addresses' : 'a VXLAN'}`,
      state,
    ).within('state')
}

/** Bridge or VXLAN, port, and group. */
function* entryOf({ dev, port, vid, dst }: AnyIdentity, group: GroupBytes) {
  const index = yield* linkIndex(dev)
  const portIndex = (yield* optionalLinkIndex(port, 'port')) ?? index
  const about = { src: group.src, dst }
  return { header: { family: 'bridge' as const, dev: index }, entry: { port: portIndex, vid, grp: group.grp }, about }
}

const isSaid = (about: object): boolean => Object.values(about).some((value) => value !== undefined)

/** The message that deletes one. */
export function* identity(given: MdbIdentity | MdbEntry) {
  const options: AnyIdentity = given
  const { header, entry, about } = yield* entryOf(options, checkIdentity(options))
  const more = { ...about, srcVni: options.srcVni }
  return { header, attributes: { entry, ...(isSaid(more) && { about: more }) } }
}

/** The message that makes or overwrites one. */
export function* settings(given: MdbOptions) {
  const options: AnyOptions = given
  const group = checkIdentity(options)
  checkSettings(options, group)
  const { filterMode, sourceList, proto, dstPort, vni, srcVni, dst } = options
  const { header, entry, about } = yield* entryOf(options, group)
  const via = yield* optionalLinkIndex(options.via, 'via')
  const sources = sourceList?.map((address) => ({ address }))
  const more = { ...about, filterMode, sourceList: sources, proto, dstPort, vni, srcVni, via }
  const state = options.state ?? (isMacGroup(group.grp) || dst !== undefined ? 'permanent' : 'temp')
  return { header, attributes: { entry: { ...entry, state }, ...(isSaid(more) && { about: more }) } }
}
