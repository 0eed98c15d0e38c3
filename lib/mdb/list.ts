/** `bridge mdb show | get` */
import type { AddressIn } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { isKernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_GETMDB, RTM_NEWMDB } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { canonicalGroup } from './group.js'
import { type MdbEntry, type MdbMessage, type MdbRouter, mdbKey, readEntries, readRouters } from './mdb.js'
import { mdbMessage, mdbQuestion } from './message.js'
import { checkGroup } from './options.js'

/** Everything that `read` makes of all bridges and VXLANs: the kernel filters by nothing (rtnl_mdb_valid_dump_req). */
function* dump<T>(read: (message: MdbMessage) => readonly T[]): Steps<readonly T[]> {
  const found = yield* ask(
    request(
      { name: 'RTM_GETMDB', type: RTM_GETMDB, mode: 'dump' },
      mdbMessage,
      { header: { family: 'bridge' }, attributes: {} },
      // A bridge tells its own in the type of the question (br_mdb_dump), a VXLAN in that of an event.
      { type: RTM_NEWMDB, otherType: RTM_GETMDB, read },
    ),
  )
  return found.flat()
}

/** All entries that are `wanted`. */
export function* dumpEntries(wanted: (entry: MdbEntry) => boolean): Steps<readonly MdbEntry[]> {
  return uniqueBy((yield* dump(readEntries)).filter(wanted), mdbKey)
}

/** Which entries `listMdb` lists: those for which all that is given holds. */
export interface MdbFilter {
  /** Of this bridge or VXLAN. `dev` */
  readonly dev?: LinkRef | undefined
  /** Of this port, or those that the bridge itself has joined. */
  readonly port?: LinkRef | undefined
  /** Of this group, whatever the source. */
  readonly grp?: AddressIn | undefined
  /** `vid` */
  readonly vid?: number | undefined
}

export function checkVid(vid: unknown): void {
  if (vid !== undefined && !(Number.isInteger(vid) && (vid as number) > 0 && (vid as number) < 4095))
    throw new Rejection('an integer from 1 to 4094', vid).within('vid')
}

/** By `dev`, `port` and `vid`. */
function* places({ dev, port, vid }: MdbFilter) {
  checkVid(vid)
  const devIndex = yield* optionalLinkIndex(dev)
  const portIndex = yield* optionalLinkIndex(port, 'port')
  return (one: MdbEntry | MdbRouter): boolean =>
    (devIndex === undefined || one.dev === devIndex) &&
    (portIndex === undefined || one.port === portIndex) &&
    (vid === undefined || one.vid === vid)
}

/**
 * Lists the entries of multicast databases, those of bridges and (Linux 6.4) of VXLANs. `bridge -d -s mdb show dev br0`
 *
 * A group has one entry for each of its ports, and a VXLAN one for each destination. The kernel lists all of them and the filter is
 * applied here. Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}; of a bridge it never
 * says so: an entry is listed once, but one may be missing.
 *
 * @example
 * for (const { grp, src, port } of await listMdb({ dev: 'br0' })) console.log(grp, src, port)
 */
export const listMdb = verb(
  (_filter?: MdbFilter) => 'list multicast entries',
  function* (filter?: MdbFilter): Steps<readonly MdbEntry[]> {
    const { grp: given, ...rest } = copyOptions(filter ?? {}, ['dev', 'port', 'grp', 'vid'])
    const grp = given === undefined ? undefined : within('grp', () => canonicalGroup(given))
    const isThere = yield* places(rest)
    return yield* dumpEntries((entry) => isThere(entry) && (grp === undefined || entry.grp === grp))
  },
)

/** Which ports `listMdbRouters` lists: those for which all that is given holds. */
export type MdbRouterFilter = Omit<MdbFilter, 'grp' | 'vid'>

