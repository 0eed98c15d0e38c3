/** Values that only the kernel says. */
import type { Codec } from './codec.js'
import { Rejection } from './rejection.js'

const expected = 'nothing'

/** A codec of a row that is `readOnly`. */
export function onlyRead<Out>(read: Codec<never, Out>['read']): Codec<never, Out> {
  return {
    expected,
    write(_writer, value) {
      throw new Rejection(expected, value)
    },
    read,
  }
}
