/** macvlan: links with MAC addresses of their own on one link. `ip link add link eth0 … type macvlan` */
import type { InferResult } from '../../codec/table.js'
import { createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkMacvlan, type MacvlanOptions, type MacvlanSources, macvlanAttributes } from '../stacked/macvlan.js'

export type { MacvlanOptions, MacvlanSources }

export const macvlan: LinkKind<'macvlan', typeof macvlanAttributes, MacvlanLink> = {
  kind: 'macvlan',
  config: 'CONFIG_MACVLAN',
  attributes: macvlanAttributes,
  check: checkMacvlan,
}

/** What a macvlan link has of its own. */
export interface MacvlanData extends InferResult<typeof macvlanAttributes> {}
export interface MacvlanLink extends LinkOf<'macvlan', MacvlanData> {}

/**
 * Creates a macvlan link. `ip link add link eth0 name mv0 type macvlan mode bridge`
 *
 * The link below cannot be a bridge's or bond's port, nor carry ipvlan links (EBUSY). On a macvlan link it stands on that one's
 * own link below. Without `address` it gets a random one, in mode `passthru` always the one of the link below. With `netns` it is
 * born in that namespace on a link of this one. Throws KernelError EEXIST where there is a link of this name, EINVAL where one in mode
 * `passthru` is there already. Needs CAP_NET_ADMIN and CONFIG_MACVLAN.
 *
 * @example
 * await createMacvlan({ name: 'mv0', link: 'eth0', mode: 'bridge', netns: 'blue' })
 * await createMacvlan({ name: 'mv1', link: 'eth0', mode: 'source', macaddr: ['02:00:00:00:00:01'] })
 * await updateLink('mv1', { macaddr: { add: '02:00:00:00:00:02' } })
 */
export const createMacvlan = createVerb<MacvlanOptions, MacvlanLink>(macvlan)
