/** Rows that the links of the GRE family have in common (IFLA_GRE_…), and what all of them refuse. */
import { type AddressIn, ipv4, ipv6, isMulticastIp } from '../../codec/addresses.js'
import type { FixedCodec } from '../../codec/codec.js'
import { be16, bool, flag, u8, u32 } from '../../codec/integers.js'
import { parseIp } from '../../codec/ip.js'
import { Rejection } from '../../codec/rejection.js'
import { attribute } from '../../codec/table.js'
import { refuse } from '../../rtnetlink/options.js'
import { linkRef } from '../index-codec.js'
import type { Values } from '../kind.js'
import { encapFlags, encapType } from './encap.js'
import { bothKeys, checkShortWords, csumRows, inKey, outKey, seqRows } from './gre-flags.js'
import { ip6TunnelRows } from './ip6.js'
import { tunnelKey } from './key.js'

/** Over IPv4 and over IPv6. */
export const greRows = {
  /** The link that the outer packets leave by. `dev` */
  dev: attribute('IFLA_GRE_LINK', 1, linkRef),
  ...seqRows,
  /** UDP around the outer packets; needs the module `fou` (over IPv6 `fou6`), else EINVAL. `encap` */
  encap: attribute('IFLA_GRE_ENCAP_TYPE', 14, encapType),
  /** `encap-csum`, `encap-udp6-csum`, `encap-remcsum` */
  encapFlags: attribute('IFLA_GRE_ENCAP_FLAGS', 15, encapFlags),
  /** UDP source port; 0 chooses by flow. `encap-sport` */
  encapSport: attribute('IFLA_GRE_ENCAP_SPORT', 16, be16()),
  /** UDP destination port. `encap-dport` */
  encapDport: attribute('IFLA_GRE_ENCAP_DPORT', 17, be16()),
}

/** What a GRE header may hold that is not one of ERSPAN. */
export const greHeaderRows = {
  ...csumRows,
  /** Key in both directions: `iKey` and `oKey`; `null` is none, 0 is one. A number, or a dotted quad. `key`, `nokey` */
  key: bothKeys(tunnelKey),
  /** Key that packets must have that come in; `null` is none, 0 is one. `ikey`, `noikey` */
  iKey: inKey(tunnelKey),
  /** Key of the packets that go out; `null` is none, 0 is one. `okey`, `nookey` */
  oKey: outKey(tunnelKey),
}

/** Over IPv4. */
export const gre4Rows = {
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_GRE_LOCAL', 6, ipv4),
  /** Hop limit of the outer packets; 0 inherits the inner packet's. `ttl` */
  ttl: attribute('IFLA_GRE_TTL', 8, u8()),
  /** Type of service of the outer packets; 1 inherits the inner packet's. `tos` */
  tos: attribute('IFLA_GRE_TOS', 9, u8()),
  /** Path MTU discovery; on unless `false`. `pmtudisc`, `nopmtudisc` */
  pmtuDisc: attribute('IFLA_GRE_PMTUDISC', 10, bool),
  /**
   * Outer packets may be fragmented although the inner ones may not; needs `pmtuDisc: false`. While it is on, the kernel does not
   * turn `pmtuDisc` on, not even in one request with `ignoreDf: false` (ipgre_netlink_parms). `ignore-df`, `noignore-df`
   */
  ignoreDf: attribute('IFLA_GRE_IGNORE_DF', 19, bool),
  /** Firewall mark of the outer packets. `fwmark` */
  fwmark: attribute('IFLA_GRE_FWMARK', 20, u32()),
}

/** Over IPv6. */
export const gre6Rows = {
  /** Source address of the outer packets. `local` */
  local: attribute('IFLA_GRE_LOCAL', 6, ipv6),
  /** Hop limit of the outer packets; 0, and absent, is that of the route, where `ip` says 64. `hoplimit`, `ttl` */
  hopLimit: attribute('IFLA_GRE_TTL', 8, u8()),
  ...ip6TunnelRows({
    encapLimit: { constant: 'IFLA_GRE_ENCAP_LIMIT', number: 11 },
    flowInfo: { constant: 'IFLA_GRE_FLOWINFO', number: 12 },
    flags: { constant: 'IFLA_GRE_FLAGS', number: 13 },
    fwmark: { constant: 'IFLA_GRE_FWMARK', number: 20 },
  }),
}

export const greExternal = () => attribute('IFLA_GRE_COLLECT_METADATA', 18, flag, { changeable: false })
/** erspan_validate and ip6erspan_tap_validate want to hear it in every change; else they look for a key, which there is none of. */
export const erspanExternal = () =>
  attribute('IFLA_GRE_COLLECT_METADATA', 18, flag, { changeable: false, repeated: true })

/** The other end of a link that carries Ethernet. The kernel tells none as zeros, and does not take zeros (ipgre_tap_validate). */
export function tapRemote(codec: FixedCodec<AddressIn, string>) {
  const omits = (value: AddressIn) => {
    const bytes = typeof value === 'string' ? parseIp(value) : value
    return bytes instanceof Uint8Array && bytes.length === codec.size && bytes.every((byte) => byte === 0)
  }
  return attribute('IFLA_GRE_REMOTE', 7, { ...codec, omits })
}

/** What the kernel would keep of a link that takes it from routes or eBPF, or refuse without saying why. */
export function checkGre(data: Readonly<Values>): void {
  checkShortWords(data)
  if (data.external === true)
    refuse(
      data,
      ['local', 'remote', 'key', 'iKey', 'oKey'],
      'with external, routes or eBPF choose the ends and the key',
    )
}

/** Of ipgre_netlink_parms. In a change what is not said stays, and the kernel knows what that is. */
export function checkGre4(data: Readonly<Values>, when: 'create' | 'update'): void {
  checkGre(data)
  const { ignoreDf, pmtuDisc } = data
  if (ignoreDf === true && (pmtuDisc === true || (when === 'create' && pmtuDisc === undefined)))
    throw new Rejection('false, or pmtuDisc: false beside it', ignoreDf).within('ignoreDf')
}

/** ipgre_tunnel_init refuses it, without saying why. */
export function checkGroup({ remote, local }: Readonly<Values>, when: 'create' | 'update'): void {
  if (when !== 'create' || local !== undefined) return
  const bytes = typeof remote === 'string' ? parseIp(remote) : remote
  if (bytes instanceof Uint8Array && isMulticastIp(bytes, 0, bytes.length))
    throw new Rejection('an address (required where remote is a multicast group)', local).within('local')
}
