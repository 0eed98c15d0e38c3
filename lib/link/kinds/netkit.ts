/** netkit: a pair of links whose packets eBPF programs steer. `ip link add … type netkit` */
import { enumeration } from '../../codec/enumeration.js'
import { bool, u16, u32 } from '../../codec/integers.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult } from '../../codec/table.js'
import { refuse } from '../../rtnetlink/options.js'
import { type CreateOptions, createVerb } from '../create.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'
import { checkPeer, type PeerOptions, peer, preparePeer } from '../peer.js'

const policy = enumeration(u32(), 'NETKIT', { forward: [0, 'NETKIT_PASS'], blackhole: [2, 'NETKIT_DROP'] })
const mode = enumeration(u32(), 'NETKIT', { l2: [0, 'NETKIT_L2'], l3: [1, 'NETKIT_L3'] })
const scrub = enumeration(u32(), 'NETKIT_SCRUB', { none: 0, default: 1 })
const pairing = enumeration(u32(), 'NETKIT_DEVICE', { pair: 0, single: 1 })

const fixed = { changeable: false } as const

export const netkitAttributes = attributes({
  /** The other end; the kernel names it when absent. `peer` */
  peer: attribute('IFLA_NETKIT_PEER_INFO', 1, peer, { writeOnly: true, changeable: false }),
  /** This end made the pair: programs are attached to it, for both ends, and only here can the link be changed. `type` */
  primary: attribute('IFLA_NETKIT_PRIMARY', 2, bool, { readOnly: true }),
  /** What happens to packets while no program is attached; `forward` unless said. `forward`, `blackhole` */
  policy: attribute('IFLA_NETKIT_POLICY', 3, policy),
  /** The same of the other end. `peer forward`, `peer blackhole` */
  peerPolicy: attribute('IFLA_NETKIT_PEER_POLICY', 4, policy),
  /** `l3` (the default) carries IP without link-layer addresses, `l2` Ethernet. `mode` */
  mode: attribute('IFLA_NETKIT_MODE', 5, mode, fixed),
  /** `default` clears mark and priority of packets to another namespace, `none` leaves that to the program (Linux 6.12). `scrub` */
  scrub: attribute('IFLA_NETKIT_SCRUB', 6, scrub, fixed),
  /** The same of the other end (Linux 6.12). `peer scrub` */
  peerScrub: attribute('IFLA_NETKIT_PEER_SCRUB', 7, scrub, fixed),
  /** Bytes kept free before a packet, at both ends (Linux 6.14). */
  headroom: attribute('IFLA_NETKIT_HEADROOM', 8, u16(), fixed),
  /** Bytes kept free behind a packet, at both ends (Linux 6.14). */
  tailroom: attribute('IFLA_NETKIT_TAILROOM', 9, u16(), fixed),
  /** `single` makes one end alone, for queues leased from hardware (Linux 7.1; an older kernel makes a pair). */
  pairing: attribute('IFLA_NETKIT_PAIRING', 10, pairing, fixed),
})

const isOne = (codec: typeof mode | typeof pairing, value: unknown, name: 'l2' | 'single') =>
  value === name || value === codec.numberOf.get(name)

function check(data: Readonly<Values>, when: 'create' | 'update', common: Readonly<Values>): void {
  if (when === 'update') return
  if (!isOne(mode, data.mode, 'l2')) {
    const why = "only with mode 'l2' has a netkit link an address"
    refuse(common, ['address'], why)
    const other = data.peer as PeerOptions | undefined | null
    if (other) within('peer', () => refuse(other, ['address'], why))
  }
  if (isOne(pairing, data.pairing, 'single')) {
    refuse(data, ['peer', 'peerPolicy', 'peerScrub'], "with pairing 'single' there is no other end")
    if (data.policy !== undefined && within('policy', () => policy.toNumber(data.policy as 'forward')) !== 0)
      throw new Rejection("'forward', or nothing, beside pairing 'single'", data.policy).within('policy')
  }
  checkPeer(data, common)
}

export const netkit: LinkKind<'netkit', typeof netkitAttributes, NetkitLink> = {
  kind: 'netkit',
  config: 'CONFIG_NETKIT',
  attributes: netkitAttributes,
  check,
  prepare: preparePeer,
}

export interface NetkitOptions extends CreateOptions, Infer<typeof netkitAttributes> {}
/** What a netkit link has of its own. */
export interface NetkitData extends InferResult<typeof netkitAttributes> {}
export interface NetkitLink extends LinkOf<'netkit', NetkitData> {}

/**
 * Creates a pair of links (Linux 6.7). `ip link add nk0 type netkit blackhole peer blackhole name eth0 netns blue`
 *
 * Programs are attached by bpf(2), to this end. The result is this end; the peer's index is its `link` where both are in one
 * namespace. Throws KernelError EEXIST where either name is taken, and then makes neither; EACCES where an update is asked
 * of the other end, EOPNOTSUPP where `numTxQueues` is more than 1 (from Linux 7.1 on). Needs CAP_NET_ADMIN in both
 * namespaces and CONFIG_NETKIT.
 *
 * @example
 * await createNetkit({ name: 'nk0', policy: 'blackhole', peerPolicy: 'blackhole', up: true, peer: { name: 'eth0', netns: 'blue' } })
 */
export const createNetkit = createVerb<NetkitOptions, NetkitLink>(netkit)
