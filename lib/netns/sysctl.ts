/** `ip netns exec NAME sysctl …` */
import { Rejection, within } from '../codec/rejection.js'
import { SystemCallError } from '../errors.js'
import { here, perform, type Steps } from '../netlink/operation.js'
import type { Task } from '../netlink/task.js'
import { verb } from '../rtnetlink/operation.js'
import { sysctlPath } from './sysctl-key.js'

/** `true` and `false` are written as 1 and 0. */
export type SysctlValue = string | number | boolean

type FileTask = Extract<Task, { name: 'readFile' | 'writeFile' }>

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u0008\u000a-\u001f\u007f]/

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string' && !unfit.test(value) && value.isWellFormed()) return value
  throw new Rejection('text of one line, a whole number, or true or false', value)
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'this namespace has no such sysctl',
  EISDIR: 'it is a group of sysctls',
  ENOTDIR: 'one of its parents is a sysctl, not a group',
  EINVAL: 'the kernel refuses the value',
  ERANGE: 'the kernel refuses the value: out of range',
}

const denied: Readonly<Record<FileTask['name'], string>> = {
  readFile: 'it can only be written, or this needs the capability CAP_NET_ADMIN',
  writeFile: 'it can only be read, or this needs the capability CAP_NET_ADMIN',
}

/** The C library's words speak of files; these of sysctls. */
function sysctlError(error: unknown, task: FileTask['name'], doing: string): unknown {
  if (!(error instanceof SystemCallError) || error.syscall === 'setns') return error
  const { code, errno, syscall } = error
  const sentence = code === 'EACCES' || code === 'EPERM' ? denied[task] : sentences[code]
  if (sentence === undefined) return error
  return new SystemCallError(`cannot ${doing}: ${sentence} [${code}]`, { code, errno, syscall }, { cause: error })
}

function* file<T extends FileTask>(task: T, doing: string) {
  try {
    return yield* perform(task)
  } catch (error) {
    throw sysctlError(error, task.name, doing)
  }
}

const reading = (key: string) => `read sysctl ${key}`
const writing = (key: string, value: SysctlValue) => `set sysctl ${key} to ${value}`

/**
 * Reads a sysctl of a network namespace. `ip netns exec blue sysctl -n net.ipv4.ip_forward`
 *
 * The key is written as sysctl(8) takes it, and begins with `net`: a link whose name has a dot is `net.ipv4.conf.eth0/100.forwarding` or
 * `net/ipv4/conf/eth0.100/forwarding`. The value comes without white space around it; several values in one stay apart by tabs.
 * Throws SystemCallError ENOENT where the namespace has no such sysctl. Needs CAP_SYS_ADMIN to enter the namespace.
 *
 * @example
 * const forwards = (await readSysctl('net.ipv4.ip_forward', { netns: 'blue' })) === '1'
 */
export const readSysctl = verb(reading, function* (key: string): Steps<string> {
  const path = within('key', () => sysctlPath(key))
  const text = yield* file({ name: 'readFile', args: [yield* here(), path] }, reading(key))
  return text.trim()
})

/**
 * Sets a sysctl of a network namespace, in one write. `ip netns exec blue sysctl -w net.ipv4.ip_forward=1`
 *
 * The key is written as for {@link readSysctl}; `true` is 1 and `false` is 0. Throws SystemCallError EINVAL where the kernel refuses the value.
 * Needs CAP_SYS_ADMIN to enter the namespace and CAP_NET_ADMIN there.
 *
 * @example
 * await writeSysctl('net.ipv4.ip_forward', 1, { netns: 'blue' })
 */
export const writeSysctl = verb(writing, function* (key: string, value: SysctlValue): Steps<void> {
  const path = within('key', () => sysctlPath(key))
  // With the line end, as sysctl(8) writes it: without, an empty value would be no write at all.
  const text = `${within('value', () => textOf(value))}\n`
  yield* file({ name: 'writeFile', args: [yield* here(), path, text] }, writing(key, value))
})
