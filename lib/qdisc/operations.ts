/** `tc qdisc add | replace | change | delete | show` */
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, nameOrIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_DELQDISC } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn } from '../rtnetlink/options.js'
import { add, replace, update } from './change.js'
import { fetchAll, fetchOne } from './fetch.js'
import { handle as handleCodec, parent as parentCodec, TC_H_UNSPEC } from './handle.js'
import { kindOf, type Qdisc } from './kinds/index.js'
import { tcMessage } from './message.js'
import { type Header, place, type QdiscChanges, type QdiscOptions, type QdiscPlace, sort } from './options.js'

export type { QdiscChanges, QdiscOptions, QdiscPlace, QdiscSettingChanges, QdiscSettings } from './options.js'
export type { OtherQdiscOptions } from './other-kind.js'

const named = ({ dev, kind, parent, handle }: QdiscPlace & { readonly kind?: string | undefined }) =>
  [kind, 'qdisc', handle, 'at', parent, 'of', nameOrIndex(dev)]
    .filter((word) => word !== undefined)
    .join(' ')
    .replace('at of', 'of')

/**
 * Adds a qdisc. `tc qdisc add dev eth0 root netem delay 100ms loss 1%`
 *
 * Each `kind` has its own options, which are the words of `tc`: `netem` impairs, `tbf` shapes, `fq_codel` and `fq` share the
 * link out, `pfifo` and `bfifo` queue, `noqueue` does not, `clsact` and `ingress` hold filters. Times are milliseconds, rates
 * bits per second, sizes bytes, probabilities percent; as text all of them take a unit: `'100ms'`, `'10mbit'`, `'32kb'`, `'1%'`.
 *
 * What the kernel has put there by itself gives way. Throws KernelError EEXIST where somebody has put one there already, also one
 * of another kind, which the kernel replaces for `tc`; ENOENT where the kernel lacks the kind, or there is no such `parent`.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await addQdisc({ dev: 'eth0', kind: 'netem', delay: 100, jitter: 10, loss: 1 })
 * await addQdisc({ dev: 'eth1', kind: 'tbf', handle: '1:', rate: '10mbit', burst: '32kb', latency: '50ms' })
 */
export const addQdisc = verb(
  (options: QdiscOptions) => `add ${named(options)}`,
  function* (options: QdiscOptions): Steps<void> {
    yield* add(sort(options))
  },
)

/**
 * Adds a qdisc, or puts a new one in the place of the one that is there. `tc qdisc replace dev eth0 root netem delay 100ms`
 *
 * The new one has what is said here and nothing of the old one's, whose packets are dropped; with `tc`, one of the same kind
 * keeps what is not said. Where both have the same `handle`, or one of two netems duplicates, another comes between for a moment,
 * and an error after that is `applied: 'partly'`: the old one is gone. Of `clsact` and `ingress` the filters go. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceQdisc({ dev: 'eth0', kind: 'netem', loss: '0.5%' })
 */
export const replaceQdisc = verb(
  (options: QdiscOptions) => `replace ${named(options)}`,
  function* (options: QdiscOptions): Steps<void> {
    yield* replace(sort(options))
  },
)

/**
 * Changes options of a qdisc that is there; those that are not named stay. `tc qdisc change dev eth0 root netem delay 200ms`
 *
 * To `tc` and the kernel, what a change of netem or tbf leaves out is off, and so is the `stab` of every kind: here the qdisc is read first, and
 * what it has is sent again. Packets that wait go on waiting. Throws KernelError ENOENT where there is none, EINVAL where it is of another kind.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await updateQdisc({ dev: 'eth0', kind: 'netem', delay: '200ms' })
 */
export const updateQdisc = verb(
  (changes: QdiscChanges) => `update ${named(changes)}`,
  function* (changes: QdiscChanges): Steps<void> {
    yield* update(sort(changes))
  },
)

/** Which qdisc, and of which kind it has to be. */
export interface QdiscIdentity extends QdiscPlace {
  /** Another kind is not deleted. */
  readonly kind?: string | undefined
  /** The same where `kind` is `'other'`. */
  readonly kindName?: string | undefined
}

const identityNames = ['dev', 'parent', 'handle', 'kind', 'kindName'] as const
/** What a listed qdisc has beside them: passing one on to `deleteQdisc` is fine. */
const listedNames = [
  'refcnt',
  'stats',
  'hwOffload',
  'ingressBlock',
  'egressBlock',
  'stab',
  'data',
  'xstats',
  'unknown',
] as const

