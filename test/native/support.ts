import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import {
  addon,
  type NativeError,
  type NativeNetns,
  type NativeReply,
  type NativeSocket,
  type NativeSocketOptions,
} from '../../lib/native/addon.js'
import { printedBy } from '../support/child.js'

export const run = promisify(execFile)

/** For children and workers, which run plain JavaScript. */
export const addonPath = fileURLToPath(new URL('../../build/Release/rtnetlink.node', import.meta.url))

export const NLM_F_REQUEST = 1
export const NLM_F_ACK = 4
export const NLM_F_DUMP = 0x300
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const RTM_NEWLINK = 16
export const RTM_GETLINK = 18
/** Its kernel side ignores a message without a payload: the way to a request that is never answered. */
export const NETLINK_FIB_LOOKUP = 10

export interface Message {
  type: number
  flags: number
  sequence: number
  port: number
  payload: Buffer
}

export function message(type: number, flags: number, sequence: number, payload: Uint8Array = Buffer.alloc(16)): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + payload.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags | NLM_F_REQUEST, 6)
  header.writeUInt32LE(sequence, 8)
  return Buffer.concat([header, payload])
}

/** ifinfomsg: index, flags, mask. */
export function link(index: number, flags = 0, mask = 0): Buffer {
  const payload = Buffer.alloc(16)
  payload.writeInt32LE(index, 4)
  payload.writeUInt32LE(flags, 8)
  payload.writeUInt32LE(mask, 12)
  return payload
}

export const linkDump = (sequence: number) => message(RTM_GETLINK, NLM_F_DUMP, sequence)
export const getLoopback = (sequence: number, flags = NLM_F_ACK) => message(RTM_GETLINK, flags, sequence, link(1))
/** Answered with -ENODEV, whatever its flags. */
export const getNothing = (sequence: number, flags = NLM_F_ACK) =>
  message(RTM_GETLINK, flags, sequence, link(0x7ffffff0))
export const unanswered = (sequence: number) => message(0x10, NLM_F_ACK, sequence, Buffer.alloc(0))

export function messages(bytes: Uint8Array): Message[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const result: Message[] = []
  for (let at = 0; at < buffer.length; ) {
    const length = buffer.readUInt32LE(at)
    result.push({
      type: buffer.readUInt16LE(at + 4),
      flags: buffer.readUInt16LE(at + 6),
      sequence: buffer.readUInt32LE(at + 8),
      port: buffer.readUInt32LE(at + 12),
      payload: buffer.subarray(at + 16, at + length),
    })
    at += (length + 3) & ~3
  }
  return result
}

export const replied = (reply: NativeReply) => reply.chunks.flatMap(messages)

/** The numbers in NLMSG_ERROR and NLMSG_DONE, by sequence number. */
export const outcomes = (list: Message[]) =>
  list
    .filter(({ type }) => type === NLMSG_ERROR || type === NLMSG_DONE)
    .map(({ sequence, payload }) => [sequence, payload.readInt32LE(0)])

export function openSocket(options: Partial<NativeSocketOptions> = {}): NativeSocket {
  const socket = addon().openSocket({ protocol: 0, receiveBuffer: 1 << 20, receiveSize: 65536, ...options })
  onTestFinished(() => socket.close())
  return socket
}

export const submit = (socket: NativeSocket, tx: Uint8Array, timeout = 5000) =>
  new Promise<NativeReply>((resolve) => socket.submit(tx, timeout, resolve))

export function newNetns(): NativeNetns {
  const netns = addon().createNetns('', undefined)
  onTestFinished(() => netns.close())
  return netns
}

/** A function of the addon that ends in a callback, as a promise. */
export function promise<T>(start: (done: (error: NativeError | undefined, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error === undefined ? resolve(result) : reject(error)))
  })
}

export function thrown(body: () => unknown): NativeError {
  try {
    body()
  } catch (error) {
    return error as NativeError
  }
  throw new Error('nothing was thrown')
}

export const randomName = () => `rtnl-${randomBytes(6).toString('hex')}`

/** An empty directory; whatever is mounted there afterwards is taken away again. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
  onTestFinished(() => {
    for (const target of mounts(directory).reverse()) execFileSync('umount', ['-l', target])
    execFileSync('rm', ['-rf', '--one-file-system', directory])
  })
  return directory
}

/** Mount points at and below a directory, in the order of mounting. */
export const mounts = (directory: string) =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((target) => target === directory || target.startsWith(`${directory}/`))

export const openFds = () => readdirSync('/proc/self/fd').map(Number)

/** Runs a script in a Node of its own; `native` is the addon there. Resolves with what it printed. */
export function inChild(script: string, wrapper: string[] = []): Promise<string> {
  const [file, ...args] = [...wrapper, process.execPath, '--expose-gc', '-e', prelude + script]
  return printedBy(file as string, args)
}

/** What scripts for children and workers begin with. */
export const prelude = `
  const native = require(${JSON.stringify(addonPath)})
  const options = { protocol: 0, receiveBuffer: 1 << 20, receiveSize: 65536 }
  const never = { ...options, protocol: ${NETLINK_FIB_LOOKUP} }
  const request = (type, flags, sequence, payload) => {
    const bytes = Buffer.alloc(16 + payload)
    bytes.writeUInt32LE(bytes.length, 0)
    bytes.writeUInt16LE(type, 4)
    bytes.writeUInt16LE(flags | 1, 6)
    bytes.writeUInt32LE(sequence, 8)
    return bytes
  }
  const linkDump = (sequence) => request(18, 0x300, sequence, 16)
  const unanswered = (sequence) => request(16, 4, sequence, 0)
`
