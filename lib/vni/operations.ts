/** `bridge vni add | del | show` */
import type { AddressIn } from '../codec/addresses.js'
import { isKernelError, KernelError } from '../errors.js'
import { type LinkRef, linkIndex, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_DELTUNNEL, RTM_GETTUNNEL, RTM_NEWTUNNEL } from '../rtnetlink/constants.js'
import {
  firstMissing,
  type IdRange,
  idRange,
  isSingle,
  LARGEST_VNI,
  overlap,
  type Span,
  shownRange,
} from '../rtnetlink/id-range.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, refuse, required } from '../rtnetlink/options.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { vniMessage } from './message.js'
import { type ListedVnis, readVnis, singles, type Vni } from './vni.js'

/** Which VNIs. */
export interface VniIdentity {
  /** A VXLAN with `external` and `vniFilter`. */
  readonly dev: LinkRef
  /** 0 to 2^24-1: one VNI, or several in a row: `10`, `'10-20'`, `{ first: 10, last: 20 }`. `vni` */
  readonly vni: IdRange
}

/** VNIs to be added, and where unknown destinations are sent to. */
export interface VniOptions extends VniIdentity {
  /** Multicast group that unknown destinations are sent to; absent: the link's own. `group` */
  readonly group?: AddressIn | undefined
  /** Address that unknown destinations are sent to; absent: the link's own. `remote` */
  readonly remote?: AddressIn | undefined
}

const optionNames = ['dev', 'vni', 'group', 'remote'] as const

interface Target {
  readonly dev: LinkRef
  readonly index: number
  readonly span: Span
}

const vniRange = (value: unknown) => idRange(value, 'vni', 0, LARGEST_VNI)

function* targetOf(options: VniIdentity): Steps<Target> {
  const dev = required(options, 'dev', 'a link')
  const span = vniRange(required(options, 'vni', 'a VNI'))
  return { dev, span, index: yield* linkIndex(dev) }
}

const entryOf = ({ first, last }: Span) => ({ first, last: first === last ? undefined : last })

/** vxlan_vnifilter_dump says no more than EINVAL of a VXLAN without a filter. */
const noFilter = (error: unknown, dev: LinkRef | undefined): unknown =>
  dev !== undefined && isKernelError(error, 'EINVAL') && error.kernelMessage === undefined
    ? new KernelError(
        `${error.message}: ${nameOrIndex(dev)} is no VXLAN with vniFilter`,
        { ...error, attribute: 'dev' },
        error,
      )
    : error

function* dump(
  { dev, index }: { readonly dev: LinkRef | undefined; readonly index: number | undefined },
  statistics = false,
): Steps<readonly ListedVnis[]> {
  try {
    const found = yield* ask(
      request(
        { name: 'RTM_GETTUNNEL', type: RTM_GETTUNNEL, mode: 'dump' },
        vniMessage,
        { header: { family: 'bridge', index, flags: statistics ? ['stats'] : [] }, attributes: {} },
        {
          type: RTM_NEWTUNNEL,
          read: (message) => (index === undefined || message.header.index === index ? readVnis(message) : undefined),
        },
      ),
    )
    return found.flat()
  } catch (error) {
    throw noFilter(error, dev)
  }
}

const named = ({ dev, vni }: VniIdentity) => `VNI ${shownRange(vni)} of ${nameOrIndex(dev)}`

function* set(given: VniOptions, expect?: (target: Target) => Steps<void>): Steps<void> {
  const options = copyOptions(given, optionNames)
  const { group, remote } = options
  if (group !== undefined) refuse(options, ['remote'], 'a group is one')
  const target = yield* targetOf(options)
  if (expect !== undefined) yield* expect(target)
  const { index, span } = target
  const attributes = { entry: { ...entryOf(span), group, remote } }
  const value = { header: { family: 'bridge', index }, attributes } as const
  yield* ask(request({ name: 'RTM_NEWTUNNEL', type: RTM_NEWTUNNEL }, vniMessage, value, {}, { final: true }))
}

/** vxlan_vni_add gives a VNI that is there the new address and says yes, whatever it is asked. */
function* expectAbsent({ dev, index, span }: Target): Steps<void> {
  const found = yield* dump({ dev, index })
  const taken = found.map((listed) => overlap(listed.span, span)).find((both) => both !== undefined)
  if (taken !== undefined)
    throw owedError('RTM_NEWTUNNEL', 'EEXIST', `cannot add ${named({ dev, vni: taken.first })}: it exists`)
}

