/** Keys that tell the tunnels between two ends apart: `ikey`, `okey` of the VTI and the GRE family. */
import type { FixedCodec } from '../../codec/codec.js'
import { be32 } from '../../codec/integers.js'
import { IPV4_BYTES, parseIpv4Into } from '../../codec/ip.js'
import { Rejection } from '../../codec/rejection.js'

const number = be32()

/** In: a number, or the dotted quad that `ip` takes for it. Out: the number. */
export const tunnelKey: FixedCodec<number | string, number> = {
  ...number,
  expected: `${number.expected}, or a dotted quad such as '0.0.1.2'`,
  write(writer, value) {
    if (typeof value === 'string') {
      const at = writer.reserve(IPV4_BYTES)
      if (!parseIpv4Into(value, 0, writer.bytes, at)) throw new Rejection(tunnelKey.expected, value)
    } else if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) number.write(writer, value)
    else throw new Rejection(tunnelKey.expected, value)
  },
}
