/** ip6: the outer IPv6 header, for links that are `external`. `encap ip6 id 100 dst 2001:db8::2` */
import { ipv6 } from '../../codec/addresses.js'
import { be64, u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { checkOpts, ip6OptRows, tunnelFlags } from './tunnel.js'
import type { EncapType } from './type.js'

export const ip6EncapAttributes = attributes(
  {
    /** Identifier of the tunnel: the VNI of VXLAN and GENEVE, the key of GRE. `id` */
    id: attribute('LWTUNNEL_IP6_ID', 1, be64()),
    /** The other end. `dst` */
    dst: attribute('LWTUNNEL_IP6_DST', 2, ipv6),
    /** Source address; `::`: the kernel chooses. `src` */
    src: attribute('LWTUNNEL_IP6_SRC', 3, ipv6),
    /** Hop limit of the outer packets; 0 is the kernel's choice. `hoplimit` */
    hoplimit: attribute('LWTUNNEL_IP6_HOPLIMIT', 4, u8()),
    /** Traffic class of the outer packets. `tc` */
    tc: attribute('LWTUNNEL_IP6_TC', 5, u8()),
    /** `'key'`, `'csum'`, `'seq'` for the words of `ip`, and the kernel's further ones: `'dontFragment'`, `'oam'` … `key`, `csum`, `seq` */
    flags: attribute('LWTUNNEL_IP6_FLAGS', 6, tunnelFlags),
    ...ip6OptRows,
  },
  { LWTUNNEL_IP6_PAD: 7 },
)

/** `ip route add 10.0.1.0/24 encap ip6 id 100 dst 2001:db8::2 dev vxlan0` */
export interface Ip6EncapOptions extends Infer<typeof ip6EncapAttributes> {
  readonly type: 'ip6'
}
/** The outer IPv6 header of what leaves through the link. */
export interface Ip6Encap extends InferResult<typeof ip6EncapAttributes> {
  readonly type: 'ip6'
}

export const ip6: EncapType<'ip6', typeof ip6EncapAttributes, Ip6EncapOptions, Ip6Encap> = {
  type: 'ip6',
  constant: 'LWTUNNEL_ENCAP_IP6',
  number: 4,
  attributes: ip6EncapAttributes,
  check: checkOpts,
}
