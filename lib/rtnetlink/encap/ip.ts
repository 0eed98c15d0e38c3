/** ip: the outer IPv4 header, for links that are `external`. `encap ip id 100 dst 192.0.2.2` */
import { ipv4 } from '../../codec/addresses.js'
import { be64, u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { checkOpts, ipOptRows, tunnelFlags } from './tunnel.js'
import type { EncapType } from './type.js'

export const ipEncapAttributes = attributes(
  {
    /** Identifier of the tunnel: the VNI of VXLAN and GENEVE, the key of GRE. `id` */
    id: attribute('LWTUNNEL_IP_ID', 1, be64()),
    /** The other end. `dst` */
    dst: attribute('LWTUNNEL_IP_DST', 2, ipv4),
    /** Source address; `0.0.0.0`: the kernel chooses. `src` */
    src: attribute('LWTUNNEL_IP_SRC', 3, ipv4),
    /** TTL of the outer packets; 0 is the kernel's choice. `ttl` */
    ttl: attribute('LWTUNNEL_IP_TTL', 4, u8()),
    /** Type of service of the outer packets. `tos` */
    tos: attribute('LWTUNNEL_IP_TOS', 5, u8()),
    /** `'key'`, `'csum'`, `'seq'` for the words of `ip`, and the kernel's further ones: `'dontFragment'`, `'oam'` … `key`, `csum`, `seq` */
    flags: attribute('LWTUNNEL_IP_FLAGS', 6, tunnelFlags),
    ...ipOptRows,
  },
  { LWTUNNEL_IP_PAD: 7 },
)

/** `ip route add 10.0.1.0/24 encap ip id 100 dst 192.0.2.2 dev vxlan0` */
export interface IpEncapOptions extends Infer<typeof ipEncapAttributes> {
  readonly type: 'ip'
}
/** The outer IPv4 header of what leaves through the link. */
export interface IpEncap extends InferResult<typeof ipEncapAttributes> {
  readonly type: 'ip'
}

export const ip: EncapType<'ip', typeof ipEncapAttributes, IpEncapOptions, IpEncap> = {
  type: 'ip',
  constant: 'LWTUNNEL_ENCAP_IP',
  number: 2,
  attributes: ipEncapAttributes,
  check: checkOpts,
}
