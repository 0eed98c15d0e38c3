/** gretap: Ethernet in GRE over IPv4. `ip link add … type gretap` */
import { ipv4 } from '../../codec/addresses.js'
import { attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkGre4, gre4Rows, greExternal, greHeaderRows, greRows, tapRemote } from '../tunnel/gre.js'

export const gretapAttributes = attributes(
  {
    ...greRows,
    ...greHeaderRows,
    ...gre4Rows,
    /** The other end; without one, or with zeros, the link only receives. `remote` */
    remote: tapRemote(ipv4),
    /** One link for all tunnels: routes or eBPF choose the ends and the key. A namespace has one of them. `external` */
    external: greExternal(),
  },
  // Told of every link of the family before Linux 6.2.
  { IFLA_GRE_ERSPAN_VER: 22 },
)

export const gretap: LinkKind<'gretap', typeof gretapAttributes, GretapLink> = {
  kind: 'gretap',
  config: 'CONFIG_NET_IPGRE',
  attributes: gretapAttributes,
  changesAreWhole: true,
  check: checkGre4,
}

export interface GretapOptions extends CreateOptions, Infer<typeof gretapAttributes> {}
/** What a gretap link has of its own. */
export interface GretapData extends InferResult<typeof gretapAttributes> {}
export interface GretapLink extends LinkOf<'gretap', GretapData> {}

/**
 * Creates a tunnel of Ethernet in GRE over IPv4. `ip link add tap1 type gretap local 192.0.2.1 remote 192.0.2.2`
 *
 * It can be a port of a bridge. The first one makes the fall-back devices `gre0`, `gretap0` and `erspan0` appear, in every
 * namespace. Throws KernelError EEXIST where there is a link of this name, or one with these ends and key: `gretap0` has none, so
 * a link needs at least one, or `external`. Needs CAP_NET_ADMIN and CONFIG_NET_IPGRE.
 *
 * @example
 * await createGretap({ name: 'tap1', local: '192.0.2.1', remote: '192.0.2.2', master: 'br0', up: true })
 */
export const createGretap = createVerb<GretapOptions, GretapLink>(gretap)
