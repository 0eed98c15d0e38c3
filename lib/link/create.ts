/** Making a link of any kind in one request, and the link that came of it. */
import { Rejection } from '../codec/rejection.js'
import { type Infer, unknownOption } from '../codec/table.js'
import { isKernelError, KernelError } from '../errors.js'
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js'
import { holdNetns } from '../netlink/netns-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { Verb } from '../netlink/verb.js'
import type { NativeNetns, NetnsRef } from '../netlink/where.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, required } from '../rtnetlink/options.js'
import { fetchLink } from './get.js'
import { expectedIndex, isIndex } from './index-codec.js'
import { type AnyLinkKind, linkInfo, type Own, type Values } from './kind.js'
import { type LinkBase, type LinkMessage, readLink } from './link.js'
import type { Elsewhere } from './link-ref.js'
import { type linkAttributes, linkMessage } from './message.js'
import { afterwards, resolveCommon, resolveOwn, setLink } from './set.js'
import { requireTold } from './told.js'

// What rtnl_create_link and rtnl_newlink_create look at; they ignore the other attributes in silence.
const atBirth = [
  'address', 'broadcast', 'mtu', 'link', 'linkNetnsid', 'txQueueLength', 'operState', 'linkMode', 'group',
  'numTxQueues', 'numRxQueues', 'gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize', 'master', 'targetNetnsid',
] as const // biome-ignore format: a list of names reads better in rows

type AtBirth = Pick<Infer<typeof linkAttributes>, (typeof atBirth)[number]>

/** Options of every link, whatever its kind. */
export interface CreateOptions extends AtBirth {
  /** Its name: 1 to 15 bytes without white space, `/`, `:`, `%` and control characters. `name` */
  readonly name: string
  /** Its index; the kernel chooses when absent. `index` */
  readonly index?: number | undefined
  /** Up at once. `up` */
  readonly up?: boolean | undefined
  /** Free text; set by a second request, for the kernel ignores it at birth. `alias` */
  readonly alias?: string | undefined
  /** The namespace that it is born in; before Linux 6.15 its name must be free in the caller's as well. `netns` */
  readonly netns?: NetnsRef | undefined
}

type Made = { readonly index?: number; readonly name?: string }

/** For replies about this link: by its name another one may have come in between. */
export const tableOf = (kind: AnyLinkKind) => (name: string) =>
  name === kind.kind && !kind.isOther ? kind.attributes : undefined

const ownNames = ['name', 'index', 'up', 'alias', 'netns'] as const
const commonNames: readonly string[] = [...atBirth, ...ownNames]

/** Sorts flat options: a word of the kind is the kind's, also where all links have one of the same name (`group`). */
function sort(kind: AnyLinkKind, options: Values): { common: Values; data: Values } {
  const common: Values = {}
  const data: Values = {}
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(kind.attributes.rows, name)) data[name] = value
    else if (commonNames.includes(name)) common[name] = value
    else throw unknownOption(name, value, [...Object.keys(kind.attributes.rows), ...commonNames])
  }
  return { common, data }
}

/** Sends the request; the link as the kernel echoed it, where it did. */
function* send(kind: AnyLinkKind, own: Own, { index, up, name, ...values }: Values): Steps<LinkBase | undefined> {
  const isUp = isOn(up, 'up')
  if (index !== undefined && !isIndex(index)) throw new Rejection(expectedIndex, index).within('index')
  const [echoed] = yield* ask(
    request(
      { name: 'RTM_NEWLINK', type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, mode: 'echo' },
      linkMessage,
      {
        header: { index, ...(isUp && { flags: ['up'], change: ['up'] }) },
        attributes: { name: name as string, ...values, linkInfo: linkInfo(kind, [own]) },
      },
      { type: RTM_NEWLINK, read: (message: LinkMessage) => readLink(message, tableOf(kind)) },
      { forgets: true },
    ),
  )
  return echoed
}

/** What was made, read back. The kernel ignores an alias at birth, so a second request sets it. */
function* complete(kind: AnyLinkKind, link: Made, alias: unknown, target: Elsewhere | undefined): Steps<LinkBase> {
  // Where there is an alias the target is no number: see createSteps.
  if (alias === undefined || typeof target === 'number') return yield* fetchLink(link, tableOf(kind), target)
  const { index } = link.index === undefined ? yield* fetchLink(link, tableOf(kind), target) : { index: link.index }
  yield* setLink(index, { alias: alias as string }, target)
  return yield* fetchLink({ index }, tableOf(kind), target)
}

