/** `ip ntable show | change` */
import type { StructOut } from '../codec/struct.js'
import type { Infer, InferResult, WithUnknown } from '../codec/table.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { NLM_F_REPLACE } from '../netlink/constants.js'
import type { Message } from '../netlink/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETNEIGHTBL, RTM_NEWNEIGHTBL, RTM_SETNEIGHTBL } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, refuse, required, requireSome } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import {
  type ndtmsg,
  neighbourParameters,
  type neighbourTableAttributes,
  neighbourTableMessage,
  type tableConfig,
  type tableStats,
} from './table-message.js'

/** What the kernel goes by when it looks for neighbours and forgets them. */
export interface NeighbourParameters extends Omit<InferResult<typeof neighbourParameters>, 'unknown'> {}

/** A table of neighbours or, where it has `dev`, what one link has of its own in it. */
export interface NeighbourTable extends NeighbourParameters, WithUnknown {
  /** `'arp_cache'` or `'ndisc_cache'`. */
  readonly name: string
  readonly family: Family
  readonly thresh1?: number
  readonly thresh2?: number
  readonly thresh3?: number
  /** Milliseconds. */
  readonly gcInterval?: number
  readonly config?: StructOut<typeof tableConfig.fields>
  readonly stats?: StructOut<typeof tableStats.fields>
}

type TableMessage = Message<typeof ndtmsg.fields, typeof neighbourTableAttributes>

export function readNeighbourTable({ header, attributes }: TableMessage): NeighbourTable | undefined {
  const { name, parameters: { unknown: inner = [], ...parameters } = {}, unknown = [], ...rest } = attributes
  const { family } = header
  if (name === undefined || (family !== 'inet' && family !== 'inet6')) return undefined
  const all = [...unknown, ...inner]
  return { name, family, ...rest, ...parameters, ...(all.length > 0 && { unknown: all }) }
}

/** Which tables `listNeighbourTables` lists: those for which all that is given holds. */
export interface NeighbourTableFilter {
  /** `'arp_cache'` or `'ndisc_cache'`. `name` */
  readonly name?: string | undefined
  /** What this link has of its own. `dev` */
  readonly dev?: LinkRef | undefined
  readonly family?: Family | undefined
}

/**
 * The tables of neighbours, each followed by what its links have of their own. `ip -s ntable show`
 *
 * Thresholds, `config` and `stats` are of the whole machine, whatever the namespace. Needs no privilege.
 *
 * @example
 * const [table] = await listNeighbourTables({ name: 'arp_cache', dev: 'eth0' })
 * console.log(table?.baseReachable)
 */
export const listNeighbourTables = verb(
  (_filter?: NeighbourTableFilter) => 'list neighbour tables',
  function* (filter?: NeighbourTableFilter): Steps<readonly NeighbourTable[]> {
    const options = copyOptions(filter ?? {}, ['name', 'dev', 'family'])
    const family = familyFilter(options.family)
    const dev = yield* optionalLinkIndex(options.dev)
    const isWanted = (table: NeighbourTable) =>
      (options.name === undefined || table.name === options.name) &&
      (dev === undefined || table.dev === dev) &&
      (family === 'unspec' || table.family === family)
    const found = yield* ask(
      request(
        { name: 'RTM_GETNEIGHTBL', type: RTM_GETNEIGHTBL, mode: 'dump' },
        neighbourTableMessage,
        { header: { family }, attributes: {} },
        {
          type: RTM_NEWNEIGHTBL,
          read(message) {
            const table = readNeighbourTable(message)
            return table !== undefined && isWanted(table) ? table : undefined
          },
        },
      ),
    )
    return uniqueBy(found, ({ name, dev }) => `${name} ${dev}`)
  },
)

/** What can be changed of a table, or of what a link has of its own in it. */
export interface NeighbourTableChanges extends Omit<Infer<typeof neighbourParameters>, 'dev'> {
  /** `'arp_cache'` or `'ndisc_cache'`. `name` */
  readonly name: string
  /** The link; absent: the table, and what links get that are made later. `dev` */
  readonly dev?: LinkRef | undefined
  /** Entries below which nothing is collected. Not beside `dev`. `thresh1` */
  readonly thresh1?: number | undefined
  /** Entries above which those older than five seconds are collected. Not beside `dev`. `thresh2` */
  readonly thresh2?: number | undefined
  /** Most entries; the permanent and the externally learned do not count. Not beside `dev`. `thresh3` */
  readonly thresh3?: number | undefined
  /** Milliseconds between two collections. Not beside `dev`. `gc_int` */
  readonly gcInterval?: number | undefined
}

const tableNames = ['thresh1', 'thresh2', 'thresh3', 'gcInterval'] as const
const readOnlyNames = ['dev', 'refcnt', 'reachable']
const parameterNames = Object.keys(neighbourParameters.rows).filter((name) => !readOnlyNames.includes(name))

/** Sorts what is said into what the table has and what its parameters are. */
function sorted(options: NeighbourTableChanges) {
  const parameters = Object.entries(options).filter(([name]) => parameterNames.includes(name))
  const { thresh1, thresh2, thresh3, gcInterval } = options
  return { parameters: Object.fromEntries(parameters), table: { thresh1, thresh2, thresh3, gcInterval } }
}

const ofTable = ({ name, dev }: NeighbourTableChanges) =>
  `update neighbour table ${name}${dev === undefined ? '' : ` of ${nameOrIndex(dev)}`}`

/**
 * Changes how the kernel looks for neighbours and forgets them. `ip ntable change name arp_cache dev eth0 base_reachable 30000`
 *
 * Times are milliseconds, which the kernel rounds up to its own clock. Without `dev` it is about the whole table, thresholds included, which is of the
 * whole machine: only its first namespace may say that, another gets KernelError ENOENT (neightbl_set), as it does for a table that there
 * is not. Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateNeighbourTable({ name: 'arp_cache', dev: 'eth0', baseReachable: 30000, ucastProbes: 2 })
 */
export const updateNeighbourTable = verb(ofTable, function* (given: NeighbourTableChanges): Steps<void> {
  const options = copyOptions(given, ['name', 'dev', ...tableNames, ...parameterNames])
  const name = required(options, 'name', "'arp_cache' or 'ndisc_cache'")
  requireSome(options, [...tableNames, ...parameterNames] as (keyof NeighbourTableChanges & string)[])
  if (options.dev !== undefined) refuse(options, tableNames, 'a table has it for all its links')
  if (options.queue !== undefined) refuse(options, ['queueLenBytes'], 'the kernel keeps queue as bytes')
  const dev = yield* optionalLinkIndex(options.dev)
  const { parameters, table } = sorted(options)
  const own = dev === undefined ? parameters : { dev, ...parameters }
  yield* ask(
    request(
      { name: 'RTM_SETNEIGHTBL', type: RTM_SETNEIGHTBL, flags: NLM_F_REPLACE },
      neighbourTableMessage,
      { header: {}, attributes: { name, ...table, ...(Object.keys(own).length > 0 && { parameters: own }) } },
      {},
      { final: true },
    ),
  )
})
