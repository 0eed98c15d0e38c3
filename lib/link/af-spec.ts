/** IFLA_AF_SPEC: what each protocol family has on a link. */
import { ipv6 } from '../codec/addresses.js'
import type { Codec } from '../codec/codec.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { u8, u32 } from '../codec/integers.js'
import { nested } from '../codec/nest.js'
import { counters, positions } from '../codec/positions.js'
import { Rejection } from '../codec/rejection.js'
import { field, struct } from '../codec/struct.js'
import { attribute, attributes, type Infer } from '../codec/table.js'

const ipv4Settings = positions('IPV4_DEVCONF', {
  forwarding: 1, mcForwarding: 2, proxyArp: 3, acceptRedirects: 4, secureRedirects: 5, sendRedirects: 6, sharedMedia: 7, rpFilter: 8,
  acceptSourceRoute: 9, bootpRelay: 10, logMartians: 11, tag: 12, arpFilter: [13, 'IPV4_DEVCONF_ARPFILTER'], mediumId: 14,
  disableXfrm: [15, 'IPV4_DEVCONF_NOXFRM'], disablePolicy: [16, 'IPV4_DEVCONF_NOPOLICY'], forceIgmpVersion: 17, arpAnnounce: 18, arpIgnore: 19,
  promoteSecondaries: 20, arpAccept: 21, arpNotify: 22, acceptLocal: 23, srcValidMark: [24, 'IPV4_DEVCONF_SRC_VMARK'], proxyArpPvlan: 25,
  routeLocalnet: 26, igmpv2UnsolicitedReportInterval: 27, igmpv3UnsolicitedReportInterval: 28, ignoreRoutesWithLinkdown: 29,
  dropUnicastInL2Multicast: 30, dropGratuitousArp: 31, bcForwarding: 32, arpEvictNocarrier: 33,
}, 1) // biome-ignore format: a list of numbers reads better in rows

const ipv6Settings = positions('DEVCONF', {
  forwarding: 0, hopLimit: [1, 'DEVCONF_HOPLIMIT'], mtu: [2, 'DEVCONF_MTU6'], acceptRa: 3, acceptRedirects: 4, autoconf: 5, dadTransmits: 6,
  routerSolicitations: [7, 'DEVCONF_RTR_SOLICITS'], routerSolicitationInterval: [8, 'DEVCONF_RTR_SOLICIT_INTERVAL'],
  routerSolicitationDelay: [9, 'DEVCONF_RTR_SOLICIT_DELAY'], useTempaddr: 10, tempValidLft: 11, tempPreferedLft: 12, regenMaxRetry: 13,
  maxDesyncFactor: 14, maxAddresses: 15, forceMldVersion: 16, acceptRaDefrtr: 17, acceptRaPinfo: 18, acceptRaRtrPref: 19,
  routerProbeInterval: [20, 'DEVCONF_RTR_PROBE_INTERVAL'], acceptRaRtInfoMaxPlen: 21, proxyNdp: 22, optimisticDad: 23, acceptSourceRoute: 24,
  mcForwarding: 25, disableIpv6: [26, 'DEVCONF_DISABLE_IPV6'], acceptDad: 27, forceTllao: 28, ndiscNotify: 29, mldv1UnsolicitedReportInterval: 30,
  mldv2UnsolicitedReportInterval: 31, suppressFragNdisc: 32, acceptRaFromLocal: 33, useOptimistic: 34, acceptRaMtu: 35, stableSecret: 36,
  useOifAddrsOnly: 37, acceptRaMinHopLimit: 38, ignoreRoutesWithLinkdown: 39, dropUnicastInL2Multicast: 40, dropUnsolicitedNa: 41,
  keepAddrOnDown: 42, routerSolicitationMaxInterval: [43, 'DEVCONF_RTR_SOLICIT_MAX_INTERVAL'], seg6Enabled: 44, seg6RequireHmac: 45, enhancedDad: 46,
  addrGenMode: 47, disablePolicy: 48, acceptRaRtInfoMinPlen: 49, ndiscTclass: 50, rplSegEnabled: 51, raDefrtrMetric: 52, ioam6Enabled: 53,
  ioam6Id: 54, ioam6IdWide: 55, ndiscEvictNocarrier: 56, acceptUntrackedNa: 57, acceptRaMinLft: 58, forceForwarding: 59,
}, 0) // biome-ignore format: as above

// The kernel's IF_RA_… and IF_READY stand in no header for programs.
const ipv6Flags = flags(u32(), undefined, {
  rsSent: 0x10, raReceived: 0x20, raManaged: 0x40, raOtherConf: 0x80, ready: 0x8000_0000,
}) // biome-ignore format: as above

