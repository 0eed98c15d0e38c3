/** Who is meant by a request of AF_BRIDGE about a link: the bridge whose port it is, or the link's own driver. */
import { flags } from '../codec/enumeration.js'
import { u16 } from '../codec/integers.js'

export const bridgeFlags = flags(u16(), 'BRIDGE_FLAGS', { master: 1, self: 2 })
