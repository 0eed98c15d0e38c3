/** What becomes of a packet that a route leads away; a neighbour's address is of one of the first of them. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

export const routeType = enumeration(u8(), 'RTN', {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
})
