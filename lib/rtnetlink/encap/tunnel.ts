/** What the encapsulations `ip` and `ip6` share: how packets leave through a link that is `external`. */
import type { Codec, Source } from '../../codec/codec.js'
import { flags } from '../../codec/enumeration.js'
import { be16, be32, u8, u32 } from '../../codec/integers.js'
import { arrayOf, nested } from '../../codec/nest.js'
import { decodeAttributes, eachAttribute } from '../../codec/reader.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type InferResult } from '../../codec/table.js'
import { bytes } from '../../codec/text.js'
import { NESTED } from '../../codec/writer.js'
import { refuse, required } from '../options.js'
import type { Values } from './type.js'

/** Bits of the kernel's IP_TUNNEL_…_BIT, in network order. Which options there are the kernel says itself, and takes from nobody. */
export const tunnelFlags = flags(be16(), undefined, {
  csum: 0x1, routing: 0x2, key: 0x4, seq: 0x8, strict: 0x10, rec: 0x20, version: 0x40, noKey: 0x80,
  dontFragment: 0x100, oam: 0x200, critOpt: 0x400, geneveOpt: 0x800, vxlanOpt: 0x1000, noCache: 0x2000, erspanOpt: 0x4000, gtpOpt: 0x8000,
}) // biome-ignore format: a list of numbers reads better in rows

const LONGEST_OPTION = 128

const optionData: Codec<Uint8Array> = {
  ...bytes({ max: LONGEST_OPTION }),
  expected: `0 to ${LONGEST_OPTION} bytes (Uint8Array), a multiple of four`,
  write(writer, value) {
    if (!(value instanceof Uint8Array) || value.length > LONGEST_OPTION || value.length % 4 !== 0)
      throw new Rejection(optionData.expected, value)
    writer.raw(value)
  },
}

const GENEVE = 1
const ATTRIBUTE_HEADER = 4
const GENEVE_CLASS = 1

export const geneveOptAttributes = attributes({
  /** Who defines the option: a number that IANA gives away. */
  class: attribute('LWTUNNEL_IP_OPT_GENEVE_CLASS', GENEVE_CLASS, be16()),
  /** With its upper bit (128) set, an end that does not know the option has to drop the packet. */
  type: attribute('LWTUNNEL_IP_OPT_GENEVE_TYPE', 2, u8()),
  /** A multiple of four bytes, at most 128. */
  data: attribute('LWTUNNEL_IP_OPT_GENEVE_DATA', 3, optionData),
})

/** VXLAN_GBP_MASK: the kernel clears other bits without a word. */
const GBP_BITS = 0x48_ffff

const groupPolicy: Codec<number> = {
  ...u32(),
  expected: 'an integer of 16 bits, with 0x80000 and 0x400000',
  write(writer, value) {
    if (!Number.isInteger(value) || value < 0 || value > GBP_BITS || (value & ~GBP_BITS) !== 0)
      throw new Rejection(groupPolicy.expected, value)
    writer.u32(value)
  },
}

export const vxlanOptAttributes = attributes({
  /** Group policy of the packets, for links with `gbp`: an id of 16 bits, with 0x80000 (the policy is applied) and 0x400000 (do not learn). */
  gbp: attribute('LWTUNNEL_IP_OPT_VXLAN_GBP', 1, groupPolicy),
})

export const erspanOptAttributes = attributes({
  /** 1 or 2. */
  version: attribute('LWTUNNEL_IP_OPT_ERSPAN_VER', 1, u8()),
  /** Version 1: index of the mirrored port. */
  index: attribute('LWTUNNEL_IP_OPT_ERSPAN_INDEX', 2, be32()),
  /** Version 2: direction, 0 is in and 1 out. */
  dir: attribute('LWTUNNEL_IP_OPT_ERSPAN_DIR', 3, u8()),
  /** Version 2: id of the hardware. */
  hwid: attribute('LWTUNNEL_IP_OPT_ERSPAN_HWID', 4, u8()),
})

/** LWTUNNEL_IP_OPTS with what one kind of tunnel has in it: rows of one attribute, told apart by what is inside. */
function holding<In, Out>(constant: string, number: number, inner: Codec<In, Out>) {
  const codec: Codec<In, Out> = {
    nested: true,
    expected: inner.expected,
    write(writer, value) {
      const mark = writer.open(number | NESTED, { name: 'options', constant })
      inner.write(writer, value)
      writer.close(mark)
    },
    read(source, start, end) {
      let found: Out | undefined
      eachAttribute(source, start, end, (_type, from, to) => {
        found = inner.read(source, from, to)
      })
      return found as Out
    },
    claims: claims(number),
  }
  return { ...codec, inner, held: { constant, number } }
}