/**
 * Lists the ports that lead to multicast routers: where all multicast goes, whoever asked for it. `bridge -d -s mdb show dev br0`, `router`
 *
 * A port becomes one when a query is heard there, or by `updateLink(dev, { port: { mcastRouter: 2 } })`. Only a bridge that is up, snoops and
 * has not `mcastRouter: 0` tells of them; those of single VLANs are told by the VLANs' own options.
 *
 * @example
 * for (const { port, type, timer } of await listMdbRouters({ dev: 'br0' })) console.log(port, type, timer)
 */
export const listMdbRouters = verb(
  (_filter?: MdbRouterFilter) => 'list multicast routers',
  function* (filter?: MdbRouterFilter): Steps<readonly MdbRouter[]> {
    const isThere = yield* places(copyOptions(filter ?? {}, ['dev', 'port']))
    // A bridge whose entries take several messages may tell its routers again.
    const key = ({ dev, port, vid }: MdbRouter) => `${dev} ${port} ${vid}`
    return uniqueBy((yield* dump(readRouters)).filter(isThere), key)
  },
)

/** Which group to get. */
export interface MdbQuery {
  /** The bridge or VXLAN. `dev` */
  readonly dev: LinkRef
  /** `grp` */
  readonly grp: string
  /** Absent: the (*, G) entries, those of every source. `src` */
  readonly src?: string | undefined
  /** Absent: those of no VLAN. `vid` */
  readonly vid?: number | undefined
  /** VXLAN with `external`: the VNI that it belongs to. `src_vni` */
  readonly srcVni?: number | undefined
}

/**
 * The entries of one group: one for each of its ports or, of a VXLAN, destinations. `bridge -d -s mdb get dev br0 grp 239.1.2.3`
 *
 * Throws KernelError ENOENT where there is none; EOPNOTSUPP where the link is neither bridge nor VXLAN. Before Linux 6.7 the kernel
 * looks none up: there all are listed, and this group's are kept.
 *
 * @example
 * const [entry] = await getMdb({ dev: 'br0', grp: '239.1.2.3' })
 */
export const getMdb = verb(
  ({ dev, grp }: MdbQuery) => `get multicast group ${grp} of ${nameOrIndex(dev)}`,
  function* (given: MdbQuery): Steps<readonly MdbEntry[]> {
    const options = copyOptions(given, ['dev', 'grp', 'src', 'vid', 'srcVni'])
    const dev = required(options, 'dev', 'a bridge or a VXLAN')
    required(options, 'grp', 'a multicast group')
    const { grp, src } = checkGroup(options)
    const { vid, srcVni } = options
    checkVid(vid)
    const index = yield* linkIndex(dev)
    try {
      const found = yield* ask(
        request(
          { name: 'RTM_GETMDB', type: RTM_GETMDB, mode: 'get' },
          mdbQuestion,
          {
            header: { family: 'bridge', dev: index },
            attributes: {
              entry: { vid, grp },
              ...((src !== undefined || srcVni !== undefined) && { about: { src, srcVni } }),
            },
          },
          { type: RTM_NEWMDB, read: readEntries },
        ),
      )
      return found.flat()
    } catch (error) {
      // With words of its own it is the link that has none.
      if (!isKernelError(error, 'EOPNOTSUPP') || error.kernelMessage !== undefined) throw error
      return yield* lookThrough(options, index)
    }
  },
)

function* lookThrough({ grp, src, vid, srcVni }: MdbQuery, index: number): Steps<readonly MdbEntry[]> {
  const group = canonicalGroup(grp)
  const source = src === undefined ? undefined : canonicalGroup(src)
  const found = yield* dumpEntries(
    (entry) =>
      entry.dev === index &&
      entry.grp === group &&
      entry.src === source &&
      entry.vid === vid &&
      (srcVni === undefined || entry.srcVni === undefined || entry.srcVni === srcVni),
  )
  if (found.length === 0) throw owedError('RTM_GETMDB', 'ENOENT', `cannot get multicast group ${grp}: it has no entry`)
  return found
}
