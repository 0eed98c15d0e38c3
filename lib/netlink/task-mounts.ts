/** Changes of the mount table, which no file event tells of. */
import { addon, type NativeMountWatch } from '../native/addon.js'
import { systemError } from './task.js'

export type MountWatch = NativeMountWatch

/**
 * Calls `changed` whenever something was mounted or unmounted, until it is closed; and once by itself, as soon as nothing can escape it any more.
 */
export function watchMounts(changed: () => void, doing: () => string): MountWatch {
  try {
    const watch = addon().watchMounts(changed)
    // The turn that the event loop is in may have passed the point where it begins to watch; the next one has not.
    let begun = setImmediate(() => {
      begun = setImmediate(changed)
    })
    return {
      close() {
        clearImmediate(begun)
        watch.close()
      },
    }
  } catch (error) {
    throw systemError(error, doing())
  }
}
