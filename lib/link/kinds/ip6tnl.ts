/** ip6tnl: IPv6 or IPv4 in IPv6. `ip link add … type ip6tnl` */
import { ipv6 } from '../../codec/addresses.js'
import { enumeration } from '../../codec/enumeration.js'
import { flag, u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { ip6TunnelRows } from '../tunnel/ip6.js'
import { checkExternal, iptunRows } from '../tunnel/iptun.js'

const mode = enumeration(u8(), 'IPPROTO', {
  any: [0, 'IPPROTO_IP'],
  ip6ip6: [41, 'IPPROTO_IPV6'],
  ipip6: [4, 'IPPROTO_IPIP'],
})

export const ip6tnlAttributes = attributes({
  ...iptunRows,
  ...ip6TunnelRows({
    encapLimit: { constant: 'IFLA_IPTUN_ENCAP_LIMIT', number: 6 },
    flowInfo: { constant: 'IFLA_IPTUN_FLOWINFO', number: 7 },
    flags: { constant: 'IFLA_IPTUN_FLAGS', number: 8 },
    fwmark: { constant: 'IFLA_IPTUN_FWMARK', number: 20 },
  }),
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_IPTUN_LOCAL', 2, ipv6),
  /** The other end; without it the link only receives. `remote` */
  remote: attribute('IFLA_IPTUN_REMOTE', 3, ipv6),
  /** Hop limit of the outer packets; 0, and absent, inherits the inner packet's, where `ip` says 64. `hoplimit` */
  hopLimit: attribute('IFLA_IPTUN_TTL', 4, u8()),
  /** What is carried: IPv6, IPv4, or (also when absent) either. `mode` */
  mode: attribute('IFLA_IPTUN_PROTO', 9, mode),
  /** One link for all tunnels: routes or eBPF choose the ends, hop limit and traffic class. `external` */
  external: attribute('IFLA_IPTUN_COLLECT_METADATA', 19, flag, { changeable: false }),
})

export const ip6tnl: LinkKind<'ip6tnl', typeof ip6tnlAttributes, Ip6tnlLink> = {
  kind: 'ip6tnl',
  config: 'CONFIG_IPV6_TUNNEL',
  attributes: ip6tnlAttributes,
  changesAreWhole: true,
  check: checkExternal,
}

export interface Ip6tnlOptions extends CreateOptions, Infer<typeof ip6tnlAttributes> {}
/** What an ip6tnl link has of its own. */
export interface Ip6tnlData extends InferResult<typeof ip6tnlAttributes> {}
export interface Ip6tnlLink extends LinkOf<'ip6tnl', Ip6tnlData> {}

/**
 * Creates a tunnel over IPv6. `ip link add tun0 type ip6tnl local 2001:db8::1 remote 2001:db8::2`
 *
 * The first one makes the fall-back device `ip6tnl0` appear. A change of its attributes computes the MTU anew, where there is a
 * `remote`, unless the same call sets it (ip6_tnl_link_config). Throws KernelError EEXIST where there is a link of this name, or
 * one with these ends: `ip6tnl0` has none, so a link needs at least one, or `external`. Needs CAP_NET_ADMIN and
 * CONFIG_IPV6_TUNNEL.
 *
 * @example
 * await createIp6tnl({ name: 'tun0', local: '2001:db8::1', remote: '2001:db8::2', hopLimit: 64, encapLimit: 4, up: true })
 */
export const createIp6tnl = createVerb<Ip6tnlOptions, Ip6tnlLink>(ip6tnl)
