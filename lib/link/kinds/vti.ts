/** vti: packets that IPsec carries over IPv4, chosen by mark. `ip link add … type vti` */
import { ipv4 } from '../../codec/addresses.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkShortWords } from '../tunnel/gre-flags.js'
import { vtiRows } from '../tunnel/vti.js'

export const vtiAttributes = attributes({
  ...vtiRows,
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_VTI_LOCAL', 4, ipv4),
  /** The other end. `remote` */
  remote: attribute('IFLA_VTI_REMOTE', 5, ipv4),
})

export const vti: LinkKind<'vti', typeof vtiAttributes, VtiLink> = {
  kind: 'vti',
  config: 'CONFIG_NET_IPVTI',
  attributes: vtiAttributes,
  changesAreWhole: true,
  check: checkShortWords,
}

export interface VtiOptions extends CreateOptions, Infer<typeof vtiAttributes> {}
/** What a vti link has of its own. */
export interface VtiData extends InferResult<typeof vtiAttributes> {}
export interface VtiLink extends LinkOf<'vti', VtiData> {}

/**
 * Creates a link for IPsec over IPv4. `ip link add vti1 type vti local 192.0.2.1 remote 192.0.2.2 key 42`
 *
 * What it sends and receives is what the XFRM policies and states with its marks say. The first one makes the fall-back device
 * `ip_vti0` appear. A change of `dev` or `fwmark` computes the MTU anew, unless the same call sets it. Throws KernelError EEXIST
 * where there is a link of this name, or one with these ends: `ip_vti0` has none, so a link needs at least one. Needs
 * CAP_NET_ADMIN and CONFIG_NET_IPVTI.
 *
 * @example
 * await createVti({ name: 'vti1', local: '192.0.2.1', remote: '192.0.2.2', key: 42, up: true })
 */
export const createVti = createVerb<VtiOptions, VtiLink>(vti)