/** The kernel says no more than that it does not know the kind; where its module is missing, that is all there is to say. */
function unsupported(error: unknown, { kind, config }: AnyLinkKind): unknown {
  if (!isKernelError(error, 'EOPNOTSUPP') || !/^unknown device type/i.test(error.kernelMessage ?? '')) return error
  const details = { ...error, attribute: 'linkInfo.kind', constant: 'IFLA_INFO_KIND' }
  return new KernelError(`${error.message}; this kernel has no kind ${kind} (${config})`, details, error)
}

/** A number says as much as `netns`, but no later request goes there by it. */
function checkTarget({ targetNetnsid, netns, alias }: Values): void {
  if (targetNetnsid === undefined) return
  if (!Number.isInteger(targetNetnsid) || (targetNetnsid as number) < 0)
    throw new Rejection('an integer from 0 to 2147483647', targetNetnsid).within('targetNetnsid', 'IFLA_TARGET_NETNSID')
  if (netns !== undefined) throw new Rejection('nothing beside netns', targetNetnsid).within('targetNetnsid')
  if (alias !== undefined)
    throw new Rejection('nothing beside targetNetnsid: set it in a second call', alias).within('alias')
}

/** A refusal of one of the kind's options says where the caller wrote it: flat, or in `data`. */
function check(kind: AnyLinkKind, common: Values, { path, values }: Own): void {
  try {
    kind.check?.(values, 'create', common)
  } catch (error) {
    const isOwn = error instanceof Rejection && Object.hasOwn(kind.attributes.rows, error.path[0] ?? '')
    throw isOwn ? error.within(path) : error
  }
}

const doing = (kind: AnyLinkKind, name: unknown) => `create ${kind.kind} link ${name}`

function told(kind: AnyLinkKind, common: Values, link: LinkBase): LinkBase {
  requireTold(doing(kind, common.name), common, link, { applied: 'partly' })
  return link
}

/** Makes the link; `common` and the values of `own` are copies that may be changed. */
export function* createSteps(kind: AnyLinkKind, common: Values, own: Own): Steps<LinkBase> {
  const held: (() => void)[] = []
  const { netns, ...rest } = common
  required(common, 'name', 'a link name')
  checkTarget(common)
  try {
    check(kind, common, own)
    let target: NativeNetns | undefined
    if (netns !== undefined) {
      const { native, release } = yield* holdNetns(netns as NetnsRef)
      held.push(release)
      target = native
    }
    const elsewhere = target ?? (rest.targetNetnsid as number | undefined)
    yield* resolveCommon(rest, elsewhere)
    yield* resolveOwn(kind, own)
    if (kind.prepare !== undefined) yield* kind.prepare(own.values, (release) => held.push(release))
    let echoed: LinkBase | undefined
    try {
      echoed = yield* send(kind, own, { ...rest, ...(target !== undefined && { netnsFd: target.fd }) })
    } catch (error) {
      throw unsupported(error, kind)
    }
    // A kernel may not echo (it does not into another namespace), and it echoes before it enslaves.
    if (echoed !== undefined && common.alias === undefined && common.master === undefined)
      return told(kind, common, echoed)
    const made = echoed === undefined ? { name: common.name as string } : { index: echoed.index }
    const applied = common.alias === undefined ? true : 'partly'
    return told(kind, common, yield* afterwards(applied, complete(kind, made, common.alias, elsewhere)))
  } finally {
    for (const release of held) release()
  }
}

/** The `createX` of a kind, whose options are those of every link and the kind's own, side by side. */
export function createVerb<Options extends object, Made extends LinkBase>(
  kind: AnyLinkKind,
): Verb<[options: Options], Made> {
  return verb(
    (options: Options) => doing(kind, (options as { name?: unknown }).name),
    function* (given: Options): Steps<Made> {
      const { common, data } = sort(kind, copyOptions(given) as Values)
      return (yield* createSteps(kind, common, { path: '', values: data })) as Made
    },
  )
}

/** For `createLink`, whose kind's options stand apart. */
export function checkCommon(common: Values): Values {
  for (const [name, value] of Object.entries(common))
    if (!commonNames.includes(name)) throw unknownOption(name, value, commonNames)
  return common
}
