/** mpls: MPLS labels in front of IP packets. `encap mpls 100/200` */
import { u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { labels } from '../labels.js'
import { required } from '../options.js'
import type { EncapType } from './type.js'

export const mplsEncapAttributes = attributes({
  /** Labels, the outermost first: `[100, 200]` for `encap mpls 100/200`. */
  labels: attribute('MPLS_IPTUNNEL_DST', 1, labels),
  /** TTL of the labels, 1 to 255; 0: that of the packet, whatever the namespace says. Absent: as `net.mpls.ip_ttl_propagate` says. `ttl` */
  ttl: attribute('MPLS_IPTUNNEL_TTL', 2, u8()),
})

interface Attributes extends Infer<typeof mplsEncapAttributes> {}

/** `ip route add 10.0.1.0/24 encap mpls 100/200 via 10.0.0.2` */
export interface MplsEncapOptions extends Attributes {
  readonly type: 'mpls'
  readonly labels: readonly number[]
}
/** Labels in front of IP packets. */
export interface MplsEncap extends InferResult<typeof mplsEncapAttributes> {
  readonly type: 'mpls'
}

export const mpls: EncapType<'mpls', typeof mplsEncapAttributes, MplsEncapOptions, MplsEncap> = {
  type: 'mpls',
  constant: 'LWTUNNEL_ENCAP_MPLS',
  number: 1,
  attributes: mplsEncapAttributes,
  check: (options) => void required(options, 'labels', labels.expected),
}
