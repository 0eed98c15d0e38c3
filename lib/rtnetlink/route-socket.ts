/** A socket that outlives a call. */
import { Rejection } from '../codec/rejection.js'
import { ClosedError } from '../errors.js'
import { forgetHandle, watchHandle } from '../netlink/abandoned.js'
import { Connection } from '../netlink/connection.js'
import { NETLINK_ROUTE } from '../netlink/constants.js'
import { emitWarning } from '../netlink/lease.js'
import { NetnsLease } from '../netlink/netns-lease.js'
import { openTransport, openTransportAsync, type SocketTransport } from '../netlink/socket.js'
import { connection, type NetnsRef, type SocketHandle, socketNetns } from '../netlink/where.js'
import { invalidArgument } from '../netlink/window.js'
import { copyOptions } from './options.js'

/** Which namespace a socket belongs to, and how much it can hold. */
export interface RouteSocketOptions {
  /** The namespace that the socket belongs to for life. Absent: that of the process when the library was loaded. */
  readonly netns?: NetnsRef | undefined
  /** Bytes of receive buffer to ask for; more than the system's limit needs CAP_NET_ADMIN. Absent: 1 MiB. */
  readonly receiveBuffer?: number | undefined
}

const SMALLEST_BUFFER = 4096
/** The kernel doubles what is asked for, in an int. */
const LARGEST_BUFFER = 2 ** 30 - 1

/**
 * An open NETLINK_ROUTE socket, for `where.socket` of every call; made by {@link openRouteSocket}.
 *
 * Requests on one socket are carried out in the order in which they leave; a call that looks a link up first makes its own request later, so
 * calls that depend on each other are awaited, or go into a `batch`. An open socket does not keep the process alive.
 */
export class RouteSocket implements SocketHandle {
  /** @internal */
  readonly [connection]: Connection

  /** @internal */
  constructor(
    private readonly transport: SocketTransport,
    private readonly netns: NetnsLease,
  ) {
    const inner = new Connection(transport, emitWarning)
    this[connection] = inner
    watchHandle(this, 'RouteSocket', () => closeBoth(inner, netns))
  }

  /** @internal */
  get [socketNetns]() {
    if (this.closed) throw new ClosedError('the socket is closed', { applied: false })
    return this.netns.hereSync()
  }

  get closed(): boolean {
    return this[connection].closed
  }

  /** The kernel's number for the socket's namespace, which is never given to another; `undefined` before Linux 5.14. */
  get netnsCookie(): bigint | undefined {
    return this.transport.native.netnsCookie
  }

  /** Bytes of receive buffer, as the kernel reports them: twice what was granted. */
  get receiveBuffer(): number {
    return this.transport.native.receiveBuffer
  }

  /** Messages dropped because they came from another process, which only pretended to be the kernel. */
  get foreignMessages(): number {
    return this.transport.native.foreignMessages
  }

  /** Closes the socket; calls that wait for an answer fail with {@link ClosedError}. Idempotent. */
  close(): void {
    forgetHandle(this)
    closeBoth(this[connection], this.netns)
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

function closeBoth(inner: Connection, netns: NetnsLease): void {
  inner.close()
  netns.release()
}

function checkOptions(given: RouteSocketOptions): RouteSocketOptions {
  try {
    const options = copyOptions(given, ['netns', 'receiveBuffer'])
    const { receiveBuffer: bytes } = options
    if (bytes !== undefined && !(Number.isInteger(bytes) && bytes >= SMALLEST_BUFFER && bytes <= LARGEST_BUFFER))
      throw new Rejection(`bytes, from ${SMALLEST_BUFFER} to ${LARGEST_BUFFER}`, bytes).within('receiveBuffer')
    return options
  } catch (error) {
    throw invalidArgument(error, () => 'open a route socket')
  }
}

async function open(given: RouteSocketOptions = {}): Promise<RouteSocket> {
  const { netns: ref, receiveBuffer } = checkOptions(given)
  const netns = new NetnsLease(ref, 'netns')
  try {
    const native = await netns.open()
    return new RouteSocket(await openTransportAsync({ protocol: NETLINK_ROUTE, netns: native, receiveBuffer }), netns)
  } catch (error) {
    netns.release()
    throw error
  }
}

function openSync(given: RouteSocketOptions = {}): RouteSocket {
  const { netns: ref, receiveBuffer } = checkOptions(given)
  const netns = new NetnsLease(ref, 'netns')
  try {
    return new RouteSocket(openTransport({ protocol: NETLINK_ROUTE, netns: netns.openSync(), receiveBuffer }), netns)
  } catch (error) {
    netns.release()
    throw error
  }
}

/** The call {@link openRouteSocket}, as a promise and blocking. */
export interface OpenRouteSocket {
  /** Without waiting. */
  (options?: RouteSocketOptions): Promise<RouteSocket>
  /** The same, blocking. */
  sync(options?: RouteSocketOptions): RouteSocket
}

/**
 * Opens a socket for many calls, which saves each of them opening its own.
 *
 * Requests leave in the order in which they were made, and those of one turn of the event loop in one send. A blocking call (`.sync`)
 * waits for those that are queued or under way on the same socket; a promise's request is queued once the code that called has returned
 * to the event loop or awaits. Opening in another namespace needs CAP_SYS_ADMIN, opening at home nothing.
 *
 * @example
 * await using socket = await openRouteSocket({ netns: 'blue' })
 * await Promise.all(addresses.map((address) => addAddress({ dev: 'eth0', address }, { socket })))
 */
export const openRouteSocket: OpenRouteSocket = Object.assign(open, { sync: openSync })
