/** RTM_*ROUTE of MPLS: the same structure as for IP, and attributes of which some have another form. */
import { type AddressIn, ip, ipBytes } from '../codec/addresses.js'
import type { Codec } from '../codec/codec.js'
import { bool, u32 } from '../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../codec/table.js'
import { type Message, messageFormat } from '../netlink/message.js'
import { label, labels } from '../rtnetlink/labels.js'
import { rtvia } from './gateway.js'
import { rtmsg } from './message.js'
import { multipath } from './nexthops.js'

/** Always with its family: there is none of the route's own. */
const router: Codec<AddressIn, string> = {
  expected: ip.expected,
  write: (writer, value) => rtvia.write(writer, { other: ipBytes(value) }),
  read: (source, start, end) => rtvia.read(source, start, end),
}

const wayRows = {
  /** Labels that a packet gets in place of the one it came with. `as` */
  as: attribute('RTA_NEWDST', 19, labels),
  /** The router's address, of either family. `via` */
  via: attribute('RTA_VIA', 18, router),
}

export const mplsNexthopAttributes = attributes(wayRows)

export const mplsRouteAttributes = attributes(
  {
    /** Label that a packet comes with. */
    dst: attribute('RTA_DST', 1, label),
    /** Index of the link to send by. `dev` */
    dev: attribute('RTA_OIF', 4, u32()),
    ...wayRows,
    nexthops: attribute('RTA_MULTIPATH', 9, multipath(mplsNexthopAttributes)),
    /** The TTL goes from the label to what is under it. `ttl-propagate` */
    ttlPropagate: attribute('RTA_TTL_PROPAGATE', 26, bool),
  },
  // MPLS has one table.
  { RTA_TABLE: 15 },
)

export const mplsRouteMessage = messageFormat(rtmsg, mplsRouteAttributes)

export type MplsRouteMessage = Message<typeof rtmsg.fields, typeof mplsRouteAttributes>
export type MplsRouteValues = Infer<typeof mplsRouteAttributes>
export type MplsNexthopRead = InferResult<typeof mplsRouteAttributes>['nexthops']