const addrGenMode = enumeration(u8(), 'IN6_ADDR_GEN_MODE', {
  eui64: [0, 'IN6_ADDR_GEN_MODE_EUI64'],
  none: 1,
  stablePrivacy: 2,
  random: 3,
})

const cacheInfo = struct('ifla_cacheinfo', {
  /** Longest packet that is put together from fragments, in bytes. */
  maxReasmLen: field('max_reasm_len', u32()),
  /** When the settings were changed last: hundredths of a second since the machine started. */
  timestamp: field('tstamp', u32()),
  /** Milliseconds that a neighbour counts as reachable. */
  reachableTime: field('reachable_time', u32()),
  /** Milliseconds between two solicitations. */
  retransTime: field('retrans_time', u32()),
})

const PREFIX_BYTES = 8

/** inet6_set_iftoken takes the last eight bytes and overlooks the others. */
const token: Codec<string | Uint8Array, string> = {
  ...ipv6,
  expected: 'an IPv6 address whose first 64 bits are zero',
  write(writer, value) {
    const at = writer.position
    ipv6.write(writer, value)
    if (writer.bytes.subarray(at, at + PREFIX_BYTES).some((byte) => byte !== 0))
      throw new Rejection(token.expected, value)
  },
}

export const ipv4Attributes = attributes({
  /** The settings of `net.ipv4.conf` by their words there: `conf.rpFilter`. A newer kernel's by their numbers. */
  conf: attribute('IFLA_INET_CONF', 1, ipv4Settings, { readOnly: true }),
})

export const ipv6Attributes = attributes({
  /** How far autoconfiguration has come; IF_RA_… and IF_READY, as numbers where they have no name here. */
  flags: attribute('IFLA_INET6_FLAGS', 1, ipv6Flags, { readOnly: true }),
  /** The settings of `net.ipv6.conf` by their words there: `conf.acceptRa`. A newer kernel's by their numbers; times in milliseconds. */
  conf: attribute('IFLA_INET6_CONF', 2, ipv6Settings, { readOnly: true }),
  /**
   * Counters, in the order of IPSTATS_MIB_… of the running kernel, the first of all being how many there are. That order is not
   * the same everywhere: Linux 6.15 rearranged it without a sign by which one could tell.
   */
  statistics: attribute('IFLA_INET6_STATS', 3, counters, { readOnly: true }),
  cacheInfo: attribute('IFLA_INET6_CACHEINFO', 5, cacheInfo, { readOnly: true }),
  /** Counters of ICMPv6, in the order of ICMP6_MIB_…: how many there are, in, in with errors, out, out with errors, … */
  icmpStatistics: attribute('IFLA_INET6_ICMP6STATS', 6, counters, { readOnly: true }),
  /**
   * Last 64 bits of the addresses that autoconfiguration makes; `'::'` is none. The kernel takes one (inet6_set_iftoken) where
   * router advertisements are accepted: no loopback, no `arp: false`, no forwarding. `ip token set`
   */
  token: attribute('IFLA_INET6_TOKEN', 7, token),
  /**
   * What link-local addresses are made of when the link goes up: `'eui64'` (its MAC address, the kernel's default), a secret
   * (`'stablePrivacy'`, refused unless `net.ipv6.conf.….stable_secret` holds one; or `'random'`, which makes one), or nothing (`'none'`). `addrgenmode`
   */
  addrGenMode: attribute('IFLA_INET6_ADDR_GEN_MODE', 8, addrGenMode),
  /** MTU of the last router advertisement; absent without one. Linux 5.15. */
  raMtu: attribute('IFLA_INET6_RA_MTU', 9, u32(), { readOnly: true }),
})

export const mctpAttributes = attributes({
  /** Number of the MCTP network. */
  net: attribute('IFLA_MCTP_NET', 1, u32(), { readOnly: true }),
  /** What it runs over, by the numbers of DSP0239. Linux 6.13. */
  physBinding: attribute('IFLA_MCTP_PHYS_BINDING', 2, u8(), { readOnly: true }),
})

export const afSpecAttributes = attributes({
  /** What IPv4 has on this link. */
  ipv4: attribute('AF_INET', 2, nested(ipv4Attributes), { readOnly: true }),
  /** What IPv6 has on this link; absent where IPv6 is switched off, or the MTU is less than 1280. */
  ipv6: attribute('AF_INET6', 10, nested(ipv6Attributes), { implicit: true }),
  /** What the Management Component Transport Protocol has on this link. Linux 5.15. */
  mctp: attribute('AF_MCTP', 45, nested(mctpAttributes), { readOnly: true }),
})

/** What of it can be set; beside the other changes of a link. */
export const ipv6Changes = ['addrGenMode', 'token'] as const
export type Ipv6Changes = Pick<Infer<typeof ipv6Attributes>, (typeof ipv6Changes)[number]>
