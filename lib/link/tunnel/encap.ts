/** UDP around what a tunnel sends (FOU, GUE): `encap …` of the IPIP and the GRE family. */
import { enumeration, flags } from '../../codec/enumeration.js'
import { u16 } from '../../codec/integers.js'

/** `encap none | fou | gue` */
export const encapType = enumeration(u16(), 'TUNNEL_ENCAP', { none: 0, fou: 1, gue: 2, mpls: 3 })

/** `encap-csum`, `encap-udp6-csum`, `encap-remcsum` */
export const encapFlags = flags(u16(), 'TUNNEL_ENCAP_FLAG', {
  csum: 0x1,
  csum6: 0x2,
  remCsum: [0x4, 'TUNNEL_ENCAP_FLAG_REMCSUM'],
})
