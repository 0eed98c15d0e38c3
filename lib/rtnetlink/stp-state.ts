/** What a port does in a spanning tree: as a whole, in a VLAN, or in an instance of the tree. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

export const stpState = enumeration(u8(), 'BR_STATE', {
  disabled: 0,
  listening: 1,
  learning: 2,
  forwarding: 3,
  blocking: 4,
})
