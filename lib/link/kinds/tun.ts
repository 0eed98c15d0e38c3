/** tun and tap: links whose other end is a program. `ip tuntap add … mode tun | tap` */
import { enumeration } from '../../codec/enumeration.js'
import { bool, u8, u32 } from '../../codec/integers.js'
import { attribute, attributes, type InferResult } from '../../codec/table.js'
import type { Steps } from '../../netlink/operation.js'
import { verb } from '../../rtnetlink/operation.js'
import type { LinkKind } from '../kind.js'
import type { LinkOf } from '../link.js'
import { createTuntap, type EthernetOptions, type PacketOptions } from '../tuntap.js'

// Numbers of users and groups: the highest is nobody's (INVALID_UID).
const identity = () => u32({ max: 0xffff_fffe })
// Netlink only tells them; what can be chosen is chosen by ioctl when the link is made.
const told = { readOnly: true, changeable: false } as const

export const tunAttributes = attributes({
  /**
   * The user who may attach to it without CAP_NET_ADMIN; one who is not in its `group`, where that is given too, may not. Neither:
   * whoever may open /dev/net/tun (tun_not_capable). `user`
   */
  user: attribute('IFLA_TUN_OWNER', 1, identity(), told),
  /** The group of users who may attach to it, a number like `user`; not the group of links. `group` */
  group: attribute('IFLA_TUN_GROUP', 2, identity(), told),
  /** `'tun'` carries IP packets, `'tap'` Ethernet frames. `mode` */
  type: attribute('IFLA_TUN_TYPE', 3, enumeration(u8(), 'IFF', { tun: 1, tap: 2 }), told),
  /** Before each packet stand four bytes: 16 bits of flags, and the protocol in network order (struct tun_pi). `pi` */
  pi: attribute('IFLA_TUN_PI', 4, bool, told),
  /** Before each packet, and behind `pi`, stand the ten bytes of struct virtio_net_hdr. `vnet_hdr` */
  vnetHdr: attribute('IFLA_TUN_VNET_HDR', 5, bool, told),
  /** It stays when nobody is attached to it. */
  persist: attribute('IFLA_TUN_PERSIST', 6, bool, told),
  /** Many may attach to it, each with a queue of its own: up to 256. `multi_queue` */
  multiQueue: attribute('IFLA_TUN_MULTI_QUEUE', 7, bool, told),
  /** How many are attached to it, where many may. */
  numQueues: attribute('IFLA_TUN_NUM_QUEUES', 8, u32(), told),
  /** How many of those have switched their queue off. */
  numDisabledQueues: attribute('IFLA_TUN_NUM_DISABLED_QUEUES', 9, u32(), told),
})

export const tun: LinkKind<'tun', typeof tunAttributes, TunLink> & { readonly madeBy: string } = {
  kind: 'tun',
  config: 'CONFIG_TUN',
  attributes: tunAttributes,
  madeBy: 'createTun and createTap',
}

/** What a tun or tap link has of its own. */
export interface TunData extends InferResult<typeof tunAttributes> {}
export interface TunLink extends LinkOf<'tun', TunData> {}

type Chosen = Pick<TunData, 'user' | 'group' | 'pi' | 'vnetHdr' | 'multiQueue'>
type OwnOptions = { readonly [K in keyof Chosen]?: Chosen[K] | undefined } & {
  /** Of no effect in the kernel, which remembers it for `ip tuntap`. `one_queue` */
  readonly oneQueue?: boolean | undefined
}

/** `group` is the group of users; the group of links is changed with `updateLink`. */
export type TunOptions = PacketOptions & OwnOptions
/** `group` is the group of users; the group of links is changed with `updateLink`. */
export type TapOptions = EthernetOptions & OwnOptions

/**
 * Creates a tun link, whose other end is a program that reads and writes IP packets. `ip tuntap add dev tun0 mode tun user 1000`
 *
 * It persists, and has no carrier while no program is attached: {@link openTun}. The kernel makes such a link by an ioctl of
 * /dev/net/tun and not by netlink, so what all links have is set by a second request; where that is refused the link is deleted again.
 * Throws SystemCallError EEXIST where there is a link of this name, ENOENT or ENODEV where there is no /dev/net/tun. Needs
 * CAP_NET_ADMIN and CONFIG_TUN.
 *
 * @example
 * await createTun({ name: 'tun0', user: 1000, up: true })
 */
export const createTun = verb(
  ({ name }: TunOptions) => `create tun link ${name}`,
  function* (options: TunOptions): Steps<TunLink> {
    return (yield* createTuntap(tun, 'tun', options)) as TunLink
  },
)

/**
 * Creates a tap link, whose other end is a program that reads and writes Ethernet frames. `ip tuntap add dev tap0 mode tap user 1000`
 *
 * It is of kind `'tun'`, with `'tap'` in `data.type`. It persists, and has no carrier while no program is attached: {@link openTap}.
 * What all links have is set by a second request; where that is refused the link is deleted again. Throws SystemCallError EEXIST
 * where there is a link of this name, ENOENT or ENODEV where there is no /dev/net/tun. Needs CAP_NET_ADMIN and CONFIG_TUN.
 *
 * @example
 * await createTap({ name: 'tap0', user: 1000, multiQueue: true, master: 'br0', up: true })
 */
export const createTap = verb(
  ({ name }: TapOptions) => `create tap link ${name}`,
  function* (options: TapOptions): Steps<TunLink> {
    return (yield* createTuntap(tun, 'tap', options)) as TunLink
  },
)
