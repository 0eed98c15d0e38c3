/** `ip netns monitor` */
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError } from '../errors.js'
import { aborted, whenAborted } from '../netlink/abort.js'
import { NETNS_DIRECTORY } from '../netlink/netns-ref.js'
import type { Steps } from '../netlink/operation.js'
import { runAsync } from '../netlink/run-async.js'
import { systemError } from '../netlink/task.js'
import { type MountWatch, watchMounts } from '../netlink/task-mounts.js'
import { verb } from '../rtnetlink/operation.js'
import { DirectoryWatch } from './directory-watch.js'
import { EventQueue } from './event-queue.js'
import { openNamed } from './names.js'

/** A name that came or went. */
export interface NetnsEvent {
  readonly event: 'created' | 'deleted'
  readonly name: string
}

/** What `watchNetns` takes. */
export interface NetnsWatchOptions {
  /** Ends it: the iteration throws {@link AbortError}. */
  readonly signal?: AbortSignal | undefined
}

/** The events, one after the other; ended by leaving the loop, by `return`, by the signal or with its block (`await using`). */
export interface NetnsWatch extends AsyncIterableIterator<NetnsEvent> {
  /** Ends it. */
  return(): Promise<IteratorResult<NetnsEvent>>
  /** The same as `return`. */
  [Symbol.asyncDispose](): Promise<void>
}

const doing = () => 'watch the names of network namespaces'

const isNetns = verb(
  (_name: string) => doing(),
  function* (name: string): Steps<boolean> {
    const found = yield* openNamed(name)
    if (found === undefined || found === 'stale') return false
    found.close()
    return true
  },
  { placeless: true },
)

/** What a name leads to: a namespace, told from others, or something else. */
type Looks = ReadonlyMap<string, string | 'file'>

/** Inode numbers are used again, hence the time too. */
function look(): Looks {
  const { dev } = statSync('/proc/self/ns/net', { bigint: true })
  const found = new Map<string, string>()
  for (const name of namesNow()) {
    const file = lstatSync(join(NETNS_DIRECTORY, name), { bigint: true, throwIfNoEntry: false })
    if (file !== undefined) found.set(name, file.dev === dev ? `${file.ino} ${file.ctimeNs}` : 'file')
  }
  return found
}

function namesNow(): readonly string[] {
  try {
    return readdirSync(NETNS_DIRECTORY)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

class Watcher {
  /** Namespaces that the caller knows of: those that were there at first, and those that were told. */
  private readonly known = new Map<string, string>()
  /** Of those that were there at first, the ones of which nothing was heard since. */
  private readonly first: Set<string>
  /** What is mounted there, but no network namespace. */
  private readonly strange = new Map<string, string>()
  private touched = new Set<string>()
  private readonly directory: DirectoryWatch
  private mounts: MountWatch | undefined
  private isLooking = false
  private isDue = true
  private isClosed = false

  constructor(private readonly events: EventQueue<NetnsEvent>) {
    this.directory = new DirectoryWatch(
      NETNS_DIRECTORY,
      (name) => this.heard(name),
      (error) => this.fail(error),
    )
    try {
      for (const [name, is] of look()) if (is !== 'file') this.known.set(name, is)
    } catch (error) {
      this.close()
      throw error
    }
    this.first = new Set(this.known.keys())
    void this.run()
  }

  close(): void {
    this.isClosed = true
    this.directory.close()
    this.mounts?.close()
    this.mounts = undefined
  }

  private fail(error: unknown): void {
    this.close()
    this.events.fail(systemError(error, doing()))
  }

  private heard(name?: string): void {
    if (name !== undefined) this.touched.add(name)
    this.isDue = true
    void this.run()
  }

  private async run(): Promise<void> {
    if (this.isLooking) return
    this.isLooking = true
    try {
      while (this.isDue && !this.isClosed) {
        this.isDue = false
        const { touched } = this
        this.touched = new Set()
        const now = look()
        this.tellGone(now, touched)
        await this.tellNew(now)
        if (!this.isClosed) this.awaitMounts([...now.values()].includes('file'))
      }
    } catch (error) {
      this.fail(error)
    } finally {
      this.isLooking = false
    }
  }

  private tellGone(now: Looks, touched: ReadonlySet<string>): void {
    for (const [name, was] of this.known) {
      const isFirst = touched.has(name) && this.first.delete(name)
      if (now.get(name) !== was) {
        this.known.delete(name)
        this.events.push({ event: 'deleted', name })
      } else if (isFirst) {
        // It came after the watch had begun and before the first look.
        this.events.push({ event: 'created', name })
      }
    }
  }

  private async tellNew(now: Looks): Promise<void> {
    for (const [name, is] of now) {
      if (is === 'file' || this.known.has(name) || this.strange.get(name) === is) continue
      const isNew = await runAsync(isNetns.op(name), undefined)
      if (this.isClosed) return
      if (!isNew) this.strange.set(name, is)
      else {
        this.known.set(name, is)
        this.events.push({ event: 'created', name })
      }
    }
    for (const name of this.strange.keys()) if (!now.has(name)) this.strange.delete(name)
  }

  /** A name is a file first, and a namespace once that is mounted on it, of which the directory does not tell. */
  private awaitMounts(hasFiles: boolean): void {
    if (hasFiles) {
      this.mounts ??= watchMounts(() => this.heard(), doing)
      return
    }
    this.mounts?.close()
    this.mounts = undefined
  }
}

/**
 * Tells which names of namespaces come and go, from the call on. `ip netns monitor`
 *
 * A name counts from the moment when it leads to a namespace, so that it can be used at once; one that is given to another namespace is deleted and
 * created. Nothing between the call and the first `next` is lost, and the directory of the names need not exist yet. Names that came and
 * went again before the event loop had its turn are not told. Throws SystemCallError where the kernel has no more watches for this user (ENOSPC, EMFILE).
 * An iteration that is not ended keeps the process alive. Needs no privilege.
 *
 * @example
 * for await (const { event, name } of watchNetns({ signal: AbortSignal.timeout(60_000) })) {
 *   console.log(event, name)
 *   if (event === 'created' && name === 'blue') break
 * }
 */
export function watchNetns(options: NetnsWatchOptions = {}): NetnsWatch {
  const { signal, ...unknown } = Object(options) as NetnsWatchOptions
  const [other] = Object.keys(unknown)
  if (other !== undefined) throw new InvalidArgumentError(other, 'no such option (known: signal)', options)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidArgumentError('signal', 'an AbortSignal', signal)
  const ends: (() => void)[] = []
  const events = new EventQueue<NetnsEvent>(() => {
    for (const end of ends.splice(0)) end()
  })
  if (signal?.aborted) {
    events.fail(aborted(signal, doing(), false))
    return events
  }
  try {
    const watcher = new Watcher(events)
    ends.push(() => watcher.close())
  } catch (error) {
    throw systemError(error, doing())
  }
  if (signal !== undefined) ends.push(whenAborted(signal, () => events.fail(aborted(signal, doing(), false))))
  return events
}