/** vxlan_vni_add_del deletes the first VNIs of several before it comes to one that is not there. */
function* expectPresent({ dev, index, span }: Target): Steps<void> {
  const found = yield* dump({ dev, index })
  const missing = firstMissing(
    span,
    found.map((listed) => listed.span),
  )
  if (missing !== undefined)
    throw owedError('RTM_DELTUNNEL', 'ENOENT', `cannot delete ${named({ dev, vni: missing })}: there is none`)
}

/**
 * Adds VNIs to those that a VXLAN takes. `bridge vni add dev vx0 vni 10 group 239.1.2.3`
 *
 * Throws KernelError EEXIST where the link has one of them already: the kernel would change its address and say yes (vxlan_vni_update), so it is looked for
 * first, and another process may come between; also where another VXLAN of the same port has it, which leaves those before it added. A link
 * that is no VXLAN with `vniFilter` is EOPNOTSUPP or EINVAL. Needs CAP_NET_ADMIN and Linux 5.18.
 *
 * @example
 * await createVxlan({ name: 'vx0', external: true, vniFilter: true, dstPort: 4789 })
 * await addVni({ dev: 'vx0', vni: '1000-1010', remote: '10.0.0.2' })
 */
export const addVni = verb(
  (options: VniOptions) => `add ${named(options)}`,
  function* (given: VniOptions): Steps<void> {
    yield* set(given, expectAbsent)
  },
)

/**
 * Adds VNIs, or gives those that are there this group or address. `bridge vni add dev vx0 vni 10 remote 10.0.0.2`
 *
 * This is what `bridge` does. An error in the middle of several VNIs leaves the first ones changed (vxlan_vni_add_del). Needs CAP_NET_ADMIN
 * and Linux 5.18.
 *
 * @example
 * await replaceVni({ dev: 'vx0', vni: 1000, remote: '10.0.0.3' })
 */
export const replaceVni = verb(
  (options: VniOptions) => `replace ${named(options)}`,
  function* (given: VniOptions): Steps<void> {
    yield* set(given)
  },
)

/**
 * Takes VNIs from those that a VXLAN takes. `bridge vni delete dev vx0 vni 10`
 *
 * A {@link Vni} of `listVnis` may be passed as it is. Throws KernelError ENOENT where there is none; several are looked for first, as the kernel
 * would stop in the middle. Needs CAP_NET_ADMIN and Linux 5.18.
 *
 * @example
 * await deleteVni({ dev: 'vx0', vni: '1000-1010' })
 */
export const deleteVni = verb(
  (options: VniIdentity) => `delete ${named(options)}`,
  function* (given: VniIdentity): Steps<void> {
    const target = yield* targetOf(copyOptions(given, [...optionNames, 'statistics', 'unknown']))
    const { index, span } = target
    if (!isSingle(span)) yield* expectPresent(target)
    const value = { header: { family: 'bridge', index }, attributes: { entry: entryOf(span) } } as const
    yield* ask(request({ name: 'RTM_DELTUNNEL', type: RTM_DELTUNNEL }, vniMessage, value, {}, { final: true }))
  },
)

/** Which VNIs `listVnis` lists: those for which all that is given holds. */
export interface VniFilter {
  readonly dev?: LinkRef | undefined
  /** One VNI, or several in a row: `10`, `'10-20'`. */
  readonly vni?: IdRange | undefined
  /** Tell what passed of each. `-statistics` */
  readonly statistics?: boolean | undefined
}

/**
 * Lists the VNIs that VXLANs with a filter take, one object a VNI. `bridge vni show dev vx0`
 *
 * With `statistics` also what passed. Nothing tells of changes while the table was read: what is listed was there at some moment, each VNI
 * once. Throws KernelError EINVAL where `dev` is no VXLAN with `vniFilter`. Needs Linux 5.18.
 *
 * @example
 * for (const { vni, remote } of await listVnis({ dev: 'vx0' })) console.log(vni, remote)
 */
export const listVnis = verb(
  (_filter?: VniFilter) => 'list VNIs',
  function* (filter?: VniFilter): Steps<readonly Vni[]> {
    const options = copyOptions(filter ?? {}, ['dev', 'vni', 'statistics'])
    const wanted = options.vni === undefined ? { first: 0, last: LARGEST_VNI } : vniRange(options.vni)
    const statistics = isOn(options.statistics, 'statistics')
    const index = yield* optionalLinkIndex(options.dev)
    const found = yield* dump({ dev: options.dev, index }, statistics)
    const all = found.flatMap((listed) => [...singles(listed, wanted)])
    return uniqueBy(all, ({ dev, vni }) => `${dev} ${vni}`)
  },
)
