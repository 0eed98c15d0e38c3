/** ip6erspan: mirrored Ethernet frames (ERSPAN) in GRE over IPv6. `ip link add … type ip6erspan` */
import { ipv6 } from '../../codec/addresses.js'
import { u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkErspan, erspanRows } from '../tunnel/erspan.js'
import { checkGre, erspanExternal, gre6Rows, greRows, tapRemote } from '../tunnel/gre.js'

export const ip6erspanAttributes = attributes({
  ...greRows,
  ...gre6Rows,
  ...erspanRows,
  /** The other end; without one, or with zeros, the link only receives. `remote` */
  remote: tapRemote(ipv6),
  /** Version of the header: 1 (type II), or 2 (type III). Absent: 1. `erspan_ver` */
  erspanVer: attribute('IFLA_GRE_ERSPAN_VER', 22, u8({ min: 1, max: 2 })),
  /** One link for all tunnels: routes or eBPF choose the ends, version and session. A namespace has one of them. `external` */
  external: erspanExternal(),
})

export const ip6erspan: LinkKind<'ip6erspan', typeof ip6erspanAttributes, Ip6erspanLink> = {
  kind: 'ip6erspan',
  config: 'CONFIG_IPV6_GRE',
  attributes: ip6erspanAttributes,
  changesAreWhole: true,
  check(data, when) {
    checkGre(data)
    checkErspan(data, when)
  },
}

export interface Ip6erspanOptions extends CreateOptions, Infer<typeof ip6erspanAttributes> {}
/** What an ip6erspan link has of its own. */
export interface Ip6erspanData extends InferResult<typeof ip6erspanAttributes> {}
export interface Ip6erspanLink extends LinkOf<'ip6erspan', Ip6erspanData> {}

/**
 * Creates a link that sends mirrored frames over IPv6. `ip link add er1 type ip6erspan local 2001:db8::1 remote 2001:db8::2 seq key 7`
 *
 * It needs a session (`key`) and sequence numbers (`seq`). The first one makes the fall-back device `ip6gre0` appear, in every
 * namespace. Throws KernelError EEXIST where there is a link of this name, or one with these ends and session; a change also
 * where an ip6gre link has them, as `ip6gre0` has none (ip6gre_changelink_common). Needs CAP_NET_ADMIN and CONFIG_IPV6_GRE.
 *
 * @example
 * await createIp6erspan({ name: 'er1', local: '2001:db8::1', remote: '2001:db8::2', seq: true, key: 7, erspanVer: 2, erspanDir: 'egress' })
 */
export const createIp6erspan = createVerb<Ip6erspanOptions, Ip6erspanLink>(ip6erspan)
