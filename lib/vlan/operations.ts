/** `bridge vlan add | del | set` */
import { Rejection } from '../codec/rejection.js'
import type { LinkRef } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_NEWVLAN } from '../rtnetlink/constants.js'
import { firstMissing, type IdRange, isSingle } from '../rtnetlink/id-range.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, requireSome } from '../rtnetlink/options.js'
import { listSpans } from './list.js'
import { vlanMessage } from './message.js'
import {
  type BridgeVlanIdentity,
  type BridgeVlanOptions,
  bridgeRequest,
  halves,
  inTheMiddle,
  listedNames,
  named,
  optionNames,
  type Target,
  targetOf,
  vlanRows,
} from './options.js'
import type { BridgeVlan, BridgeVlanRange } from './vlan.js'

export type { BridgeVlanIdentity, BridgeVlanOptions } from './options.js'

function* set(options: BridgeVlanOptions, expect?: (target: Target) => Steps<void>): Steps<void> {
  const flags = (['pvid', 'untagged'] as const).filter((name) => isOn(options[name], name))
  const asked = halves(options)
  const target = yield* targetOf(options)
  if (flags.includes('pvid') && !isSingle(target.span))
    throw new Rejection('nothing beside several VLANs: a port has one', options.pvid).within('pvid')
  if (expect !== undefined) yield* expect(target)
  yield* ask(bridgeRequest('RTM_SETLINK', target.index, { flags: asked, ...vlanRows(target.span, flags) }))
}

/** nbp_vlan_add gives a VLAN that is there the new flags and says yes, whatever it is asked. */
function* expectAbsent({ dev, index, span }: Target): Steps<void> {
  const [found] = yield* listSpans({ dev: index, vid: span })
  if (found !== undefined)
    throw owedError('RTM_SETLINK', 'EEXIST', `cannot add ${named({ dev, vid: found.span.first })}: it exists`)
}

/** br_vlan_info says yes to the deletion of a VLAN that is not there. */
function* expectPresent({ dev, index, span }: Target): Steps<void> {
  const found = yield* listSpans({ dev: index, vid: span })
  const parts = found.map((listed) => listed.span)
  const missing = firstMissing(span, parts)
  if (missing !== undefined)
    throw owedError('RTM_DELLINK', 'ENOENT', `cannot delete ${named({ dev, vid: missing })}: there is none`)
}

/**
 * Adds VLANs to a port of a bridge, or to the bridge itself. `bridge vlan add dev eth1 vid 10 pvid untagged`
 *
 * Throws KernelError EEXIST where one of them is there already: the kernel would change its flags and say yes (nbp_vlan_add), so it is looked
 * for first, and another process may come between. EOPNOTSUPP for a link that is no port, a bridge without `self` among them, and without
 * CONFIG_BRIDGE_VLAN_FILTERING. The VLANs of a bridge count from when it has `vlanFiltering`. Needs CAP_NET_ADMIN.
 *
 * @example
 * await addBridgeVlan({ dev: 'eth1', vid: 10, pvid: true, untagged: true })
 * await addBridgeVlan({ dev: 'br0', vid: '10-20', self: true })
 */
export const addBridgeVlan = verb(
  (options: BridgeVlanOptions) => `add ${named(options)}`,
  function* (given: BridgeVlanOptions): Steps<void> {
    yield* set(copyOptions(given, optionNames), expectAbsent)
  },
)

/**
 * Adds VLANs, or gives those that are there these flags. `bridge vlan add dev eth1 vid 10 pvid untagged`
 *
 * This is what `bridge` does. `pvid` and `untagged` that are not said are taken away. An error in the middle of several VLANs leaves the first
 * ones changed (br_process_vlan_info). Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceBridgeVlan({ dev: 'eth1', vid: 10, untagged: true })
 */
export const replaceBridgeVlan = verb(
  (options: BridgeVlanOptions) => `replace ${named(options)}`,
  function* (given: BridgeVlanOptions): Steps<void> {
    yield* set(copyOptions(given, optionNames))
  },
)

