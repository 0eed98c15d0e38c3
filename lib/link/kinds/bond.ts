/** Bond: several links, its ports, used as one. `ip link add … type bond` */
import { ipBytes, ipv4, ipv6, mac } from '../../codec/addresses.js'
import { enumeration } from '../../codec/enumeration.js'
import { bool, u8, u16, u32 } from '../../codec/integers.js'
import { arrayOf, nested } from '../../codec/nest.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributes, type Infer, type InferResult, readOnly } from '../../codec/table.js'
import { type CreateOptions, createVerb } from '../create.js'
import { linkRef } from '../index-codec.js'
import type { LinkKind, Values } from '../kind.js'
import type { LinkOf } from '../link.js'

const mode = enumeration(u8(), 'BOND_MODE', {
  'balance-rr': [0, 'BOND_MODE_ROUNDROBIN'],
  'active-backup': [1, 'BOND_MODE_ACTIVEBACKUP'],
  'balance-xor': [2, 'BOND_MODE_XOR'],
  broadcast: 3,
  '802.3ad': [4, 'BOND_MODE_8023AD'],
  'balance-tlb': [5, 'BOND_MODE_TLB'],
  'balance-alb': [6, 'BOND_MODE_ALB'],
})

const xmitHashPolicy = enumeration(u8(), 'BOND_XMIT_POLICY', {
  layer2: [0, 'BOND_XMIT_POLICY_LAYER2'],
  'layer3+4': [1, 'BOND_XMIT_POLICY_LAYER34'],
  'layer2+3': [2, 'BOND_XMIT_POLICY_LAYER23'],
  'encap2+3': [3, 'BOND_XMIT_POLICY_ENCAP23'],
  'encap3+4': [4, 'BOND_XMIT_POLICY_ENCAP34'],
  'vlan+srcmac': [5, 'BOND_XMIT_POLICY_VLAN_SRCMAC'],
})

// The numbers of these have names in the kernel's own headers only (net/bonding.h, net/bond_3ad.h).
const arpValidate = enumeration(u32(), undefined, {
  none: 0, active: 1, backup: 2, all: 3, filter: 4, filter_active: 5, filter_backup: 6,
}) // biome-ignore format: a list of numbers reads better in rows
const arpAllTargets = enumeration(u32(), undefined, { any: 0, all: 1 })
const primaryReselect = enumeration(u8(), undefined, { always: 0, better: 1, failure: 2 })
const failOverMac = enumeration(u8(), undefined, { none: 0, active: 1, follow: 2 })
const lacpRate = enumeration(u8(), undefined, { slow: 0, fast: 1 })
const adSelect = enumeration(u8(), undefined, { stable: 0, bandwidth: 1, count: 2, prio: 3 })

const LARGEST = 0x7fff_ffff
const milliseconds = u32({ max: LARGEST })

export const bondAdInfoAttributes = attributes({
  /** The aggregator in use. */
  aggregator: attribute('IFLA_BOND_AD_INFO_AGGREGATOR', 1, u16(), readOnly),
  /** Its ports. */
  numPorts: attribute('IFLA_BOND_AD_INFO_NUM_PORTS', 2, u16(), readOnly),
  /** Key of this end. */
  actorKey: attribute('IFLA_BOND_AD_INFO_ACTOR_KEY', 3, u16(), readOnly),
  /** Key of the other end. */
  partnerKey: attribute('IFLA_BOND_AD_INFO_PARTNER_KEY', 4, u16(), readOnly),
  /** MAC address of the other end; zeroes where there is none that speaks LACP. */
  partnerMac: attribute('IFLA_BOND_AD_INFO_PARTNER_MAC', 5, mac, readOnly),
})

