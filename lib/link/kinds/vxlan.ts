/** VXLAN: an Ethernet over UDP. `ip link add … type vxlan` */
import { type AddressIn, ipv4, ipv6, onlyMulticast } from '../../codec/addresses.js'
import { enumeration } from '../../codec/enumeration.js'
import { be16, be32, be64, bool, flag, u8, u32 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { struct } from '../../codec/struct.js'
import { attribute, attributeByValue, attributes, type Infer, type InferResult } from '../../codec/table.js'
import type { Steps } from '../../netlink/operation.js'
import { type CreateOptions, createVerb } from '../create.js'
import { linkRef } from '../index-codec.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import type { LinkRef } from '../link-ref.js'
import { byFamily, checkFamilies, portFields } from '../tunnel/udp.js'

/** Source ports, in network order. */
export const portRange = struct('ifla_vxlan_port_range', portFields)

const remoteAttributes = (multicast: boolean) => [
  { constant: 'IFLA_VXLAN_GROUP', number: 2, codec: onlyMulticast(ipv4, multicast) },
  { constant: 'IFLA_VXLAN_GROUP6', number: 16, codec: onlyMulticast(ipv6, multicast) },
]
const localAttributes = [
  { constant: 'IFLA_VXLAN_LOCAL', number: 4, codec: ipv4 },
  { constant: 'IFLA_VXLAN_LOCAL6', number: 17, codec: ipv6 },
]

const fixed = { changeable: false } as const

export const vxlanAttributes = attributes({
  /** VXLAN network identifier (VNI), 0 to 2^24-1. `id` */
  id: attribute('IFLA_VXLAN_ID', 1, u32({ max: 0xff_ffff }), fixed),
  /** Multicast group that unknown destinations are sent to; needs `dev`. `group` */
  group: attributeByValue(remoteAttributes(true), byFamily),
  /** Address that unknown destinations are sent to: the all-zero FDB entry. `remote` */
  remote: attributeByValue(remoteAttributes(false), byFamily),
  /**
   * The link below. Without it the MTU is 1500, with it 1450 (1430 over IPv6), and this link dies when that one does: `dev`
   * and `local` are not synonyms. `dev`
   */
  dev: attribute('IFLA_VXLAN_LINK', 3, linkRef),
  /** Source address of the outer packets. `local` */
  local: attributeByValue(localAttributes, byFamily),
  /** Hop limit of the outer packets; 0 is the kernel's choice. `ttl` */
  ttl: attribute('IFLA_VXLAN_TTL', 5, u8()),
  /** The inner packet's hop limit (Linux 4.18). `ttl inherit` */
  ttlInherit: attribute('IFLA_VXLAN_TTL_INHERIT', 28, flagThenBool(), fixed),
  /** Type of service of the outer packets; 1 inherits the inner packet's. `tos` */
  tos: attribute('IFLA_VXLAN_TOS', 6, u8()),
  /**
   * Learn where MAC addresses live from incoming packets; on unless `false`, with `external` off unless `true`.
   * `learning`, `nolearning`
   */
  learning: attribute('IFLA_VXLAN_LEARNING', 7, bool),
  /** Seconds until a learned entry goes; 300 unless given, 0 is never. `ageing` */
  ageing: attribute('IFLA_VXLAN_AGEING', 8, u32()),
  /** Most FDB entries; 0 is no limit. `maxaddress` */
  maxAddress: attribute('IFLA_VXLAN_LIMIT', 9, u32(), fixed),
  /** UDP source ports to spread flows over. `srcport` */
  srcPort: attribute('IFLA_VXLAN_PORT_RANGE', 10, portRange, fixed),
  /** Answer ARP and neighbour solicitations from the neighbour table. `proxy` */
  proxy: attribute('IFLA_VXLAN_PROXY', 11, bool, fixed),
  /** Route short circuit. `rsc` */
  rsc: attribute('IFLA_VXLAN_RSC', 12, bool, fixed),
  /** Tell (RTM_GETNEIGH events) of destinations missing in the FDB. `l2miss` */
  l2Miss: attribute('IFLA_VXLAN_L2MISS', 13, bool, fixed),
  /** Tell of destinations missing in the neighbour table. `l3miss` */
  l3Miss: attribute('IFLA_VXLAN_L3MISS', 14, bool, fixed),
  /** UDP destination port. Absent: the kernel's 8472, not IANA's 4789. `dstport` */
  dstPort: attribute('IFLA_VXLAN_PORT', 15, be16({ min: 1 }), fixed),
  /** UDP checksums over IPv4. `udpcsum` */
  udpCsum: attribute('IFLA_VXLAN_UDP_CSUM', 18, bool, fixed),
  /** Send zero UDP checksums over IPv6. `udp6zerocsumtx` */
  udp6ZeroCsumTx: attribute('IFLA_VXLAN_UDP_ZERO_CSUM6_TX', 19, bool, fixed),
  /** Accept zero UDP checksums over IPv6. `udp6zerocsumrx` */
  udp6ZeroCsumRx: attribute('IFLA_VXLAN_UDP_ZERO_CSUM6_RX', 20, bool, fixed),
  /** Remote checksum offload, sending. `remcsumtx` */
  remCsumTx: attribute('IFLA_VXLAN_REMCSUM_TX', 21, bool, fixed),
  /** Remote checksum offload, receiving. `remcsumrx` */
  remCsumRx: attribute('IFLA_VXLAN_REMCSUM_RX', 22, bool, fixed),
  /** Group policy extension. `gbp` */
  gbp: attribute('IFLA_VXLAN_GBP', 23, flag, fixed),
  /** Remote checksum offload always from the start of the packet; `ip` has no word for it. */
  remCsumNoPartial: attribute('IFLA_VXLAN_REMCSUM_NOPARTIAL', 24, flag, fixed),
  /** One link for all VNIs: routes, rules or eBPF choose them. `external` */
  external: attribute('IFLA_VXLAN_COLLECT_METADATA', 25, bool, fixed),
  /** IPv6 flow label of the outer packets, 0 to 2^20-1. `flowlabel` */
  flowLabel: attribute('IFLA_VXLAN_LABEL', 26, be32({ max: 0xf_ffff })),
  /** Generic protocol extension: carries IP and more without Ethernet; needs `external`. `gpe` */
  gpe: attribute('IFLA_VXLAN_GPE', 27, flag, fixed),
  /** Don't-fragment bit of the outer IPv4 packets. `df` */
  df: attribute('IFLA_VXLAN_DF', 29, enumeration(u8(), 'VXLAN_DF', { unset: 0, set: 1, inherit: 2 })),
  /** Take only VNIs that were added to the link; needs `external` (Linux 5.18). `vnifilter` */
  vniFilter: attribute('IFLA_VXLAN_VNIFILTER', 30, bool, fixed),
  /** Packets to an address of this machine skip the wire; on unless `false` (Linux 6.5). `localbypass` */
  localBypass: attribute('IFLA_VXLAN_LOCALBYPASS', 31, bool),
  /** Where the flow label comes from; IPv6 only (Linux 6.8). `flowlabel inherit` */
  flowLabelPolicy: attribute(
    'IFLA_VXLAN_LABEL_POLICY',
    32,
    enumeration(u32(), 'VXLAN_LABEL', { fixed: 0, inherit: 1 }),
  ),
  /** Bits of the VXLAN header that make a packet invalid (Linux 6.14). `reserved_bits` */
  reservedBits: attribute('IFLA_VXLAN_RESERVED_BITS', 33, be64(), fixed),
  /** Send multicast by the multicast routing table (Linux 6.17, which takes it and does not tell it). `mcroute` */
  mcRoute: attribute('IFLA_VXLAN_MC_ROUTE', 34, bool),
})

/** IFLA_VXLAN_TTL_INHERIT is an empty flag in a request and a byte in a dump (vxlan_fill_info). */
function flagThenBool() {
  return { ...flag, read: bool.read }
}

/** What a request may say of a VXLAN link. */
export interface VxlanAttributes extends Infer<typeof vxlanAttributes> {}

function checkNew({ id, external, group, dev }: Readonly<Values>): void {
  if (external !== true && id === undefined)
    throw new Rejection('an integer from 0 to 16777215 (required without external)', id).within('id')
  if (external === true && id !== undefined)
    throw new Rejection('nothing beside external: routes and rules choose the VNI', id).within('id')
  if (group !== undefined && dev === undefined) throw new Rejection('a link (required with group)', dev).within('dev')
}

function check(data: Readonly<Values>, when: 'create' | 'update'): void {
  if (when === 'create') checkNew(data)
  const { group, remote } = data
  if (group !== undefined && remote !== undefined)
    throw new Rejection('nothing beside group: both are IFLA_VXLAN_GROUP', remote).within('remote')
  checkFamilies(data, group === undefined ? 'remote' : 'group')
}

/** As `ip` has it: a link for all VNIs learns nothing, unless told to. GPE does not work otherwise. */
// biome-ignore lint/correctness/useYield: nothing has to be asked
function* prepare(data: Values): Steps<void> {
  if (data.external === true) data.learning ??= false
}

export const vxlan: LinkKind<'vxlan', typeof vxlanAttributes, VxlanLink> = {
  kind: 'vxlan',
  config: 'CONFIG_VXLAN',
  attributes: vxlanAttributes,
  check,
  prepare,
}

// Narrowed members of VxlanAttributes: what they are, its doc comments say.
type Identity =
  | { readonly id: number; readonly external?: false | undefined }
  | { readonly external: true; readonly id?: undefined }
type Destination =
  | { readonly remote?: AddressIn | undefined; readonly group?: undefined }
  | { readonly group: AddressIn; readonly dev: LinkRef; readonly remote?: undefined }

/** `group` is the multicast group; the group of links is changed with `updateLink`. */
export type VxlanOptions = Omit<CreateOptions, 'group'> & VxlanAttributes & Identity & Destination

/** What a vxlan link has of its own. */
export interface VxlanData extends InferResult<typeof vxlanAttributes> {}
export interface VxlanLink extends LinkOf<'vxlan', VxlanData> {}

/**
 * Creates a VXLAN link. `ip link add vx0 type vxlan id 99 dev eth0 dstport 4789`
 *
 * The kernel opens the UDP port when the link goes up: a port that is taken makes creation with `up: true` fail with EADDRINUSE and
 * leave nothing, and creation without it succeed. Set `address` here rather than later: udev and others give a link without
 * one an address of their own. Throws KernelError EEXIST where there is a link of this name, or one with this VNI and port.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * const link = await createVxlan({ name: 'vxlan.99', id: 99, dev: 'eth0', dstPort: 4899, learning: false, up: true })
 */
export const createVxlan = createVerb<VxlanOptions, VxlanLink>(vxlan)