/**
 * Takes VLANs from a port of a bridge, or from the bridge itself. `bridge vlan del dev eth1 vid 10`
 *
 * A {@link BridgeVlan} or {@link BridgeVlanRange} that was listed may be passed as it is, with `self` where it is the bridge's own. Throws KernelError ENOENT where one of
 * them is not there, and then deletes none: the kernel would say yes (br_vlan_info), so they are looked for first. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteBridgeVlan({ dev: 'eth1', vid: '10-20' })
 */
export const deleteBridgeVlan = verb(
  (options: BridgeVlanIdentity | BridgeVlan | BridgeVlanRange) => `delete ${named(options)}`,
  function* (given: BridgeVlanIdentity | BridgeVlan | BridgeVlanRange): Steps<void> {
    const options: BridgeVlanIdentity = copyOptions(given, [...optionNames, ...listedNames])
    const asked = halves(options)
    const target = yield* targetOf(options)
    yield* expectPresent(target)
    yield* ask(bridgeRequest('RTM_DELLINK', target.index, { flags: asked, ...vlanRows(target.span, []) }))
  },
)

/** What `updateBridgeVlan` changes. */
export interface BridgeVlanChanges {
  /** A port, or a bridge. */
  readonly dev: LinkRef
  /** 1 to 4094: one VLAN, or several in a row: `10`, `'10-20'`, `{ first: 10, last: 20 }`. */
  readonly vid: IdRange
  /**
   * What the port does in this VLAN of the spanning tree; `'forwarding'` without. The kernel refuses to have it set while it runs the
   * spanning tree itself, and in a bridge with `mstEnabled`, where instances have states (EBUSY). `state`
   */
  readonly state?: BridgeVlan['state'] | undefined
  /** Multicast routers behind it: 0 none, 1 as found out (without), 2 always, 3 for a while (ports alone). `mcast_router` */
  readonly mcastRouter?: number | undefined
  /** Most multicast groups; 0 is no limit. Only where the bridge has `mcastVlanSnooping` (EINVAL; Linux 6.3). `mcast_max_groups` */
  readonly mcastMaxGroups?: number | undefined
  /** Answer ARP and neighbour discovery for known neighbours; counts where the port has `neighVlanSuppress` (Linux 6.4). `neigh_suppress` */
  readonly neighSuppress?: boolean | undefined
  /** Unasked announcements of neighbours get through all the same (Linux 7.2). `neigh_forward_grat` */
  readonly neighForwardGrat?: boolean | undefined
}

const changeNames = ['state', 'mcastRouter', 'mcastMaxGroups', 'neighSuppress', 'neighForwardGrat'] as const

/**
 * Changes options of VLANs that a port or a bridge has. `bridge vlan set dev eth1 vid 10 state blocking`
 *
 * Throws KernelError ENOENT where one of them is not there; with several, those before it are changed by then, and the error says
 * `applied: 'partly'`. Needs CAP_NET_ADMIN and Linux 5.6.
 *
 * @example
 * await updateBridgeVlan({ dev: 'eth1', vid: 10, state: 'blocking' })
 */
export const updateBridgeVlan = verb(
  (options: BridgeVlanChanges) => `update ${named(options)}`,
  function* (given: BridgeVlanChanges): Steps<void> {
    const { dev, vid, ...changes } = copyOptions(given, ['dev', 'vid', ...changeNames])
    requireSome(changes, changeNames)
    const { index, span } = yield* targetOf({ dev, vid })
    const entry = {
      info: { vid: span.first, flags: ['onlyOpts' as const] },
      range: isSingle(span) ? undefined : span.last,
      ...changes,
    }
    const value = { header: { family: 'bridge', index }, attributes: { entry } } as const
    try {
      yield* ask(request({ name: 'RTM_NEWVLAN', type: RTM_NEWVLAN }, vlanMessage, value, {}, { final: true }))
    } catch (error) {
      throw inTheMiddle(error)
    }
  },
)