/** All that is in there is of that type; nothing at all are no options of GENEVE. */
const claims =
  (number: number): NonNullable<Codec<never>['claims']> =>
  (source, start, end) => {
    const types: number[] = []
    eachAttribute(source, start, end, (type) => types.push(type))
    return types.length === 0 ? number === GENEVE : types.every((type) => type === number)
  }

/** Sent in a nest each; the kernel tells all of them in one, where each begins with its class (ip_tun_fill_encap_opts_geneve). */
function readGeneve(source: Source, start: number, end: number): InferResult<typeof geneveOptAttributes>[] {
  const begins = [start]
  eachAttribute(source, start, end, (type, from) => {
    const at = from - ATTRIBUTE_HEADER
    if (type === GENEVE_CLASS && at > start) begins.push(at)
  })
  return begins.map((from, i) => decodeAttributes(geneveOptAttributes, source, from, begins[i + 1] ?? end))
}

const geneveOptions = arrayOf(nested(geneveOptAttributes), { constant: 'LWTUNNEL_IP_OPTS_GENEVE', number: GENEVE })
const geneveOpts: typeof geneveOptions = {
  ...geneveOptions,
  claims: claims(GENEVE),
  read(source, start, end) {
    const found: InferResult<typeof geneveOptAttributes>[] = []
    eachAttribute(source, start, end, (_type, from, to) => found.push(...readGeneve(source, from, to)))
    return found
  },
}
const vxlanOpts = holding('LWTUNNEL_IP_OPTS_VXLAN', 2, nested(vxlanOptAttributes))
const erspanOpts = holding('LWTUNNEL_IP_OPTS_ERSPAN', 3, nested(erspanOptAttributes))

/** Both types number their attributes alike; only the names of the constants differ. */
export const ipOptRows = {
  /**
   * Options of GENEVE. **Not on Linux 6.15 to 6.18 or so built with fortified memory functions:** such a kernel dies of them in ip_tun_parse_opts_geneve,
   * holding the lock of all network configuration. `geneve_opts`
   */
  geneveOpts: attribute('LWTUNNEL_IP_OPTS', 8, geneveOpts),
  /** Group policy of VXLAN. `vxlan_opts` */
  vxlanOpts: attribute('LWTUNNEL_IP_OPTS', 8, vxlanOpts),
  /** Header of ERSPAN. `erspan_opts` */
  erspanOpts: attribute('LWTUNNEL_IP_OPTS', 8, erspanOpts),
}

export const ip6OptRows = {
  /** Options of GENEVE; see there where it is `ip`. `geneve_opts` */
  geneveOpts: attribute('LWTUNNEL_IP6_OPTS', 8, geneveOpts),
  /** Group policy of VXLAN. `vxlan_opts` */
  vxlanOpts: attribute('LWTUNNEL_IP6_OPTS', 8, vxlanOpts),
  /** Header of ERSPAN. `erspan_opts` */
  erspanOpts: attribute('LWTUNNEL_IP6_OPTS', 8, erspanOpts),
}

const kinds = ['geneveOpts', 'vxlanOpts', 'erspanOpts'] as const

/** A packet leaves through one tunnel; what is missing in its options the kernel refuses without a word. */
export function checkOpts(options: Readonly<Values>): void {
  const said = kinds.filter((name) => options[name] !== undefined)
  const [first] = said
  if (first !== undefined) refuse(options, said.slice(1), `${first} are of another tunnel`)
  if (options.erspanOpts !== undefined) checkErspan(options.erspanOpts as Values)
}

function checkErspan(opts: Values): void {
  if (typeof opts !== 'object' || opts === null) return
  const said = opts.version === 1 ? ['index'] : opts.version === 2 ? ['dir', 'hwid'] : undefined
  if (said === undefined) throw new Rejection('1 or 2 (required)', opts.version).within('version').within('erspanOpts')
  try {
    for (const name of said) required(opts, name, `what version ${opts.version} has`)
    const others = ['index', 'dir', 'hwid'].filter((name) => !said.includes(name))
    refuse(opts, others, `version ${opts.version} does not have it`)
  } catch (error) {
    throw error instanceof Rejection ? error.within('erspanOpts') : error
  }
}
