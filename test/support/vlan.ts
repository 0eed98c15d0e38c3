/** What live tests of VLANs share: a bridge with VLAN filtering, and the kernel's word taken apart by hand. */
import { attribute, attributes } from '../../lib/codec/table.js'
import { bytes } from '../../lib/codec/text.js'
import { isKernelError } from '../../lib/errors.js'
import { messageFormat } from '../../lib/netlink/message.js'
import { ask, type Steps } from '../../lib/netlink/operation.js'
import { request } from '../../lib/netlink/request.js'
import { RTM_GETVLAN, RTM_NEWVLAN } from '../../lib/rtnetlink/constants.js'
import { verb } from '../../lib/rtnetlink/operation.js'
import { listBridgeVlans } from '../../lib/vlan/list.js'
import { brVlanMsg } from '../../lib/vlan/message.js'

interface Skippable {
  skip(note?: string): never
}

/** Skips the test where bridges have no VLANs. */
export async function requireVlanFiltering(context: Skippable, netns: string): Promise<void> {
  try {
    await listBridgeVlans({}, { netns })
  } catch (error) {
    if (isKernelError(error, 'EOPNOTSUPP'))
      context.skip('this kernel has no VLAN filtering of bridges (CONFIG_BRIDGE_VLAN_FILTERING)')
    throw error
  }
}

/** Attributes by number, in hexadecimal. */
function taken(payload: Uint8Array): Map<number, string> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const found = new Map<number, string>()
  for (let at = 0; at + 4 <= payload.length; at += (view.getUint16(at, true) + 3) & ~3) {
    const value = payload.subarray(at + 4, at + view.getUint16(at, true))
    found.set(view.getUint16(at + 2, true) & 0x3fff, Buffer.from(value).toString('hex'))
  }
  return found
}

const raw = (dumpFlags: number, constant: string, number: number) =>
  verb(
    (index: number) => `list VLANs of link ${index}`,
    function* (index: number): Steps<readonly ReadonlyMap<number, string>[]> {
      const format = messageFormat(
        brVlanMsg,
        attributes({
          dumpFlags: attribute('BRIDGE_VLANDB_DUMP_FLAGS', 1, bytes(), { writeOnly: true }),
          first: attribute(constant, number, bytes(), { readOnly: true }),
        }),
      )
      return yield* ask(
        request(
          { name: 'RTM_GETVLAN', type: RTM_GETVLAN, mode: 'dump' },
          format,
          { header: { family: 'bridge', index }, attributes: { dumpFlags: Uint8Array.of(dumpFlags, 0, 0, 0) } },
          { type: RTM_NEWVLAN, read: ({ attributes: { first } }) => first && taken(first) },
        ),
      )
    },
  )

/** The last of the entries of a link, as the kernel tells it: by number, what our own decoder has no part in. */
export const rawEntry = raw(0, 'BRIDGE_VLANDB_ENTRY', 1)
/** The same of the global options of a bridge. */
export const rawGlobal = raw(2, 'BRIDGE_VLANDB_GLOBAL_OPTIONS', 2)
