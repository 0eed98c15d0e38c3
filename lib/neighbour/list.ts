/** `ip neighbour show | flush` */
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELNEIGH } from '../rtnetlink/constants.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { filterNames, listing, type NeighbourFilter } from './filter.js'
import { neighbourMessage } from './message.js'
import { type Neighbour, neighbourKey } from './neighbour.js'

export type { NeighbourFilter } from './filter.js'

function* list(filter: NeighbourFilter): Steps<readonly Neighbour[]> {
  return uniqueBy(yield* ask(yield* listing(filter)), neighbourKey)
}

/**
 * Lists neighbours, those of IPv4 and IPv6. `ip neighbour show dev eth0 nud all`
 *
 * All of them unless `state` says otherwise, also the entries in `'noarp'` and `'none'` that `ip` hides. Nothing tells
 * of changes while the table was read: what is listed was there at some moment, each neighbour once.
 *
 * @example
 * for (const { address, lladdr } of await listNeighbours({ dev: 'eth0', state: ['permanent', 'reachable'] })) console.log(address, lladdr)
 */
export const listNeighbours = verb(
  (_filter?: NeighbourFilter) => 'list neighbours',
  function* (filter?: NeighbourFilter): Steps<readonly Neighbour[]> {
    return yield* list(copyOptions(filter ?? {}, filterNames))
  },
)

const deletion = ({ dev, address, family, flags }: Neighbour) =>
  request({ name: 'RTM_DELNEIGH', type: RTM_DELNEIGH }, neighbourMessage, {
    header: { family, index: dev, ...(flags.includes('proxy') && { flags: ['proxy'] }) },
    attributes: { dst: address },
  })

/** Those that somebody has set up. */
const settled: readonly unknown[] = ['permanent', 'noarp']

/**
 * Deletes the neighbours that match, and gives those that it deleted. `ip neighbour flush dev eth0`
 *
 * As with `ip`, permanent ones and those that need no resolution (`'noarp'`) stay unless `state` names their state; unlike with `ip`, those
 * that are externally learned are no exception. Proxy entries go with `proxy: true`, and only then. One that the kernel is using stays listed
 * as `'failed'` until it is let go (neigh_remove_one). Throws {@link InvalidArgumentError} for an empty filter. Needs CAP_NET_ADMIN.
 *
 * @example
 * const gone = await flushNeighbours({ dev: 'eth0', state: ['stale', 'failed'] })
 */
export const flushNeighbours = verb(
  (_filter: NeighbourFilter) => 'flush neighbours',
  function* (given: NeighbourFilter): Steps<readonly Neighbour[]> {
    const filter = copyOptions(given, filterNames)
    requireSome(filter, filterNames)
    const found = yield* list(filter)
    const meant = filter.state === undefined ? found.filter(({ state }) => !settled.includes(state)) : found
    return yield* deleteEach(meant, deletion, 'ENOENT')
  },
)
