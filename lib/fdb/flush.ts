/** `bridge fdb flush` */
import { isKernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { neighbourMessage } from '../neighbour/message.js'
import { NLM_F_BULK } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELNEIGH } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions } from '../rtnetlink/options.js'
import { eachHalf } from './change.js'
import { flushEach } from './flush-each.js'
import {
  checkFlush,
  type FdbFlushFilter,
  flagNames,
  flushNames,
  type ResolvedFlush,
  type Selection,
  saysAny,
  selectionsOf,
  vxlanNames,
} from './flush-options.js'
import { type Half, halvesOf } from './options.js'

export type { FdbFlushFilter } from './flush-options.js'

function flushRequest({ options, index, brport }: ResolvedFlush, half: Half, { state, mask }: Selection) {
  const said = flagNames.filter(([option]) => options[option] !== undefined)
  const on = said.filter(([option]) => options[option] === true)
  const { vlan, srcVni, vni, port, dst, nhid } = options
  return request({ name: 'RTM_DELNEIGH', type: RTM_DELNEIGH, flags: NLM_F_BULK }, neighbourMessage, {
    header: { family: 'bridge', index, state, flags: [half, ...on.map(([, flag]) => flag)] },
    attributes: {
      ...{ via: brport, vlan, srcVni, vni, port, dst, nhid },
      ...(mask !== 0 && { stateMask: mask }),
      ...(said.length > 0 && { flagsMask: said.map(([, flag]) => flag) }),
    },
  })
}

/** Before Linux 5.19 it is a deletion like others, of no address and with attributes that are not known yet. */
const ofOld: readonly unknown[] = ['invalid address', 'Unknown attribute type']

/** From then to 6.7 only bridges can be flushed; what but a VXLAN knows is refused before it is looked whose table it is (rtnl_fdb_del). */
const isOfVxlan = (message: string | undefined, options: FdbFlushFilter) =>
  message === 'Unsupported attribute' && saysAny(options, vxlanNames)

/** The kernel cannot flush this table by itself. */
function isUnknown(error: unknown, options: FdbFlushFilter): boolean {
  if (isKernelError(error, 'EOPNOTSUPP')) return true
  if (!isKernelError(error, 'EINVAL')) return false
  return ofOld.includes(error.kernelMessage) || isOfVxlan(error.kernelMessage, options)
}

function* flushHalf(resolved: ResolvedFlush, half: Half): Steps<void> {
  try {
    for (const selection of selectionsOf(resolved.options.state)) yield* ask(flushRequest(resolved, half, selection))
  } catch (error) {
    if (!isUnknown(error, resolved.options)) throw error
    yield* flushEach(resolved, half)
  }
}

/**
 * Deletes the entries that match: of a link's own table or, with `master`, those of a port in its bridge. `bridge fdb flush dev br0 dynamic`
 *
 * Permanent ones too unless `state` says otherwise: without it a bridge loses its ports' own addresses, and a VXLAN its flood destinations.
 * The kernel does not tell what it deleted, so neither does this: `listFdb` does, before and after.
 *
 * The kernel does it at one go: a bridge since Linux 5.19, a VXLAN since 6.7. Before that, the entries are listed and deleted one by
 * one, where others may come between; `addedByUser` is EOPNOTSUPP then, as no listing tells it, and so is an entry without VLAN whose
 * address is to stay in VLANs of the port, from which it would go too. EOPNOTSUPP also for a link that has no table of its own. Needs CAP_NET_ADMIN.
 *
 * @example
 * await flushFdb({ dev: 'br0', state: 'dynamic' })
 * await flushFdb({ dev: 'vx0', dst: '10.0.0.2' })
 */
export const flushFdb = verb(
  ({ dev, master }: FdbFlushFilter) => `flush the FDB ${master ? 'entries of port' : 'of'} ${nameOrIndex(dev)}`,
  function* (given: FdbFlushFilter): Steps<void> {
    const options = copyOptions(given, flushNames)
    checkFlush(options)
    const index = yield* linkIndex(options.dev as LinkRef)
    const brport = yield* optionalLinkIndex(options.brport, 'brport')
    const resolved = { options, index, brport }
    yield* eachHalf(halvesOf(options), (half) => flushHalf(resolved, half))
  },
)
