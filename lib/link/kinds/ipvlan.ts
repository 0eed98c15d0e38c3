/** ipvlan: links with IP addresses of their own and the MAC address of one link. `ip link add link eth0 … type ipvlan` */
import type { InferResult } from '../../codec/table.js'
import { createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkIpvlan, type IpvlanOptions, ipvlanAttributes } from '../stacked/ipvlan.js'

export type { IpvlanOptions }

export const ipvlan: LinkKind<'ipvlan', typeof ipvlanAttributes, IpvlanLink> = {
  kind: 'ipvlan',
  config: 'CONFIG_IPVLAN',
  attributes: ipvlanAttributes,
  check: checkIpvlan,
}

/** What an ipvlan link has of its own. */
export interface IpvlanData extends InferResult<typeof ipvlanAttributes> {}
export interface IpvlanLink extends LinkOf<'ipvlan', IpvlanData> {}

/**
 * Creates an ipvlan link. `ip link add link eth0 name iv0 type ipvlan mode l2`
 *
 * Mode and flags are one for all links above one link: say them the same for each. The link below cannot be a bridge's or bond's port,
 * nor carry macvlan links (EBUSY). With `netns` it is born in that namespace on a link of this one. Throws KernelError EEXIST
 * where there is a link of this name. Needs CAP_NET_ADMIN and CONFIG_IPVLAN.
 *
 * @example
 * await createIpvlan({ name: 'iv0', link: 'eth0', mode: 'l2', netns: 'blue' })
 */
export const createIpvlan = createVerb<IpvlanOptions, IpvlanLink>(ipvlan)
