/** What an operation asks of the kernel, without a kernel: its steps are run against a stage, and the requests kept as bytes. */
import { expect, test } from 'vitest'
import { Writer } from '../../lib/codec/writer.js'
import { KernelError } from '../../lib/errors.js'
import type { NativeNetns } from '../../lib/native/addon.js'
import { NLM_F_ECHO } from '../../lib/netlink/constants.js'
import type { Effect, Operation } from '../../lib/netlink/operation.js'
import type { Request, Settled } from '../../lib/netlink/request.js'
import type { Task } from '../../lib/netlink/task.js'
import { Window } from '../../lib/netlink/window.js'
import { differences, type MessageTree, ourTree, theirTree } from './message-tree.js'
import { attributesOf, prove } from './proofs.js'
import { read } from './source.js'

/** What stands before the operation runs. */
export interface Stage {
  /** Name → index. */
  readonly links?: Readonly<Record<string, number>>
  /**
   * Answers a request with the objects of its reply, or with `undefined` where it has none of its own: then look-ups of
   * links are answered from `links`, other reads and echoes with a stand-in.
   */
  readonly answer?: (request: Request) => readonly unknown[] | undefined
  /** The same for tasks. */
  readonly perform?: (task: Task) => unknown
}

/** One request, encoded. */
export interface Sent {
  readonly request: Request
  readonly bytes: Uint8Array
  readonly tree: MessageTree
  /** Of all attributes in it. */
  readonly attributes: ReturnType<typeof attributesOf>
  /** Asked in another namespace than the operation's. */
  readonly netns: NativeNetns | undefined
}

export interface Run<T> {
  readonly result: T
  /** All but the look-ups of links by name. */
  readonly sent: readonly Sent[]
  readonly tasks: readonly Task[]
}

/** What a read or an echo returns when the stage has no answer: enough for an operation to go on. */
export const standIn = {
  index: 0x00ab_cdef,
  name: 'stand-in',
  kind: 'none',
  up: false,
  flags: [],
  groMaxSize: 65536,
  gsoIpv4MaxSize: 65536,
  groIpv4MaxSize: 65536,
} as const

/** A namespace that is none; its descriptor is as asymmetric as the numbers of the fixtures. */
export function fakeNetns(fd = 0x1234): NativeNetns {
  return { fd, device: 4n, inode: 4_026_531_840n, cookie: 1n, closed: false, close: () => {} }
}

function encode(request: Request, netns: NativeNetns | undefined, doing: () => string): Sent {
  const window = new Window(new Writer(true), 1, 1)
  window.add({ request, doing })
  const bytes = window.seal().slice()
  return {
    request,
    bytes,
    tree: ourTree(bytes, request.format, window.writer),
    attributes: attributesOf(window, 0),
    netns,
  }
}

function lookup(request: Request, links: Readonly<Record<string, number>>): readonly unknown[] {
  const name = request.memo?.slice('link '.length) ?? ''
  if (Object.hasOwn(links, name)) return [links[name]]
  const details = { code: 'ENODEV', errno: 19, request: request.name }
  throw new KernelError(`no link ${name} on the stage`, details)
}

function taskResult(task: Task): unknown {
  if (task.name === 'readFile' || task.name === 'readText') return ''
  if (task.name === 'listProcesses') return []
  if (task.name === 'readDirectory') return []
  if (task.name === 'writeFile' || /^(delete|attach)Netns$/.test(task.name) || task.name === 'createTun')
    return undefined
  return task.name === 'openInetSocket' ? { fd: 0x1235, port: 4660 } : fakeNetns()
}

function settled(answer: () => unknown): Settled {
  try {
    return { status: 'done', objects: answer() as readonly unknown[], warning: undefined }
  } catch (error) {
    return { status: 'failed', error }
  }
}

