/** Network namespaces for live tests, and the eyes of iproute2 in them. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { openRouteSocket, type RouteSocket } from '../../lib/rtnetlink/route-socket.js'
import { run } from './programs.js'

/** One program for all lines: in a guest, starting one takes as long as a hundred requests. */
async function batch(name: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run(['ip', '-n', name, '-batch', '-'], `${lines.join('\n')}\n`)
}

/** What `ip -j` and `bridge -j` print. */
// biome-ignore lint/suspicious/noExplicitAny: each command has a form of its own
export type Printed = readonly any[]

/** What iproute2 does and sees in a namespace that has a name. */
export interface NamespaceView {
  /** Runs `ip …`, the words as in a shell without quotes. */
  ip(words: string): Promise<void>
  /** The text that `ip -d …` prints. */
  text(words: string): Promise<string>
  /** The objects that `ip -d -j …` prints. */
  show(words: string): Promise<Printed>
  /** The objects that `bridge -d -j …` prints. */
  bridge(words: string): Promise<Printed>
  /** The objects that `tc -d -s -j …` prints. */
  tc(words: string): Promise<Printed>
}

export interface TestNamespace extends NamespaceView {
  /** As `ip netns` knows it; fits `where.netns`. */
  readonly name: string
  /** For calls there: a socket that is open as long as the namespace is there. */
  readonly where: { readonly socket: RouteSocket }
  remove(): Promise<void>
}

async function printed(command: readonly string[]): Promise<Printed> {
  const { stdout } = await run(command)
  // iproute2 prints nothing at all where there is nothing, and leaves empty objects between the others.
  return (JSON.parse(stdout.trim() || '[]') as Printed).filter((object) => Object.keys(object).length > 0)
}

function viewOf(name: () => string): NamespaceView {
  const line = (program: string, options: readonly string[], words: string) => [
    ...[program, '-n', name(), ...options],
    ...words.split(' ').filter((word) => word !== ''),
  ]
  return {
    ip: async (words) => void (await run(line('ip', [], words))),
    text: async (words) => (await run(line('ip', ['-d'], words))).stdout,
    show: async (words) => printed(line('ip', ['-d', '-j'], words)),
    bridge: async (words) => printed(line('bridge', ['-d', '-j'], words)),
    tc: async (words) => printed(line('tc', ['-d', '-s', '-j'], words)),
  }
}

export const namespaceView = (name: string): NamespaceView => viewOf(() => name)

/** Commands that take a link up without a link-local address; in one, the kernel takes it up first (do_setlink). */
export const upWithoutAddress = (dev: string): string[] => [`link set ${dev} addrgenmode none`, `link set ${dev} up`]

/** Whoever makes one removes it: see {@link testNamespace} and {@link withNamespace}. */
export async function createTestNamespace(commands: readonly string[] = []): Promise<TestNamespace> {
  const name = `rtnl-test-${randomBytes(6).toString('hex')}`
  const discard = () => run(['ip', 'netns', 'delete', name])
  await run(['ip', 'netns', 'add', name])
  try {
    await batch(name, commands)
    const socket = await openRouteSocket({ netns: name })
    const remove = async () => {
      socket.close()
      await discard()
    }
    return { ...namespaceView(name), name, where: { socket }, remove }
  } catch (error) {
    await discard()
    throw error
  }
}

/** A namespace for all tests of a file, or of a `describe`: there before them where it `isWanted`, and gone after them. */
export function fileNamespace(
  commands: readonly string[] = [],
  isWanted: () => Promise<boolean> = async () => true,
): Omit<TestNamespace, 'remove'> {
  let made: TestNamespace | undefined
  const here = () => {
    if (made === undefined) throw new Error('the namespace is not there yet, or was not wanted')
    return made
  }
  beforeAll(async () => {
    if (await isWanted()) made = await createTestNamespace(commands)
  })
  afterAll(() => made?.remove())
  return {
    ...viewOf(() => here().name),
    get name() {
      return here().name
    },
    where: {
      get socket() {
        return here().where.socket
      },
    },
  }
}

/** A namespace that goes with the test that runs, also when it fails. `commands` are run in it by `ip`. */
export async function testNamespace(commands: readonly string[] = []): Promise<TestNamespace> {
  const namespace = await createTestNamespace(commands)
  onTestFinished(() => namespace.remove())
  return namespace
}

/** The same outside a test. */
export async function withNamespace<T>(
  body: (namespace: TestNamespace) => Promise<T>,
  commands: readonly string[] = [],
): Promise<T> {
  const namespace = await createTestNamespace(commands)
  try {
    return await body(namespace)
  } finally {
    await namespace.remove()
  }
}
