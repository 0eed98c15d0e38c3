/** What a packet takes on the wire, by the link layer below. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

export const linkLayer = enumeration(u8(), 'TC_LINKLAYER', { unaware: 0, ethernet: 1, atm: 2 })

/** What a link puts around a packet: cells of ATM are 53 bytes for 48. `linklayer` */
export type LinkLayer = 'unaware' | 'ethernet' | 'atm'

const CELL = 53
const CELL_PAYLOAD = 48

/** Bytes that a packet of `size` counts for: as `tc` fills its tables. */
export function sizeOnWire(size: number, mpu: number, layer: number): number {
  const least = Math.max(size, mpu)
  return layer === linkLayer.toNumber('atm') ? Math.ceil(least / CELL_PAYLOAD) * CELL : least
}

/** Bytes of packets that fit into so many on the wire: as the kernel reckons back (psched_ns_t2l). */
export const sizeWithin = (size: number, layer: LinkLayer | number): number =>
  layer === 'atm' ? Math.floor(size / CELL) * CELL_PAYLOAD : size
