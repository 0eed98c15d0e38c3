/** Who asks hosts for the multicast groups that they want, in a bridge or in one of its VLANs. */
import { ipv4, ipv6 } from '../codec/addresses.js'
import { u32, u64 } from '../codec/integers.js'
import { attribute, attributes } from '../codec/table.js'

export const querierAttributes = attributes(
  {
    address: attribute('BRIDGE_QUERIER_IP_ADDRESS', 1, ipv4, { readOnly: true }),
    port: attribute('BRIDGE_QUERIER_IP_PORT', 2, u32(), { readOnly: true }),
    otherTimer: attribute('BRIDGE_QUERIER_IP_OTHER_TIMER', 3, u64(), { readOnly: true }),
    address6: attribute('BRIDGE_QUERIER_IPV6_ADDRESS', 5, ipv6, { readOnly: true }),
    port6: attribute('BRIDGE_QUERIER_IPV6_PORT', 6, u32(), { readOnly: true }),
    otherTimer6: attribute('BRIDGE_QUERIER_IPV6_OTHER_TIMER', 7, u64(), { readOnly: true }),
  },
  { BRIDGE_QUERIER_PAD: 4 },
)
