/** ip6gre: IPv4, IPv6 and more in IPv6, with a key where there are several. `ip link add … type ip6gre` */
import { ipv6 } from '../../codec/addresses.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkGre, gre6Rows, greExternal, greHeaderRows, greRows } from '../tunnel/gre.js'

export const ip6greAttributes = attributes({
  ...greRows,
  ...greHeaderRows,
  ...gre6Rows,
  /** The other end. `remote` */
  remote: attribute('IFLA_GRE_REMOTE', 7, ipv6),
  /** One link for all tunnels: routes or eBPF choose the ends and the key. A namespace has one of them. `external` */
  external: greExternal(),
})

export const ip6gre: LinkKind<'ip6gre', typeof ip6greAttributes, Ip6greLink> = {
  kind: 'ip6gre',
  config: 'CONFIG_IPV6_GRE',
  attributes: ip6greAttributes,
  changesAreWhole: true,
  check: checkGre,
}

export interface Ip6greOptions extends CreateOptions, Infer<typeof ip6greAttributes> {}
/** What an ip6gre link has of its own. */
export interface Ip6greData extends InferResult<typeof ip6greAttributes> {}
export interface Ip6greLink extends LinkOf<'ip6gre', Ip6greData> {}

/**
 * Creates a GRE tunnel over IPv6. `ip link add gre1 type ip6gre local 2001:db8::1 remote 2001:db8::2 key 42`
 *
 * The first one makes the fall-back device `ip6gre0` appear, in every namespace. A change of its attributes computes the MTU anew,
 * where there is a route to `remote`. Throws KernelError EEXIST where there is a link of this name, or one with these ends
 * and key: `ip6gre0` has none, so a link needs at least one, or `external`. Needs CAP_NET_ADMIN and CONFIG_IPV6_GRE.
 *
 * @example
 * await createIp6gre({ name: 'gre1', local: '2001:db8::1', remote: '2001:db8::2', key: 42, hopLimit: 64, encapLimit: 4 })
 */
export const createIp6gre = createVerb<Ip6greOptions, Ip6greLink>(ip6gre)
