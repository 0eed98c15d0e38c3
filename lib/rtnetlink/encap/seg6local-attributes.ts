/** What stands in RTA_ENCAP of a seg6local route. */
import { ipv4, ipv6 } from '../../codec/addresses.js'
import type { Codec } from '../../codec/codec.js'
import { enumeration, type NamedNumbers, namedNumbers } from '../../codec/enumeration.js'
import { u8, u32, u64 } from '../../codec/integers.js'
import { nested } from '../../codec/nest.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type InferResult } from '../../codec/table.js'
import { text } from '../../codec/text.js'
import { linkRef } from '../link-index.js'
import { srh } from './srh.js'

export const action = enumeration(u32(), undefined, {
  End: [1, 'SEG6_LOCAL_ACTION_END'],
  'End.X': [2, 'SEG6_LOCAL_ACTION_END_X'],
  'End.T': [3, 'SEG6_LOCAL_ACTION_END_T'],
  'End.DX2': [4, 'SEG6_LOCAL_ACTION_END_DX2'],
  'End.DX6': [5, 'SEG6_LOCAL_ACTION_END_DX6'],
  'End.DX4': [6, 'SEG6_LOCAL_ACTION_END_DX4'],
  'End.DT6': [7, 'SEG6_LOCAL_ACTION_END_DT6'],
  'End.DT4': [8, 'SEG6_LOCAL_ACTION_END_DT4'],
  'End.B6': [9, 'SEG6_LOCAL_ACTION_END_B6'],
  'End.B6.Encaps': [10, 'SEG6_LOCAL_ACTION_END_B6_ENCAP'],
  'End.BM': [11, 'SEG6_LOCAL_ACTION_END_BM'],
  'End.S': [12, 'SEG6_LOCAL_ACTION_END_S'],
  'End.AS': [13, 'SEG6_LOCAL_ACTION_END_AS'],
  'End.AM': [14, 'SEG6_LOCAL_ACTION_END_AM'],
  'End.BPF': [15, 'SEG6_LOCAL_ACTION_END_BPF'],
  'End.DT46': [16, 'SEG6_LOCAL_ACTION_END_DT46'],
})

export type Action = Parameters<typeof action.toNumber>[0]

const flavor = namedNumbers<'psp' | 'usp' | 'usd' | 'next-csid'>('SEG6_LOCAL_FLV_OP', {
  psp: 1,
  usp: 2,
  usd: 3,
  'next-csid': [4, 'SEG6_LOCAL_FLV_OP_NEXT_CSID'],
})

export type Flavor = 'psp' | 'usp' | 'usd' | 'next-csid' | number

/** A bit each, at the position that its number says; one without a name stays that number. */
const operations: Codec<readonly Flavor[]> & NamedNumbers<Flavor & string> = {
  ...flavor,
  expected: `an array of ${[...flavor.numberOf.keys()].map((name) => `'${name}'`).join(', ')} or numbers from 0 to 31`,
  write(writer, value) {
    if (!Array.isArray(value) || value.length === 0) throw new Rejection(operations.expected, value)
    let bits = 0
    for (const name of value as readonly Flavor[]) {
      const number = typeof name === 'string' ? flavor.numberOf.get(name) : name
      if (number === undefined || !Number.isInteger(number) || number < 0 || number > 31)
        throw new Rejection(operations.expected, name)
      bits |= 1 << number
    }
    writer.u32(bits >>> 0)
  },
  read(source, start, end) {
    const bits = u32().read(source, start, end)
    const positions = Array.from({ length: 32 }, (_, position) => position)
    return positions.filter((at) => (bits & (1 << at)) !== 0).map((at) => flavor.nameOf.get(at) ?? at)
  },
}

export const flavorAttributes = attributes({
  flavors: attribute('SEG6_LOCAL_FLV_OPERATION', 1, operations),
  lblen: attribute('SEG6_LOCAL_FLV_LCBLOCK_BITS', 2, u8({ min: 1, max: 120 })),
  nflen: attribute('SEG6_LOCAL_FLV_LCNODE_FN_BITS', 3, u8({ min: 1, max: 120 })),
})

export const bpfProgAttributes = attributes({
  /** Id of the program. */
  id: attribute('SEG6_LOCAL_BPF_PROG', 1, u32(), { readOnly: true }),
  /** What its maker called it. */
  name: attribute('SEG6_LOCAL_BPF_PROG_NAME', 2, text(255), { readOnly: true }),
})

export const counterAttributes = attributes(
  {
    packets: attribute('SEG6_LOCAL_CNT_PACKETS', 2, u64()),
    bytes: attribute('SEG6_LOCAL_CNT_BYTES', 3, u64()),
    /** Packets that were not as the action wants them. */
    errors: attribute('SEG6_LOCAL_CNT_ERRORS', 4, u64()),
  },
  { SEG6_LOCAL_CNT_PAD: 1 },
)

/** What went through a segment. */
export interface Seg6localCounters extends InferResult<typeof counterAttributes> {}

export const seg6localEncapAttributes = attributes({
  action: attribute('SEG6_LOCAL_ACTION', 1, action),
  srh: attribute('SEG6_LOCAL_SRH', 2, srh),
  table: attribute('SEG6_LOCAL_TABLE', 3, u32({ min: 1 })),
  nh4: attribute('SEG6_LOCAL_NH4', 4, ipv4),
  nh6: attribute('SEG6_LOCAL_NH6', 5, ipv6),
  iif: attribute('SEG6_LOCAL_IIF', 6, linkRef),
  oif: attribute('SEG6_LOCAL_OIF', 7, linkRef),
  bpf: attribute('SEG6_LOCAL_BPF', 8, nested(bpfProgAttributes), { readOnly: true }),
  vrftable: attribute('SEG6_LOCAL_VRFTABLE', 9, u32({ min: 1 })),
  counters: attribute('SEG6_LOCAL_COUNTERS', 10, nested(counterAttributes)),
  flavorNest: attribute('SEG6_LOCAL_FLAVORS', 11, nested(flavorAttributes), { implicit: true }),
})