export const bondAttributes = attributes({
  /** How packets are shared among the ports; balance-rr without. Can be changed only while down and without ports. `mode` */
  mode: attribute('IFLA_BOND_MODE', 1, mode),
  /**
   * The port in use, in the modes active-backup, balance-tlb and balance-alb; `null`: as the bond finds best. Only of a bond
   * that exists: before, it has no ports. `active_slave`, `clear_active_slave`
   */
  activeSlave: attribute('IFLA_BOND_ACTIVE_SLAVE', 2, linkRef),
  /** Milliseconds between two looks at the carriers; 0 (without) is never: then a dead port stays in use. `miimon` */
  miimon: attribute('IFLA_BOND_MIIMON', 3, milliseconds),
  /** Milliseconds until a port that works again is used, a multiple of `miimon`. `updelay` */
  updelay: attribute('IFLA_BOND_UPDELAY', 4, milliseconds),
  /** Milliseconds until a port that fails is no longer used, a multiple of `miimon`. `downdelay` */
  downdelay: attribute('IFLA_BOND_DOWNDELAY', 5, milliseconds),
  /** Milliseconds between two announcements of `numPeerNotif`, a multiple of `miimon`, at most 300000. `peer_notify_delay` */
  peerNotifyDelay: attribute('IFLA_BOND_PEER_NOTIF_DELAY', 28, u32({ max: 300_000 })),
  /** Ask the link, not its driver's MII registers; on without, and since Linux 6.18 always. `use_carrier` */
  useCarrier: attribute('IFLA_BOND_USE_CARRIER', 6, bool),
  /**
   * Milliseconds between two ARP probes of `arpIpTarget`; 0 (without) is never. Instead of `miimon`: one switches the other off. Not in
   * the modes 802.3ad, balance-tlb and balance-alb. `arp_interval`
   */
  arpInterval: attribute('IFLA_BOND_ARP_INTERVAL', 7, milliseconds),
  /** IPv4 addresses to probe, at most 16. `arp_ip_target` */
  arpIpTarget: attribute(
    'IFLA_BOND_ARP_IP_TARGET',
    8,
    arrayOf(ipv4, { constant: 'IFLA_BOND_ARP_IP_TARGET', number: 'offset' }),
  ),
  /** IPv6 addresses to probe, at most 16 (Linux 5.18). `ns_ip6_target` */
  nsIp6Target: attribute(
    'IFLA_BOND_NS_IP6_TARGET',
    31,
    arrayOf(ipv6, { constant: 'IFLA_BOND_NS_IP6_TARGET', number: 'offset' }),
  ),
  /** Which ports' answers to probes are checked. `arp_validate` */
  arpValidate: attribute('IFLA_BOND_ARP_VALIDATE', 9, arpValidate),
  /** Whether one target that answers is enough. `arp_all_targets` */
  arpAllTargets: attribute('IFLA_BOND_ARP_ALL_TARGETS', 10, arpAllTargets),
  /** Probes without answer until a port counts as failed, 1 to 255; 2 without (Linux 5.17). `arp_missed_max` */
  arpMissedMax: attribute('IFLA_BOND_MISSED_MAX', 30, u8({ min: 1 })),
  /**
   * The port that is used whenever it works, in the modes active-backup, balance-tlb and balance-alb; `null` is none. Told
   * once it is a port. `primary`
   */
  primary: attribute('IFLA_BOND_PRIMARY', 11, linkRef),
  /** When `primary` is used again after a failure. `primary_reselect` */
  primaryReselect: attribute('IFLA_BOND_PRIMARY_RESELECT', 12, primaryReselect),
  /** Whose MAC address the ports have; can be changed only without ports. `fail_over_mac` */
  failOverMac: attribute('IFLA_BOND_FAIL_OVER_MAC', 13, failOverMac),
  /** What chooses the port of a packet in the modes balance-xor, 802.3ad and balance-tlb. `xmit_hash_policy` */
  xmitHashPolicy: attribute('IFLA_BOND_XMIT_HASH_POLICY', 14, xmitHashPolicy),
  /** IGMP reports that are sent anew after a failure, 0 to 255; 1 without. `resend_igmp` */
  resendIgmp: attribute('IFLA_BOND_RESEND_IGMP', 15, u32({ max: 255 })),
  /** Announcements (gratuitous ARP, unsolicited neighbour advertisements) after a failure; 1 without. `num_grat_arp`, `num_unsol_na` */
  numPeerNotif: attribute('IFLA_BOND_NUM_PEER_NOTIF', 16, u8()),
  /** Take what comes in on ports that are not in use. `all_slaves_active` */
  allSlavesActive: attribute('IFLA_BOND_ALL_SLAVES_ACTIVE', 17, bool),
  /** Ports that must work for the bond to have a carrier. `min_links` */
  minLinks: attribute('IFLA_BOND_MIN_LINKS', 18, u32({ max: LARGEST })),
  /** Seconds between two packets that teach the switches, in the modes balance-tlb and balance-alb; 1 without. `lp_interval` */
  lpInterval: attribute('IFLA_BOND_LP_INTERVAL', 19, u32({ min: 1, max: LARGEST })),
  /** Packets until the next port's turn, only in mode balance-rr; 1 without, 0 is at random. `packets_per_slave` */
  packetsPerSlave: attribute('IFLA_BOND_PACKETS_PER_SLAVE', 20, u32({ max: 65_535 })),
  /** Share streams anew by load; on without. Only in the modes balance-tlb and balance-alb, while down. `tlb_dynamic_lb` */
  tlbDynamicLb: attribute('IFLA_BOND_TLB_DYNAMIC_LB', 27, bool),
  /** Speak LACP unasked; on without. Only in mode 802.3ad, while down (Linux 5.16). `lacp_active` */
  lacpActive: attribute('IFLA_BOND_AD_LACP_ACTIVE', 29, bool),
  /** Whether the other end speaks each second or each 30 seconds. Only in mode 802.3ad, while down. `lacp_rate` */
  lacpRate: attribute('IFLA_BOND_AD_LACP_RATE', 21, lacpRate),
  /** What chooses the aggregator in mode 802.3ad; can be changed only while down. `prio` since Linux 6.18. `ad_select` */
  adSelect: attribute('IFLA_BOND_AD_SELECT', 22, adSelect),
  /** What mode 802.3ad has come to; only in that mode. */
  adInfo: attribute('IFLA_BOND_AD_INFO', 23, nested(bondAdInfoAttributes), readOnly),
  /** Priority of this end in LACP, 1 to 65535 (without). Only in mode 802.3ad; told to those with CAP_NET_ADMIN. `ad_actor_sys_prio` */
  adActorSysPrio: attribute('IFLA_BOND_AD_ACTOR_SYS_PRIO', 24, u16({ min: 1 })),
  /** Upper bits of the key in LACP, 0 to 1023. Only in mode 802.3ad, while down; told to those with CAP_NET_ADMIN. `ad_user_port_key` */
  adUserPortKey: attribute('IFLA_BOND_AD_USER_PORT_KEY', 25, u16({ max: 1023 })),
  /** MAC address of this end in LACP; the bond's own without. Only in mode 802.3ad; told to those with CAP_NET_ADMIN. `ad_actor_system` */
  adActorSystem: attribute('IFLA_BOND_AD_ACTOR_SYSTEM', 26, mac),
  /** Collecting and distributing are one state in LACP; on without. Only in mode 802.3ad, while down (Linux 6.9). `coupled_control` */
  coupledControl: attribute('IFLA_BOND_COUPLED_CONTROL', 32, bool),
  /** ARP and neighbour discovery leave by all ports. Only in mode 802.3ad (Linux 6.17). `broadcast_neighbor` */
  broadcastNeighbour: attribute('IFLA_BOND_BROADCAST_NEIGH', 33, bool),
  /** No carrier unless LACP has brought a port into use. Only in mode 802.3ad (Linux 7.2). `lacp_strict` */
  lacpStrict: attribute('IFLA_BOND_LACP_STRICT', 34, bool),
})

