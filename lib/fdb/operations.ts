/** `bridge fdb add | append | replace | delete` */
import { Rejection } from '../codec/rejection.js'
import { isKernelError, KernelError } from '../errors.js'
import { nameOrIndex } from '../link/link-ref.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import type { Steps } from '../netlink/operation.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { changeHalf, eachHalf } from './change.js'
import { deleteHalf } from './delete.js'
import type { FdbEntry } from './fdb.js'
import {
  checkIdentity,
  checkOptions,
  type FdbIdentity,
  type FdbOptions,
  hasDestination,
  hasManyDestinations,
  identityNames,
  identityOf,
  optionNames,
} from './options.js'
import { resolve } from './request.js'

export type { FdbIdentity, FdbOptions } from './options.js'

const named = ({ lladdr, dev }: FdbIdentity) => `FDB entry ${lladdr} on ${nameOrIndex(dev)}`

function* change(options: FdbOptions, mac: Uint8Array, flags: number): Steps<void> {
  const resolved = yield* resolve(options, mac)
  yield* eachHalf(resolved.halves, (half, last) => changeHalf(resolved, half, flags, last))
}

/**
 * Adds an entry to the forwarding database of a link or a bridge. `bridge fdb add aa:bb:cc:dd:ee:ff dev vx0 dst 10.0.0.2`
 *
 * Throws KernelError EEXIST where the table has the MAC address already (in the VLAN or of the VNI), learned ones included; ENOSPC above
 * a VXLAN's `maxAddress`. With `self` and `master` the bridge is served first, then the link, by a request each; where the second
 * fails the error says `applied: 'partly'` and which half is there. Needs CAP_NET_ADMIN.
 *
 * A bridge adds `externLearn` and `use` entries over those that it has, whatever it is asked (__br_fdb_add): it is asked first
 * whether there is one, and another process may come between.
 *
 * To what a VXLAN sends frames that nobody is known for, its all-zero entry, goes with {@link addFloodDestination}; added here it is the first
 * destination or an error.
 *
 * @example
 * await addFdb({ dev: 'vx0', lladdr: 'aa:bb:cc:dd:ee:ff', dst: '10.0.0.2' })
 * await addFdb({ dev: 'veth0', lladdr: 'aa:bb:cc:dd:ee:ff', master: true, state: 'static' })
 */
export const addFdb = verb(
  (options: FdbOptions) => `add ${named(options)}`,
  function* (given: FdbOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    yield* change(options, checkOptions(options), NLM_F_CREATE | NLM_F_EXCL)
  },
)

/**
 * Adds a destination beside those that an entry has, or the entry. `bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.2`
 *
 * Only the all-zero and the group addresses of a VXLAN have several; the destinations of one MAC address share its state and
 * flags, which become those given here. A destination that is there already is no error. For any other address this throws KernelError EEXIST
 * where there is an entry: the kernel would say yes and ignore a second destination (vxlan_fdb_update_existing), or move the entry of a
 * bridge to another port (fdb_add_entry). Where the entry has a next hop in place of destinations: EOPNOTSUPP. Needs CAP_NET_ADMIN.
 *
 * @example
 * for (const dst of ['10.0.0.2', '10.0.0.3']) await appendFdb({ dev: 'vx0', lladdr: '00:00:00:00:00:00', dst })
 */
export const appendFdb = verb(
  (options: FdbOptions) => `append ${named(options)}`,
  function* (given: FdbOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    const mac = checkOptions(options)
    if (options.dst !== undefined && options.master !== true && hasManyDestinations(mac)) {
      yield* change(options, mac, NLM_F_CREATE | NLM_F_APPEND)
      return
    }
    try {
      yield* change(options, mac, NLM_F_CREATE | NLM_F_EXCL)
    } catch (error) {
      if (!isKernelError(error, 'EEXIST')) throw error
      const why = 'only the all-zero and group addresses of a VXLAN have more than one destination'
      throw new KernelError(`${error.message}: ${why}; replaceFdb overwrites`, { ...error }, error)
    }
  },
)

/**
 * Adds an entry, or gives the one that is there this destination, port, state and flags. `bridge fdb replace aa:bb:cc:dd:ee:ff dev vx0 dst 10.0.0.3`
 *
 * Not for the all-zero and group addresses of a VXLAN, which may have several destinations: the kernel refuses to replace those, and has
 * taken the entry's state away by then (vxlan_fdb_update_existing). Use `deleteFdb` and `appendFdb`.
 *
 * Where the entry has a next hop the kernel ignores `dst`, and where a user has made it `externLearn`, saying yes to both; so the entry is read
 * back. The first is KernelError EOPNOTSUPP, the second EEXIST with `applied: 'partly'`. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceFdb({ dev: 'vx0', lladdr: 'aa:bb:cc:dd:ee:ff', dst: '10.0.0.3' })
 */
export const replaceFdb = verb(
  (options: FdbOptions) => `replace ${named(options)}`,
  function* (given: FdbOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    const mac = checkOptions(options)
    if (hasDestination(options) && hasManyDestinations(mac)) {
      const why = 'the kernel refuses to replace all-zero and group addresses and yet takes their state away'
      throw new Rejection(`a unicast address (${why}: vxlan_fdb_update_existing)`, options.lladdr).within('lladdr')
    }
    yield* change(options, mac, NLM_F_CREATE | NLM_F_REPLACE)
  },
)

/**
 * Deletes an entry, or one destination of it. `bridge fdb delete aa:bb:cc:dd:ee:ff dev vx0`
 *
 * An {@link FdbEntry} of `listFdb` may be passed as it is. Without `dst` all destinations go; with it `port`, `vni` and `via` count too,
 * absent ones as the link's own. In a bridge, without `vlan`, the entry goes from every VLAN of the port. Throws KernelError ENOENT where there is
 * none. With `self` and `master` as in {@link addFdb}. Needs CAP_NET_ADMIN.
 *
 * To delete a destination that is not there is fine with the kernel (__vxlan_fdb_delete): with `dst` it is looked for first, which for the all-zero and
 * group addresses means to list the link's entries. A unicast address has one destination, so that it goes faster without `dst`.
 *
 * @example
 * for (const entry of await listFdb({ dev: 'vx0' })) await deleteFdb(entry)
 */
export const deleteFdb = verb(
  (options: FdbIdentity | FdbEntry) => `delete ${named(identityOf(options))}`,
  function* (given: FdbIdentity | FdbEntry): Steps<void> {
    const options = identityOf(copyOptions(given, identityNames))
    const resolved = yield* resolve(options, checkIdentity(options))
    yield* eachHalf(resolved.halves, (half, last) => deleteHalf(resolved, half, last))
  },
)
