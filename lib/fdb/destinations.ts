/** The destinations that a VXLAN has for a MAC address. */
import { formatMac, ipBytes } from '../codec/addresses.js'
import { formatIp } from '../codec/ip.js'
import { ask, type Steps } from '../netlink/operation.js'
import type { FdbEntry } from './fdb.js'
import { dumpRequest, look } from './lookup.js'
import { type FdbIdentity, hasManyDestinations } from './options.js'
import type { Resolved } from './request.js'

/** As entries are listed. */
export function canonicalIp(address: string): string | undefined {
  const bytes = ipBytes(address)
  return formatIp(bytes, 0, bytes.length)
}

/** Those that may be the one that is meant; `undefined` where who has the table cannot be asked. */
export function* candidates({
  index,
  mac,
  options,
  via,
}: Resolved<FdbIdentity>): Steps<readonly FdbEntry[] | undefined> {
  const { srcVni, port, vni } = options
  const dst = canonicalIp(options.dst ?? '')
  // Of what is the link's own nothing is listed, so that a value may stand for it.
  const isMeant = (entry: FdbEntry) =>
    entry.dst === dst &&
    entry.via === via &&
    (entry.port === port || entry.port === undefined) &&
    (entry.vni === vni || entry.vni === undefined)
  const first = yield* look({ index, mac, half: 'self', srcVni })
  if (first === 'unanswered') return undefined
  if (first === 'absent') return []
  // A look-up tells the first destination only.
  if (!hasManyDestinations(mac)) return [first].filter(isMeant)
  const lladdr = formatMac(mac, 0, mac.length)
  const isOfThis = (entry: FdbEntry) =>
    entry.dev === index && entry.lladdr === lladdr && (entry.srcVni === undefined || entry.srcVni === srcVni)
  return yield* ask(dumpRequest({ index }, (entry) => isOfThis(entry) && isMeant(entry)))
}

/** Whether it is the one that is meant, and not only one that may be. */
export const isExactly = ({ port, vni }: FdbEntry, options: FdbIdentity) => port === options.port && vni === options.vni
