/**
 * What tunnels over IPv6 say of the outer header: ip6tnl, and the GRE family over IPv6.
 *
 * The kernel has a number for each, and beside it a bit (IP6_TNL_F_…) that says to take over the inner packet's instead;
 * traffic class and flow label share a number, as they stand in the header. Here a number and its bit are one option, and a
 * reply is taken apart in the same way.
 */
import { bit as isSet } from '../../codec/bit.js'
import type { Codec, FixedCodec } from '../../codec/codec.js'
import { flags, namedNumbers } from '../../codec/enumeration.js'
import { be32, u8, u32 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attributeParts } from '../../codec/table.js'

interface Named {
  readonly constant: string
  readonly number: number
}

const allFlags = u32()

/** A number of some bits, unless it is the word. */
function numberOr<Word extends string>(
  word: Word,
  carrier: FixedCodec<number>,
  max: number,
  shift = 0,
): Codec<number | Word, number> {
  const expected = `an integer from 0 to ${max}, or '${word}'`
  return {
    expected,
    write(writer, value) {
      const number = value === word ? 0 : (value as number)
      if (!Number.isInteger(number) || number < 0 || number > max) throw new Rejection(expected, value)
      carrier.write(writer, (number << shift) >>> 0)
    },
    read: (source, start, end) => ((carrier.read(source, start, end) >>> shift) & max) >>> 0,
  }
}

/** The bit that stands for the word. */
const wordAt = <Word extends string>(word: Word, mask: number): Codec<number | Word, Word | undefined> => ({
  expected: `'${word}', or a number`,
  write: (writer, value) => allFlags.write(writer, value === word ? mask : 0),
  read: (source, start, end) => ((allFlags.read(source, start, end) & mask) === 0 ? undefined : word),
})

/** Bits that have a word of their own here. */
export const ip6TunnelBits = namedNumbers('IP6_TNL_F', {
  ignEncapLimit: 0x1,
  useOrigTclass: 0x2,
  useOrigFlowlabel: 0x4,
  rcvDscpCopy: 0x10,
  useOrigFwmark: 0x20,
  allowLocalRemote: 0x40,
})
const bit = (name: string) => ip6TunnelBits.numberOf.get(name) as number
const named = [...ip6TunnelBits.nameOf.keys()].reduce((all, one) => all | one, 0)

/** What the kernel finds out by itself (ip6_tnl_set_cap): that the link can send, and receive. */
const found = 0x7_0000

const others = flags(u32(), 'IP6_TNL_F', { mip6: [0x8, 'IP6_TNL_F_MIP6_DEV'] })
type Others = Parameters<typeof others.toBits>[0]

const otherFlags: Codec<Others, Others | undefined> = {
  expected: `${others.expected} that no other option says`,
  write(writer, value) {
    if ((others.toBits(value) & (named | found)) !== 0) throw new Rejection(otherFlags.expected, value)
    others.write(writer, value)
  },
  read(source, start, end) {
    const rest = allFlags.read(source, start, end) & ~(named | found)
    return rest === 0 ? undefined : others.fromBits(rest >>> 0)
  },
}

/** The rows, under the names and numbers that they have in a family. */
export function ip6TunnelRows(family: {
  readonly encapLimit: Named
  readonly flowInfo: Named
  readonly flags: Named
  readonly fwmark: Named
}) {
  const flag = <In, Out>(codec: Codec<In, Out>) => ({ ...family.flags, codec, shared: true }) as const
  const flowInfo = <In, Out>(codec: Codec<In, Out>) => ({ ...family.flowInfo, codec, shared: true }) as const
  type OrInherit = number | 'inherit'
  return {
    /**
     * How many more tunnels a packet may go through within this one, 0 to 255; `'none'` sets no limit. Absent: 0, where `ip`
     * says 4. `encaplimit`
     */
    encapLimit: attributeParts<number | 'none', number | 'none'>([
      { ...family.encapLimit, codec: numberOr('none', u8(), 0xff) },
      flag(wordAt('none', bit('ignEncapLimit'))),
    ]),
    /** Traffic class of the outer packets, 0 to 255, or `'inherit'`. `tclass` */
    tclass: attributeParts<OrInherit, OrInherit>([
      flowInfo(numberOr('inherit', be32(), 0xff, 20)),
      flag(wordAt('inherit', bit('useOrigTclass'))),
    ]),
    /** Flow label of the outer packets, 0 to 2^20-1, or `'inherit'`. `flowlabel` */
    flowLabel: attributeParts<OrInherit, OrInherit>([
      flowInfo(numberOr('inherit', be32(), 0xf_ffff)),
      flag(wordAt('inherit', bit('useOrigFlowlabel'))),
    ]),
    /** Firewall mark of the outer packets, or `'inherit'`. `fwmark` */
    fwmark: attributeParts<OrInherit, OrInherit>([
      { ...family.fwmark, codec: numberOr('inherit', u32(), 0xffff_ffff) },
      flag(wordAt('inherit', bit('useOrigFwmark'))),
    ]),
    /** The inner packet gets the DSCP of the outer one that it came in. `dscp inherit` */
    dscpInherit: attributeParts([flag(isSet(allFlags, bit('rcvDscpCopy')))]),
    /** The other end may be an address of this machine. `allow-localremote`, `noallow-localremote` */
    allowLocalRemote: attributeParts([flag(isSet(allFlags, bit('allowLocalRemote')))]),
    /** Flags that no other option says: `['mip6']`, or bits newer than this library; `ip` has no word for them. */
    flags: attributeParts<Others, Others>([flag(otherFlags)]),
  }
}
