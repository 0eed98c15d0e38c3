/** `bridge vlan show` */
import { isKernelError, KernelError } from '../errors.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETVLAN, RTM_NEWVLAN } from '../rtnetlink/constants.js'
import { type IdRange, vidFilter } from '../rtnetlink/id-range.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { vlanMessage } from './message.js'
import {
  asRange,
  type BridgeVlan,
  type BridgeVlanRange,
  clipped,
  type ListedSpan,
  readSpans,
  singles,
  type VlanMessage,
} from './vlan.js'

/** Which VLANs are listed: those for which all that is given holds. */
export interface BridgeVlanFilter {
  /** A port, or a bridge: those of the bridge itself, and not of its ports. */
  readonly dev?: LinkRef | undefined
  /** One VLAN, or several in a row: `10`, `'10-20'`. */
  readonly vid?: IdRange | undefined
}

/** br_vlan_rtm_dump says no more than EINVAL of a link that has nothing to do with a bridge. */
const noBridge = (error: unknown, dev: LinkRef | undefined): unknown =>
  dev !== undefined && isKernelError(error, 'EINVAL') && error.kernelMessage === undefined
    ? new KernelError(
        `${error.message}: ${nameOrIndex(dev)} is neither a bridge nor a port of one`,
        { ...error, attribute: 'dev' },
        error,
      )
    : error

/** Asks for the VLANs of one link, or of all. */
export function* dumpVlans<T>(
  { dev, index }: { readonly dev?: LinkRef | undefined; readonly index: number | undefined },
  dumpFlags: readonly ('stats' | 'global')[],
  read: (message: VlanMessage) => readonly T[],
): Steps<readonly T[]> {
  try {
    const found = yield* ask(
      request(
        { name: 'RTM_GETVLAN', type: RTM_GETVLAN, mode: 'dump' },
        vlanMessage,
        { header: { family: 'bridge', index }, attributes: { dumpFlags } },
        {
          type: RTM_NEWVLAN,
          read: (message) => (index === undefined || message.header.index === index ? read(message) : undefined),
        },
      ),
    )
    return found.flat()
  } catch (error) {
    throw noBridge(error, dev)
  }
}

export interface ListedFilter extends BridgeVlanFilter {
  readonly statistics?: boolean | undefined
}

/** The VLANs that match, by ranges as the kernel has them. */
export function* listSpans(options: ListedFilter): Steps<readonly ListedSpan[]> {
  const wanted = vidFilter(options.vid)
  const statistics = isOn(options.statistics, 'statistics')
  const { dev } = options
  const index = yield* optionalLinkIndex(dev)
  const found = yield* dumpVlans({ dev, index }, statistics ? ['stats'] : [], readSpans)
  return found.flatMap((listed) => clipped(listed, wanted) ?? [])
}

/**
 * Lists the VLANs of bridges and their ports, one object a VLAN. `bridge -d vlan show dev eth1`
 *
 * With `statistics` also what passed, where the kernel counts: the bridge needs `vlanStatsEnabled` for its own counters and `vlanStatsPerPort`
 * for those of its ports, which have the bridge's else. Nothing tells of changes while the table was read: what is listed was there at some
 * moment, each VLAN once. Throws KernelError EINVAL where `dev` is neither a bridge nor a port of one, EOPNOTSUPP without
 * CONFIG_BRIDGE_VLAN_FILTERING. Needs Linux 5.6.
 *
 * @example
 * for (const { vid, pvid, untagged } of await listBridgeVlans({ dev: 'eth1' })) console.log(vid, pvid, untagged)
 */
export const listBridgeVlans = verb(
  (_filter?: BridgeVlanFilter & { readonly statistics?: boolean | undefined }) => 'list VLANs of bridges',
  function* (filter?: BridgeVlanFilter & { readonly statistics?: boolean | undefined }): Steps<readonly BridgeVlan[]> {
    const found = yield* listSpans(copyOptions(filter ?? {}, ['dev', 'vid', 'statistics']))
    return uniqueBy(
      found.flatMap((listed) => [...singles(listed)]),
      ({ dev, vid }) => `${dev} ${vid}`,
    )
  },
)

/**
 * Lists the VLANs of bridges and their ports, one object for several in a row that are alike. `bridge -compressvlans -d vlan show dev eth1`
 *
 * The rest as with {@link listBridgeVlans}.
 *
 * @example
 * for (const { vid } of await listBridgeVlanRanges({ dev: 'eth1' })) console.log(`${vid.first}-${vid.last}`)
 */
export const listBridgeVlanRanges = verb(
  (_filter?: BridgeVlanFilter) => 'list VLANs of bridges',
  function* (filter?: BridgeVlanFilter): Steps<readonly BridgeVlanRange[]> {
    const found = yield* listSpans(copyOptions(filter ?? {}, ['dev', 'vid']))
    return uniqueBy(found.map(asRange), ({ dev, vid }) => `${dev} ${vid.first}`)
  },
)
