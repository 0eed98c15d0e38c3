/** macvtap: a macvlan link whose packets a program reads and writes. `ip link add link eth0 … type macvtap` */
import type { InferResult } from '../../codec/table.js'
import { createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkMacvlan, type MacvlanOptions, macvlanAttributes } from '../stacked/macvlan.js'

export const macvtap: LinkKind<'macvtap', typeof macvlanAttributes, MacvtapLink> = {
  kind: 'macvtap',
  config: 'CONFIG_MACVTAP',
  attributes: macvlanAttributes,
  check: checkMacvlan,
}

/** What {@link createMacvtap} takes. */
export interface MacvtapOptions extends MacvlanOptions {}
/** What a macvtap link has of its own. */
export interface MacvtapData extends InferResult<typeof macvlanAttributes> {}
export interface MacvtapLink extends LinkOf<'macvtap', MacvtapData> {}

/**
 * Creates a macvtap link. `ip link add link eth0 name tap0 type macvtap mode bridge`
 *
 * Its packets are those of the character device `/dev/tap` and the link's index, which udev makes; a link like `createMacvlan`'s
 * for all else. Throws KernelError EEXIST where there is a link of this name, EBUSY where the link below is a port. Needs CAP_NET_ADMIN
 * and CONFIG_MACVTAP.
 *
 * @example
 * const { index } = await createMacvtap({ name: 'tap0', link: 'eth0', mode: 'bridge', up: true })
 * const device = await open(`/dev/tap${index}`, 'r+')
 */
export const createMacvtap = createVerb<MacvtapOptions, MacvtapLink>(macvtap)
