/** ip6gretap: Ethernet in GRE over IPv6. `ip link add … type ip6gretap` */
import { ipv6 } from '../../codec/addresses.js'
import { attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkGre, gre6Rows, greExternal, greHeaderRows, greRows, tapRemote } from '../tunnel/gre.js'

export const ip6gretapAttributes = attributes({
  ...greRows,
  ...greHeaderRows,
  ...gre6Rows,
  /** The other end; without one, or with zeros, the link only receives. `remote` */
  remote: tapRemote(ipv6),
  /** One link for all tunnels: routes or eBPF choose the ends and the key. A namespace has one of them. `external` */
  external: greExternal(),
})

export const ip6gretap: LinkKind<'ip6gretap', typeof ip6gretapAttributes, Ip6gretapLink> = {
  kind: 'ip6gretap',
  config: 'CONFIG_IPV6_GRE',
  attributes: ip6gretapAttributes,
  changesAreWhole: true,
  check: checkGre,
}

export interface Ip6gretapOptions extends CreateOptions, Infer<typeof ip6gretapAttributes> {}
/** What an ip6gretap link has of its own. */
export interface Ip6gretapData extends InferResult<typeof ip6gretapAttributes> {}
export interface Ip6gretapLink extends LinkOf<'ip6gretap', Ip6gretapData> {}

/**
 * Creates a tunnel of Ethernet in GRE over IPv6. `ip link add tap1 type ip6gretap local 2001:db8::1 remote 2001:db8::2`
 *
 * It can be a port of a bridge. The first one makes the fall-back device `ip6gre0` appear, in every namespace. Throws KernelError
 * EEXIST where there is a link of this name, or one with these ends and key; a change also where an ip6gre link has them, as
 * `ip6gre0` has none (ip6gre_changelink_common). Needs CAP_NET_ADMIN and CONFIG_IPV6_GRE.
 *
 * @example
 * await createIp6gretap({ name: 'tap1', local: '2001:db8::1', remote: '2001:db8::2', hopLimit: 64, encapLimit: 4 })
 */
export const createIp6gretap = createVerb<Ip6gretapOptions, Ip6gretapLink>(ip6gretap)
