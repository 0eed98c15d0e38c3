/** ipip: IPv4 (or MPLS) in IPv4. `ip link add … type ipip` */
import { ipv4 } from '../../codec/addresses.js'
import { enumeration, flags } from '../../codec/enumeration.js'
import { be16, bool, flag, u8, u16, u32 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import { linkRef } from '../index-codec.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

const encapType = enumeration(u16(), 'TUNNEL_ENCAP', { none: 0, fou: 1, gue: 2, mpls: 3 })
const encapFlags = flags(u16(), 'TUNNEL_ENCAP_FLAG', {
  csum: 0x1,
  csum6: 0x2,
  remCsum: [0x4, 'TUNNEL_ENCAP_FLAG_REMCSUM'],
})
const mode = enumeration(u8(), 'IPPROTO', { any: [0, 'IPPROTO_IP'], ipip: 4, mplsip: [137, 'IPPROTO_MPLS'] })

export const ipipAttributes = attributes({
  /** The link that the outer packets leave by. `dev` */
  dev: attribute('IFLA_IPTUN_LINK', 1, linkRef),
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_IPTUN_LOCAL', 2, ipv4),
  /** The other end. Absent: the route's gateway is, one tunnel for all. `remote` */
  remote: attribute('IFLA_IPTUN_REMOTE', 3, ipv4),
  /** Hop limit of the outer packets; 0 inherits the inner packet's. `ttl` */
  ttl: attribute('IFLA_IPTUN_TTL', 4, u8()),
  /** Type of service of the outer packets; 1 inherits the inner packet's. `tos` */
  tos: attribute('IFLA_IPTUN_TOS', 5, u8()),
  /** What is carried: IPv4, MPLS, or any of them. Absent: IPv4 alone, where `ip` says `mode any`. `mode` */
  mode: attribute('IFLA_IPTUN_PROTO', 9, mode, { changeable: false }),
  /** Path MTU discovery; on unless `false`, which a fixed `ttl` forbids. `pmtudisc`, `nopmtudisc` */
  pmtuDisc: attribute('IFLA_IPTUN_PMTUDISC', 10, bool),
  /** UDP around the outer packets. `encap` */
  encap: attribute('IFLA_IPTUN_ENCAP_TYPE', 15, encapType),
  /** `encap-csum`, `encap-udp6-csum`, `encap-remcsum` */
  encapFlags: attribute('IFLA_IPTUN_ENCAP_FLAGS', 16, encapFlags),
  /** UDP source port; 0 chooses by flow. `encap-sport` */
  encapSport: attribute('IFLA_IPTUN_ENCAP_SPORT', 17, be16()),
  /** UDP destination port. `encap-dport` */
  encapDport: attribute('IFLA_IPTUN_ENCAP_DPORT', 18, be16()),
  /** One link for all tunnels: routes or eBPF choose the ends. `external` */
  external: attribute('IFLA_IPTUN_COLLECT_METADATA', 19, flag, { changeable: false }),
  /** Firewall mark of the outer packets. `fwmark` */
  fwmark: attribute('IFLA_IPTUN_FWMARK', 20, u32()),
})

export const ipip: LinkKind<'ipip', typeof ipipAttributes> = {
  kind: 'ipip',
  config: 'CONFIG_NET_IPIP',
  attributes: ipipAttributes,
  changesAreWhole: true,
}

export interface IpipOptions extends CreateOptions, Infer<typeof ipipAttributes> {}
/** What a ipip link has of its own. */
export interface IpipData extends InferResult<typeof ipipAttributes> {}
export interface IpipLink extends LinkOf<'ipip', IpipData> {}

/**
 * Creates an ipip tunnel. `ip link add tun0 type ipip local 192.0.2.1 remote 192.0.2.2`
 *
 * The first one in a namespace makes the fall-back device `tunl0` appear. Throws KernelError EEXIST where there is a link of this
 * name, or one with these ends. Needs CAP_NET_ADMIN and CONFIG_NET_IPIP.
 *
 * @example
 * await createIpip({ name: 'tun0', local: '192.0.2.1', remote: '192.0.2.2', up: true })
 */
export const createIpip = createVerb<IpipOptions, IpipLink>(ipip)
