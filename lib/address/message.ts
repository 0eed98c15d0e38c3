/** RTM_*ADDR: struct ifaddrmsg and its attributes. */
import { ip } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { s32, u8, u32 } from '../codec/integers.js'
import { field, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { text } from '../codec/text.js'
import { ticks } from '../codec/ticks.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { scope } from '../rtnetlink/scope.js'

/** Bit 1 is `secondary` for IPv4 and `temporary` for IPv6. */
export const addressFlags = flags(u32(), 'IFA_F', {
  secondary: 0x1,
  noDad: [0x2, 'IFA_F_NODAD'],
  optimistic: 0x4,
  dadFailed: [0x8, 'IFA_F_DADFAILED'],
  home: [0x10, 'IFA_F_HOMEADDRESS'],
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  manageTempAddress: [0x100, 'IFA_F_MANAGETEMPADDR'],
  noPrefixRoute: [0x200, 'IFA_F_NOPREFIXROUTE'],
  autoJoin: [0x400, 'IFA_F_MCAUTOJOIN'],
  stablePrivacy: 0x800,
})

export const protocol = enumeration(u8(), 'IFAPROT', {
  unspec: 0,
  kernelLo: 1,
  kernelRa: 2,
  kernelLl: 3,
})

export const addressLifetimes = struct('ifa_cacheinfo', {
  /** Seconds; 0xffffffff is for ever. */
  preferred: field('ifa_prefered', u32()),
  /** Seconds; 0xffffffff is for ever. */
  valid: field('ifa_valid', u32()),
  /** Seconds from boot until it was made. */
  created: field('cstamp', ticks),
  /** Seconds from boot until it was changed last. */
  updated: field('tstamp', ticks),
})

export const addressAttributes = attributes({
  /** The prefix's own address: the peer's on a point-to-point link, else the same as `local`. */
  address: attribute('IFA_ADDRESS', 1, ip),
  local: attribute('IFA_LOCAL', 2, ip),
  /** Name of an IPv4 address, starting with the link's. `label` */
  label: attribute('IFA_LABEL', 3, text(15)),
  /** IPv4 broadcast address. `broadcast` */
  broadcast: attribute('IFA_BROADCAST', 4, ip),
  anycast: attribute('IFA_ANYCAST', 5, ip, { readOnly: true }),
  lifetimes: attribute('IFA_CACHEINFO', 6, addressLifetimes),
  multicast: attribute('IFA_MULTICAST', 7, ip, { readOnly: true }),
  flags: attribute('IFA_FLAGS', 8, addressFlags),
  /** Metric of the prefix route. `metric` */
  metric: attribute('IFA_RT_PRIORITY', 9, u32()),
  /** Listed there, instead of where the operation runs; in an answer, where it was listed. */
  targetNetnsid: attribute('IFA_TARGET_NETNSID', 10, s32({ min: 0 })),
  /** Who made the address. `proto` */
  proto: attribute('IFA_PROTO', 11, protocol),
})

export const ifaddrmsg = struct('ifaddrmsg', {
  family: field('ifa_family', family),
  prefixLength: field('ifa_prefixlen', u8()),
  /** The low eight bits of IFA_FLAGS. */
  flags: field('ifa_flags', u8()),
  scope: field('ifa_scope', scope),
  index: field('ifa_index', u32()),
})

export const addressMessage = messageFormat(ifaddrmsg, addressAttributes)
