/** A namespace for the time of a call or a socket: the caller's own handle, or one that is opened at the first need. */
import type { NativeNetns } from '../native/addon.js'
import { isHandle, netnsError, openingTask } from './netns-ref.js'
import { homeNetns, runTask, startTask } from './task.js'
import { type NetnsRef, nativeNetns } from './where.js'

const opening = () => 'open the network namespace'

export class NetnsLease {
  private own: NativeNetns | undefined

  /** `path`: how the caller wrote `ref`, for errors. */
  constructor(
    private readonly ref: NetnsRef | undefined,
    private readonly path: string,
  ) {}

  /** `undefined` is home, where a socket is opened without a thread. */
  async open(): Promise<NativeNetns | undefined> {
    const { ref } = this
    if (ref === undefined) return undefined
    if (isHandle(ref)) return ref[nativeNetns]
    this.own ??= (await startTask(openingTask(ref, this.path), opening).catch((error) => {
      throw netnsError(error, ref)
    })) as NativeNetns
    return this.own
  }

  openSync(): NativeNetns | undefined {
    const { ref } = this
    if (ref === undefined) return undefined
    if (isHandle(ref)) return ref[nativeNetns]
    try {
      this.own ??= runTask(openingTask(ref, this.path), opening) as NativeNetns
      return this.own
    } catch (error) {
      throw netnsError(error, ref)
    }
  }

  /** Like `open`, for work that needs a handle at home too. */
  async here(): Promise<NativeNetns> {
    return (await this.open()) ?? this.home()
  }

  hereSync(): NativeNetns {
    return this.openSync() ?? this.home()
  }

  private home(): NativeNetns {
    this.own ??= homeNetns()
    return this.own
  }

  release(): void {
    this.own?.close()
    this.own = undefined
  }
}
