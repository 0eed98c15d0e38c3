/** RTM_*TUNNEL: struct tunnel_msg and its attributes. The VNIs that a VXLAN with a filter takes. */
import { type AddressIn, ipFamily, ipv4, ipv6, onlyMulticast } from '../codec/addresses.js'
import { each } from '../codec/each.js'
import { flags } from '../codec/enumeration.js'
import { u8, u32, u64 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributeByValue, attributes, readOnly } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'

export const vniStatisticsAttributes = attributes(
  {
    rxBytes: attribute('VNIFILTER_ENTRY_STATS_RX_BYTES', 1, u64(), readOnly),
    rxPackets: attribute('VNIFILTER_ENTRY_STATS_RX_PKTS', 2, u64(), readOnly),
    rxDrops: attribute('VNIFILTER_ENTRY_STATS_RX_DROPS', 3, u64(), readOnly),
    rxErrors: attribute('VNIFILTER_ENTRY_STATS_RX_ERRORS', 4, u64(), readOnly),
    txBytes: attribute('VNIFILTER_ENTRY_STATS_TX_BYTES', 5, u64(), readOnly),
    txPackets: attribute('VNIFILTER_ENTRY_STATS_TX_PKTS', 6, u64(), readOnly),
    txDrops: attribute('VNIFILTER_ENTRY_STATS_TX_DROPS', 7, u64(), readOnly),
    txErrors: attribute('VNIFILTER_ENTRY_STATS_TX_ERRORS', 8, u64(), readOnly),
  },
  { VNIFILTER_ENTRY_STATS_PAD: 9 },
)

const remoteAttributes = (multicast: boolean) => [
  { constant: 'VXLAN_VNIFILTER_ENTRY_GROUP', number: 3, codec: onlyMulticast(ipv4, multicast) },
  { constant: 'VXLAN_VNIFILTER_ENTRY_GROUP6', number: 4, codec: onlyMulticast(ipv6, multicast) },
]

const byFamily = (value: AddressIn) => (ipFamily(value) === 'inet' ? 0 : 1)

export const vniEntryAttributes = attributes({
  first: attribute('VXLAN_VNIFILTER_ENTRY_START', 1, u32()),
  last: attribute('VXLAN_VNIFILTER_ENTRY_END', 2, u32()),
  group: attributeByValue(remoteAttributes(true), byFamily),
  remote: attributeByValue(remoteAttributes(false), byFamily),
  statistics: attribute('VXLAN_VNIFILTER_ENTRY_STATS', 5, nested(vniStatisticsAttributes), readOnly),
})

export const tunnelFlags = flags(u8(), 'TUNNEL_MSG_FLAG', { stats: 1 })

export const tunnelMsg = struct('tunnel_msg', {
  family: field('family', family),
  flags: field('flags', tunnelFlags),
  _reserved: field('reserved2', padding(2)),
  index: field('ifindex', u32()),
})

export const vniMessage = messageFormat(
  tunnelMsg,
  attributes({
    entry: attribute('VXLAN_VNIFILTER_ENTRY', 1, nested(vniEntryAttributes), { writeOnly: true, implicit: true }),
    entries: each('VXLAN_VNIFILTER_ENTRY', 1, nested(vniEntryAttributes)),
  }),
)
