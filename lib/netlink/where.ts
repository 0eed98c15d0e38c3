/** Where and how long an operation runs. */
import { InvalidArgumentError } from '../errors.js'
import type { NativeNetns } from '../native/addon.js'
import type { Connection } from './connection.js'

/** What the families pass along of a namespace; only this layer looks into it. */
export type { NativeNetns }

/** Key of the native handle in a namespace object: not for users. */
export const nativeNetns = Symbol('rtnetlink.netns')
/** Key of the connection in a socket object: not for users. */
export const connection = Symbol('rtnetlink.connection')
/** Key of the native handle of a socket's namespace: not for users. */
export const socketNetns = Symbol('rtnetlink.socketNetns')

/** An open handle of a namespace: what `createNetns` and `openNetns` return. */
export interface NetnsHandle {
  /** @internal */
  readonly [nativeNetns]: NativeNetns
}

/** A namespace: a handle, a name as `ip netns` knows it, a file, or that of a process. */
export type NetnsRef = NetnsHandle | string | { readonly path: string } | { readonly pid: number }

/** An open socket: what `openRouteSocket` returns. */
export interface SocketHandle {
  /** @internal */
  readonly [connection]: Connection
  /** @internal */
  readonly [socketNetns]: NativeNetns
}

/** Where and how long a call runs: the last argument of every call. */
export interface Where {
  /** A socket to use. Absent: one is opened for the call and closed after it (8 µs of system calls). */
  readonly socket?: SocketHandle | undefined
  /** The namespace to act in. Absent: that of the process when the library was loaded. Not beside `socket`, which has its own. */
  readonly netns?: NetnsRef | undefined
  /** Gives up. What has left by then cannot be called back: the error says `applied: 'unknown'`. */
  readonly signal?: AbortSignal | undefined
  /** Gives up after so many milliseconds. */
  readonly timeout?: number | undefined
}

const known = new Set(['socket', 'netns', 'signal', 'timeout'])
/** setTimeout takes no more. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** Throws InvalidArgumentError. */
export function checkWhere(where: Where | undefined, placeless = false): Where {
  if (where === undefined) return {}
  if (typeof where !== 'object' || where === null) throw new InvalidArgumentError('where', 'an object', where)
  for (const name of Object.keys(where)) {
    if (!known.has(name))
      throw new InvalidArgumentError(`where.${name}`, `no such option (known: ${[...known].join(', ')})`, where)
  }
  const { socket, netns, signal, timeout } = where
  const place = socket !== undefined ? 'socket' : netns !== undefined ? 'netns' : undefined
  if (placeless && place !== undefined) {
    throw new InvalidArgumentError(
      `where.${place}`,
      'nothing: this acts on no namespace but the one it is about',
      where[place],
    )
  }
  if (socket !== undefined && typeof socket?.[connection] !== 'object') {
    throw new InvalidArgumentError('where.socket', 'a socket from openRouteSocket()', socket)
  }
  if (socket !== undefined && netns !== undefined) {
    throw new InvalidArgumentError(
      'where.netns',
      'nothing beside where.socket: a socket belongs to its namespace for life',
      netns,
    )
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError('where.signal', 'an AbortSignal', signal)
  }
  if (timeout !== undefined && !(Number.isInteger(timeout) && timeout >= 1 && timeout <= LONGEST_TIMEOUT)) {
    throw new InvalidArgumentError('where.timeout', `milliseconds from 1 to ${LONGEST_TIMEOUT}`, timeout)
  }
  return where
}
