/** `bridge vlan global set | show`: what a bridge has for a VLAN as a whole. */
import type { Infer, InferResult } from '../codec/table.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_NEWVLAN } from '../rtnetlink/constants.js'
import { type IdRange, isSingle, numbersOf, overlap, type Span, vidFilter } from '../rtnetlink/id-range.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, requireSome } from '../rtnetlink/options.js'
import type { routerAttributes } from '../rtnetlink/router-ports.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { type BridgeVlanFilter, dumpVlans } from './list.js'
import { vlanGlobalAttributes, vlanMessage } from './message.js'
import { inTheMiddle, named, targetOf } from './options.js'
import type { VlanMessage } from './vlan.js'

type Changes = Omit<Infer<typeof vlanGlobalAttributes>, 'first' | 'last'>

/** What `updateBridgeVlanGlobal` changes. */
export interface BridgeVlanGlobalChanges extends Changes {
  /** The bridge. */
  readonly dev: LinkRef
  /** 1 to 4094: one VLAN, or several in a row: `10`, `'10-20'`, `{ first: 10, last: 20 }`. */
  readonly vid: IdRange
}

/** A port that leads to a multicast router. */
export interface BridgeVlanRouterPort extends InferResult<typeof routerAttributes> {
  /** Index of the port. */
  readonly port: number
}

type Told = Omit<InferResult<typeof vlanGlobalAttributes>, 'first' | 'last' | 'routerPorts'>

/** What a bridge has for one VLAN as a whole. */
export interface BridgeVlanGlobal extends Told {
  /** Index of the bridge. */
  readonly dev: number
  readonly vid: number
  /** Ports that lead to multicast routers. */
  readonly routerPorts?: readonly BridgeVlanRouterPort[]
}

interface GlobalSpan {
  readonly span: Span
  readonly data: Omit<BridgeVlanGlobal, 'vid'>
}

function readGlobal(dev: number, told: InferResult<typeof vlanGlobalAttributes>): GlobalSpan | undefined {
  const { first, last, routerPorts, ...rest } = told
  if (first === undefined) return undefined
  const ports = routerPorts?.routers?.map(({ head, attributes }) => ({ port: head, ...attributes }))
  return {
    span: { first, last: Math.max(first, last ?? 0) },
    data: { dev, ...rest, ...(ports !== undefined && { routerPorts: ports }) },
  }
}

function readGlobals({ header, attributes }: VlanMessage): readonly GlobalSpan[] {
  if (attributes.entries !== undefined)
    throw owedError(
      'RTM_GETVLAN',
      'EOPNOTSUPP',
      'cannot list global options of VLANs: this kernel has none (BRIDGE_VLANDB_DUMPF_GLOBAL)',
    )
  return (attributes.globals ?? []).flatMap((told) => readGlobal(header.index, told) ?? [])
}

const changeNames = Object.keys(vlanGlobalAttributes.rows).filter(
  (name) => !['first', 'last', 'routerPorts', 'mcastQuerierState'].includes(name),
) as (keyof Changes & string)[]

/**
 * Changes what a bridge has for VLANs as a whole. `bridge vlan global set dev br0 vid 10 mcast_snooping 1 mcast_querier 1`
 *
 * The bridge has a VLAN as soon as it or one of its ports does; ENOENT where there is none. With several those before it are changed by then,
 * and the error says `applied: 'partly'`. What concerns multicast counts where the bridge has `mcastVlanSnooping`, `msti` where it has
 * `mstEnabled`. Times are in hundredths of a second. Throws KernelError EINVAL for a link that is no bridge. Needs CAP_NET_ADMIN and Linux 5.15.
 *
 * @example
 * await updateBridgeVlanGlobal({ dev: 'br0', vid: '10-20', mcastSnooping: true, mcastQuerier: true })
 */
export const updateBridgeVlanGlobal = verb(
  (options: BridgeVlanGlobalChanges) => `update global options of ${named(options)}`,
  function* (given: BridgeVlanGlobalChanges): Steps<void> {
    const { dev, vid, ...changes } = copyOptions(given, ['dev', 'vid', ...changeNames])
    requireSome(changes, changeNames)
    const { index, span } = yield* targetOf({ dev, vid })
    const global = { first: span.first, last: isSingle(span) ? undefined : span.last, ...changes }
    const value = { header: { family: 'bridge', index }, attributes: { global } } as const
    try {
      yield* ask(request({ name: 'RTM_NEWVLAN', type: RTM_NEWVLAN }, vlanMessage, value, {}, { final: true }))
    } catch (error) {
      throw inTheMiddle(error)
    }
  },
)

/**
 * Lists what bridges have for their VLANs as a whole, one object a VLAN. `bridge vlan global show dev br0`
 *
 * `dev` is a bridge: nothing is listed of a port. Throws KernelError EOPNOTSUPP where the kernel has no such options (Linux 5.15).
 *
 * @example
 * for (const { vid, mcastSnooping, msti } of await listBridgeVlanGlobals({ dev: 'br0' })) console.log(vid, mcastSnooping, msti)
 */
export const listBridgeVlanGlobals = verb(
  (_filter?: BridgeVlanFilter) => 'list global options of VLANs',
  function* (filter?: BridgeVlanFilter): Steps<readonly BridgeVlanGlobal[]> {
    const { dev, vid } = copyOptions(filter ?? {}, ['dev', 'vid'])
    const wanted = vidFilter(vid)
    const index = yield* optionalLinkIndex(dev)
    const found = yield* dumpVlans({ dev, index }, ['global'], readGlobals)
    const all = found.flatMap(({ span, data }) => {
      const some = overlap(span, wanted)
      return some === undefined ? [] : [...numbersOf(some)].map((one) => ({ ...data, vid: one }))
    })
    return uniqueBy(all, (one) => `${one.dev} ${one.vid}`)
  },
)
