/** Port of a VRF. */
import { u32 } from '../../codec/integers.js'
import { attribute, attributes, type InferResult } from '../../codec/table.js'
import type { PortKind, PortOf } from './port.js'

export const vrfPortAttributes = attributes({
  /** Number of the routing table that the VRF has. `vrf_slave table` */
  table: attribute('IFLA_VRF_PORT_TABLE', 1, u32(), { readOnly: true }),
})

export const vrfPort: PortKind<'vrf', typeof vrfPortAttributes> = { kind: 'vrf', attributes: vrfPortAttributes }

/** What a link has as a port of a VRF. */
export interface VrfPortData extends InferResult<typeof vrfPortAttributes> {}
export interface VrfPort extends PortOf<'vrf', VrfPortData> {}
