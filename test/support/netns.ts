/** Namespaces for live tests, and programs in them. */
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { type NetnsHandle, nativeNetns } from '../../lib/netlink/where.js'
import type { Netns } from '../../lib/netns/netns.js'
import { createNetns } from '../../lib/netns/operations.js'
import { printedBy } from './child.js'
import { root } from './source.js'

export const directory = '/run/netns'
export const pathOf = (name: string) => join(directory, name)

const run = promisify(execFile)
const hide = { stdio: 'ignore' } as const

function attempt(file: string, ...args: string[]): void {
  try {
    execFileSync(file, args, hide)
  } catch {
    // It was not there.
  }
}

/** A name that nobody has; whatever has it when the test ends is taken away. */
export function testName(): string {
  const name = `rtnl-test-${randomBytes(6).toString('hex')}`
  onTestFinished(() => {
    const path = pathOf(name)
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return
    attempt('umount', '-l', path)
    attempt('rm', '-rf', '--one-file-system', path)
    if (existsSync(path)) throw new Error(`${path} is left`)
  })
  return name
}

/** Closed when the test ends. */
export function closing<T extends { close(): void }>(handle: T): T {
  onTestFinished(() => handle.close())
  return handle
}

export const ip = async (...args: string[]) => (await run('ip', args)).stdout.trim()
export const ipJson = async (...args: string[]) => JSON.parse((await ip('-j', ...args)) || '[]')

/** A path to the namespace, for other programs. */
export const fileOf = (netns: NetnsHandle) => `/proc/${process.pid}/fd/${netns[nativeNetns].fd}`

/** Runs a program inside; resolves with what it printed. */
export async function inside(netns: NetnsHandle, file: string, ...args: string[]): Promise<string> {
  return (await run('nsenter', [`--net=${fileOf(netns)}`, file, ...args])).stdout.trim()
}

/** A nameless namespace with its loopback up. */
export async function liveNetns(): Promise<Netns> {
  const netns = closing(await createNetns())
  await inside(netns, 'ip', 'link', 'set', 'lo', 'up')
  return netns
}

/** Runs a script in a Node of its own, with what `names` says imported from the library; resolves with what it printed. */
export function inChild(names: Readonly<Record<string, string>>, script: string): Promise<string> {
  const imports = Object.entries(names).map(
    ([path, name]) => `import { ${name} } from '${join(root, 'lib', path)}.ts'\n`,
  )
  const source = imports.join('') + script
  return printedBy(process.execPath, ['--import', 'tsx', '--expose-gc', '--input-type=module', '--eval', source])
}
