/** bareudp: IP or MPLS straight in UDP, without a header between. `ip link add … type bareudp` */
import { enumeration } from '../../codec/enumeration.js'
import { be16, flag, u16 } from '../../codec/integers.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { required } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

const etherType = enumeration(be16(), 'ETH_P', {
  ipv4: [0x0800, 'ETH_P_IP'],
  ipv6: 0x86dd,
  mplsUc: 0x8847,
  mplsMc: 0x8848,
})

const fixed = { changeable: false } as const

export const bareudpAttributes = attributes({
  /** UDP destination port, which also is listened to. `dstport` */
  dstPort: attribute('IFLA_BAREUDP_PORT', 1, be16({ min: 1 }), fixed),
  /** What is carried: IPv4, IPv6, MPLS unicast or multicast. `ethertype` */
  etherType: attribute('IFLA_BAREUDP_ETHERTYPE', 2, etherType, fixed),
  /** Lowest UDP source port; 0 (the default) or a port from 1 to 65535. `srcportmin` */
  srcPortMin: attribute('IFLA_BAREUDP_SRCPORT_MIN', 3, u16(), fixed),
  /** Beside `ipv4` IPv6 as well, beside `mplsUc` multicast as well; with no other. `multiproto` */
  multiProto: attribute('IFLA_BAREUDP_MULTIPROTO_MODE', 4, flag, fixed),
})

/** bareudp_configure refuses the mode for other protocols. */
const multiple = ['ipv4', 'mplsUc'].flatMap((name) => [name, etherType.numberOf.get(name)])

export const bareudp: LinkKind<'bareudp', typeof bareudpAttributes, BareudpLink> = {
  kind: 'bareudp',
  config: 'CONFIG_BAREUDP',
  attributes: bareudpAttributes,
  check(data, when) {
    if (when === 'update') return
    required(data, 'dstPort', 'an integer from 1 to 65535')
    required(data, 'etherType', etherType.expected)
    if (data.multiProto === true && !multiple.includes(data.etherType as string | number))
      throw new Rejection("nothing beside this etherType: of 'ipv4' and 'mplsUc' alone", true).within('multiProto')
  },
}

type Own = Infer<typeof bareudpAttributes>

export interface BareudpOptions extends CreateOptions, Own {
  readonly dstPort: number
  readonly etherType: NonNullable<Own['etherType']>
}
/** What a bareudp link has of its own. */
export interface BareudpData extends InferResult<typeof bareudpAttributes> {}
export interface BareudpLink extends LinkOf<'bareudp', BareudpData> {}

/**
 * Creates a bareudp link. `ip link add mpls0 type bareudp dstport 6635 ethertype mpls_uc`
 *
 * Where its packets go, routes with a tunnel encapsulation say (`encap ip dst …`). Nothing of it can be changed afterwards:
 * the kernel has no bareudp_changelink. Throws KernelError EEXIST where there is a link of this name, EBUSY where there is a
 * bareudp link of this port. Needs CAP_NET_ADMIN and CONFIG_BAREUDP, which Debian's kernels do not have.
 *
 * @example
 * await createBareudp({ name: 'mpls0', dstPort: 6635, etherType: 'mplsUc', up: true })
 */
export const createBareudp = createVerb<BareudpOptions, BareudpLink>(bareudp)
