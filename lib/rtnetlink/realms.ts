/** For traffic control: which realm packets come from and which they go to. */
import type { FixedCodec } from '../codec/codec.js'
import { u32 } from '../codec/integers.js'
import { Rejection } from '../codec/rejection.js'

/** For traffic control: which realm packets come from and which they go to. */
export interface Realms {
  readonly from?: number | undefined
  readonly to: number
}

/** `| from (high half) | to (low half) |` of a u32 in host order. */
export const realms: FixedCodec<Realms> = {
  size: 4,
  expected: 'an object with to, and from: integers from 0 to 65535',
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(realms.expected, value)
    const { from = 0, to } = value
    for (const realm of [from, to])
      if (!Number.isInteger(realm) || realm < 0 || realm > 0xffff) throw new Rejection(realms.expected, value)
    writer.u32(((from << 16) | to) >>> 0)
  },
  read(source, start, end) {
    const both = u32().read(source, start, end)
    const from = both >>> 16
    return { ...(from !== 0 && { from }), to: both & 0xffff }
  },
}
