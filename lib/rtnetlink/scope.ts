/** How far an address or route reaches. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

/** `/etc/iproute2/rt_scopes` may name more: see names.ts. */
export const scope = enumeration(u8(), 'RT_SCOPE', {
  global: [0, 'RT_SCOPE_UNIVERSE'],
  site: 200,
  link: 253,
  host: 254,
  nowhere: 255,
})
