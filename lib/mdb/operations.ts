/** `bridge mdb add | replace | del` */
import { isKernelError, KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import type { MessageValue } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_DELMDB, RTM_NEWMDB } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { dumpEntries } from './list.js'
import type { MdbEntry } from './mdb.js'
import { type brPortMsg, mdbMessage } from './message.js'
import { identity, listedNames, type MdbIdentity, type MdbOptions, optionNames, settings } from './options.js'

const named = ({ grp, dev }: MdbIdentity | MdbEntry) => `multicast group ${grp} of ${nameOrIndex(dev)}`

interface Place {
  readonly dev: number
  readonly vid: number | undefined
  readonly dst: string | undefined
  /** Older kernels do not replace what the bridge's own host has joined; there is nothing that could be (br_mdb_add_group). */
  readonly isHostAgain?: boolean
}

/**
 * Without a VLAN, a bridge that filters them serves every VLAN of the port, one after the other (br_mdb_add, br_mdb_del): what it
 * refuses may have been done for some.
 */
function* send(change: Request, { dev, vid, dst, isHostAgain }: Place): Steps<void> {
  try {
    yield* ask(change)
  } catch (error) {
    if (!isKernelError(error)) throw error
    const isFine = isHostAgain === true && error.code === 'EEXIST'
    const isEach = vid === undefined && dst === undefined
    const inVlans = isEach ? yield* dumpEntries((entry) => entry.dev === dev && entry.vid !== undefined) : []
    if (inVlans.length === 0 && isFine) return
    if (inVlans.length === 0) throw error
    const why = 'without vid it is for every VLAN of the port, and some may have it by now'
    throw new KernelError(`${error.message} (${why})`, { ...error, applied: 'unknown' }, error)
  }
}

function* change(flags: number, given: MdbOptions): Steps<void> {
  const options = copyOptions(given, optionNames)
  const value = yield* settings(options)
  const { vid, dst } = options
  const { dev } = value.header
  const isHostAgain = (flags & NLM_F_REPLACE) !== 0 && dst === undefined && value.attributes.entry.port === dev
  const one = request({ name: 'RTM_NEWMDB', type: RTM_NEWMDB, flags }, mdbMessage, value, {}, { final: true })
  yield* send(one, { dev, vid, dst, isHostAgain })
}

/**
 * Adds an entry: a port of a bridge, or a destination of a VXLAN, to which a multicast group goes. `bridge mdb add dev br0 port eth1 grp 239.1.2.3 permanent`
 *
 * The bridge has to be up and to snoop (EINVAL). Throws KernelError EEXIST where the port or, of a VXLAN, the destination is in the group already;
 * E2BIG above the port's `mcastMaxGroups`. What the bridge has learned is `'temp'` of `proto` `'kernel'`, and is in the way as well. Needs CAP_NET_ADMIN.
 *
 * @example
 * await addMdb({ dev: 'br0', port: 'eth1', grp: '239.1.2.3', state: 'permanent', vid: 10 })
 * await addMdb({ dev: 'br0', port: 'br0', grp: 'ff0e::1' })
 * await addMdb({ dev: 'br0', port: 'eth1', grp: '239.1.2.4', filterMode: 'include', sourceList: ['10.0.0.1', '10.0.0.2'] })
 * await addMdb({ dev: 'vx0', grp: '239.1.2.3', dst: '10.0.0.2', vni: 20 })
 */
export const addMdb = verb(
  (options: MdbOptions) => `add ${named(options)}`,
  function* (options: MdbOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_EXCL, options)
  },
)

/**
 * Adds an entry, or gives the one that is there this state, these sources and the rest. `bridge mdb replace dev br0 port eth1 grp 239.1.2.3 permanent`
 *
 * Before Linux 6.2 a bridge does not replace: KernelError EEXIST where there is one. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceMdb({ dev: 'br0', port: 'eth1', grp: '239.1.2.3', filterMode: 'exclude', sourceList: ['10.0.0.9'] })
 */
export const replaceMdb = verb(
  (options: MdbOptions) => `replace ${named(options)}`,
  function* (options: MdbOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_REPLACE, options)
  },
)

/** The request that deletes a listed entry. */
export const deletion = (value: MessageValue<typeof brPortMsg.fields, typeof mdbMessage.attributes>): Request =>
  request({ name: 'RTM_DELMDB', type: RTM_DELMDB }, mdbMessage, value, {}, { final: true })

/**
 * Deletes an entry. `bridge mdb del dev br0 port eth1 grp 239.1.2.3`
 *
 * An {@link MdbEntry} of `listMdb` may be passed as it is. The (S, G) entries that its `sourceList` made go with it. Where there is none a bridge
 * throws KernelError EINVAL (__br_mdb_del), as it does while it is down; a VXLAN ENOENT. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteMdb({ dev: 'br0', port: 'eth1', grp: '239.1.2.3', vid: 10 })
 * for (const entry of await listMdb({ dev: 'vx0' })) await deleteMdb(entry)
 */
export const deleteMdb = verb(
  (options: MdbIdentity | MdbEntry) => `delete ${named(options)}`,
  function* (given: MdbIdentity | MdbEntry): Steps<void> {
    const options = copyOptions(given, [...optionNames, ...listedNames])
    const value = yield* identity(options)
    yield* send(deletion(value), { dev: value.header.dev, vid: options.vid, dst: options.dst })
  },
)
