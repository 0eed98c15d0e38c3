/** RTM_*RULE: struct fib_rule_hdr and its attributes. */
import { ip } from '../codec/addresses.js'
import { enumeration, flags } from '../codec/enumeration.js'
import { be32, be64, bool, u8, u16, u32 } from '../codec/integers.js'
import { field, padding, struct } from '../codec/struct.js'
import { attribute, attributes } from '../codec/table.js'
import { text } from '../codec/text.js'
import { messageFormat } from '../netlink/message.js'
import { family } from '../rtnetlink/family.js'
import { ipProtocol } from '../rtnetlink/ip-protocol.js'
import { proto } from '../rtnetlink/proto.js'
import { realms } from '../rtnetlink/realms.js'
import { routeTable } from '../rtnetlink/route-table.js'

/** What becomes of a packet that a rule fits. */
export const ruleAction = enumeration(u8(), 'FR_ACT', {
  unspec: 0,
  lookup: [1, 'FR_ACT_TO_TBL'],
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
})

export const ruleFlags = flags(u32(), 'FIB_RULE', {
  permanent: 0x1,
  invert: 0x2,
  unresolved: 0x4,
  iifDetached: 0x8,
  oifDetached: 0x10,
  srcSearch: [0x1_0000, 'FIB_RULE_FIND_SADDR'],
})

export const uidRange = struct('fib_rule_uid_range', { first: field('start', u32()), last: field('end', u32()) })

/** In the host's byte order, other than ports are elsewhere. */
export const portRange = struct('fib_rule_port_range', { first: field('start', u16()), last: field('end', u16()) })

export const LARGEST_DSCP = 0x3f
export const LARGEST_FLOWLABEL = 0xf_ffff

export const ruleAttributes = attributes(
  {
    /** Without prefix length, which is in the header. `to` */
    to: attribute('FRA_DST', 1, ip),
    /** Without prefix length, which is in the header. `from` */
    from: attribute('FRA_SRC', 2, ip),
    /** Name of the link that a packet came in by. `iif` */
    iif: attribute('FRA_IIFNAME', 3, text(15)),
    /** Priority of the rule to go on with. `goto` */
    goto: attribute('FRA_GOTO', 4, u32()),
    /** The lower one comes first. `pref` */
    priority: attribute('FRA_PRIORITY', 6, u32()),
    fwmark: attribute('FRA_FWMARK', 10, u32()),
    realms: attribute('FRA_FLOW', 11, realms),
    /** Of the tunnel that a packet came in by. `tun_id` */
    tunId: attribute('FRA_TUN_ID', 12, be64()),
    suppressIfgroup: attribute('FRA_SUPPRESS_IFGROUP', 13, u32()),
    suppressPrefixlength: attribute('FRA_SUPPRESS_PREFIXLEN', 14, u32()),
    /** Tables above 255 do not fit the header. `table` */
    table: attribute('FRA_TABLE', 15, routeTable),
    fwmask: attribute('FRA_FWMASK', 16, u32()),
    /** Name of the link that the socket of a packet is bound to. `oif` */
    oif: attribute('FRA_OIFNAME', 17, text(15)),
    l3mdev: attribute('FRA_L3MDEV', 19, bool),
    uidrange: attribute('FRA_UID_RANGE', 20, uidRange),
    proto: attribute('FRA_PROTOCOL', 21, proto),
    ipproto: attribute('FRA_IP_PROTO', 22, ipProtocol),
    sport: attribute('FRA_SPORT_RANGE', 23, portRange),
    dport: attribute('FRA_DPORT_RANGE', 24, portRange),
    dscp: attribute('FRA_DSCP', 25, u8({ max: LARGEST_DSCP })),
    flowlabel: attribute('FRA_FLOWLABEL', 26, be32({ max: LARGEST_FLOWLABEL })),
    flowlabelMask: attribute('FRA_FLOWLABEL_MASK', 27, be32({ max: LARGEST_FLOWLABEL })),
    sportMask: attribute('FRA_SPORT_MASK', 28, u16()),
    dportMask: attribute('FRA_DPORT_MASK', 29, u16()),
    dscpMask: attribute('FRA_DSCP_MASK', 30, u8({ max: LARGEST_DSCP })),
  },
  { FRA_PAD: 18 },
)

export const fibRuleHdr = struct('fib_rule_hdr', {
  family: field('family', family),
  toLength: field('dst_len', u8()),
  fromLength: field('src_len', u8()),
  tos: field('tos', u8()),
  /** Tables above 255 stand in FRA_TABLE; then this is 0 in a request, 252 in a reply. */
  table: field('table', u8()),
  _res1: field('res1', padding(1)),
  _res2: field('res2', padding(1)),
  action: field('action', ruleAction),
  flags: field('flags', ruleFlags),
})

export const ruleMessage = messageFormat(fibRuleHdr, ruleAttributes)
