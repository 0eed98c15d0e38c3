/** GENEVE: an Ethernet over UDP, with options in its header. `ip link add … type geneve` */
import { type AddressIn, ipBytes, ipv4, ipv6, onlyMulticast } from '../../codec/addresses.js'
import { enumeration } from '../../codec/enumeration.js'
import { be16, be32, bool, flag, u8, u32 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { struct } from '../../codec/struct.js'
import { attribute, attributeByValue, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { refuse, required } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { byFamily, checkFamilies, familyOf, portFields } from '../tunnel/udp.js'

export const genevePortRange = struct('ifla_geneve_port_range', portFields)

const remoteAttributes = [
  { constant: 'IFLA_GENEVE_REMOTE', number: 2, codec: onlyMulticast(ipv4, false) },
  { constant: 'IFLA_GENEVE_REMOTE6', number: 7, codec: onlyMulticast(ipv6, false) },
]
const localAttributes = [
  { constant: 'IFLA_GENEVE_LOCAL', number: 17, codec: ipv4 },
  { constant: 'IFLA_GENEVE_LOCAL6', number: 18, codec: ipv6 },
]

const fixed = { changeable: false } as const

export const geneveAttributes = attributes({
  /** Virtual network identifier (VNI), 0 to 2^24-1. `id` */
  id: attribute('IFLA_GENEVE_ID', 1, u32({ max: 0xff_ffff }), fixed),
  /**
   * The other end, unicast. It can be changed within its family; a change of an IPv6 one turns `udp6ZeroCsumTx` and `udp6ZeroCsumRx` off
   * (geneve_nl2info). `remote`
   */
  remote: attributeByValue(remoteAttributes, byFamily),
  /** Source address of the outer packets, and the one that packets are taken at (Linux 7.2). `local` */
  local: attributeByValue(localAttributes, byFamily, fixed),
  /** Hop limit of the outer packets; 0 (the default) is the kernel's choice. Turns `ttlInherit` off. `ttl` */
  ttl: attribute('IFLA_GENEVE_TTL', 3, u8()),
  /** The inner packet's hop limit. `ttl inherit` */
  ttlInherit: attribute('IFLA_GENEVE_TTL_INHERIT', 12, bool),
  /** Type of service of the outer packets; 1 inherits the inner packet's. `tos` */
  tos: attribute('IFLA_GENEVE_TOS', 4, u8()),
  /** Don't-fragment bit of the outer IPv4 packets. `df` */
  df: attribute('IFLA_GENEVE_DF', 13, enumeration(u8(), 'GENEVE_DF', { unset: 0, set: 1, inherit: 2 })),
  /** IPv6 flow label of the outer packets, 0 to 2^20-1; needs an IPv6 `remote`. `flowlabel` */
  flowLabel: attribute('IFLA_GENEVE_LABEL', 11, be32({ max: 0xf_ffff })),
  /** UDP destination port. Absent: IANA's 6081. `dstport` */
  dstPort: attribute('IFLA_GENEVE_PORT', 5, be16({ min: 1 }), fixed),
  /** UDP source ports to spread flows over (Linux 6.15). */
  srcPort: attribute('IFLA_GENEVE_PORT_RANGE', 15, genevePortRange, fixed),
  /** One link for all VNIs: routes, rules or eBPF choose them. Nothing of such a link can be changed. `external` */
  external: attribute('IFLA_GENEVE_COLLECT_METADATA', 6, flag, fixed),
  /** UDP checksums over IPv4; off unless `true`. `udpcsum` */
  udpCsum: attribute('IFLA_GENEVE_UDP_CSUM', 8, bool, fixed),
  /** Send zero UDP checksums over IPv6. `udp6zerocsumtx` */
  udp6ZeroCsumTx: attribute('IFLA_GENEVE_UDP_ZERO_CSUM6_TX', 9, bool, fixed),
  /** Accept zero UDP checksums over IPv6; off unless `true`, with `external` on. `udp6zerocsumrx` */
  udp6ZeroCsumRx: attribute('IFLA_GENEVE_UDP_ZERO_CSUM6_RX', 10, bool, fixed),
  /** Carries IP packets without Ethernet; the link has no MAC address then (Linux 5.18). `innerprotoinherit` */
  innerProtoInherit: attribute('IFLA_GENEVE_INNER_PROTO_INHERIT', 14, flag, fixed),
  /** Carries a hint for GRO in a header option, for tunnels in this one (Linux 7.0). */
  groHint: attribute('IFLA_GENEVE_GRO_HINT', 16, flag, fixed),
})

const perPacket = [
  'id',
  'remote',
  'local',
  'ttl',
  'ttlInherit',
  'tos',
  'df',
  'flowLabel',
  'udpCsum',
  'udp6ZeroCsumTx',
] as const

const isLinkLocal = (remote: AddressIn) => {
  const bytes = ipBytes(remote)
  return bytes.length === 16 && bytes[0] === 0xfe && ((bytes[1] as number) & 0xc0) === 0x80
}

/** What geneve_nl2info refuses late, and what it takes of one IP and uses for the other. */
function checkRemote(data: Readonly<Values>): void {
  if (data.remote === undefined) return
  const isIpv4 = familyOf(data, 'remote') === 'inet'
  const remote = data.remote as AddressIn
  if (isLinkLocal(remote)) throw new Rejection('an address that is not link-local', remote).within('remote')
  if (isIpv4) {
    const why = 'it is of IPv6, and the remote is IPv4'
    refuse(data, ['udp6ZeroCsumTx', 'udp6ZeroCsumRx'], why)
    if (data.flowLabel !== 0) refuse(data, ['flowLabel'], why)
  } else refuse(data, ['udpCsum'], 'it is of IPv4, and the remote is IPv6, where checksums are on')
}

function checkNew(data: Readonly<Values>): void {
  if (data.external !== true) {
    required(data, 'id', 'an integer from 0 to 16777215 (or external)')
    required(data, 'remote', 'the address of the other end (or external)')
    return
  }
  refuse(data, perPacket, 'beside external routes, rules or eBPF say it of each packet')
  if (data.udp6ZeroCsumRx === false)
    throw new Rejection('true, or nothing: beside external the kernel accepts them', false).within('udp6ZeroCsumRx')
}

function check(data: Readonly<Values>, when: 'create' | 'update'): void {
  if (when === 'create') checkNew(data)
  if (data.ttlInherit !== undefined && data.ttl !== undefined)
    throw new Rejection('nothing beside ttl: of the two the kernel takes ttlInherit alone', data.ttlInherit).within(
      'ttlInherit',
    )
  checkRemote(data)
  checkFamilies(data, 'remote')
}

export const geneve: LinkKind<'geneve', typeof geneveAttributes, GeneveLink> = {
  kind: 'geneve',
  config: 'CONFIG_GENEVE',
  attributes: geneveAttributes,
  check,
}

interface Own extends Infer<typeof geneveAttributes> {}

// Narrowed members: what they are, the comments of the rows say.
type Identity =
  | { readonly id: number; readonly remote: AddressIn; readonly external?: false | undefined }
  | { readonly external: true; readonly id?: undefined; readonly remote?: undefined }

/** What {@link createGeneve} takes. */
export type GeneveOptions = CreateOptions & Own & Identity

/** What a geneve link has of its own. */
export interface GeneveData extends InferResult<typeof geneveAttributes> {}
export interface GeneveLink extends LinkOf<'geneve', GeneveData> {}

/**
 * Creates a GENEVE link. `ip link add gnv0 type geneve id 99 remote 192.0.2.2`
 *
 * Its MTU follows from the route to `remote`, where there is one. The kernel opens the UDP port when the link goes up.
 * Throws KernelError EEXIST where there is a link of this name, EBUSY where there is one with this `id`, `remote` and port,
 * EPERM where one of the two on a port is `external`. Needs CAP_NET_ADMIN and CONFIG_GENEVE.
 *
 * @example
 * await createGeneve({ name: 'gnv0', id: 99, remote: '192.0.2.2', up: true })
 */
export const createGeneve = createVerb<GeneveOptions, GeneveLink>(geneve)
