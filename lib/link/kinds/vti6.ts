/** vti6: packets that IPsec carries over IPv6, chosen by mark. `ip link add … type vti6` */
import { ipv6 } from '../../codec/addresses.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkShortWords } from '../tunnel/gre-flags.js'
import { vtiRows } from '../tunnel/vti.js'

export const vti6Attributes = attributes({
  ...vtiRows,
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_VTI_LOCAL', 4, ipv6),
  /** The other end. `remote` */
  remote: attribute('IFLA_VTI_REMOTE', 5, ipv6),
})

export const vti6: LinkKind<'vti6', typeof vti6Attributes, Vti6Link> = {
  kind: 'vti6',
  config: 'CONFIG_IPV6_VTI',
  attributes: vti6Attributes,
  changesAreWhole: true,
  check: checkShortWords,
}

export interface Vti6Options extends CreateOptions, Infer<typeof vti6Attributes> {}
/** What a vti6 link has of its own. */
export interface Vti6Data extends InferResult<typeof vti6Attributes> {}
export interface Vti6Link extends LinkOf<'vti6', Vti6Data> {}

/**
 * Creates a link for IPsec over IPv6. `ip link add vti1 type vti6 local 2001:db8::1 remote 2001:db8::2 key 42`
 *
 * What it sends and receives is what the XFRM policies and states with its marks say. The first one makes the fall-back device
 * `ip6_vti0` appear. A change of its attributes computes the MTU anew, unless the same call sets it (vti6_link_config). Throws
 * KernelError EEXIST where there is a link of this name, or one with these ends: `ip6_vti0` has none, so a link needs at least
 * one. Needs CAP_NET_ADMIN and CONFIG_IPV6_VTI.
 *
 * @example
 * await createVti6({ name: 'vti1', local: '2001:db8::1', remote: '2001:db8::2', key: 42, up: true })
 */
export const createVti6 = createVerb<Vti6Options, Vti6Link>(vti6)
