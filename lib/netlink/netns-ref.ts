/** From what a caller names a namespace by to a native handle. */
import { encodeText } from '../codec/text.js'
import { InvalidArgumentError, NetnsError, SystemCallError } from '../errors.js'
import type { NativeNetns } from '../native/addon.js'
import { perform, type Steps } from './operation.js'
import type { Task } from './task.js'
import { type NetnsHandle, type NetnsRef, nativeNetns } from './where.js'

/** Where `ip netns` keeps its names. */
export const NETNS_DIRECTORY = '/var/run/netns'

const LONGEST_NAME = 255
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u001f\u007f-\u009f/]/

/** A name is a name, never a path: it cannot lead out of the directory. */
export function checkNetnsName(name: unknown, path = 'netns'): string {
  const size = typeof name === 'string' ? (encodeText(name)?.length ?? 0) : 0
  if (
    typeof name !== 'string' ||
    size < 1 ||
    size > LONGEST_NAME ||
    unfit.test(name) ||
    !name.isWellFormed() || // the addon takes UTF-8 and would name another
    name === '.' ||
    name === '..'
  ) {
    throw new InvalidArgumentError(
      path,
      `a name of 1 to ${LONGEST_NAME} bytes without '/' and control characters, not '.' or '..'`,
      name,
    )
  }
  return name
}

export const isHandle = (ref: NetnsRef): ref is NetnsHandle =>
  typeof ref === 'object' && ref !== null && nativeNetns in ref

/** What opens it. */
export function openingTask(ref: Exclude<NetnsRef, NetnsHandle>, path = 'netns'): Task {
  if (typeof ref === 'string') return { name: 'openNetns', args: [NETNS_DIRECTORY, checkNetnsName(ref, path)] }
  if (typeof ref === 'object' && ref !== null) {
    const keys = Object.keys(ref).join()
    if (
      keys === 'path' &&
      'path' in ref &&
      typeof ref.path === 'string' &&
      ref.path !== '' &&
      !ref.path.includes('\0')
    ) {
      return { name: 'openNetnsPath', args: [ref.path] }
    }
    if (keys === 'pid' && 'pid' in ref && Number.isInteger(ref.pid) && ref.pid > 0)
      return { name: 'openNetnsPid', args: [ref.pid] }
  }
  throw new InvalidArgumentError(path, "a Netns, a name, { path: '/proc/…' } or { pid: 1234 }", ref)
}

/** In a sentence after "network namespace". */
export function showNetnsRef(ref: unknown): string {
  if (typeof ref === 'string') return `'${ref}'`
  const { path, pid } = (ref ?? {}) as { path?: unknown; pid?: unknown }
  return pid === undefined ? `'${path}'` : `of process ${pid}`
}

/** A name that does not exist and a file that is no namespace have an error of their own. */
export function netnsError(error: unknown, ref: unknown, doing?: string): unknown {
  if (!(error instanceof SystemCallError)) return error
  const attempt = doing === undefined ? '' : `cannot ${doing}: `
  const shown = showNetnsRef(ref)
  if (error.code === 'ENOENT' || error.code === 'ESRCH')
    return new NetnsError(`${attempt}there is no network namespace ${shown}`, 'absent', { cause: error })
  if (['EINVAL', 'ENOTTY', 'ELOOP', 'ENOTDIR', 'EXDEV'].includes(error.code)) {
    return new NetnsError(`${attempt}${shown} is not a network namespace`, 'not-a-namespace', { cause: error })
  }
  return error
}

export interface HeldNetns {
  readonly native: NativeNetns
  /** Closes it if it was opened for this use. */
  release(): void
}

/** Opens `ref` for the duration of an operation. */
export function* holdNetns(ref: NetnsRef, path = 'netns'): Steps<HeldNetns> {
  if (isHandle(ref)) return { native: ref[nativeNetns], release: () => {} }
  try {
    const native = (yield* perform(openingTask(ref, path))) as NativeNetns
    return { native, release: () => native.close() }
  } catch (error) {
    throw netnsError(error, ref)
  }
}
