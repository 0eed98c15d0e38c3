/** dummy: a link that drops what it is given. `ip link add … type dummy` */
import { attributes, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const dummyAttributes = attributes({})

export const dummy: LinkKind<'dummy', typeof dummyAttributes, DummyLink> = {
  kind: 'dummy',
  config: 'CONFIG_DUMMY',
  attributes: dummyAttributes,
}

/** What a dummy link has of its own. */
export interface DummyData extends InferResult<typeof dummyAttributes> {}
export interface DummyLink extends LinkOf<'dummy', DummyData> {}

/**
 * Creates a dummy link. `ip link add dummy0 type dummy`
 *
 * Throws KernelError EEXIST where there is a link of this name. Needs CAP_NET_ADMIN and CONFIG_DUMMY.
 *
 * @example
 * await createDummy({ name: 'dummy0', up: true })
 */
export const createDummy = createVerb<CreateOptions, DummyLink>(dummy)
