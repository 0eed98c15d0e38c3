/** ipvtap: an ipvlan link whose packets a program reads and writes. `ip link add link eth0 … type ipvtap` */
import type { InferResult } from '../../codec/table.js'
import { createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkIpvlan, type IpvlanOptions, ipvlanAttributes } from '../stacked/ipvlan.js'

export const ipvtap: LinkKind<'ipvtap', typeof ipvlanAttributes, IpvtapLink> = {
  kind: 'ipvtap',
  config: 'CONFIG_IPVTAP',
  attributes: ipvlanAttributes,
  check: checkIpvlan,
}

/** What {@link createIpvtap} takes. */
export interface IpvtapOptions extends IpvlanOptions {}
/** What an ipvtap link has of its own. */
export interface IpvtapData extends InferResult<typeof ipvlanAttributes> {}
export interface IpvtapLink extends LinkOf<'ipvtap', IpvtapData> {}

/**
 * Creates an ipvtap link. `ip link add link eth0 name tap0 type ipvtap mode l2`
 *
 * Its packets are those of the character device `/dev/tap` and the link's index, which udev makes; a link like `createIpvlan`'s
 * for all else. Throws KernelError EEXIST where there is a link of this name, EBUSY where the link below is a port. Needs CAP_NET_ADMIN
 * and CONFIG_IPVTAP.
 *
 * @example
 * await createIpvtap({ name: 'tap0', link: 'eth0', mode: 'l2', up: true })
 */
export const createIpvtap = createVerb<IpvtapOptions, IpvtapLink>(ipvtap)
