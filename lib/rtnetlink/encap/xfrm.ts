/** xfrm: which IPsec policies packets meet at a link that is `external`. `encap xfrm if_id 42` */
import { u32 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { linkRef } from '../link-index.js'
import { required } from '../options.js'
import type { EncapType } from './type.js'

export const xfrmEncapAttributes = attributes({
  /** Identifier that the policies and states have, 1 to 2^32-1. `if_id` */
  ifId: attribute('LWT_XFRM_IF_ID', 1, u32({ min: 1 })),
  /** The link that is underneath. `link_dev` */
  linkDev: attribute('LWT_XFRM_LINK', 2, linkRef),
})

/** `ip route add 10.0.1.0/24 encap xfrm if_id 42 dev xfrm0` */
export interface XfrmEncapOptions extends Infer<typeof xfrmEncapAttributes> {
  readonly type: 'xfrm'
  readonly ifId: number
}
/** Which IPsec policies packets meet. */
export interface XfrmEncap extends InferResult<typeof xfrmEncapAttributes> {
  readonly type: 'xfrm'
}

export const xfrm: EncapType<'xfrm', typeof xfrmEncapAttributes, XfrmEncapOptions, XfrmEncap> = {
  type: 'xfrm',
  constant: 'LWTUNNEL_ENCAP_XFRM',
  number: 10,
  attributes: xfrmEncapAttributes,
  check: (options) => void required(options, 'ifId', 'an integer from 1 to 4294967295'),
}
