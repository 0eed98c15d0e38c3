/** What ipvlan and ipvtap links have of their own: the same. */
import { enumeration, flags } from '../../codec/enumeration.js'
import { u16 } from '../../codec/integers.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributes, type Infer } from '../../codec/table.js'
import type { Values } from '../kind.js'
import { requireLink, type StackedOptions } from './stacked.js'

const exclusive = flags(u16(), 'IPVLAN_F', { private: 1, vepa: 2 })

// Both are the property of the link below, not of the one above that says so (struct ipvl_port).
export const ipvlanAttributes = attributes({
  /**
   * Whether Ethernet or IP decides whose a packet is; `l3s` lets netfilter see it. One for all above one link, and the last word
   * counts: a new link without it sets `l3` for all. `l3s` needs CONFIG_IPVLAN_L3S. `mode`
   */
  mode: attribute('IFLA_IPVLAN_MODE', 1, enumeration(u16(), 'IPVLAN_MODE', { l2: 0, l3: 1, l3s: 2 })),
  /**
   * Those above one link do not speak to each other (`private`), or through the switch outside (`vepa`); none of both: here, which
   * `ip` calls `bridge`. One for all of them, and the last word counts. `private`, `vepa`, `bridge`
   */
  flags: attribute('IFLA_IPVLAN_FLAGS', 2, exclusive),
})

/** What a request may say of an ipvlan or ipvtap link. */
export interface IpvlanAttributes extends Infer<typeof ipvlanAttributes> {}

export function checkIpvlan(
  { flags: said }: Readonly<Values>,
  when: 'create' | 'update',
  common: Readonly<Values>,
): void {
  requireLink(when, common)
  const bits = Array.isArray(said) ? within('flags', () => exclusive.toBits(said)) : 0
  if (bits === exclusive.toBits(['private', 'vepa']))
    throw new Rejection("['private'], ['vepa'] or []: one excludes the other", said).within('flags')
}

/** What `createIpvlan` takes. */
export interface IpvlanOptions extends StackedOptions, IpvlanAttributes {}
