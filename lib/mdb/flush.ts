/** `bridge mdb flush` */
import { type AddressIn, ipBytes } from '../codec/addresses.js'
import { formatIp } from '../codec/ip.js'
import { within } from '../codec/rejection.js'
import { isKernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { NLM_F_BULK } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_DELMDB } from '../rtnetlink/constants.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, refuse, required } from '../rtnetlink/options.js'
import { proto } from '../rtnetlink/proto.js'
import { checkVid, dumpEntries } from './list.js'
import { type MdbEntry, mdbKey } from './mdb.js'
import { mdbMessage, mdbState } from './message.js'
import { deletion } from './operations.js'

/** Which entries `flushMdb` deletes: those for which all that is given holds. */
export interface MdbFlush {
  /** The bridge or VXLAN. `dev` */
  readonly dev: LinkRef
  /** Of this port; of the bridge itself: those that its own host has joined. `port` */
  readonly port?: LinkRef | undefined
  /** Of a bridge. `vid` */
  readonly vid?: number | undefined
  /** Who made them; the host's own nobody did. `proto` */
  readonly proto?: Parameters<typeof proto.toNumber>[0] | undefined
  /** Those that stay, or those that go by themselves. `permanent`, `nopermanent` */
  readonly permanent?: boolean | undefined
  /** Of a VXLAN: the other end's address in the underlay. `dst` */
  readonly dst?: AddressIn | undefined
  /** Of a VXLAN: the UDP port that they are sent to. `dst_port` */
  readonly dstPort?: number | undefined
  /** Of a VXLAN: the VNI that they are sent with. `vni` */
  readonly vni?: number | undefined
  /** Of a VXLAN: the VNI that they belong to. `src_vni` */
  readonly srcVni?: number | undefined
}

const ofVxlan = ['dst', 'dstPort', 'vni', 'srcVni'] as const
const names = ['dev', 'port', 'vid', 'proto', 'permanent', ...ofVxlan]

interface Wanted extends MdbFlush {
  readonly dev: number
  readonly port: number | undefined
}

function* bulkDelete({ dev, port, vid, proto, permanent, dst, dstPort, vni, srcVni }: Wanted): Steps<void> {
  const isState = permanent !== undefined
  const about = { proto, dst, dstPort, vni, srcVni, ...(isState && { stateMask: mdbState.toNumber('permanent') }) }
  const isSaid = Object.values(about).some((value) => value !== undefined)
  const entry = { port: port ?? 0, vid, state: permanent ? ('permanent' as const) : ('temp' as const) }
  yield* ask(
    request({ name: 'RTM_DELMDB', type: RTM_DELMDB, flags: NLM_F_BULK }, mdbMessage, {
      header: { family: 'bridge', dev },
      attributes: { entry, ...(isSaid && { about }) },
    }),
  )
}

/** Whether an entry is meant, as far as it tells; what is the VXLAN's own it does not. */
function matcher({ port, vid, proto: maker, permanent, dst }: Wanted): (entry: MdbEntry) => boolean {
  const bytes = dst === undefined ? undefined : ipBytes(dst)
  const address = bytes && formatIp(bytes, 0, bytes.length)
  const madeBy = maker === undefined ? undefined : proto.fromNumber(proto.toNumber(maker))
  return (entry) =>
    (port === undefined || entry.port === port) &&
    (vid === undefined || entry.vid === vid) &&
    (madeBy === undefined || entry.proto === madeBy) &&
    (permanent === undefined || (entry.state === 'permanent') === permanent) &&
    (address === undefined || entry.dst === address)
}

const without = (some: readonly MdbEntry[], others: readonly MdbEntry[]): readonly MdbEntry[] => {
  const keys = new Set(others.map(mdbKey))
  return some.filter((entry) => !keys.has(mdbKey(entry)))
}

/** One by one. Those of a single source first: the others take theirs along. */
function* deleteAll(meant: readonly MdbEntry[], wanted: Wanted): Steps<readonly MdbEntry[]> {
  const ordered = [...meant].sort((a, b) => Number(b.src !== undefined) - Number(a.src !== undefined))
  const requests = ({ dev, port, vid, grp, src, dst, srcVni }: MdbEntry) => {
    const about = src === undefined && dst === undefined ? {} : { about: { src, dst, srcVni } }
    return deletion({ header: { family: 'bridge', dev }, attributes: { entry: { port, vid, grp }, ...about } })
  }
  const deleted = yield* deleteEach(ordered, requests, ordered[0]?.dst === undefined ? 'EINVAL' : 'ENOENT')
  // A bridge has one answer for an entry that is not there and for not being up.
  const stays = without(ordered, deleted)
  const left = stays.length === 0 ? [] : yield* dumpEntries(({ dev }) => dev === wanted.dev)
  if (without(stays, left).length < stays.length)
    throw owedError('RTM_DELMDB', 'EINVAL', 'cannot flush multicast entries: the bridge is down, or does not snoop', {
      applied: deleted.length > 0 ? 'partly' : false,
    })
  return deleted
}

/**
 * Deletes the entries of a bridge or VXLAN that match, those that the kernel learned too; what was deleted is the result. `bridge mdb flush dev br0 port eth1`
 *
 * One request (Linux 6.8), and a listing before and after it. An older kernel refuses that: there what is listed and matches is deleted
 * one by one, and of a VXLAN nothing by `dstPort`, `vni` and `srcVni` (EOPNOTSUPP). Needs CAP_NET_ADMIN.
 *
 * @example
 * const deleted = await flushMdb({ dev: 'br0', port: 'eth1', permanent: false })
 */
export const flushMdb = verb(
  (filter: MdbFlush) => `flush multicast entries of ${nameOrIndex(filter.dev)}`,
  function* (given: MdbFlush): Steps<readonly MdbEntry[]> {
    const options = copyOptions(given, names)
    const wanted = yield* resolve(options)
    const isMeant = matcher(wanted)
    const before = yield* dumpEntries(({ dev }) => dev === wanted.dev)
    try {
      yield* bulkDelete(wanted)
    } catch (error) {
      // Without NLM_F_BULK it is a deletion of no entry, which is refused (rtnl_mdb_del: EINVAL before Linux 5.19).
      const isOld = isKernelError(error, 'EOPNOTSUPP') || isKernelError(error, 'EINVAL')
      const isTold = options.dstPort === undefined && options.vni === undefined && options.srcVni === undefined
      if (!isOld || !isTold) throw error
      return yield* deleteAll(before.filter(isMeant), wanted)
    }
    return without(before, yield* dumpEntries(({ dev }) => dev === wanted.dev))
  },
)

function* resolve(options: MdbFlush): Steps<Wanted> {
  const link = required(options, 'dev', 'a bridge or a VXLAN')
  const { vid, dst, proto: maker } = options
  checkVid(vid)
  checkSwitch(options.permanent, 'permanent')
  if (vid !== undefined) refuse(options, ofVxlan, 'only a bridge has VLANs')
  if (dst !== undefined) within('dst', () => ipBytes(dst))
  if (maker !== undefined) within('proto', () => proto.toNumber(maker))
  const dev = yield* linkIndex(link)
  const port = yield* optionalLinkIndex(options.port, 'port')
  return { ...options, dev, port }
}