const delays = ['updelay', 'downdelay', 'peerNotifyDelay'] as const

/** The kernel answers EPERM to a delay without `miimon`, and rounds down what is not a multiple of it. */
function checkDelays(data: Readonly<Values>, when: 'create' | 'update'): void {
  const miimon = data.miimon ?? (when === 'create' ? 0 : undefined)
  if (typeof miimon !== 'number') return
  for (const name of delays) {
    const delay = data[name]
    if (typeof delay !== 'number' || delay === 0) continue
    if (miimon === 0) throw new Rejection('nothing but 0 without miimon', delay).within(name)
    if (delay % miimon !== 0) throw new Rejection(`a multiple of miimon (${miimon})`, delay).within(name)
  }
}

const MOST_TARGETS = 16

/** Of all zeroes, of all ones, the loopback of IPv6, and its multicast. */
function isNoTarget(bytes: Uint8Array): boolean {
  if (bytes.length === 4) return bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff)
  return bytes[0] === 0xff || (bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] as number) <= 1)
}

/** bond_changelink forgets the old targets before it looks at the new ones, and leaves out those above the 16th. */
function checkTargets(targets: unknown): void {
  if (!Array.isArray(targets)) return
  if (targets.length > MOST_TARGETS) throw new Rejection(`at most ${MOST_TARGETS} addresses`, targets)
  const known = new Set<string>()
  for (const [i, target] of targets.entries()) {
    within(`[${i}]`, () => {
      const bytes = ipBytes(target)
      if (isNoTarget(bytes)) throw new Rejection('the address of one host', target)
      if (known.has(bytes.join())) throw new Rejection('an address that is not in the list yet', target)
      known.add(bytes.join())
    })
  }
}

