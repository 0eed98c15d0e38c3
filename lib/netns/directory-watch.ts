/** Changes in a directory that may come and go itself. */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { decodeText } from '../codec/text.js'

/** Which directory it is, or `undefined` where there is none. */
function identity(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false })
  return file?.isDirectory() ? `${file.dev} ${file.ino}` : undefined
}

/** The directory or, where there is none, the nearest above it that is there. */
function nearest(path: string): { readonly path: string; readonly is: string | undefined } {
  const is = identity(path)
  return is !== undefined || dirname(path) === path ? { path, is } : nearest(dirname(path))
}

const isAbsent = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** What is watched, for as long as it is what is to be watched. */
export class DirectoryWatch {
  private watcher: FSWatcher | undefined
  private watched: { readonly path: string; readonly is: string | undefined } = { path: '', is: undefined }

  /**
   * Watches from here on; throws what Node throws. `changed` is called with the name of what came or went, or without one where anything may
   * have; `failed` at most once.
   */
  constructor(
    private readonly path: string,
    private readonly changed: (name?: string) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.settle()
  }

  close(): void {
    this.watcher?.close()
    this.watcher = undefined
  }

  /** Looks again once it watches: what came in between is not told. */
  private settle(): void {
    for (let last = nearest(this.path); ; ) {
      this.close()
      if (this.begin(last.path)) {
        const now = nearest(this.path)
        this.watched = now
        if (now.path === last.path && now.is === last.is) return
      }
      last = nearest(this.path)
    }
  }

  /** False where it went meanwhile. */
  private begin(path: string): boolean {
    try {
      const watcher = watch(path, { encoding: 'buffer' }, (_event, name) => this.told(watcher, name))
      this.watcher = watcher.on('error', (error) => this.fail(error))
      return true
    } catch (error) {
      if (isAbsent(error)) return false
      throw error
    }
  }

  private told(watcher: FSWatcher, name: Buffer | null): void {
    // Events of a watcher that was given up are still on their way.
    if (watcher !== this.watcher) return
    try {
      const now = nearest(this.path)
      if (now.path === this.watched.path && now.is === this.watched.is) {
        if (now.path === this.path) this.changed(name === null ? undefined : decodeText(name))
        return
      }
      this.settle()
      this.changed()
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    this.close()
    this.failed(error)
  }
}
