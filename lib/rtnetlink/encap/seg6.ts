/** seg6: IPv6 segment routing (SRv6), where packets enter it. `encap seg6 mode encap segs 2001:db8::1,2001:db8::2` */
import { ipv6 } from '../../codec/addresses.js'
import { type Codec, Unreadable } from '../../codec/codec.js'
import { enumeration } from '../../codec/enumeration.js'
import { s32 } from '../../codec/integers.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributes, type WithUnknown } from '../../codec/table.js'
import { required } from '../options.js'
import { readSrh, type Segments, writeSrh } from './srh.js'
import type { EncapType } from './type.js'

const mode = enumeration(s32(), 'SEG6_IPTUN_MODE', {
  inline: 0,
  encap: 1,
  l2encap: 2,
  'encap.red': [3, 'SEG6_IPTUN_MODE_ENCAP_RED'],
  'l2encap.red': [4, 'SEG6_IPTUN_MODE_L2ENCAP_RED'],
})

type Mode = Parameters<typeof mode.toNumber>[0]

interface Tunnel extends Segments {
  readonly mode: Mode
}

/** struct seg6_iptunnel_encap: `| mode s32 | segment routing header |` */
const tunnel: Codec<Tunnel> & { readonly mode: typeof mode } = {
  mode,
  expected: 'an object with mode, segs and hmac',
  write(writer, value) {
    if (typeof value !== 'object' || value === null) throw new Rejection(tunnel.expected, value)
    const { mode: how, ...segments } = value
    within('mode', () => mode.write(writer, how))
    writeSrh(writer, segments, isInline(how))
  },
  read(source, start, end) {
    if (end - start < mode.size) throw new Unreadable(`${end - start} bytes are no segment routing header`)
    const behind = start + mode.size
    const how = mode.read(source, start, behind)
    return { mode: how, ...readSrh(source, behind, end, isInline(how)) }
  },
}

const isInline = (how: Mode) => how === 'inline' || how === 0

export const seg6EncapAttributes = attributes({
  srh: attribute('SEG6_IPTUNNEL_SRH', 1, tunnel, { implicit: true }),
  /** Source address of the outer packets (Linux 7.1). `tunsrc` */
  tunsrc: attribute('SEG6_IPTUNNEL_SRC', 2, ipv6),
})

/** `ip -6 route add 2001:db8:9::/48 encap seg6 mode encap segs 2001:db8::1,2001:db8::2 dev eth0` */
export interface Seg6EncapOptions extends Segments {
  readonly type: 'seg6'
  /**
   * `'encap'`: an IPv6 header around the packet; `'l2encap'`: around the Ethernet frame; `'encap.red'`, `'l2encap.red'`: without the first segment in
   * it, which the destination says (Linux 6.0); `'inline'`: the segments go into the packet's own header, of IPv6 routes only. `mode`
   */
  readonly mode: Mode
  /**
   * Source address of the outer packets; absent: as `ip sr tunsrc` says, or the link's. A kernel before Linux 7.1 passes over it in silence: see
   * whether the listed route has it. `tunsrc`
   */
  readonly tunsrc?: string | undefined
}
/** Segments that packets are sent along. */
export interface Seg6Encap extends Partial<Segments>, WithUnknown {
  readonly type: 'seg6'
  readonly mode?: Mode
  readonly tunsrc?: string
}

export const seg6: EncapType<'seg6', typeof seg6EncapAttributes, Seg6EncapOptions, Seg6Encap> = {
  type: 'seg6',
  constant: 'LWTUNNEL_ENCAP_SEG6',
  number: 5,
  attributes: seg6EncapAttributes,
  names: ['mode', 'segs', 'hmac', 'tunsrc'],
  check(options) {
    required(options, 'mode', mode.expected)
    required(options, 'segs', 'an array of IPv6 addresses')
  },
  pack: ({ mode, segs, hmac, ...rest }) => ({ srh: { mode, segs, hmac }, ...rest }),
  unpack: ({ srh, ...rest }) => ({ ...(srh as Tunnel | undefined), ...rest }),
}
