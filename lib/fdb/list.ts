/** `bridge fdb get | show` */
import { macBytes } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { type FdbEntry, type FdbState, fdbKey, listedStates } from './fdb.js'
import { dumpRequest, lookupRequest } from './lookup.js'
import type { FdbIdentity } from './options.js'

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
  /** One state, or any of several. `state`, `dynamic` */
  readonly state?: FdbState | readonly FdbState[] | undefined
}

function checkVlan(vlan: unknown): void {
  if (vlan !== undefined && !(Number.isInteger(vlan) && (vlan as number) > 0 && (vlan as number) < 4095))
    throw new Rejection('an integer from 1 to 4094', vlan).within('vlan')
}

function wantedStates(state: FdbFilter['state']): readonly unknown[] | undefined {
  if (state === undefined) return undefined
  const states: readonly FdbState[] = Array.isArray(state) ? state : [state]
  for (const one of states)
    if (typeof one !== 'number' && !listedStates.includes(one))
      throw new Rejection(`one of ${listedStates.join(', ')}, or a number`, one).within('state')
  return states
}

/** Those of a link, of a bridge and its ports, or all, each once. */
export function* entries(
  where: { readonly index?: number | undefined; readonly master?: number | undefined },
  isWanted: (entry: FdbEntry) => boolean,
): Steps<readonly FdbEntry[]> {
  return uniqueBy(yield* ask(dumpRequest(where, isWanted)), fdbKey)
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
    checkVlan(vlan)
    const states = wantedStates(state)
    const index = yield* optionalLinkIndex(dev)
    const master = br === undefined ? undefined : yield* linkIndex(br, 'br')
    // An entry of a port itself does not say whose port it is: there the kernel's word counts.
    const wanted = (entry: FdbEntry) =>
      (index === undefined || entry.dev === index) &&
      (master === undefined || entry.master === undefined || entry.master === master) &&
      (vlan === undefined || entry.vlan === vlan) &&
      (states === undefined || states.includes(entry.state))
    return yield* entries({ index, master }, wanted)
  },
)
