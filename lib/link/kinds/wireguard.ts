/** WireGuard: an encrypted tunnel. `ip link add … type wireguard` */
import { attributes, type InferResult } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'

export const wireguardAttributes = attributes({})

export const wireguard: LinkKind<'wireguard', typeof wireguardAttributes, WireguardLink> = {
  kind: 'wireguard',
  config: 'CONFIG_WIREGUARD',
  attributes: wireguardAttributes,
}

/** What a wireguard link has of its own. */
export interface WireguardData extends InferResult<typeof wireguardAttributes> {}
export interface WireguardLink extends LinkOf<'wireguard', WireguardData> {}

/**
 * Creates a WireGuard link, without key, port or peer. `ip link add wg0 type wireguard`
 *
 * What `wg` sets (keys, the listening port, peers and what they may send) is not rtnetlink but generic netlink, family
 * `wireguard`, and no part of this library. Its UDP socket stays in the namespace that the link was made in, also when the
 * link is born in or moves to another one. Throws KernelError EEXIST where there is a link of this name. Needs CAP_NET_ADMIN
 * and CONFIG_WIREGUARD.
 *
 * @example
 * await createWireguard({ name: 'wg0', mtu: 1420 })
 */
export const createWireguard = createVerb<CreateOptions, WireguardLink>(wireguard)
