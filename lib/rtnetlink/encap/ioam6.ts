/** ioam6: telemetry that IPv6 packets gather on their way (IOAM, RFC 9197). `encap ioam6 mode encap tundst 2001:db8::2 trace prealloc type 0x800000 ns 1 size 12` */
import { ipv6 } from '../../codec/addresses.js'
import { type Codec, requireLength } from '../../codec/codec.js'
import { enumeration } from '../../codec/enumeration.js'
import { be16, be32, u8, u32 } from '../../codec/integers.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributeParts, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { refuse, required } from '../options.js'
import type { EncapType, Values } from './type.js'

/** What each node of the way leaves in a packet. */
export interface Ioam6Trace {
  /** What of: bits of 24, the first one (0x800000) is the hop limit and the node's id. `trace prealloc type` */
  readonly type: number
  /** Namespace of IOAM that says which nodes take part. `ns` */
  readonly ns: number
  /** Bytes for all of them together: a multiple of four, to 244. `size` */
  readonly size: number
}

const LARGEST_SIZE = 244
const typeBits = be32({ min: 1, max: 0xff_ffff })
const TYPE_SHIFT = 8
const namespace = be16()

function checkSize(size: unknown): number {
  if (!Number.isInteger(size) || (size as number) < 4 || (size as number) > LARGEST_SIZE || (size as number) % 4 !== 0)
    throw new Rejection(`an integer from 4 to ${LARGEST_SIZE}, a multiple of 4`, size).within('size')
  return size as number
}

/**
 * struct ioam6_trace_hdr: `| namespace u16 | bytes a node 5 bits, flags | room left 8 | type 24 bits | 0 |`, all in network
 * order, in units of four bytes. What a node needs the kernel works out of the type.
 */
const trace: Codec<Ioam6Trace> = {
  expected: 'an object with type, ns and size',
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(trace.expected, value)
    const { type, ns, size, ...more } = value
    const [unknown] = Object.keys(more)
    if (unknown !== undefined) throw new Rejection('nothing but type, ns and size', more).within(unknown)
    within('ns', () => namespace.write(writer, ns))
    writer.u8(0)
    writer.u8(checkSize(size) / 4)
    const at = writer.position
    within('type', () => typeBits.write(writer, type))
    writer.view.setUint32(at, type << TYPE_SHIFT)
  },
  read(source, start, end) {
    requireLength(start, end, 8)
    const { view } = source
    return {
      type: view.getUint32(start + 4) >>> TYPE_SHIFT,
      ns: namespace.read(source, start, start + 2),
      size: (view.getUint8(start + 3) & 0x7f) * 4,
    }
  },
}

/** So many packets of so many. */
export interface Ioam6Frequency {
  readonly k: number
  readonly n: number
}

const often = u32({ min: 1, max: 1_000_000 })

const part = (name: keyof Ioam6Frequency): Codec<Ioam6Frequency, Partial<Ioam6Frequency>> => ({
  expected: `an object with k and n: integers from 1 to 1000000`,
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection('an object with k and n', value)
    within(name, () => often.write(writer, value[name]))
  },
  read: (source, start, end) => ({ [name]: often.read(source, start, end) }),
})

export const ioam6EncapAttributes = attributes({
  /**
   * `'inline'` (the default) puts the trace into packets that this machine sends; `'encap'` puts an IPv6 header with it around the others;
   * `'auto'` does either. `mode`
   */
  mode: attribute('IOAM6_IPTUNNEL_MODE', 1, enumeration(u8(), 'IOAM6_IPTUNNEL_MODE', { inline: 1, encap: 2, auto: 3 })),
  /** Destination of the outer header. `tundst` */
  tundst: attribute('IOAM6_IPTUNNEL_DST', 2, ipv6),
  trace: attribute('IOAM6_IPTUNNEL_TRACE', 3, trace),
  /** Into `k` of `n` packets; absent: into all (Linux 5.18). `freq k/n` */
  freq: attributeParts(
    [
      { constant: 'IOAM6_IPTUNNEL_FREQ_K', number: 4, codec: part('k') },
      { constant: 'IOAM6_IPTUNNEL_FREQ_N', number: 5, codec: part('n') },
    ],
    {},
    (one, other): Partial<Ioam6Frequency> => ({ ...(one as object), ...(other as object) }),
  ),
  /** Source of the outer header; absent: the link's (Linux 6.12; before that it is passed over in silence). `tunsrc` */
  tunsrc: attribute('IOAM6_IPTUNNEL_SRC', 6, ipv6),
})

/** `ip -6 route add 2001:db8:9::/48 encap ioam6 trace prealloc type 0x800000 ns 1 size 12 dev eth0` */
export interface Ioam6EncapOptions extends Infer<typeof ioam6EncapAttributes> {
  readonly type: 'ioam6'
  readonly trace: Ioam6Trace
}
/** Telemetry that packets gather. */
export interface Ioam6Encap extends InferResult<typeof ioam6EncapAttributes> {
  readonly type: 'ioam6'
}

function check(options: Readonly<Values>): void {
  const { mode } = options
  required(options, 'trace', trace.expected)
  if (mode === undefined || mode === 'inline' || mode === 1)
    refuse(options, ['tundst', 'tunsrc'], 'without an outer header there is no address of it')
  else required(options, 'tundst', `an IPv6 address for mode '${mode}'`)
}

export const ioam6: EncapType<'ioam6', typeof ioam6EncapAttributes, Ioam6EncapOptions, Ioam6Encap> = {
  type: 'ioam6',
  constant: 'LWTUNNEL_ENCAP_IOAM6',
  number: 9,
  attributes: ioam6EncapAttributes,
  check,
}
