/** What a VLAN is on a bridge or port. */
import { flags } from '../codec/enumeration.js'
import { u16 } from '../codec/integers.js'

export const vlanFlags = flags(u16(), 'BRIDGE_VLAN_INFO', {
  master: 0x01,
  pvid: 0x02,
  untagged: 0x04,
  rangeBegin: 0x08,
  rangeEnd: 0x10,
  brentry: 0x20,
  onlyOpts: 0x40,
})
