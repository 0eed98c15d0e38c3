/** Asking for entries. */
import { isKernelError } from '../errors.js'
import { neighbourMessage } from '../neighbour/message.js'
import { ask, type Steps } from '../netlink/operation.js'
import { type Request, request } from '../netlink/request.js'
import { RTM_GETNEIGH, RTM_NEWNEIGH } from '../rtnetlink/constants.js'
import { type FdbEntry, readFdb } from './fdb.js'
import type { Half } from './options.js'

/** Which entry: of a link or, without `index`, of the bridge `master`. */
export interface Lookup {
  readonly index?: number | undefined
  readonly master?: number | undefined
  readonly half?: Half | undefined
  readonly mac: Uint8Array
  readonly vlan?: number | undefined
  readonly srcVni?: number | undefined
}

export function lookupRequest(lookup: Lookup, final = false): Request<FdbEntry> {
  const { index, master, half, mac, vlan, srcVni } = lookup
  return request(
    { name: 'RTM_GETNEIGH', type: RTM_GETNEIGH, mode: 'get' },
    neighbourMessage,
    {
      header: { family: 'bridge', index, flags: half === undefined ? [] : [half] },
      // vxlan_fdb_get takes the VNI that the entry belongs to out of NDA_VNI.
      attributes: { lladdr: mac, master, vlan, vni: srcVni },
    },
    { type: RTM_NEWNEIGH, read: readFdb },
    { final },
  )
}

/** `'unanswered'`: who has the table cannot look one up. */
export function* look(lookup: Lookup, final = false): Steps<FdbEntry | 'absent' | 'unanswered'> {
  try {
    const [found] = yield* ask(lookupRequest(lookup, final))
    return found ?? 'absent'
  } catch (error) {
    if (isKernelError(error, 'ENOENT')) return 'absent'
    if (isKernelError(error, 'EOPNOTSUPP')) return 'unanswered'
    throw error
  }
}

export const isEntry = (found: FdbEntry | string): found is FdbEntry => typeof found !== 'string'

/** Entries of a link, of a bridge and its ports, or all; the kernel filters where it checks strictly, `wanted` always. */
export function dumpRequest(
  { index, master }: { readonly index?: number | undefined; readonly master?: number | undefined },
  wanted: (entry: FdbEntry) => boolean,
): Request<FdbEntry> {
  return request(
    { name: 'RTM_GETNEIGH', type: RTM_GETNEIGH, mode: 'dump' },
    neighbourMessage,
    { header: { family: 'bridge', index }, attributes: { master } },
    {
      type: RTM_NEWNEIGH,
      read(message) {
        const entry = readFdb(message)
        return entry !== undefined && wanted(entry) ? entry : undefined
      },
    },
  )
}
