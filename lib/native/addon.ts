/**
 * The addon: the one place where JavaScript meets native code, and the full declaration of all that it exports.
 *
 * The addon owns descriptors, threads and the question "is this reply complete?". It reads the sixteen bytes of a
 * netlink header (length, type, flags, sequence number, port) and nothing behind them.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A failed system call, as the addon throws it or hands it to a callback. */
export interface NativeError extends Error {
  /** `'EPERM'`, `'ENOENT'` … */
  readonly code: string
  /** Positive. */
  readonly errno: number
  /** `'socket'`, `'setns'`, `'sendto'` …; `'proof'` when a descriptor turned out to belong to another namespace. */
  readonly syscall: string
  readonly path?: string
}

export interface NativeSocketOptions {
  /** NETLINK_ROUTE is 0. */
  readonly protocol: number
  /** Bytes asked for with SO_RCVBUFFORCE, then with SO_RCVBUF; what came of it is {@link NativeSocket.receiveBuffer}. */
  readonly receiveBuffer: number
  /** How large a datagram one receive takes at first; it grows when a longer one is met. At least 32 KiB but in tests. */
  readonly receiveSize: number
  /** Absent: the environment's home namespace, pinned when the addon was loaded. */
  readonly netns?: NativeNetns | undefined
}

/** What came of one send. All that is not said here is in the messages. */
export interface NativeReply {
  /** Messages whose sender is the kernel and whose sequence number belongs to the send; whole datagrams, in order. */
  readonly chunks: readonly Uint8Array[]
  /** `sendto` succeeded: the kernel has worked through the requests. */
  readonly sent: boolean
  /** Every request that asked for an answer has had its last message. */
  readonly complete: boolean
  /** The receive queue overran (ENOBUFS): answers were lost. It has been drained since. */
  readonly overrun: boolean
  /** True length of a datagram that did not fit the buffer (which has grown to it since); 0 otherwise. */
  readonly truncated: number
  /** A system call failed. */
  readonly error: NativeError | undefined
}

/** A netlink socket; it belongs to one namespace for life. One exchange at a time: `submit` queues, first in first out. */
export interface NativeSocket {
  /** Unsigned; chosen by the kernel. */
  readonly portId: number
  /** SO_RCVBUF as read back. */
  readonly receiveBuffer: number
  /** NETLINK_GET_STRICT_CHK is on. */
  readonly strict: boolean
  /** SO_NETNS_COOKIE of the socket; `undefined` before Linux 5.14. */
  readonly netnsCookie: bigint | undefined
  /** Datagrams consumed unread because another process, not the kernel, had sent them. */
  readonly foreignMessages: number
  readonly closed: boolean

  /**
   * Sends `tx` (one or many messages) and receives, on this thread, until every message in it that asked for an answer
   * (NLM_F_ACK or NLM_F_DUMP) has had its last one (NLMSG_ERROR or NLMSG_DONE).
   * In the common case the answers are in `rx` and the result is their length; anything else, answers that outgrow `rx`
   * included, is a {@link NativeReply}. `timeout` in milliseconds bounds only the wait for an answer, not the kernel's work.
   * Waits for the exchanges that were submitted before it, whose `done` are called later. Throws EBADF once closed.
   */
  exchange(tx: Uint8Array, rx: Uint8Array, timeout: number): number | NativeReply

  /**
   * The same on a thread of the addon's own; `tx` is copied, so it may be reused at once. `done` is called on the
   * JavaScript thread, exactly once, unless the socket is closed or the environment ends first.
   */
  submit(tx: Uint8Array, timeout: number, done: (reply: NativeReply) => void): void

  /** Drops what is queued, wakes a waiting exchange, and closes the descriptor when its last user lets go. Idempotent. */
  close(): void
}

/** A descriptor of a network namespace, checked to be one. */
export interface NativeNetns {
  readonly fd: number
  /** Device and inode number of the nsfs file: unique while the descriptor is open, recycled afterwards. */
  readonly device: bigint
  readonly inode: bigint
  /** SO_NETNS_COOKIE of a socket opened in it: never reused. `undefined` before Linux 5.14. */
  readonly cookie: bigint | undefined
  readonly closed: boolean
  close(): void
}

export interface NativeInetSocketOptions {
  readonly netns: NativeNetns
  /** `'udp'` is bound; `'tcp'` is bound and listening. */
  readonly type: 'udp' | 'tcp'
  readonly family: 'inet' | 'inet6'
  /** 4 or 16 bytes in network order. */
  readonly address: Uint8Array
  /** Scope of a link-local IPv6 address, or 0. */
  readonly scopeId: number
  /** 0: the kernel chooses. */
  readonly port: number
  /** SO_BINDTODEVICE. */
  readonly device: string | undefined
  readonly reuseAddress: boolean
  readonly reusePort: boolean
  /** IPV6_V6ONLY, for inet6. */
  readonly ipv6Only: boolean
  /** SO_BROADCAST, for udp. */
  readonly broadcast: boolean
  /** listen() queue, for tcp. */
  readonly backlog: number
}

export interface NativeInetSocket {
  /** Close-on-exec, non-blocking, owned by the caller from here on. */
  readonly fd: number
  /** As bound. */
  readonly port: number
}

