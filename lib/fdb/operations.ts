/** `bridge fdb add | append | replace | delete | get | show` */
import { macBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { isKernelError, KernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { changeHalf, eachHalf } from './change.js'
import { deleteHalf } from './delete.js'
import { type FdbEntry, type FdbState, fdbKey, listedStates } from './fdb.js'
import { dumpRequest, lookupRequest } from './lookup.js'
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

/** Which entry to get: of a link, or anywhere in a bridge. */
export interface FdbQuery {
  readonly dev?: LinkRef | undefined
  /** The bridge, in place of `dev`. `br` */
  readonly br?: LinkRef | undefined
  readonly lladdr: FdbIdentity['lladdr']
  /** In the link's own table. `self` */
  readonly self?: boolean | undefined
  /** In the table of the bridge whose port `dev` is; so it is when `self` is not said. `master` */
  readonly master?: boolean | undefined
  readonly vlan?: number | undefined
  /** VXLAN with `external`: the VNI that the entry belongs to. `vni` */
  readonly srcVni?: number | undefined
}

function checkQuery({ dev, br, self, master }: FdbQuery): void {
  if (dev === undefined && br === undefined) throw new Rejection('a link, or br (required)', dev).within('dev')
  if (dev !== undefined && br !== undefined) throw new Rejection('nothing beside dev', br).within('br')
  if (br !== undefined && (self || master)) throw new Rejection('nothing beside br', self ?? master).within('self')
  if (self && master) throw new Rejection('nothing beside self', master).within('master')
}

/**
 * One entry. `bridge fdb get aa:bb:cc:dd:ee:ff dev vx0 self`
 *
 * As with `bridge`, and unlike {@link addFdb}, it is the bridge's table that is looked in unless `self` is said. Of an entry with several
 * destinations only the first is told: `listFdb` has them all. Throws KernelError ENOENT where there is none; EOPNOTSUPP with `self` for a
 * link that is neither VXLAN nor bridge. Needs Linux 5.0.
 *
 * @example
 * const { dst } = await getFdb({ dev: 'vx0', lladdr: 'aa:bb:cc:dd:ee:ff', self: true })
 */
export const getFdb = verb(
  ({ dev, br, lladdr }: FdbQuery) => `get FDB entry ${lladdr} of ${nameOrIndex(dev ?? br ?? '')}`,
  function* (given: FdbQuery): Steps<FdbEntry> {
    const options = copyOptions(given, ['dev', 'br', 'lladdr', 'self', 'master', 'vlan', 'srcVni'])
    checkQuery(options)
    const lladdr = required(options, 'lladdr', 'a MAC address')
    const mac = within('lladdr', () => macBytes(lladdr))
    const { self, vlan, srcVni } = options
    const index = yield* optionalLinkIndex(options.dev)
    const master = yield* optionalLinkIndex(options.br, 'br')
    const half = self ? 'self' : options.master ? 'master' : undefined
    const [found] = yield* ask(lookupRequest({ index, master, half, mac, vlan, srcVni }))
    // br_fdb_get looks in the whole bridge, whichever port it is asked about.
    if (found === undefined || (index !== undefined && found.dev !== index)) {
      throw owedError(
        'RTM_GETNEIGH',
        'ENOENT',
        `cannot get FDB entry ${lladdr}: another port has it, link ${found?.dev}`,
      )
    }
    return found
  },
)

/** Which entries `listFdb` lists: those for which all that is given holds. */
export interface FdbFilter {
  readonly dev?: LinkRef | undefined
  /** Entries of this bridge, and of the links that are its ports. `br` */
  readonly br?: LinkRef | undefined
  readonly vlan?: number | undefined
  readonly state?: FdbState | undefined
}

function checkFilter(vlan: unknown, state: unknown): void {
  if (vlan !== undefined && !(Number.isInteger(vlan) && (vlan as number) > 0 && (vlan as number) < 4095))
    throw new Rejection('an integer from 1 to 4094', vlan).within('vlan')
  if (state !== undefined && typeof state !== 'number' && !listedStates.includes(state as FdbState))
    throw new Rejection(`one of ${listedStates.join(', ')}, or a number`, state).within('state')
}

/**
 * Lists FDB entries, of bridges and of links. `bridge fdb show dev vx0`
 *
 * An entry with several destinations is listed once for each. The kernel reads by position and does not tell of changes meanwhile: an
 * entry is listed once, but one that others push aside while the list is read may be missing.
 *
 * @example
 * for (const { lladdr, dst } of await listFdb({ dev: 'vx0' })) console.log(lladdr, dst)
 */
export const listFdb = verb(
  (_filter?: FdbFilter) => 'list FDB entries',
  function* (filter?: FdbFilter): Steps<readonly FdbEntry[]> {
    const { dev, br, vlan, state } = copyOptions(filter ?? {}, ['dev', 'br', 'vlan', 'state'])
    checkFilter(vlan, state)
    const index = yield* optionalLinkIndex(dev)
    const master = br === undefined ? undefined : yield* linkIndex(br, 'br')
    // An entry of a port itself does not say whose port it is: there the kernel's word counts.
    const wanted = (entry: FdbEntry) =>
      (index === undefined || entry.dev === index) &&
      (master === undefined || entry.master === undefined || entry.master === master) &&
      (vlan === undefined || entry.vlan === vlan) &&
      (state === undefined || entry.state === state)
    const found = yield* ask(dumpRequest({ index, master }, wanted))
    return uniqueBy(found, fdbKey)
  },
)
