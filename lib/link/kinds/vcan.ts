/** vcan: a CAN bus that is this machine's own. `ip link add … type vcan` */
import { attributes, type InferResult } from '../../codec/table.js'
import { type CanAddresses, checkCan } from '../can.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const vcanAttributes = attributes({})

export const vcan: LinkKind<'vcan', typeof vcanAttributes, VcanLink> = {
  kind: 'vcan',
  config: 'CONFIG_CAN_VCAN',
  attributes: vcanAttributes,
  check: (_data, _when, common) => checkCan(common),
}

/** What {@link createVcan} takes. */
export interface VcanOptions extends Omit<CreateOptions, CanAddresses> {}
/** What a vcan link has of its own. */
export interface VcanData extends InferResult<typeof vcanAttributes> {}
export interface VcanLink extends LinkOf<'vcan', VcanData> {}

/**
 * Creates a virtual CAN link. `ip link add vcan0 type vcan`
 *
 * What one socket sends on it the others receive. Its MTU says what frames it takes: 16 is classic CAN, 72 CAN FD, 76 to 2060 CAN XL
 * (Linux 6.2). Unless given it is 72, in Linux 7.2 it is 2060. It has no address and takes none. Throws KernelError EEXIST where
 * there is a link of this name. Needs CAP_NET_ADMIN and CONFIG_CAN_VCAN.
 *
 * @example
 * await createVcan({ name: 'vcan0', up: true })
 */
export const createVcan = createVerb<VcanOptions, VcanLink>(vcan)
