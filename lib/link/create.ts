/** Making a link of any kind in one request, and the link that came of it. */
import { encodable } from '../codec/nest.js'
import { Rejection } from '../codec/rejection.js'
import { type AnyTable, type Infer, unknownOption } from '../codec/table.js'
import type { NativeNetns } from '../native/addon.js'
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js'
import { holdNetns } from '../netlink/netns-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import type { Verb } from '../netlink/verb.js'
import type { NetnsRef } from '../netlink/where.js'
import { RTM_NEWLINK } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { fetchLink } from './get.js'
import type { AnyLinkKind, LinkKind, Values } from './kind.js'
import { type LinkBase, type LinkMessage, type LinkOf, readLink } from './link.js'
import { resolveLinks } from './link-ref.js'
import { linkAttributes, linkMessage } from './message.js'
import { setLink } from './set.js'

// What rtnl_create_link and rtnl_newlink_create look at; they ignore the other attributes in silence.
const atBirth = [
  'address', 'broadcast', 'mtu', 'link', 'linkNetnsid', 'txQueueLength', 'operState', 'linkMode', 'group',
  'numTxQueues', 'numRxQueues', 'gsoMaxSize', 'gsoMaxSegs', 'groMaxSize', 'gsoIpv4MaxSize', 'groIpv4MaxSize', 'master',
] as const // biome-ignore format: a list of names reads better in rows

type AtBirth = Pick<Infer<typeof linkAttributes>, (typeof atBirth)[number]>

/** Options of every link, whatever its kind. */
export interface CreateOptions extends AtBirth {
  readonly name: string
  /** Its index; the kernel chooses when absent. `index` */
  readonly index?: number | undefined
  /** Up at once. `up` */
  readonly up?: boolean | undefined
  /** Free text; set by a second request, for the kernel ignores it at birth. `alias` */
  readonly alias?: string | undefined
  /** The namespace that it is born in. `netns` */
  readonly netns?: NetnsRef | undefined
}

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
function* send(kind: AnyLinkKind, { index, up, name, ...values }: Values, data: Values): Steps<LinkBase | undefined> {
  if (up !== undefined && typeof up !== 'boolean') throw new Rejection('true or false', up).within('up')
  const [echoed] = yield* ask(
    request(
      { name: 'RTM_NEWLINK', type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, mode: 'echo' },
      linkMessage,
      {
        header: { index: index as number | undefined, ...(up === true && { flags: ['up'], change: ['up'] }) },
        attributes: {
          name: name as string,
          ...values,
          linkInfo: { kind: kind.kind, data: encodable(kind.attributes, data) },
        },
      },
      { type: RTM_NEWLINK, read: (message: LinkMessage) => readLink(message, () => kind.attributes) },
      { forgets: true },
    ),
  )
  return echoed
}

/** Makes the link; `common` and `data` are copies that may be changed. */
export function* createSteps(kind: AnyLinkKind, common: Values, data: Values): Steps<LinkBase> {
  const held: (() => void)[] = []
  const { netns, alias, ...rest } = common
  required(common, 'name', 'a link name')
  try {
    kind.check?.(data)
    let target: NativeNetns | undefined
    if (netns !== undefined) {
      const { native, release } = yield* holdNetns(netns as NetnsRef)
      held.push(release)
      target = native
    }
    yield* resolveLinks(linkAttributes, rest)
    yield* resolveLinks(kind.attributes, data)
    if (kind.prepare !== undefined) yield* kind.prepare(data, (release) => held.push(release))
    const echoed = yield* send(kind, { ...rest, ...(target !== undefined && { netnsFd: target.fd }) }, data)
    const link = { index: echoed?.index, name: echoed === undefined ? (common.name as string) : undefined }
    if (alias !== undefined) {
      const { index } = echoed ?? (yield* fetchLink(link, () => kind.attributes, target))
      yield* setLink(index, { alias: alias as string }, target)
    }
    // A kernel may not echo (it does not into another namespace), and it echoes before it enslaves.
    if (echoed !== undefined && alias === undefined && common.master === undefined) return echoed
    return yield* fetchLink(link, () => kind.attributes, target)
  } finally {
    for (const release of held) release()
  }
}

/** The `createX` of a kind, whose options are those of every link and the kind's own, side by side. */
export function createVerb<Kind extends string, T extends AnyTable, Options extends object>(
  kind: LinkKind<Kind, T>,
): Verb<[options: Options], LinkOf<Kind, T>> {
  return verb(
    (options: Options) => `create ${kind.kind} link ${(options as { name?: unknown }).name}`,
    function* (given: Options): Steps<LinkOf<Kind, T>> {
      const { common, data } = sort(kind as AnyLinkKind, copyOptions(given) as Values)
      return (yield* createSteps(kind as AnyLinkKind, common, data)) as LinkOf<Kind, T>
    },
  )
}

/** For `createLink`, whose kind's options stand apart. */
export function checkCommon(common: Values): Values {
  for (const [name, value] of Object.entries(common))
    if (!commonNames.includes(name)) throw unknownOption(name, value, commonNames)
  return common
}
