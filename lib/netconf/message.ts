/** RTM_*NETCONF: struct netconfmsg and its attributes. */
import { enumeration } from '../codec/enumeration.js'
import { s32 } from '../codec/integers.js'
import { onlyRead } from '../codec/only-read.js'
import { field, struct } from '../codec/struct.js'
import { attribute, attributes, readOnly } from '../codec/table.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'

/** A sysctl takes any integer, and what is not 0 counts as on. */
const isOn = onlyRead<boolean>((source, start, end) => s32().read(source, start, end) !== 0)

export const netconfTarget = enumeration(s32(), 'NETCONFA_IFINDEX', { all: -1, default: -2 })

/** The kernel's headers have no names for the numbers. */
export const rpFilter = enumeration(s32(), undefined, { off: 0, strict: 1, loose: 2 })

export const netconfAttributes = attributes({
  /** Index of the link, or what stands for all and for those to come. */
  dev: attribute('NETCONFA_IFINDEX', 1, netconfTarget),
  /** Packets are routed on from here: sysctl `forwarding`. */
  forwarding: attribute('NETCONFA_FORWARDING', 2, isOn, readOnly),
  /** IPv4: are packets dropped whose sender would not be answered this way: sysctl `rp_filter`. */
  rpFilter: attribute('NETCONFA_RP_FILTER', 3, rpFilter, readOnly),
  /** A multicast routing daemon is at work here: sysctl `mc_forwarding`, which only the kernel sets. */
  mcForwarding: attribute('NETCONFA_MC_FORWARDING', 4, isOn, readOnly),
  /** ARP requests and neighbour solicitations are answered for others: sysctl `proxy_arp` (IPv4), `proxy_ndp` (IPv6). */
  proxyNeigh: attribute('NETCONFA_PROXY_NEIGH', 5, isOn, readOnly),
  /** Routes by a link without carrier are not used: sysctl `ignore_routes_with_linkdown`. */
  ignoreRoutesWithLinkdown: attribute('NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN', 6, isOn, readOnly),
  /** MPLS: labelled packets are taken: sysctl `input`. */
  input: attribute('NETCONFA_INPUT', 7, isOn, readOnly),
  /** IPv4: packets to the broadcast address of another link are routed on: sysctl `bc_forwarding`. */
  bcForwarding: attribute('NETCONFA_BC_FORWARDING', 8, isOn, readOnly),
  /**
   * IPv6: packets are routed on from here whatever `all` says: sysctl `force_forwarding` (Linux 6.17). Linux 7.3 has a number for it and never says it
   * (inet6_netconf_fill_devconf).
   */
  forceForwarding: attribute('NETCONFA_FORCE_FORWARDING', 9, isOn, readOnly),
})

export const netconfmsg = struct('netconfmsg', { family: field('ncm_family', family) })

export const netconfMessage = messageFormat(netconfmsg, netconfAttributes)
