/** ipip: IPv4 (or MPLS) in IPv4. `ip link add … type ipip` */
import { enumeration } from '../../codec/enumeration.js'
import { flag, u8 } from '../../codec/integers.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkExternal, checkPmtuDisc, iptun4Rows } from '../tunnel/iptun.js'

const mode = enumeration(u8(), 'IPPROTO', { any: [0, 'IPPROTO_IP'], ipip: 4, mplsip: [137, 'IPPROTO_MPLS'] })

export const ipipAttributes = attributes({
  ...iptun4Rows,
  /** What is carried: IPv4, MPLS, or any of them. Absent: IPv4 alone, where `ip` says `mode any`. `mode` */
  mode: attribute('IFLA_IPTUN_PROTO', 9, mode, { changeable: false }),
  /** One link for all tunnels: routes or eBPF choose the ends, hop limit and type of service. `external` */
  external: attribute('IFLA_IPTUN_COLLECT_METADATA', 19, flag, { changeable: false }),
})

export const ipip: LinkKind<'ipip', typeof ipipAttributes, IpipLink> = {
  kind: 'ipip',
  config: 'CONFIG_NET_IPIP',
  attributes: ipipAttributes,
  changesAreWhole: true,
  check(data) {
    checkPmtuDisc(data)
    checkExternal(data)
  },
}

export interface IpipOptions extends CreateOptions, Infer<typeof ipipAttributes> {}
/** What an ipip link has of its own. */
export interface IpipData extends InferResult<typeof ipipAttributes> {}
export interface IpipLink extends LinkOf<'ipip', IpipData> {}

/**
 * Creates an ipip tunnel. `ip link add tun0 type ipip local 192.0.2.1 remote 192.0.2.2`
 *
 * The first one makes the fall-back device `tunl0` appear, which no request can change. A change of `dev` or `fwmark` computes
 * the MTU anew, unless the same call sets it. Throws KernelError EEXIST where there is a link of this name, or one with these
 * ends: `tunl0` has none, so a link needs at least one, or `external`. Needs CAP_NET_ADMIN and CONFIG_NET_IPIP.
 *
 * @example
 * await createIpip({ name: 'tun0', local: '192.0.2.1', remote: '192.0.2.2', up: true })
 */
export const createIpip = createVerb<IpipOptions, IpipLink>(ipip)
