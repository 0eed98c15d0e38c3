/** A program's end of a tun or tap link. */
import { readSync, writeSync } from 'node:fs'
import { Rejection } from '../codec/rejection.js'
import { ClosedError, SystemCallError } from '../errors.js'
import { forgetHandle, watchHandle } from '../netlink/abandoned.js'
import { errnoName } from '../netlink/errno.js'
import { hinted } from '../netlink/hints.js'
import { here, perform, type Steps } from '../netlink/operation.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, required } from '../rtnetlink/options.js'
import { fetchLink } from './get.js'
import { type Link, tableOf } from './kinds/index.js'
import type { TunLink } from './kinds/tun.js'
import { type LinkRef, nameOrIndex, whichLink } from './link-ref.js'
import { formFlags, type Mode, TUN_DEVICE, tunHints } from './tuntap.js'

/** Above the longest packet with all that may stand before it: the MTU is 65535 at most. */
const LONGEST = 66_000
const useHints = {
  'read EBADFD': 'the link is gone',
  'write EBADFD': 'the link is gone',
  'write EIO': 'the link is down',
}
let scratch: Buffer | undefined

/**
 * A queue of a tun or tap link: what {@link openTun} and {@link openTap} return. While one is open, the link has a carrier.
 *
 * `fd` is for other programs, such as `spawn('qemu-system-x86_64', […], { stdio: ['ignore', 'inherit', 'inherit', queue.fd] })`, which
 * finds it as descriptor 3. It is non-blocking, and Node's streams and sockets cannot adopt it: {@link read} and {@link write} do.
 */
export class TunQueue {
  private isClosed = false

  /** @internal */
  constructor(
    private readonly native: { readonly fd: number; close(): void },
    /** As it was just before the queue was attached. */
    readonly link: TunLink,
  ) {
    watchHandle(this, 'TunQueue', () => native.close())
  }

  get closed(): boolean {
    return this.isClosed
  }

  /** Close-on-exec. It stays the queue's: to close it is {@link close}. */
  get fd(): number {
    if (this.closed) throw new ClosedError(`the queue of link ${this.link.name} is closed`, { applied: false })
    return this.native.fd
  }

  /**
   * The next packet that was sent over the link, or `undefined` where none is waiting. It never waits itself.
   *
   * Throws SystemCallError EBADFD once the link is deleted.
   */
  read(): Buffer | undefined {
    scratch ??= Buffer.allocUnsafeSlow(LONGEST)
    try {
      return Buffer.from(scratch.subarray(0, readSync(this.fd, scratch)))
    } catch (error) {
      if ((error as { code?: unknown }).code === 'EAGAIN') return undefined
      throw this.failure(error, 'read from')
    }
  }

  /** Has the link receive a packet. Throws SystemCallError EIO where the link is down, EINVAL for what is no packet of its form. */
  write(packet: Uint8Array): void {
    try {
      writeSync(this.fd, packet)
    } catch (error) {
      throw this.failure(error, 'write to')
    }
  }

  private failure(error: unknown, verb: string): unknown {
    const doing = `${verb} link ${this.link.name}`
    const { errno, syscall, message } = error as NodeJS.ErrnoException
    if (errno === undefined || syscall === undefined) return error
    // Node has no name for EBADFD.
    const details = { code: errnoName(-errno), errno: -errno, syscall }
    return hinted(new SystemCallError(`cannot ${doing}: ${message}`, details, { cause: error }), doing, useHints)
  }

  /** Detaches from the link, which goes if it does not persist and this was its last queue. The kernel waits for a grace period in here. Idempotent. */
  close(): void {
    forgetHandle(this)
    this.isClosed = true
    this.native.close()
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close()
  }
}

/** A link to attach to. */
export type TunQueueOptions =
  | LinkRef
  | {
      readonly dev: LinkRef
      /** `false`: from now on the link goes with its last queue, also when this process is killed. `true`: it stays. */
      readonly persist?: boolean | undefined
    }

const isOptions = (given: TunQueueOptions): given is Exclude<TunQueueOptions, LinkRef> =>
  typeof given === 'object' && given !== null && !('index' in given)

const devOf = (given: TunQueueOptions): LinkRef => (isOptions(given) ? given.dev : given)

function* find(mode: Mode, dev: LinkRef): Steps<TunLink> {
  const link = (yield* fetchLink(whichLink(dev), tableOf)) as Link
  if (link.kind === 'tun' && link.data.type === mode) return link
  throw new Rejection(`a ${mode} link`, dev).within('dev')
}

/** TUNSETIFF knows links by name, and makes one where there is none: then it is not the one that was meant. */
function* checkSame(queue: TunQueue, doing: string): Steps<void> {
  const { name, index } = queue.link
  const now = (yield* fetchLink({ index }, tableOf)) as Link
  if (now.kind === 'tun' && now.name === name) return
  const details = { code: 'ENODEV', errno: 19, syscall: 'ioctl TUNSETIFF' }
  throw new SystemCallError(`cannot ${doing}: it was renamed or deleted meanwhile [ENODEV]`, details)
}

const opening = (mode: Mode) => (given: TunQueueOptions) => `open ${mode} link ${nameOrIndex(devOf(given))}`

function* attach(mode: Mode, given: TunQueueOptions): Steps<TunQueue> {
  const options = isOptions(given) ? copyOptions(given, ['dev', 'persist']) : { dev: given }
  const dev = required(options, 'dev', 'a link')
  const persist = checkSwitch(options.persist, 'persist')
  const link = yield* find(mode, dev)
  const { name, data } = link
  // With flags of another form the kernel would change the form of the link's packets (tun_set_iff).
  const flags = formFlags(mode, data)
  const netns = yield* here()
  const doing = opening(mode)(given)
  const unset = { index: undefined, user: undefined, group: undefined }
  let queue: TunQueue | undefined
  try {
    const args = [{ netns, path: TUN_DEVICE, name, flags, persist, ...unset }] as const
    queue = new TunQueue(yield* perform({ name: 'openTun', args: [...args] }), link)
    yield* checkSame(queue, doing)
    return queue
  } catch (error) {
    queue?.close()
    throw hinted(error, doing, tunHints)
  }
}

/**
 * Attaches to a tun link: what it sends can be read, what is written it receives. Packets are of the form that the link was made with.
 *
 * Throws KernelError ENODEV where there is no such link, SystemCallError EBUSY where somebody is attached to it and it has one queue,
 * EPERM for others than its `user` and `group` without CAP_NET_ADMIN.
 *
 * @example
 * using queue = await openTun('tun0')
 * queue.write(packet)
 */
export const openTun = verb(opening('tun'), function* (dev: TunQueueOptions): Steps<TunQueue> {
  return yield* attach('tun', dev)
})

/**
 * Attaches to a tap link, as {@link openTun} does to a tun link: what is read and written are Ethernet frames.
 *
 * Throws KernelError ENODEV where there is no such link, SystemCallError EBUSY where somebody is attached to it and it has one queue,
 * EPERM for others than its `user` and `group` without CAP_NET_ADMIN.
 *
 * @example
 * using queue = await openTap({ dev: 'tap0', persist: false })
 * const frame = queue.read()
 */
export const openTap = verb(opening('tap'), function* (dev: TunQueueOptions): Steps<TunQueue> {
  return yield* attach('tap', dev)
})
