/** VRF: a routing table of its own for the links that are its ports. `ip link add … type vrf` */
import { u32 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { required } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const vrfAttributes = attributes({
  /** Number of the routing table. `table` */
  table: attribute('IFLA_VRF_TABLE', 1, u32({ min: 1 }), { changeable: false }),
})

export const vrf: LinkKind<'vrf', typeof vrfAttributes, VrfLink> = {
  kind: 'vrf',
  config: 'CONFIG_NET_VRF',
  attributes: vrfAttributes,
  check(data, when) {
    if (when === 'create') required(data, 'table', 'an integer from 1 to 4294967295')
  },
}

export interface VrfOptions extends CreateOptions, Infer<typeof vrfAttributes> {
  readonly table: number
}
/** What a vrf link has of its own. */
export interface VrfData extends InferResult<typeof vrfAttributes> {}
export interface VrfLink extends LinkOf<'vrf', VrfData> {}

/**
 * Creates a VRF. `ip link add vrf0 type vrf table 10`
 *
 * The first one adds the `l3mdev` rule that leads to its table. Throws KernelError EEXIST where there is a link of this name. Needs CAP_NET_ADMIN and CONFIG_NET_VRF.
 *
 * @example
 * await createVrf({ name: 'vrf0', table: 10, up: true })
 */
export const createVrf = createVerb<VrfOptions, VrfLink>(vrf)