/** Runs all steps; throws what the operation throws. */
export function runSteps<T>(operation: Operation<T>, stage: Stage = {}): Run<T> {
  const sent: Sent[] = []
  const tasks: Task[] = []
  const perform = (effect: Effect): unknown => {
    if ('task' in effect) {
      tasks.push(effect.task)
      return stage.perform?.(effect.task) ?? taskResult(effect.task)
    }
    if ('here' in effect) return fakeNetns()
    if ('requests' in effect) return effect.requests.map((request) => settled(() => answered(request)))
    return answered(effect.request, effect.netns)
  }
  const answered = (request: Request, netns?: NativeNetns): unknown => {
    const encoded = encode(request, netns, operation.doing)
    const isLookup = request.mode === 'get' && request.memo?.startsWith('link ') === true
    if (!isLookup) sent.push(encoded)
    const own = stage.answer?.(request)
    if (own !== undefined) return own
    if (isLookup) return lookup(request, stage.links ?? {})
    return request.mode === 'get' || request.mode === 'echo' ? [standIn] : []
  }
  const steps = operation.steps()
  let step = steps.next()
  while (!step.done) {
    let result: unknown
    try {
      result = perform(step.value)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return { result: step.value, sent, tasks }
}

export interface Fixture {
  readonly command: string
  readonly stage: string
  readonly result: string
  readonly messages: readonly { readonly type: string; readonly typeNumber: number; readonly hex: string }[]
  /** Of the stage. */
  readonly links: Readonly<Record<string, number>>
}

/** The captured requests of one file of test/fixtures/requests, by command; the first of a command that stands there twice. */
export function requestFixtures(family: string): ReadonlyMap<string, Fixture> {
  const file = JSON.parse(read(`test/fixtures/requests/${family}.json`)) as {
    stages: Record<string, { links: Record<string, number> }>
    fixtures: Fixture[]
  }
  const found = new Map<string, Fixture>()
  for (const fixture of file.fixtures)
    if (!found.has(fixture.command))
      found.set(fixture.command, { ...fixture, links: file.stages[fixture.stage]?.links ?? {} })
  return found
}

/** A difference as {@link differences} words it → why it is right. */
export type Reasons = Readonly<Record<string, string>>

export interface Comparison extends Omit<Stage, 'links'> {
  /** Differences that must be there. */
  readonly except?: Reasons
  /** Differences that may be there: what iproute2 sends beside many options. */
  readonly unless?: Reasons
  /** Which of our requests count; by default those that change something or, where iproute2 only asked, those that ask. */
  readonly ours?: (request: Request) => boolean
  /** Which of iproute2's requests count; by default those of the types that we sent. */
  readonly theirs?: (message: Fixture['messages'][number]) => boolean
}

const asks = ({ mode }: Request) => mode === 'get' || mode === 'dump'

/** Creates ask for the object that they make; iproute2 does not, and the kernel does the same either way. */
const withoutEcho = (tree: MessageTree): MessageTree => ({ ...tree, flags: tree.flags & ~NLM_F_ECHO })

/** Whether a difference, as {@link differences} words it, is in the attribute or in a nest that it is in. */
function isAbout(difference: string, path: string): boolean {
  const where = /^[^:]+: ([\d.[\]]+) (?:=|begins) /.exec(difference)?.[1]?.replace(/\[\d+\]/g, '')
  return where !== undefined && `${path}.`.startsWith(`${where}.`)
}

function compare(operation: Operation<unknown>, fixture: Fixture, options: Comparison) {
  const onlyAsks = fixture.messages.every(({ type }) => type.startsWith('RTM_GET'))
  const counts = options.ours ?? ((request: Request) => asks(request) === onlyAsks)
  const { sent } = runSteps(operation, { links: fixture.links, ...options })
  const ours = sent.filter(({ request }) => counts(request))
  const types = new Set(ours.map(({ request }) => request.type))
  const theirs = fixture.messages.filter(options.theirs ?? (({ typeNumber }) => types.has(typeNumber)))
  if (ours.length !== theirs.length || ours.length === 0) {
    const names = ours.map(({ request }) => request.name)
    return [`differs: requests = ${names}, ip ${fixture.messages.map(({ type }) => type)}`]
  }
  return ours.flatMap(({ request, tree, attributes }, i) => {
    const bytes = Uint8Array.from(Buffer.from(theirs[i]?.hex ?? '', 'hex'))
    const found = differences(withoutEcho(tree), theirTree(bytes, request.format, tree))
    const same = attributes.filter(({ path }) => !found.some((difference) => isAbout(difference, path)))
    prove(
      'bytes',
      same.map(({ constant }) => constant),
    )
    return found
  })
}

/** Expects the operation to send what iproute2 sent, attribute by attribute, but for differences that have a reason. */
export function expectSameRequest(
  operation: Operation<unknown>,
  fixture: Fixture | undefined,
  options: Comparison = {},
): void {
  if (fixture === undefined) throw new Error('no such fixture')
  const { except = {}, unless = {} } = options
  const found = compare(operation, fixture, options)
  const surprising = found.filter(
    (difference) => !Object.hasOwn(except, difference) && !Object.hasOwn(unless, difference),
  )
  const outlived = Object.keys(except).filter((difference) => !found.includes(difference))
  const reasonless = Object.entries({ ...except, ...unless }).filter(([, reason]) => reason.trim() === '')
  expect({ surprising, outlived, reasonless }, fixture.command).toEqual({
    surprising: [],
    outlived: [],
    reasonless: [],
  })
}

type Case = Operation<unknown> | ({ readonly op: Operation<unknown> } & Comparison)

export interface FamilyCases {
  /** For every command of which our options can say the same. */
  readonly same: Readonly<Record<string, () => Case>>
  /** Commands of which they cannot → why. */
  readonly beyond?: Reasons
  /** As in {@link Comparison}, for all of them. */
  readonly unless?: Reasons
  /** Only these commands are meant; by default all of the family. */
  readonly only?: (command: string) => boolean
}

/** One command with many endings: the words behind it → the options that say the same, as `say` makes a case of them. */
export const endings = <Options>(
  command: string,
  words: Readonly<Record<string, Options>>,
  say: (options: Options) => Case,
): FamilyCases['same'] =>
  Object.fromEntries(Object.entries(words).map(([said, options]) => [`${command} ${said}`.trim(), () => say(options)]))

/** One test a command of the family, and one that none was forgotten. */
export function testFixtures(family: string, { same, beyond = {}, unless = {}, only = () => true }: FamilyCases): void {
  const fixtures = requestFixtures(family)
  test(`every command of ${family}.json is compared, or has a reason not to be`, () => {
    const known = [...Object.keys(same), ...Object.keys(beyond)]
    expect([...fixtures.keys()].filter((command) => only(command) && !known.includes(command))).toEqual([])
    expect(known.filter((command) => !fixtures.has(command))).toEqual([])
    expect(Object.keys(beyond).filter((command) => Object.hasOwn(same, command) || beyond[command] === '')).toEqual([])
  })
  for (const [command, make] of Object.entries(same)) {
    test(command, () => {
      const made = make()
      const { op, ...options } = 'op' in made ? made : { op: made }
      expectSameRequest(op, fixtures.get(command), { unless, ...options })
    })
  }
}
