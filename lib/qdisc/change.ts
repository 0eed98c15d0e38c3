/** Making and changing qdiscs, where the kernel's flags mean something else than our verbs. */
import { Writer } from '../codec/writer.js'
import { isKernelError, KernelError } from '../errors.js'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_NEWQDISC } from '../rtnetlink/constants.js'
import { refuse } from '../rtnetlink/options.js'
import { fetchAll, fetchOne, isDefault } from './fetch.js'
import { handle as handleCodec, parent as parentCodec, TC_H_UNSPEC } from './handle.js'
import { type AnyQdiscKind, refuseFixed, type Values } from './kind.js'
import type { Qdisc } from './kinds/index.js'
import { pfifo } from './kinds/pfifo.js'
import { linkLayer } from './link-layer.js'
import { tcMessage } from './message.js'
import { type Header, newPlace, place, type Sorted, settings } from './options.js'
import type { Stab, StabSpec } from './stab.js'

/** The kernel says no more than that it does not know the kind. */
function unsupported(error: unknown, { kind, config }: AnyQdiscKind): unknown {
  if (!isKernelError(error) || !/kind is unknown/i.test(error.kernelMessage ?? '')) return error
  const details = { ...error, attribute: 'kind', constant: 'TCA_KIND' }
  return new KernelError(`${error.message}; this kernel has no ${kind} qdisc (${config})`, details, error)
}

function* send(flags: number, header: Header, sorted: Sorted): Steps<void> {
  try {
    const value = { header, attributes: settings(sorted) }
    yield* ask(request({ name: 'RTM_NEWQDISC', type: RTM_NEWQDISC, flags }, tcMessage, value))
  } catch (error) {
    throw unsupported(error, sorted.kind)
  }
}

const describe = (qdisc: Qdisc) => `${nameOf(qdisc)} ${qdisc.handle}`
const nameOf = (qdisc: Qdisc) => (qdisc.kind === 'other' ? qdisc.kindName : qdisc.kind)

interface Now {
  /** The one that somebody has put there. */
  readonly old: Qdisc | undefined
  /** Two handles that none on the link has. */
  readonly free: readonly [number, number]
}

/** The kernel's own handles begin there too (qdisc_alloc_handle). */
const FIRST_FREE = 0x8001
const LAST_FREE = 0xfffe

function* look({ index, parent }: Header): Steps<Now> {
  const all = yield* fetchAll({ index }, (qdisc) => qdisc.dev === index)
  const used = new Set(all.map(({ handle }) => handleCodec.toNumber(handle) >>> 16))
  const next = (major: number): number => (used.has(major) && major < LAST_FREE ? next(major + 1) : major)
  const first = next(FIRST_FREE)
  const old = all.find((qdisc) => parentCodec.toNumber(qdisc.parent) === parent && !isDefault(qdisc))
  return { old, free: [(first << 16) >>> 0, (next(first + 1) << 16) >>> 0] }
}

/**
 * NLM_F_EXCL does not keep tc_modify_qdisc from replacing one of another kind, unless the new one comes with a handle: so it
 * gets one here.
 */
export function* add(sorted: Sorted): Steps<void> {
  const header = yield* newPlace(sorted.common, sorted.kind)
  if (header.handle !== TC_H_UNSPEC) return yield* send(NLM_F_CREATE | NLM_F_EXCL, header, sorted)
  const { old, free } = yield* look(header)
  if (old !== undefined) throw owedError('RTM_NEWQDISC', 'EEXIST', `cannot add qdisc: there is one, ${describe(old)}`)
  yield* send(NLM_F_CREATE | NLM_F_EXCL, { ...header, handle: free[0] }, sorted)
}

/** What comes between the old one and the new one, where they cannot follow each other. */
function between(old: Qdisc | undefined, header: Header, sorted: Sorted): Sorted | undefined {
  if (old === undefined || sorted.kind.ingress === true) return undefined
  if (nameOf(old) === sorted.kind.kind && sorted.kind.excludes?.(old.data as Values, sorted.own) === true)
    return { kind: pfifo, common: sorted.common, own: {} }
  return handleCodec.toNumber(old.handle) === header.handle ? sorted : undefined
}

/**
 * One of the same kind, or with the same handle, tc_modify_qdisc would change: it keeps what is not said. A new one takes its place
 * where it comes with a handle that is free; where it shall have that of the old one, another comes between.
 */
export function* replace(sorted: Sorted): Steps<void> {
  const flags = NLM_F_CREATE | NLM_F_REPLACE | NLM_F_EXCL
  const header = yield* newPlace(sorted.common, sorted.kind)
  const { old, free } = yield* look(header)
  // Those of the ingress have always the same handle, whatever is asked for.
  const isFree = header.handle === TC_H_UNSPEC || (sorted.kind.ingress === true && old !== undefined)
  const other = between(old, header, sorted)
  if (other === undefined) return yield* send(flags, isFree ? { ...header, handle: free[0] } : header, sorted)
  // What does not fit is refused before anything changes.
  settings(sorted).options?.encode(new Writer(true))
  yield* send(flags, { ...header, handle: free[0] }, other)
  try {
    yield* send(flags, isFree ? { ...header, handle: free[1] } : header, sorted)
  } catch (error) {
    throw isKernelError(error) ? new KernelError(error.message, { ...error, applied: 'partly' }, error) : error
  }
}

/** As it was said, for qdisc_change, which takes away the table that a change does not repeat. */
function repeated({ overhead, mpu, linkLayer: layer, mtu, tsize }: StabSpec): Stab {
  const known = linkLayer.fromNumber(layer)
  return { overhead, mpu, linkLayer: typeof known === 'string' ? known : 'unaware', ...(tsize > 0 && { mtu, tsize }) }
}

export function* update(sorted: Sorted): Steps<void> {
  const { kind, common, own } = sorted
  refuse(common, ['ingressBlock', 'egressBlock'], 'it is set when the qdisc is made, and fixed then')
  refuseFixed(kind, own)
  const header = yield* place(common, kind.ingress === true)
  const now = yield* fetchOne(header)
  if (now === undefined || isDefault(now))
    throw owedError('RTM_NEWQDISC', 'ENOENT', 'cannot update qdisc: there is none')
  if (nameOf(now) !== kind.kind)
    throw owedError('RTM_NEWQDISC', 'EINVAL', `cannot update ${kind.kind} qdisc: it is ${describe(now)}`)
  const whole = kind.complete?.(now.data as Values, own) ?? own
  const stab = common.stab ?? (now.stab && repeated(now.stab))
  yield* send(0, header, { kind, common: { ...common, stab }, own: whole })
}