/** tc_get_qdisc deletes by parent alone: of a handle it is looked for. */
function* whole(which: QdiscPlace, header: Header): Steps<Header> {
  if (header.parent !== TC_H_UNSPEC) return header
  const found = yield* fetchOne(header)
  if (found === undefined) throw owedError('RTM_DELQDISC', 'ENOENT', `cannot delete ${named(which)}: there is none`)
  return { ...header, parent: parentCodec.toNumber(found.parent) }
}

const isIngress = (kind: string | undefined) => kind !== undefined && kindOf(kind)?.ingress === true

/**
 * Deletes a qdisc, and all that hangs below it; the kernel's default takes its place. `tc qdisc delete dev eth0 root`
 *
 * A {@link Qdisc} of `listQdiscs` may be passed as it is. Throws KernelError ENOENT where there is none but the kernel's own, EINVAL where the
 * one that is there has another `handle` or is of another `kind`. Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteQdisc({ dev: 'eth0' })
 * await deleteQdisc({ dev: 'eth0', kind: 'clsact' })
 */
export const deleteQdisc = verb(
  (which: QdiscIdentity) => `delete ${named(which)}`,
  function* (given: QdiscIdentity): Steps<void> {
    const { kind, kindName, ...which } = copyOptions(given, [...identityNames, ...listedNames]) as QdiscIdentity
    const header = yield* whole(which, yield* place(which, isIngress(kind)))
    const name = kind === 'other' ? kindName : kind
    const value = { header, attributes: { kind: name } }
    yield* ask(request({ name: 'RTM_DELQDISC', type: RTM_DELQDISC }, tcMessage, value, {}, { final: true }))
  },
)

/**
 * One qdisc, with its statistics. `tc -s qdisc show dev eth0 root`
 *
 * Throws KernelError ENOENT where there is none. It is taken out of a listing: the kernel would tell one alone to everybody who listens to changes.
 *
 * @example
 * const { kind, stats } = await getQdisc({ dev: 'eth0' })
 */
export const getQdisc = verb(
  (which: QdiscPlace) => `get ${named(which)}`,
  function* (given: QdiscPlace): Steps<Qdisc> {
    const which = copyOptions(given, ['dev', 'parent', 'handle'])
    const found = yield* fetchOne(yield* place(which, false))
    if (found === undefined) throw owedError('RTM_GETQDISC', 'ENOENT', `cannot get ${named(which)}: there is none`)
    return found
  },
)

/** Which qdiscs `listQdiscs` lists: those for which all that is given holds. */
export interface QdiscFilter {
  readonly dev?: LinkRef | undefined
  /** `root`, `ingress`, `parent` */
  readonly parent?: string | number | undefined
  /** `handle` */
  readonly handle?: string | number | undefined
  /** As the kernel names it, also where it reads back as `'other'`; `'other'` is all of these. */
  readonly kind?: string | undefined
  /** Also those that the kernel made by itself below others, and hides. `invisible` */
  readonly invisible?: boolean | undefined
}

const isOfKind = (qdisc: Qdisc, kind: string) =>
  qdisc.kind === kind || (qdisc.kind === 'other' && qdisc.kindName === kind)

/**
 * Lists qdiscs, with their statistics. `tc -s qdisc show dev eth0`
 *
 * The kernel lists those of all links, whatever is asked for. Nothing tells of changes while it was read: what is listed was
 * there at some moment, each qdisc once.
 *
 * @example
 * for (const qdisc of await listQdiscs({ kind: 'netem' }))
 *   if (qdisc.kind === 'netem') console.log(qdisc.dev, qdisc.data.delay, qdisc.stats?.drops)
 */
export const listQdiscs = verb(
  (_filter?: QdiscFilter) => 'list qdiscs',
  function* (filter?: QdiscFilter): Steps<readonly Qdisc[]> {
    const { kind, ...options } = copyOptions(filter ?? {}, ['dev', 'parent', 'handle', 'kind', 'invisible'])
    const number = (name: 'handle' | 'parent', value: string | number | undefined) =>
      value === undefined
        ? undefined
        : within(name, () => (name === 'handle' ? handleCodec : parentCodec).toNumber(value))
    if (kind !== undefined && typeof kind !== 'string') throw new Rejection('a kind of qdisc', kind).within('kind')
    const [handle, parent] = [number('handle', options.handle), number('parent', options.parent)]
    const invisible = isOn(options.invisible, 'invisible')
    const index = yield* optionalLinkIndex(options.dev)
    const wanted = (qdisc: Qdisc) =>
      (index === undefined || qdisc.dev === index) &&
      (handle === undefined || handleCodec.toNumber(qdisc.handle) === handle) &&
      (parent === undefined || parentCodec.toNumber(qdisc.parent) === parent) &&
      (kind === undefined || isOfKind(qdisc, kind))
    return yield* fetchAll({ index, handle, parent }, wanted, invisible)
  },
)
