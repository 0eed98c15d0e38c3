/** Native work beside netlink: namespaces, and files and sockets in them. Each runs on a throw-away thread. */
import { NetnsError, SystemCallError } from '../errors.js'
import {
  addon,
  type Done,
  type NativeError,
  type NativeInetSocket,
  type NativeInetSocketOptions,
  type NativeNetns,
} from '../native/addon.js'

interface Tasks {
  createNetns: { args: [directory: string, name: string | undefined]; result: NativeNetns }
  openNetns: { args: [directory: string, name: string]; result: NativeNetns }
  openNetnsPath: { args: [path: string]; result: NativeNetns }
  openNetnsPid: { args: [pid: number]; result: NativeNetns }
  deleteNetns: { args: [directory: string, name: string]; result: undefined }
  readFile: { args: [netns: NativeNetns, path: string]; result: string }
  writeFile: { args: [netns: NativeNetns, path: string, text: string]; result: undefined }
  openInetSocket: { args: [options: NativeInetSocketOptions]; result: NativeInetSocket }
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
  const needs = code === 'EPERM' ? neededFor(syscall) : ''
  return new SystemCallError(`cannot ${doing}: ${error.message}${needs}`, { code, errno, syscall }, { cause: error })
}

function neededFor(syscall: string): string {
  const admin = ['setns', 'unshare', 'mount', 'umount2', 'umount', 'open', 'openat2'].includes(syscall)
  return admin ? '; this needs the capability CAP_SYS_ADMIN' : '; this needs the capability CAP_NET_ADMIN'
}

type AnyTask = (...args: unknown[]) => unknown

export function runTask(task: Task, doing: () => string): unknown {
  try {
    return (addon()[task.name] as AnyTask)(...task.args)
  } catch (error) {
    throw systemError(error, doing())
  }
}

export function startTask(task: Task, doing: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done: Done<unknown> = (error, result) =>
      error === undefined ? resolve(result) : reject(systemError(error, doing()))
    ;(addon()[task.name] as AnyTask)(...task.args, done)
  })
}
