/** The encapsulation of a route, and of each of its next hops. */
import { u16 } from '../codec/integers.js'
import { opaque } from '../codec/nest.js'
import { attribute } from '../codec/table.js'

export const encapRows = {
  /** Number of the type, which tells the form of the other. `encap` */
  encapType: attribute('RTA_ENCAP_TYPE', 21, u16()),
  encap: attribute('RTA_ENCAP', 22, opaque),
}
