/** `ip neighbour add | replace | change | delete | get` */
import { isKernelError } from '../errors.js'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { neighbourMessage } from './message.js'
import { type Neighbour, readNeighbour } from './neighbour.js'
import {
  identity,
  identityNames,
  keptBy,
  listedNames,
  type NeighbourIdentity,
  type NeighbourOptions,
  optionNames,
  settings,
} from './options.js'

export type { NeighbourIdentity, NeighbourOptions } from './options.js'

function* change(flags: number, options: NeighbourOptions): Steps<void> {
  const value = yield* settings(options)
  const added = (flags & NLM_F_EXCL) !== 0
  if (added && options.proxy === true) yield* expectNoProxy({ ...options, dev: value.header.index })
  const extended = (['managed', 'externValid'] as const).filter((name) => options[name] === true)
  const final = extended.length === 0
  yield* ask(request({ name: 'RTM_NEWNEIGH', type: RTM_NEWNEIGH, flags }, neighbourMessage, value, {}, { final }))
  if (!final) yield* expectFlags({ ...options, dev: value.header.index }, extended)
}

/** Before Linux 5.16 neigh_add passes over NDA_FLAGS_EXT: what came of it has to be looked at. */
function* expectFlags({ dev, address }: NeighbourOptions, wanted: readonly ('managed' | 'externValid')[]): Steps<void> {
  const { flags } = yield* fetch({ dev, address })
  for (const name of wanted)
    if (!flags.includes(name))
      throw owedError(
        'RTM_NEWNEIGH',
        'EOPNOTSUPP',
        `cannot set neighbour ${address}: this kernel has no ${name} of neighbours (NDA_FLAGS_EXT)`,
        { applied: 'partly' },
      )
}

function* fetch(options: NeighbourIdentity): Steps<Neighbour> {
  const value = yield* identity(options)
  const [found] = yield* ask(
    request({ name: 'RTM_GETNEIGH', type: RTM_GETNEIGH, mode: 'get' }, neighbourMessage, value, {
      type: RTM_NEWNEIGH,
      read: readNeighbour,
    }),
  )
  return found as Neighbour
}

/** neigh_add ignores NLM_F_EXCL for a proxy entry: whether there is one has to be asked. */
function* expectNoProxy({ dev, address }: NeighbourOptions): Steps<void> {
  try {
    yield* fetch({ dev, address, proxy: true })
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return
    throw error
  }
  throw owedError('RTM_NEWNEIGH', 'EEXIST', `cannot add neighbour proxy ${address}: it exists`)
}

const named = ({ address, proxy }: NeighbourIdentity) => `neighbour ${proxy === true ? 'proxy ' : ''}${address}`

/**
 * Adds a neighbour: which link-layer address an IP address of the link has. `ip neighbour add 192.168.1.2 lladdr aa:bb:cc:dd:ee:ff dev eth0`
 *
 * Throws KernelError EEXIST where the table has the address already, in whatever state; ENOBUFS where the table is full, which all
 * namespaces share (`net.ipv4.neigh.default.gc_thresh3`; permanent and externally learned ones do not count). Taking the link down
 * removes its neighbours, permanent ones too, and so does changing its MAC address. Needs CAP_NET_ADMIN.
 *
 * `proxy`, which the kernel overwrites without a word (neigh_add), is looked for first: another process may come between.
 *
 * @example
 * await addNeighbour({ dev: 'eth0', address: '192.168.1.2', lladdr: 'aa:bb:cc:dd:ee:ff' })
 */
export const addNeighbour = verb(
  (options: NeighbourOptions) => `add ${named(options)}`,
  function* (given: NeighbourOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_EXCL, copyOptions(given, optionNames))
  },
)

/**
 * Adds a neighbour, or gives the one that is there this link-layer address, state and flags. `ip neighbour replace 192.168.1.2 lladdr aa:bb:cc:dd:ee:ff dev eth0`
 *
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceNeighbour({ dev: 'eth0', address: 'fd00::2', lladdr: 'aa:bb:cc:dd:ee:ff', state: 'reachable', router: true })
 */
export const replaceNeighbour = verb(
  (options: NeighbourOptions) => `replace ${named(options)}`,
  function* (given: NeighbourOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_REPLACE, copyOptions(given, optionNames))
  },
)

/**
 * Changes a neighbour that is there. `ip neighbour change 192.168.1.2 lladdr aa:bb:cc:dd:ee:ff dev eth0`
 *
 * What is not said stays as it is, which `ip` makes `permanent` and clears of flags: it is read first, as the kernel takes all or nothing, and
 * another process may come between. Throws KernelError ENOENT where there is none. Needs CAP_NET_ADMIN and Linux 5.0.
 *
 * @example
 * await updateNeighbour({ dev: 'eth0', address: '192.168.1.2', state: 'stale' })
 */
export const updateNeighbour = verb(
  (options: NeighbourOptions) => `update ${named(options)}`,
  function* (given: NeighbourOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    const { dev, address, proxy } = options
    const now = yield* fetch({ dev, address, proxy })
    yield* change(NLM_F_REPLACE, { ...options, ...keptBy(options, now), dev: now.dev })
  },
)

/**
 * Takes a neighbour out of the table. `ip neighbour delete 192.168.1.2 dev eth0`
 *
 * A {@link Neighbour} of `listNeighbours` may be passed as it is. Throws KernelError ENOENT where there is none. One that the kernel is
 * using stays listed as `'failed'` until it is let go (neigh_remove_one). Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteNeighbour({ dev: 'eth0', address: '192.168.1.2' })
 */
export const deleteNeighbour = verb(
  (options: NeighbourIdentity) => `delete ${named(options)}`,
  function* (given: NeighbourIdentity): Steps<void> {
    const { dev, address, proxy, flags } = copyOptions(given, [...optionNames, ...listedNames]) as NeighbourIdentity & {
      readonly flags?: readonly unknown[]
    }
    const value = yield* identity({ dev, address, proxy: proxy ?? (Array.isArray(flags) && flags.includes('proxy')) })
    yield* ask(request({ name: 'RTM_DELNEIGH', type: RTM_DELNEIGH }, neighbourMessage, value, {}, { final: true }))
  },
)

/**
 * One neighbour, in whatever state. `ip neighbour get 192.168.1.2 dev eth0`
 *
 * Throws KernelError ENOENT where the table has none; nothing is asked on the link. Needs Linux 5.0.
 *
 * @example
 * const { lladdr, state } = await getNeighbour({ dev: 'eth0', address: '192.168.1.2' })
 */
export const getNeighbour = verb(
  (options: NeighbourIdentity) => `get ${named(options)}`,
  function* (given: NeighbourIdentity): Steps<Neighbour> {
    return yield* fetch(copyOptions(given, identityNames))
  },
)
