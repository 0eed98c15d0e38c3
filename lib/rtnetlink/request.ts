/** Any message of NETLINK_ROUTE, with the codec, the checks and the errors of all calls. */
import { Rejection, within } from '../codec/rejection.js'
import type { Fields, Struct, StructIn } from '../codec/struct.js'
import type { AnyTable, Infer } from '../codec/table.js'
import {
  NLM_F_APPEND, NLM_F_BULK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLMSG_MIN_TYPE,
} from '../netlink/constants.js' // biome-ignore format: names of one header
import type { Message, MessageFormat } from '../netlink/message.js'
import { ask, type Operation, type Steps } from '../netlink/operation.js'
import { request as inFull, type RequestMode } from '../netlink/request.js'
import type { Where } from '../netlink/where.js'
import { verb } from './operation.js'
import { copyOptions, required } from './options.js'

const requestFlags = {
  create: NLM_F_CREATE,
  excl: NLM_F_EXCL,
  replace: NLM_F_REPLACE,
  append: NLM_F_APPEND,
  bulk: NLM_F_BULK,
} as const

/** `'create'` is NLM_F_CREATE, and so on. */
export type RequestFlag = keyof typeof requestFlags

/** A message for {@link request}. */
export interface RequestOptions<F extends Fields, T extends AnyTable> {
  /** The name of its type, for errors: `'RTM_NEWADDRLABEL'`. */
  readonly name: string
  /** The number of its type, from 16. */
  readonly type: number
  /**
   * `'act'` changes something and is answered with yes or no; `'echo'` asks for the changed object as well, which not every kernel and
   * object gives; `'get'` reads one object, `'dump'` all. What reads is asked again where an answer was lost. Absent: `'act'`.
   */
  readonly mode?: RequestMode | undefined
  readonly flags?: readonly RequestFlag[] | undefined
  /** The structure that begins the message, and the attributes behind it; objects in the reply are read by it too. */
  readonly format: { readonly header: Struct<F>; readonly attributes: T }
  /** Fields of the structure; those that are absent are zero. */
  readonly header?: StructIn<F> | undefined
  readonly attributes?: Infer<T> | undefined
  /** The number of the type of the objects in the reply: `RTM_NEW…`. Needed but for `'act'`. */
  readonly replyType?: number | undefined
}

/** An object of a reply. */
export type { Message } from '../netlink/message.js'

/** The call {@link request}. */
export interface RequestVerb {
  /** As a promise. */
  <F extends Fields, T extends AnyTable>(
    options: RequestOptions<F, T>,
    where?: Where | undefined,
  ): Promise<readonly Message<F, T>[]>
  /** The same, blocking. */
  sync<F extends Fields, T extends AnyTable>(
    options: RequestOptions<F, T>,
    where?: Where | undefined,
  ): readonly Message<F, T>[]
  /** The same as an item for {@link batch}. */
  op<F extends Fields, T extends AnyTable>(options: RequestOptions<F, T>): Operation<readonly Message<F, T>[]>
}

const optionNames = ['name', 'type', 'mode', 'flags', 'format', 'header', 'attributes', 'replyType']
const modes: readonly unknown[] = ['act', 'echo', 'get', 'dump'] satisfies RequestMode[]

function messageType(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= NLMSG_MIN_TYPE && value <= 0xffff) return value
  throw new Rejection(`the number of a message's type, from ${NLMSG_MIN_TYPE} to 65535`, value).within(name)
}

function flagsOf(given: unknown): number {
  if (given === undefined) return 0
  if (!Array.isArray(given)) throw new Rejection('an array of flags', given).within('flags')
  return given.reduce((bits: number, flag: unknown, i) => {
    if (typeof flag === 'string' && Object.hasOwn(requestFlags, flag)) return bits | requestFlags[flag as RequestFlag]
    throw new Rejection(`one of ${Object.keys(requestFlags).join(', ')}`, flag).within(`[${i}]`).within('flags')
  }, 0)
}

function checkFormat(format: unknown): void {
  const { header, attributes } = (format ?? {}) as Partial<MessageFormat<Fields, AnyTable>>
  if (typeof header?.write !== 'function') throw new Rejection('what struct(…) makes', header).within('header')
  if (!(attributes?.byNumber instanceof Map))
    throw new Rejection('what attributes(…) makes', attributes).within('attributes')
}

function* askAny(given: RequestOptions<Fields, AnyTable>): Steps<readonly Message<Fields, AnyTable>[]> {
  const options = copyOptions(given, optionNames)
  const { mode = 'act', format, header = {}, attributes = {} } = options
  const name = required(options, 'name', "the name of a message's type")
  if (typeof name !== 'string') throw new Rejection("the name of a message's type", name).within('name')
  if (!modes.includes(mode)) throw new Rejection(`one of ${modes.join(', ')}`, mode).within('mode')
  within('format', () => checkFormat(format))
  const replyType = mode === 'act' ? undefined : messageType(options.replyType, 'replyType')
  return yield* ask(
    inFull(
      { name, type: messageType(options.type, 'type'), flags: flagsOf(options.flags), mode },
      format,
      {
        header: within('header', () => copyOptions(header)),
        attributes: within('attributes', () => copyOptions(attributes)),
      },
      { ...(replyType !== undefined && { type: replyType }), read: (message) => message },
      // What it does to links nobody knows here.
      { forgets: mode === 'act' || mode === 'echo' },
    ),
  )
}

/**
 * Sends any message of NETLINK_ROUTE, described with what `rtnetlink/codec` exports, and returns the objects of the reply.
 *
 * For what this library has no call for. Values are checked against the tables before anything is sent, and the kernel's error points
 * at the attribute, as everywhere. Whether the kernel did what it said yes to, nobody checks here. Links stand by index.
 *
 * Throws {@link InvalidArgumentError}, {@link KernelError}.
 *
 * @example
 * const format = { header: struct('ifaddrlblmsg', { … }), attributes: attributes({ label: attribute('IFAL_LABEL', 2, u32()) }) }
 * const labels = await request({ name: 'RTM_GETADDRLABEL', type: 74, mode: 'dump', replyType: 72, format })
 */
export const request: RequestVerb = verb(
  (options: RequestOptions<Fields, AnyTable>) => `carry out ${options.name}`,
  function* (options: RequestOptions<Fields, AnyTable>): Steps<readonly Message<Fields, AnyTable>[]> {
    return yield* askAny(options)
  },
) as RequestVerb
