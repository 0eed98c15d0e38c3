/** sit: IPv6 (or IPv4, MPLS) in IPv4, also 6rd and ISATAP. `ip link add … type sit` */
import { ipv4, ipv6 } from '../../codec/addresses.js'
import { enumeration, flags } from '../../codec/enumeration.js'
import { u8, u16 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkPmtuDisc, iptun4Rows } from '../tunnel/iptun.js'
import { checkSixRd, prefixParts } from '../tunnel/six-rd.js'

const mode = enumeration(u8(), 'IPPROTO', {
  any: [0, 'IPPROTO_IP'],
  ip6ip: [41, 'IPPROTO_IPV6'],
  ipip: 4,
  mplsip: [137, 'IPPROTO_MPLS'],
})

export const sitAttributes = attributes({
  ...iptun4Rows,
  /** `['isatap']`: addresses by the ISATAP protocol; its list of routers is no matter of netlink, and not of this library. `isatap` */
  flags: attribute('IFLA_IPTUN_FLAGS', 8, flags(u16(), 'SIT', { isatap: 0x1 }), { changeable: false }),
  /** What is carried: IPv6, IPv4, MPLS, or any of them. Absent: IPv6 alone, where `ip` says `mode any`. `mode` */
  mode: attribute('IFLA_IPTUN_PROTO', 9, mode, { changeable: false }),
  /**
   * IPv6 prefix whose addresses hold the other end's IPv4 address; `2002::/16` (6to4) unless given. A kernel without
   * CONFIG_IPV6_SIT_6RD takes no notice of it. `6rd-prefix`
   */
  sixRdPrefix: prefixParts(
    'inet6',
    { constant: 'IFLA_IPTUN_6RD_PREFIX', number: 11, codec: ipv6 },
    { constant: 'IFLA_IPTUN_6RD_PREFIXLEN', number: 13 },
  ),
  /** What the IPv4 addresses of all ends begin with, and the IPv6 addresses leave out; `0.0.0.0/0` unless given. `6rd-relay_prefix` */
  sixRdRelayPrefix: prefixParts(
    'inet',
    { constant: 'IFLA_IPTUN_6RD_RELAY_PREFIX', number: 12, codec: ipv4 },
    { constant: 'IFLA_IPTUN_6RD_RELAY_PREFIXLEN', number: 14 },
  ),
})

export const sit: LinkKind<'sit', typeof sitAttributes, SitLink> = {
  kind: 'sit',
  config: 'CONFIG_IPV6_SIT',
  attributes: sitAttributes,
  changesAreWhole: true,
  check(data, when) {
    checkPmtuDisc(data)
    checkSixRd(data, when)
  },
}

export interface SitOptions extends CreateOptions, Infer<typeof sitAttributes> {}
/** What a sit link has of its own. */
export interface SitData extends InferResult<typeof sitAttributes> {}
export interface SitLink extends LinkOf<'sit', SitData> {}

/**
 * Creates a sit tunnel. `ip link add tun0 type sit local 192.0.2.1 remote 192.0.2.2`
 *
 * The first one makes the fall-back device `sit0` appear, which no request can change. A change of `dev` or `fwmark` computes
 * the MTU anew, unless the same call sets it. There is no `external`: `ip` has the word, and the kernel ignores it. Throws
 * KernelError EEXIST where there is a link of this name, or one with these ends: `sit0` has none, so a link needs at least one.
 * Needs CAP_NET_ADMIN and CONFIG_IPV6_SIT.
 *
 * @example
 * await createSit({ name: 'tun0', local: '192.0.2.1', remote: '192.0.2.2', up: true })
 * await createSit({ name: '6rd', local: '192.0.2.1', sixRdPrefix: '2001:db8::/32' })
 */
export const createSit = createVerb<SitOptions, SitLink>(sit)
