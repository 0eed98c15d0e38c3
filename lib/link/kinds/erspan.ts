/** erspan: mirrored Ethernet frames (ERSPAN) in GRE over IPv4. `ip link add … type erspan` */
import { ipv4 } from '../../codec/addresses.js'
import { u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkErspan, erspanRows } from '../tunnel/erspan.js'
import { checkGre4, erspanExternal, gre4Rows, greRows, tapRemote } from '../tunnel/gre.js'
import { csumRows } from '../tunnel/gre-flags.js'

export const erspanAttributes = attributes({
  ...greRows,
  ...csumRows,
  ...gre4Rows,
  ...erspanRows,
  /** The other end; without one, or with zeros, the link only receives. `remote` */
  remote: tapRemote(ipv4),
  /**
   * Version of the header: 0 (type I, without session, direction and the like), 1 (type II), or 2 (type III). Absent: 1. A change
   * leaves the MTU as it is. `erspan_ver`
   */
  erspanVer: attribute('IFLA_GRE_ERSPAN_VER', 22, u8({ max: 2 })),
  /** One link for all tunnels: routes or eBPF choose the ends, version and session. A namespace has one of them. `external` */
  external: erspanExternal(),
})

export const erspan: LinkKind<'erspan', typeof erspanAttributes, ErspanLink> = {
  kind: 'erspan',
  config: 'CONFIG_NET_IPGRE',
  attributes: erspanAttributes,
  changesAreWhole: true,
  check(data, when) {
    checkGre4(data, when)
    checkErspan(data, when)
  },
}

export interface ErspanOptions extends CreateOptions, Infer<typeof erspanAttributes> {}
/** What an erspan link has of its own. */
export interface ErspanData extends InferResult<typeof erspanAttributes> {}
export interface ErspanLink extends LinkOf<'erspan', ErspanData> {}

/**
 * Creates a link that sends mirrored frames over IPv4. `ip link add er1 type erspan local 192.0.2.1 remote 192.0.2.2 seq key 7`
 *
 * Version 1 and 2 need a session (`key`) and sequence numbers (`seq`). The first one makes the fall-back devices `gre0`, `gretap0`
 * and `erspan0` appear, in every namespace. Throws KernelError EEXIST where there is a link of this name, or one with these
 * ends and session. Needs CAP_NET_ADMIN and CONFIG_NET_IPGRE.
 *
 * @example
 * await createErspan({ name: 'er1', local: '192.0.2.1', remote: '192.0.2.2', seq: true, key: 7, erspanIndex: 123, up: true })
 */
export const createErspan = createVerb<ErspanOptions, ErspanLink>(erspan)
