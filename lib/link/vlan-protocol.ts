/** Which tags: those of customers (C-VLAN) or those of providers around them (S-VLAN). */
import { enumeration } from '../codec/enumeration.js'
import { be16 } from '../codec/integers.js'

export const vlanProtocol = enumeration(be16(), 'ETH_P', {
  '802.1Q': [0x8100, 'ETH_P_8021Q'],
  '802.1ad': [0x88a8, 'ETH_P_8021AD'],
})
