/** ifb: a link that queues what others redirect to it, so that received packets can be shaped. `ip link add … type ifb` */
import { attributes, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const ifbAttributes = attributes({})

export const ifb: LinkKind<'ifb', typeof ifbAttributes, IfbLink> = {
  kind: 'ifb',
  config: 'CONFIG_IFB',
  attributes: ifbAttributes,
}

/** What an ifb link has of its own. */
export interface IfbData extends InferResult<typeof ifbAttributes> {}
export interface IfbLink extends LinkOf<'ifb', IfbData> {}

/**
 * Creates an intermediate functional block. `ip link add ifb0 type ifb`
 *
 * It does nothing alone: `tc` redirects the packets of other links to it, and its qdisc shapes them. Takes as many queues as
 * `numTxQueues` and `numRxQueues` say. Throws KernelError EEXIST where there is a link of this name. Needs CAP_NET_ADMIN and
 * CONFIG_IFB.
 *
 * @example
 * await createIfb({ name: 'ifb0', up: true })
 */
export const createIfb = createVerb<CreateOptions, IfbLink>(ifb)
