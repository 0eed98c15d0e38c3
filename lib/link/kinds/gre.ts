/** gre: IPv4, IPv6 and more in IPv4, with a key where there are several. `ip link add … type gre` */
import { ipv4 } from '../../codec/addresses.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkGre4, checkGroup, gre4Rows, greExternal, greHeaderRows, greRows } from '../tunnel/gre.js'

export const greAttributes = attributes(
  {
    ...greRows,
    ...greHeaderRows,
    ...gre4Rows,
    /**
     * The other end, or a multicast group, which needs `local`. Absent: the route's gateway is, one tunnel for all. A change
     * cannot make a link with one end one with many or none, nor the other way round (EINVAL). Of a group `ip` makes the key, too,
     * where none is said. `remote`
     */
    remote: attribute('IFLA_GRE_REMOTE', 7, ipv4),
    /** One link for all tunnels: routes or eBPF choose the ends and the key. A namespace has one of them. `external` */
    external: greExternal(),
  },
  // Told of every link of the family before Linux 6.2.
  { IFLA_GRE_ERSPAN_VER: 22 },
)

export const gre: LinkKind<'gre', typeof greAttributes, GreLink> = {
  kind: 'gre',
  config: 'CONFIG_NET_IPGRE',
  attributes: greAttributes,
  changesAreWhole: true,
  check(data, when) {
    checkGre4(data, when)
    checkGroup(data, when)
  },
}

export interface GreOptions extends CreateOptions, Infer<typeof greAttributes> {}
/** What a gre link has of its own. */
export interface GreData extends InferResult<typeof greAttributes> {}
export interface GreLink extends LinkOf<'gre', GreData> {}

/**
 * Creates a GRE tunnel over IPv4. `ip link add gre1 type gre local 192.0.2.1 remote 192.0.2.2 key 42`
 *
 * What a key, sequence numbers and checksums take of a packet, the MTU lacks, also after a change. The first one makes the
 * fall-back devices `gre0`, `gretap0` and `erspan0` appear, in every namespace. Throws KernelError EEXIST where there is a link of
 * this name, or one with these ends and key: `gre0` has none, so a link needs at least one, or `external`. Needs CAP_NET_ADMIN
 * and CONFIG_NET_IPGRE.
 *
 * @example
 * await createGre({ name: 'gre1', local: '192.0.2.1', remote: '192.0.2.2', key: 42, up: true })
 */
export const createGre = createVerb<GreOptions, GreLink>(gre)
