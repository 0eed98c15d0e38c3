/** A network namespace that is held open. */
import { ClosedError, NetnsError } from '../errors.js'
import { forgetHandle, watchHandle } from '../netlink/abandoned.js'
import { holdNetns } from '../netlink/netns-ref.js'
import type { Steps } from '../netlink/operation.js'
import { runAsync } from '../netlink/run-async.js'
import { runSync } from '../netlink/run-sync.js'
import type { Verb } from '../netlink/verb.js'
import { type NativeNetns, type NetnsHandle, nativeNetns } from '../netlink/where.js'
import { verb } from '../rtnetlink/operation.js'
import type { InetSocketOptions } from './inet-options.js'
import { isSame } from './names.js'
import { type InetSocket, openSocket } from './open-socket.js'
import { readSysctl, type SysctlValue, writeSysctl } from './sysctl.js'

/** A call that knows its namespace, as a promise and blocking. */
export interface Inside<Args extends unknown[], T> {
  (...args: Args): Promise<T>
  /** The same, blocking. */
  sync(...args: Args): T
}

function inside<Args extends unknown[], T>(netns: Netns, call: Verb<Args, T>): Inside<Args, T> {
  const run = (...args: Args) => runAsync(call.op(...args), { netns })
  return Object.assign(run, { sync: (...args: Args) => runSync(call.op(...args), { netns }) })
}

const nameIsCurrent = verb(
  (netns: Netns) => `look network namespace ${netns.name} up`,
  function* (netns: Netns): Steps<boolean> {
    const own = netns[nativeNetns]
    if (netns.name === undefined) return false
    try {
      const { native, release } = yield* holdNetns(netns.name)
      const same = isSame(native, own)
      release()
      return same
    } catch (error) {
      if (error instanceof NetnsError) return false
      throw error
    }
  },
)

/**
 * A network namespace, held open: made by {@link createNetns} and {@link openNetns}, taken by `where.netns` of every call.
 *
 * The kernel keeps the namespace while the handle is open, whatever becomes of its name. Close it, or declare it with `await using`.
 */
export class Netns implements NetnsHandle {
  private readonly native: NativeNetns

  /** @internal */
  constructor(
    native: NativeNetns,
    /** The name that it was created or opened by. */
    readonly name: string | undefined,
  ) {
    this.native = native
    watchHandle(this, 'Netns', () => native.close())
  }

  /** @internal */
  get [nativeNetns](): NativeNetns {
    if (this.closed)
      throw new ClosedError(`the handle of network namespace ${this.name ?? '(nameless)'} is closed`, {
        applied: false,
      })
    return this.native
  }

  get closed(): boolean {
    return this.native.closed
  }

  /** The kernel's number for the namespace, which is never given to another; `undefined` before Linux 5.14 and without CAP_SYS_ADMIN. */
  get cookie(): bigint | undefined {
    return this.native.cookie
  }

  /** As `ls -l /proc/PID/ns/net` shows it: `net:[4026531840]`. Given to another namespace once this one is gone. */
  get inode(): bigint {
    return this.native.inode
  }

  /** Whether both are the same namespace, however they were opened. */
  equals(other: Netns): boolean {
    return isSame(this[nativeNetns], other[nativeNetns])
  }

  /** Whether its name still leads to it: `false` once the name was deleted or is another namespace's, and for one without a name. */
  get isNameCurrent(): Inside<[], boolean> {
    const run = () => runAsync(nameIsCurrent.op(this), undefined)
    return Object.assign(run, { sync: () => runSync(nameIsCurrent.op(this), undefined) })
  }

  /** {@link openSocket} in this namespace. */
  get openSocket(): Inside<[options: InetSocketOptions], InetSocket> {
    return inside(this, openSocket)
  }

  /** {@link readSysctl} in this namespace. */
  get readSysctl(): Inside<[key: string], string> {
    return inside(this, readSysctl)
  }

  /** {@link writeSysctl} in this namespace. */
  get writeSysctl(): Inside<[key: string, value: SysctlValue], void> {
    return inside(this, writeSysctl)
  }

  /** Lets go of it; calls that were begun end as they would have. A nameless namespace in which nobody is left is gone then. Idempotent. */
  close(): void {
    forgetHandle(this)
    this.native.close()
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
