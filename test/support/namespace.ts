/** Network namespaces for live tests, and the eyes of iproute2 in them. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)

/** One program for all lines: in a guest, starting one takes as long as a hundred requests. */
async function batch(name: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const running = run('ip', ['-n', name, '-batch', '-'])
  running.child.stdin?.end(`${lines.join('\n')}\n`)
  await running
}

const largest = { maxBuffer: 256 * 1024 * 1024 }

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
}

export interface TestNamespace extends NamespaceView {
  /** As `ip netns` knows it; fits `where.netns`. */
  readonly name: string
  remove(): Promise<void>
}

async function printed(command: readonly string[]): Promise<Printed> {
  const { stdout } = await run(command[0] as string, command.slice(1), largest)
  // iproute2 prints nothing at all where there is nothing, and leaves empty objects between the others.
  return (JSON.parse(stdout.trim() || '[]') as Printed).filter((object) => Object.keys(object).length > 0)
}

export function namespaceView(name: string): NamespaceView {
  const split = (words: string) => words.split(' ').filter((word) => word !== '')
  return {
    ip: async (words) => void (await run('ip', ['-n', name, ...split(words)], largest)),
    text: async (words) => (await run('ip', ['-n', name, '-d', ...split(words)], largest)).stdout,
    show: (words) => printed(['ip', '-n', name, '-d', '-j', ...split(words)]),
    bridge: (words) => printed(['bridge', '-n', name, '-d', '-j', ...split(words)]),
  }
}

/** Commands that take a link up without a link-local address; in one, the kernel takes it up first (do_setlink). */
export const upWithoutAddress = (dev: string): string[] => [`link set ${dev} addrgenmode none`, `link set ${dev} up`]

/** Whoever makes one removes it: see {@link testNamespace} and {@link withNamespace}. */
export async function createTestNamespace(commands: readonly string[] = []): Promise<TestNamespace> {
  const name = `rtnl-test-${randomBytes(6).toString('hex')}`
  const namespace: TestNamespace = {
    ...namespaceView(name),
    name,
    remove: async () => void (await run('ip', ['netns', 'delete', name])),
  }
  await run('ip', ['netns', 'add', name])
  try {
    await batch(name, commands)
  } catch (error) {
    await namespace.remove()
    throw error
  }
  return namespace
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
