/** What a caller says of a rule. */
import type { IdRange } from '../rtnetlink/id-range.js'
import type { NamedProto, NamedRealms, NamedTable } from '../rtnetlink/names.js'
import type { Rule, RuleFamily } from './rule.js'

/** What packets a rule is for: what is not said may be anything. */
export interface RuleSelector {
  /** Needed only where no address tells it; absent, that is IPv4. `'ipmr'` and `'ip6mr'`: the rules of multicast routing. `-4`, `-6`, `ip mrule` */
  readonly family?: RuleFamily | undefined
  /** It is for the packets that the rest does not fit. `not` */
  readonly not?: boolean | undefined
  /** From this network: `'10.0.0.0/8'`; without length it is a host, `'all'` is any. No bits may be set behind the prefix. `from` */
  readonly from?: string | undefined
  /** To this network. `to` */
  readonly to?: string | undefined
  /** Type of service, of IPv6 the traffic class; the lower two bits (ECN) are 0. Beside it there is no `dscp`. `tos` */
  readonly tos?: number | undefined
  /** Differentiated services code point, 0 to 63 (Linux 6.12). `dscp` */
  readonly dscp?: number | undefined
  /** Which bits of `dscp` count. Absent: all (Linux 6.15). `dscp 10/0x3e` */
  readonly dscpMask?: number | undefined
  /** Mark of the packet (`nft meta mark set`, `SO_MARK`). `fwmark` */
  readonly fwmark?: number | undefined
  /** Which bits of the mark count. Absent: all. `fwmark 1/0xff` */
  readonly fwmask?: number | undefined
  /** Name of the link that the packet came in by; `'lo'`: sent by this machine. There need not be such a link. `iif` */
  readonly iif?: string | undefined
  /** Name of the link that the packet's socket is bound to. There need not be such a link. `oif` */
  readonly oif?: string | undefined
  /** The table is that of the VRF whose the packet is: in place of `table`. `l3mdev` */
  readonly l3mdev?: boolean | undefined
  /** User of the socket: `1000`, or several in a row as `'1000-1999'` or `{ first, last }`. `uidrange` */
  readonly uidrange?: IdRange | undefined
  /** `'tcp'`, `'udp'`, `'icmp'` … or a number. `ipproto` */
  readonly ipproto?: Rule['ipproto'] | undefined
  /** Source port, or several in a row: `80`, `'8000-8999'`. `sport` */
  readonly sport?: IdRange | undefined
  /** Which bits of a single `sport` count. Absent: all (Linux 6.15). `sport 0x1200/0xff00` */
  readonly sportMask?: number | undefined
  /** Destination port, or several in a row. `dport` */
  readonly dport?: IdRange | undefined
  /** Which bits of a single `dport` count. Absent: all (Linux 6.15). */
  readonly dportMask?: number | undefined
  /** Id of the tunnel that the packet came in by. `tun_id` */
  readonly tunId?: bigint | number | undefined
  /** IPv6: flow label (Linux 6.14). `flowlabel` */
  readonly flowlabel?: number | undefined
  /** IPv6: which bits of the flow label count. Absent: all. `flowlabel 1/0xff` */
  readonly flowlabelMask?: number | undefined
}

/** A rule in full. */
export interface RuleOptions extends RuleSelector {
  /** The lower one comes first. Absent when made: one less than the lowest but rule 0, so that it is the first after that. `pref` */
  readonly priority?: number | undefined
  /** Absent: `'goto'` with `goto`, else `'lookup'`. `blackhole`, `unreachable`, `prohibit`, `nop` */
  readonly action?: Rule['action'] | undefined
  /** Table to look the route up in: a number from 1, `'main'`, `'local'`, `'default'`, or a name of `/etc/iproute2/rt_tables`. Absent when made: main. `table` */
  readonly table?: NamedTable | undefined
  /** Priority of a later rule to go on with; there need not be one. `goto` */
  readonly goto?: number | undefined
  /** Takes no route whose prefix is at most so long: 0 is the default route. `suppress_prefixlength` */
  readonly suppressPrefixlength?: number | undefined
  /** Takes no route by a link of this group. `suppress_ifgroup` */
  readonly suppressIfgroup?: number | undefined
  /** IPv4. `realms` */
  readonly realms?: NamedRealms | undefined
  /** IPv6: let the prefix of `from` choose the source address, where the packet has none (FIB_RULE_FIND_SADDR; `ip` has no word for it). */
  readonly srcSearch?: boolean | undefined
  /** Who makes it. Absent when made: `'unspec'`. `protocol` */
  readonly proto?: NamedProto | undefined
}

/** Which rule to remove: all that is said has to fit. */
export interface RuleDeletion extends RuleOptions {
  /** Of several that fit the first goes, whatever it has beside. */
  readonly any?: boolean | undefined
}

export const selectorNames = [
  ...([
    'not',
    'from',
    'to',
    'tos',
    'dscp',
    'dscpMask',
    'fwmark',
    'fwmask',
    'iif',
    'oif',
    'l3mdev',
    'uidrange',
  ] as const),
  ...(['ipproto', 'sport', 'sportMask', 'dport', 'dportMask', 'tunId', 'flowlabel', 'flowlabelMask'] as const),
]

export const ruleNames = [
  ...selectorNames,
  ...(['priority', 'action', 'table', 'goto', 'suppressPrefixlength', 'suppressIfgroup'] as const),
  ...(['realms', 'srcSearch', 'proto'] as const),
]

export const optionNames = ['family', ...ruleNames] as const

/** What a listed rule has beside the options: passing one on is fine. */
export const listedNames = ['flags', 'unknown'] satisfies (keyof Rule)[]
