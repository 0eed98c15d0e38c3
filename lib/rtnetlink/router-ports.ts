/** Ports behind which multicast routers are, of a bridge or of one of its VLANs. */
import { enumeration } from '../codec/enumeration.js'
import { headed } from '../codec/headed.js'
import { u8, u16, u32 } from '../codec/integers.js'
import { arrayOf } from '../codec/nest.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { ticks } from '../codec/ticks.js'

export const routerType = enumeration(u8(), 'MDB_RTR_TYPE', {
  disabled: 0,
  tempQuery: 1,
  permanent: [2, 'MDB_RTR_TYPE_PERM'],
  temp: 3,
})

export const routerAttributes = attributes({
  timer: attribute('MDBA_ROUTER_PATTR_TIMER', 1, ticks, readOnly),
  type: attribute('MDBA_ROUTER_PATTR_TYPE', 2, routerType, readOnly),
  inetTimer: attribute('MDBA_ROUTER_PATTR_INET_TIMER', 3, ticks, readOnly),
  inet6Timer: attribute('MDBA_ROUTER_PATTR_INET6_TIMER', 4, ticks, readOnly),
  vid: attribute('MDBA_ROUTER_PATTR_VID', 5, u16(), readOnly),
})

/** Index of the port, and what is known of it. */
export const routerPorts = attributes({
  routers: attribute(
    'MDBA_ROUTER',
    2,
    arrayOf(headed(u32(), routerAttributes), { constant: 'MDBA_ROUTER_PORT', number: 1 }),
    readOnly,
  ),
})
