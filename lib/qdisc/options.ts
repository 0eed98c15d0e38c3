/** What a caller says of a qdisc, checked and made a message. */
import type { Encodable } from '../codec/nest.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { type Estimator, estimatorIn } from './estimator.js'
import { handle as handleCodec, parent as parentCodec, TC_H_INGRESS, TC_H_ROOT, TC_H_UNSPEC } from './handle.js'
import type { AnyQdiscKind, Values } from './kind.js'
import { kindNames, kindOf, type OwnChanges, type OwnOptions } from './kinds/index.js'
import { type OtherQdiscOptions, otherKind } from './other-kind.js'
import { type Stab, stabIn } from './stab.js'

/** Which qdisc. */
export interface QdiscPlace {
  readonly dev: LinkRef
  /**
   * Where it hangs: `'root'`, `'ingress'`, or a class, `'1:10'`. Absent: where the `handle` is, the ingress for `clsact` and
   * `ingress`, the root. `root`, `ingress`, `clsact`, `parent`
   */
  readonly parent?: string | number | undefined
  /** Hexadecimal, as `tc` has it: `'1:'`. A new one that has none gets one from `'8001:'` on. `handle` */
  readonly handle?: string | number | undefined
}

/** What every new qdisc may have. */
export interface QdiscSettings extends QdiscPlace {
  /** Number of the block of filters at the ingress, which several links may share; for `clsact` and `ingress`. `ingress_block` */
  readonly ingressBlock?: number | undefined
  /** The same at the egress; for `clsact`. `egress_block` */
  readonly egressBlock?: number | undefined
  /** Measures the rate: see `stats.rateEst`. `estimator` */
  readonly estimator?: Estimator | undefined
  /** Packets count for more than their bytes. `stab` */
  readonly stab?: Stab | undefined
}

/** What `updateQdisc` may change in every qdisc. */
export interface QdiscSettingChanges extends QdiscPlace {
  /** `estimator` */
  readonly estimator?: Estimator | undefined
  /** `false`: packets count for their bytes again. `stab` */
  readonly stab?: Stab | false | undefined
}

/** Options of a new qdisc, told apart by `kind`. */
export type QdiscOptions = QdiscSettings & (OwnOptions | OtherQdiscOptions)
/** Changes of a qdisc, told apart by `kind`. */
export type QdiscChanges = QdiscSettingChanges & (OwnChanges | OtherQdiscOptions)

const placeNames = ['dev', 'parent', 'handle'] as const
const settingNames: readonly string[] = [...placeNames, 'kind', 'ingressBlock', 'egressBlock', 'estimator', 'stab']

export interface Sorted {
  readonly kind: AnyQdiscKind
  readonly common: QdiscSettings & { readonly stab?: Stab | false | undefined }
  /** The kind's own. */
  readonly own: Values
}

/** The kind, and which options are its own. */
export function sort(given: QdiscOptions | QdiscChanges): Sorted {
  const { kind: name, ...options } = copyOptions<object>(given) as Readonly<Record<string, unknown>>
  const [common, own]: Record<string, unknown>[] = [Object.create(null), Object.create(null)]
  for (const [option, value] of Object.entries(options))
    if (value !== undefined) ((settingNames.includes(option) ? common : own) as Record<string, unknown>)[option] = value
  const settings = common as unknown as Sorted['common']
  if (name === 'other') return { ...otherKind(own as Values), common: settings }
  const kind = typeof name === 'string' ? kindOf(name) : undefined
  if (kind === undefined) throw new Rejection(`one of ${[...kindNames, 'other'].join(', ')}`, name).within('kind')
  return { kind, common: settings, own: own as Values }
}

export interface Header {
  readonly index: number
  readonly handle: number
  readonly parent: number
}

const optional = (value: string | number | undefined, name: 'handle' | 'parent', absent: number): number => {
  const codec = name === 'handle' ? handleCodec : parentCodec
  return value === undefined ? absent : within(name, () => codec.toNumber(value))
}

/** Those of the ingress hang there and nowhere else. */
function checkIngress(kind: string, isIngress: boolean, at: number, parent: unknown): void {
  if (isIngress !== (at === TC_H_INGRESS))
    throw new Rejection(isIngress ? "'ingress', or nothing" : `no ingress: ${kind} is a queue`, parent).within('parent')
}

/** Where a new one hangs. */
export function* newPlace({ dev, parent, handle }: QdiscPlace, kind: AnyQdiscKind): Steps<Header> {
  const isIngress = kind.ingress === true
  const at = optional(parent, 'parent', isIngress ? TC_H_INGRESS : TC_H_ROOT)
  checkIngress(kind.kind, isIngress, at, parent)
  const number = optional(handle, 'handle', isIngress ? (TC_H_INGRESS & 0xffff_0000) >>> 0 : TC_H_UNSPEC)
  if ((number & 0xffff) !== 0)
    throw new Rejection("a handle such as '1:': what is behind the colon is for classes", handle).within('handle')
  return { index: yield* linkIndex(required({ dev }, 'dev', 'a link')), handle: number, parent: at }
}

/** Where one is that exists. */
export function* place({ dev, parent, handle }: QdiscPlace, isIngress: boolean): Steps<Header> {
  const number = optional(handle, 'handle', TC_H_UNSPEC)
  const usual = isIngress ? TC_H_INGRESS : number === TC_H_UNSPEC ? TC_H_ROOT : TC_H_UNSPEC
  const at = optional(parent, 'parent', usual)
  return { index: yield* linkIndex(required({ dev }, 'dev', 'a link')), handle: number, parent: at }
}

const payload = ({ options }: AnyQdiscKind, own: Values): Encodable | undefined =>
  options.omits?.(own) === true ? undefined : { encode: (writer) => options.write(writer, own) }

/** The attributes of a request that makes or changes one. */
export function settings({ kind, common, own }: Sorted) {
  const { ingressBlock, egressBlock, estimator, stab } = common
  return {
    kind: kind.kind,
    options: payload(kind, own),
    estimator: estimatorIn(estimator),
    stab: stab === false ? undefined : stabIn(stab),
    ingressBlock,
    egressBlock,
  }
}
