/** The transport that is a netlink socket of the kernel. */
import { endianness } from 'node:os'
import {
  addon,
  type NativeNetns,
  type NativeReply,
  type NativeSocket,
  type NativeSocketOptions,
} from '../native/addon.js'
import { systemError } from './task.js'
import type { Transport, TransportReply } from './transport.js'

export interface SocketOptions {
  readonly protocol: number
  readonly netns?: NativeNetns | undefined
  /** Bytes; asked for with SO_RCVBUFFORCE where permitted. */
  readonly receiveBuffer?: number | undefined
  /** Only tests change this. */
  readonly receiveSize?: number | undefined
}

/** An unread answer is charged with so much of the receive buffer. */
const ANSWER_BYTES = 832
/** More requests a send gain nothing; much more make the kernel slow for everybody. */
const BEST_WINDOW = 64
/** The kernel's fills are 32 KiB at most, whatever is offered; a single large object may need more. */
const RECEIVE_SIZE = 65_536
const RECEIVE_BUFFER = 1 << 20
/** rtnetlink answers before send() returns: an answer that is not there by then does not come. */
const STALL = 5000

const littleEndian = endianness() === 'LE'

// For blocking exchanges of this thread: replies are decoded before the next one begins.
let receiveArea: Uint8Array | undefined

function toReply(native: NativeReply): TransportReply {
  return {
    ...native,
    truncated: native.truncated > 0,
    error: native.error && (systemError(native.error, 'exchange messages with the kernel') as Error),
  }
}

class SocketTransport implements Transport {
  readonly littleEndian = littleEndian
  readonly window: number

  constructor(readonly native: NativeSocket) {
    this.window = Math.max(1, Math.min(BEST_WINDOW, Math.floor(native.receiveBuffer / 2 / ANSWER_BYTES)))
  }

  exchange(tx: Uint8Array): TransportReply {
    receiveArea ??= new Uint8Array(2 * RECEIVE_SIZE)
    try {
      const reply = this.native.exchange(tx, receiveArea, STALL)
      if (typeof reply !== 'number') return toReply(reply)
      return {
        chunks: [receiveArea.subarray(0, reply)],
        sent: true,
        complete: true,
        overrun: false,
        truncated: false,
        error: undefined,
      }
    } catch (error) {
      throw systemError(error, 'use the socket')
    }
  }

  submit(tx: Uint8Array, done: (reply: TransportReply) => void): void {
    this.native.submit(tx, STALL, (reply) => done(toReply(reply)))
  }

  close(): void {
    this.native.close()
  }
}

export type { SocketTransport }

const nativeOptions = ({ protocol, netns, receiveBuffer, receiveSize }: SocketOptions): NativeSocketOptions => ({
  protocol,
  netns,
  receiveBuffer: receiveBuffer ?? RECEIVE_BUFFER,
  receiveSize: receiveSize ?? RECEIVE_SIZE,
})

export function openTransport(options: SocketOptions): SocketTransport {
  try {
    return new SocketTransport(addon().openSocket(nativeOptions(options)))
  } catch (error) {
    throw systemError(error, 'open a netlink socket')
  }
}

/** For another namespace, which takes a thread; without one, opening is quicker than waiting for a thread. */
export async function openTransportAsync(options: SocketOptions): Promise<SocketTransport> {
  if (options.netns === undefined) return openTransport(options)
  return new Promise((resolve, reject) => {
    addon().openSocketAsync(nativeOptions(options), (error, native) => {
      if (error === undefined) resolve(new SocketTransport(native))
      else reject(systemError(error, 'open a netlink socket'))
    })
  })
}
