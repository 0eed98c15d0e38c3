/** What is inside an IP packet. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

/** `/etc/protocols` names more; they are numbers here. */
export const ipProtocol = enumeration(u8(), 'IPPROTO', {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  pim: 103,
  sctp: 132,
  udplite: 136,
})
