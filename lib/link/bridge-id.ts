/** Who a bridge is to the spanning tree: `struct ifla_bridge_id`. */
import { formatMac } from '../codec/addresses.js'
import { requireLength } from '../codec/codec.js'
import { onlyRead } from '../codec/only-read.js'

/** Priority and MAC address, as `ip` prints them: `8000.aa:bb:cc:dd:ee:ff`. Only read. */
export const bridgeId = onlyRead<string>(({ bytes }, start, end) => {
  requireLength(start, end, 8)
  return `${formatMac(bytes, start, start + 2).replace(':', '')}.${formatMac(bytes, start + 2, end)}`
})
