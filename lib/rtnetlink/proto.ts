/** Who made a route or neighbour. */
import { enumeration } from '../codec/enumeration.js'
import { u8 } from '../codec/integers.js'

/** `/etc/iproute2/rt_protos` may name more: see names.ts. */
export const proto = enumeration(u8(), 'RTPROT', {
  unspec: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  gated: 8,
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  mrouted: 17,
  keepalived: 18,
  babel: 42,
  ovn: 84,
  openr: 99,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
})
