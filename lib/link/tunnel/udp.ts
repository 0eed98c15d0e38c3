/** What tunnels in UDP over either IP have in common: VXLAN and GENEVE. */
import { type AddressIn, ipFamily } from '../../codec/addresses.js'
import { be16 } from '../../codec/integers.js'
import { Rejection, within } from '../../codec/rejection.js'
import { field } from '../../codec/struct.js'
import type { Values } from '../kind.js'

/** UDP source ports, in network order; each kind has a structure of its own for them. */
export const portFields = { low: field('low', be16()), high: field('high', be16()) }

/** Which of two attributes an address goes into, LOCAL or LOCAL6. */
export const byFamily = (value: AddressIn) => (ipFamily(value) === 'inet' ? 0 : 1)

/** Both ends are IPv4, or both IPv6; `other` is the option that holds the other end. */
export function checkFamilies(data: Readonly<Values>, other: 'remote' | 'group'): void {
  if (data.local === undefined || data[other] === undefined) return
  if (familyOf(data, 'local') !== familyOf(data, other))
    throw new Rejection('an address of the same family as the other end', data.local).within('local')
}

/** Family of the address that the option holds. */
export const familyOf = (data: Readonly<Values>, name: string) => within(name, () => ipFamily(data[name] as AddressIn))