function check(data: Readonly<Values>, when: 'create' | 'update'): void {
  if (when === 'create' && data.activeSlave !== undefined && data.activeSlave !== null)
    throw new Rejection('nothing: a bond that is being made has no ports', data.activeSlave).within('activeSlave')
  if (Number(data.miimon ?? 0) > 0 && Number(data.arpInterval ?? 0) > 0)
    throw new Rejection('nothing but 0 beside miimon: one of the two monitors the ports', data.arpInterval).within(
      'arpInterval',
    )
  checkDelays(data, when)
  for (const name of ['arpIpTarget', 'nsIp6Target']) within(name, () => checkTargets(data[name]))
}

export const bond: LinkKind<'bond', typeof bondAttributes, BondLink> = {
  kind: 'bond',
  config: 'CONFIG_BONDING',
  attributes: bondAttributes,
  check,
}

export interface BondOptions extends CreateOptions, Infer<typeof bondAttributes> {}
/** What a bond link has of its own. */
export interface BondData extends InferResult<typeof bondAttributes> {}
export interface BondLink extends LinkOf<'bond', BondData> {}

/**
 * Creates a bond. `ip link add bond0 type bond mode 802.3ad miimon 100`
 *
 * Links that are down become its ports by `updateLink('eth1', { master: 'bond0' })`; the bond brings them up. Give it `miimon` or
 * `arpInterval`: without, it notices no failure. bond_changelink takes the options in an order of its own, `mode` first. Throws
 * KernelError EACCES for an option that is not of the `mode`, EBUSY and ENOTEMPTY in a change that needs the bond down or
 * without ports, EPERM for a delay while `miimon` is off, EEXIST where there is a link of this name. Needs CAP_NET_ADMIN and
 * CONFIG_BONDING.
 *
 * @example
 * await createBond({ name: 'bond0', mode: '802.3ad', miimon: 100, lacpRate: 'fast', up: true })
 * await updateLink('eth1', { up: false })
 * await updateLink('eth1', { master: 'bond0' })
 */
export const createBond = createVerb<BondOptions, BondLink>(bond)
