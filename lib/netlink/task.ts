/** Native work beside netlink: namespaces, and files, sockets and tun queues in them. Each runs on a throw-away thread. */
import { ClosedError, NetnsError, SystemCallError } from '../errors.js'
import {
  addon,
  type Done,
  type NativeError,
  type NativeInetSocket,
  type NativeInetSocketOptions,
  type NativeNetns,
  type NativeTunOptions,
  type NativeTunQueue,
} from '../native/addon.js'
import { listProcesses, type ProcessNetns, readDirectory, readText } from './task-files.js'

interface Tasks {
  createNetns: { args: [directory: string, name: string | undefined]; result: NativeNetns }
  openNetns: { args: [directory: string, name: string]; result: NativeNetns }
  openNetnsPath: { args: [path: string]; result: NativeNetns }
  openNetnsPid: { args: [pid: number]; result: NativeNetns }
  attachNetns: { args: [directory: string, name: string, netns: NativeNetns]; result: undefined }
  deleteNetns: { args: [directory: string, name: string]; result: undefined }
  readFile: { args: [netns: NativeNetns, path: string]; result: string }
  writeFile: { args: [netns: NativeNetns, path: string, text: string]; result: undefined }
  openInetSocket: { args: [options: NativeInetSocketOptions]; result: NativeInetSocket }
  createTun: { args: [options: NativeTunOptions]; result: undefined }
  openTun: { args: [options: NativeTunOptions]; result: NativeTunQueue }
  readDirectory: { args: [path: string]; result: readonly string[] }
  listProcesses: { args: []; result: readonly ProcessNetns[] }
  readText: { args: [path: string]; result: string }
}

/** What to do, as data. */
export type Task = { [K in keyof Tasks]: { readonly name: K; readonly args: Tasks[K]['args'] } }[keyof Tasks]
export type TaskResult<T extends Task> = Tasks[T['name']]['result']

const isNativeError = (error: unknown): error is NativeError =>
  error instanceof Error && 'syscall' in error && 'errno' in error

/** What the addon threw, for users. */
export function systemError(error: unknown, doing: string): unknown {
  if (!isNativeError(error)) return error
  const { code, errno, syscall } = error
  if (syscall === 'proof') {
    return new NetnsError(`cannot ${doing}: the socket turned out to belong to another namespace`, 'wrong-namespace', {
      cause: error,
    })
  }
  // The addon's word for a handle of its own that was closed.
  if (code === 'EBADF')
    return new ClosedError(`cannot ${doing}: it was closed meanwhile`, { cause: error, applied: false })
  const needs = code === 'EPERM' ? neededFor(syscall) : ''
  // Node's own errors have negative numbers.
  const details = { code, errno: Math.abs(errno), syscall }
  return new SystemCallError(`cannot ${doing}: ${error.message}${needs}`, details, { cause: error })
}

function neededFor(syscall: string): string {
  const admin = ['setns', 'unshare', 'mount', 'umount2', 'umount', 'open', 'openat2'].includes(syscall)
  return admin ? '; this needs the capability CAP_SYS_ADMIN' : '; this needs the capability CAP_NET_ADMIN'
}

/** Home, pinned when the addon was loaded: a new handle on it. */
export const homeNetns = (): NativeNetns => addon().openHomeNetns()

type AnyTask = (...args: unknown[]) => unknown

/** What is the same from every thread, and needs none of the addon's. */
const ofNode: Partial<Record<Task['name'], unknown>> = { readDirectory, readText, listProcesses }

const implementation = (name: Task['name']): AnyTask => (ofNode[name] ?? Reflect.get(addon(), name)) as AnyTask

export function runTask(task: Task, doing: () => string): unknown {
  try {
    return implementation(task.name)(...task.args)
  } catch (error) {
    throw systemError(error, doing())
  }
}

export function startTask(task: Task, doing: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done: Done<unknown> = (error, result) =>
      error === undefined ? resolve(result) : reject(systemError(error, doing()))
    try {
      implementation(task.name)(...task.args, done)
    } catch (error) {
      reject(systemError(error, doing()))
    }
  })
}
