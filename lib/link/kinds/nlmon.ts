/** nlmon: a link that shows the netlink messages of its namespace. `ip link add … type nlmon` */
import { attributes, type InferResult } from '../../codec/table.js'
import { refuse } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const nlmonAttributes = attributes({})

export const nlmon: LinkKind<'nlmon', typeof nlmonAttributes, NlmonLink> = {
  kind: 'nlmon',
  config: 'CONFIG_NLMON',
  attributes: nlmonAttributes,
  // To the kernel it is an EINVAL without a word (nlmon_validate).
  check: (_data, _when, common) => refuse(common, ['address', 'broadcast'], 'an nlmon link has no address'),
}

/** What {@link createNlmon} takes. */
export interface NlmonOptions extends Omit<CreateOptions, 'address' | 'broadcast'> {}
/** What an nlmon link has of its own. */
export interface NlmonData extends InferResult<typeof nlmonAttributes> {}
export interface NlmonLink extends LinkOf<'nlmon', NlmonData> {}

/**
 * Creates a netlink monitor. `ip link add nlmon0 type nlmon`
 *
 * While it is up, packet sockets on it see copies of the netlink messages of its namespace. It has no address and takes none. Throws
 * KernelError EEXIST where there is a link of this name. Needs CAP_NET_ADMIN and CONFIG_NLMON.
 *
 * @example
 * await createNlmon({ name: 'nlmon0', up: true })
 */
export const createNlmon = createVerb<NlmonOptions, NlmonLink>(nlmon)
