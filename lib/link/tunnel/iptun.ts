/** Rows that tunnels without a header of their own have in common: ipip, sit, ip6tnl (IFLA_IPTUN_…). */
import { ipv4 } from '../../codec/addresses.js'
import { be16, bool, u8, u32 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute } from '../../codec/table.js'
import { refuse } from '../../rtnetlink/options.js'
import { linkRef } from '../index-codec.js'
import type { Values } from '../kind.js'
import { encapFlags, encapType } from './encap.js'

/** Over IPv4 and over IPv6. */
export const iptunRows = {
  /** The link that the outer packets leave by. `dev` */
  dev: attribute('IFLA_IPTUN_LINK', 1, linkRef),
  /** UDP around the outer packets; needs the module `fou` (over IPv6 `fou6`), else EINVAL. `encap` */
  encap: attribute('IFLA_IPTUN_ENCAP_TYPE', 15, encapType),
  /** Absent: none, where `ip` says `csum6` over IPv6. `encap-csum`, `encap-udp6-csum`, `encap-remcsum` */
  encapFlags: attribute('IFLA_IPTUN_ENCAP_FLAGS', 16, encapFlags),
  /** UDP source port; 0 chooses by flow. `encap-sport` */
  encapSport: attribute('IFLA_IPTUN_ENCAP_SPORT', 17, be16()),
  /** UDP destination port. `encap-dport` */
  encapDport: attribute('IFLA_IPTUN_ENCAP_DPORT', 18, be16()),
}

/** Over IPv4. */
export const iptun4Rows = {
  ...iptunRows,
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_IPTUN_LOCAL', 2, ipv4),
  /**
   * The other end. Absent: the route's gateway is, one tunnel for all. A link that has one cannot lose it, nor one without get
   * one (EINVAL). `remote`
   */
  remote: attribute('IFLA_IPTUN_REMOTE', 3, ipv4),
  /** Hop limit of the outer packets, which turns `pmtuDisc` on; 0 inherits the inner packet's. `ttl` */
  ttl: attribute('IFLA_IPTUN_TTL', 4, u8()),
  /** Type of service of the outer packets; 1 inherits the inner packet's. `tos` */
  tos: attribute('IFLA_IPTUN_TOS', 5, u8()),
  /** Path MTU discovery; on unless `false`, which a link with a `ttl` does not take. `pmtudisc`, `nopmtudisc` */
  pmtuDisc: attribute('IFLA_IPTUN_PMTUDISC', 10, bool),
  /** Firewall mark of the outer packets. `fwmark` */
  fwmark: attribute('IFLA_IPTUN_FWMARK', 20, u32()),
}

/** ip_tunnel_netlink_parms sets the don't-fragment bit for a fixed hop limit, whatever else is said of it. */
export function checkPmtuDisc({ ttl, pmtuDisc }: Readonly<Values>): void {
  if (pmtuDisc === false && ttl !== undefined && ttl !== 0)
    throw new Rejection('true: with a ttl path MTU discovery is always on', pmtuDisc).within('pmtuDisc')
}

/** The kernel would keep the ends of a link that never looks at them. */
export function checkExternal(data: Readonly<Values>): void {
  if (data.external === true) refuse(data, ['local', 'remote'], 'with external, routes or eBPF choose the ends')
}