/** A queue of a tun or tap link; what is `undefined` stays as it is. */
export interface NativeTunOptions {
  readonly netns: NativeNetns
  /** The device that makes them: `/dev/net/tun`. */
  readonly path: string
  /** At most 15 bytes. */
  readonly name: string
  /** IFF_TUN, IFF_TAP … of TUNSETIFF. */
  readonly flags: number
  /** TUNSETIFINDEX: of a link that is made. */
  readonly index: number | undefined
  /** TUNSETOWNER. */
  readonly user: number | undefined
  /** TUNSETGROUP. */
  readonly group: number | undefined
  /** TUNSETPERSIST. */
  readonly persist: boolean | undefined
}

/** A descriptor that is close-on-exec and non-blocking; the garbage collector and the end of the environment close it too. */
export interface NativeTunQueue {
  readonly fd: number
  /** The kernel waits for a grace period in here. Idempotent. */
  close(): void
}

export interface NativeMountWatch {
  /** Idempotent; the garbage collector and the end of the environment do it too. */
  close(): void
}

/** Called once: with an error and nothing, or with `undefined` and the result. */
export type Done<T> = (error: NativeError | undefined, result: T) => void

/**
 * A piece of work on a throw-away thread of its own, which may change namespace because it never comes back.
 * With `done` the call returns at once; without, it waits for the thread, returns the result or throws.
 */
type Task<Args extends unknown[], T> = {
  (...args: Args): T
  (...args: [...Args, done: Done<T>]): void
}

export interface Addon {
  /** Opens, binds, sets every option and proves the namespace. Throws {@link NativeError}. */
  openSocket(options: NativeSocketOptions): NativeSocket
  /**
   * The same on the throw-away thread that opening in another namespace needs anyway, without waiting for it.
   * Also used without `netns`.
   */
  openSocketAsync(options: NativeSocketOptions, done: Done<NativeSocket>): void

  /** A new namespace, bound to `directory/name` as `ip netns add` does; nameless when `name` is `undefined`. */
  createNetns: Task<[directory: string, name: string | undefined], NativeNetns>
  /** Opens `directory/name`, resolved beneath the directory only. */
  openNetns: Task<[directory: string, name: string], NativeNetns>
  openNetnsPath: Task<[path: string], NativeNetns>
  /** Through a pidfd, checked to be alive after the namespace was opened. */
  openNetnsPid: Task<[pid: number], NativeNetns>
  /** The environment's home namespace, pinned when the addon was loaded: a new handle on it. */
  openHomeNetns(): NativeNetns
  /** Binds it to `directory/name`, as `createNetns` does with a new one. */
  attachNetns: Task<[directory: string, name: string, netns: NativeNetns], undefined>
  /** Unmounts and unlinks `directory/name`, if that is a namespace mounted right there. */
  deleteNetns: Task<[directory: string, name: string], undefined>
  /** Reads a small file (64 KiB at most) with a thread that is in the namespace. */
  readFile: Task<[netns: NativeNetns, path: string], string>
  /** Writes it, in one write(). */
  writeFile: Task<[netns: NativeNetns, path: string, text: string], undefined>
  /** A bound UDP or a listening TCP socket that belongs to the namespace. */
  openInetSocket: Task<[options: NativeInetSocketOptions], NativeInetSocket>
  /** Attaches a queue to a tun or tap link, which is made if there is none, and closes it again. */
  createTun: Task<[options: NativeTunOptions], undefined>
  /** The same, without closing it. */
  openTun: Task<[options: NativeTunOptions], NativeTunQueue>

  /**
   * Calls `changed` whenever the mount table of this process has changed, from the next time on that the event loop waits and until it is
   * closed. Does not keep the process alive.
   */
  watchMounts(changed: () => void): NativeMountWatch

  /** For tests: descriptors and threads that the addon holds in this process just now. */
  census(): { readonly descriptors: number; readonly threads: number }
}

const root = new URL('../../', import.meta.url)
const candidates = [`prebuilds/${process.platform}-${process.arch}/rtnetlink.node`, 'build/Release/rtnetlink.node']

function load(): Addon {
  const path = candidates.map((candidate) => fileURLToPath(new URL(candidate, root))).find(existsSync)
  if (path === undefined) {
    throw new Error(
      `rtnetlink: no addon for ${process.platform}-${process.arch}; build it with "npm rebuild rtnetlink" ` +
        '(needs a C++20 compiler and libmnl: on Debian "apt-get install g++ make python3 libmnl-dev")',
    )
  }
  try {
    return createRequire(import.meta.url)(path) as Addon
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('libmnl.so')) {
      throw new Error(
        'rtnetlink: the shared library libmnl.so.0 is missing; on Debian and Ubuntu "apt-get install libmnl0", ' +
          'on Fedora "dnf install libmnl", on Alpine "apk add libmnl"',
        { cause },
      )
    }
    throw cause
  }
}

let loaded: Addon | undefined

/** The addon, loaded at the first use: importing the library costs no dlopen and works where there is no addon. */
export function addon(): Addon {
  loaded ??= load()
  return loaded
}
