/** Work that is the same from every thread, so Node does it: directories, files, and which namespace each process is in. */
import { promises, readdir, readdirSync, readFile, readFileSync, statSync } from 'node:fs'
import { decodeText } from '../codec/text.js'
import type { Done, NativeError } from '../native/addon.js'

/** At once, or with `done` in its own time. */
export function readDirectory(path: string, done?: Done<readonly string[]>): readonly string[] | undefined {
  const names = (entries: readonly Buffer[]) => entries.map(decodeText)
  if (done === undefined) return names(readdirSync(path, 'buffer'))
  readdir(path, 'buffer', (error, entries) => {
    if (error === null) done(undefined, names(entries))
    else done(error as NativeError, [])
  })
  return undefined
}

/** A file that is the same in every namespace. */
export function readText(path: string, done?: Done<string>): string | undefined {
  if (done === undefined) return readFileSync(path, 'utf8')
  readFile(path, 'utf8', (error, text) => {
    if (error === null) done(undefined, text)
    else done(error as NativeError, '')
  })
  return undefined
}

export interface ProcessNetns {
  readonly pid: number
  /** Of its nsfs file. */
  readonly device: bigint
  readonly inode: bigint
}

const pathOf = (pid: number) => `/proc/${pid}/ns/net`
const toPids = (names: readonly string[]) =>
  names.flatMap((name) => (/^[1-9][0-9]*$/.test(name) ? [Number(name)] : [])).sort((one, other) => one - other)

/** It has ended, or may not be looked into. */
const isOutOfSight = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))

const found = (pid: number, { dev, ino }: { dev: bigint; ino: bigint }): ProcessNetns[] => [
  { pid, device: dev, inode: ino },
]

function outOfSight(error: unknown): ProcessNetns[] {
  if (isOutOfSight(error)) return []
  throw error
}

function processesNow(): readonly ProcessNetns[] {
  return toPids(readdirSync('/proc')).flatMap((pid) => {
    try {
      return found(pid, statSync(pathOf(pid), { bigint: true }))
    } catch (error) {
      return outOfSight(error)
    }
  })
}

async function processes(): Promise<readonly ProcessNetns[]> {
  const all: ProcessNetns[] = []
  // One after the other: the threads of Node's pool are few, and others want them too.
  for (const pid of toPids(await promises.readdir('/proc')))
    all.push(...(await promises.stat(pathOf(pid), { bigint: true }).then((file) => found(pid, file), outOfSight)))
  return all
}

/** The namespaces of all processes that can be seen, by number. */
export function listProcesses(done?: Done<readonly ProcessNetns[]>): readonly ProcessNetns[] | undefined {
  if (done === undefined) return processesNow()
  processes().then(
    (all) => done(undefined, all),
    (error) => done(error, []),
  )
  return undefined
}
