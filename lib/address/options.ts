/** What a caller says of an address, checked and made a message. */
import { formatIpv4 } from '../codec/ip.js'
import { type Prefix, parsePrefix } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex } from '../link/link-ref.js'
import { refuse, required } from '../rtnetlink/options.js'
import { type Address, lifetimeIn } from './address.js'
import { flagsOf, settableNames } from './switches.js'

/** Which address: what `deleteAddress` takes. */
export interface AddressIdentity {
  readonly dev: LinkRef
  /** With prefix length, `192.168.1.2/24`; without one it is a host's (`/32`, `/128`). */
  readonly address: string
  /** The other end of a point-to-point link; the prefix length then stands here. `peer` */
  readonly peer?: string | undefined
}

export interface AddressOptions extends AddressIdentity {
  /** IPv4 only; `'+'` and `'-'` are the last and the first address of the prefix. `broadcast` */
  readonly broadcast?: string | undefined
  /** IPv4 only: the link's name, or that name and `:…`. `label` */
  readonly label?: string | undefined
  /** IPv4 only, since an IPv6 address says it itself. Absent: `'host'` for 127.0.0.0/8, else `'global'`. `scope` */
  readonly scope?: Address['scope'] | undefined
  /** Seconds, at least 1, or `'forever'` (the default). `valid_lft` */
  readonly validLft?: number | 'forever' | undefined
  /** Seconds, at most `validLft`, which is the default, or `'forever'`. `preferred_lft` */
  readonly preferredLft?: number | 'forever' | undefined
  /** Metric of the prefix route. `metric` */
  readonly metric?: number | undefined
  /** Who made the address (Linux 5.18; an older kernel passes over it in silence). `proto` */
  readonly proto?: 'unspec' | 'kernelLo' | 'kernelRa' | 'kernelLl' | number | undefined
  /** `false` skips IPv6's check that nobody else has the address, so that it is usable at once; IPv4 never checks. `nodad` */
  readonly dad?: boolean | undefined
  /** IPv6: usable while it is being checked; the sysctl `optimistic_dad` of the link must allow it. `optimistic` */
  readonly optimistic?: boolean | undefined
  /** IPv6: the home address of a mobile node. `home` */
  readonly home?: boolean | undefined
  /** IPv6, prefix length 64: make temporary addresses from it. `mngtmpaddr` */
  readonly mngTmpAddr?: boolean | undefined
  /** `false` makes no route to the prefix. `noprefixroute` */
  readonly prefixRoute?: boolean | undefined
  /** Join the multicast group that the address is, on the link. `autojoin` */
  readonly autoJoin?: boolean | undefined
}

export const identityNames = ['dev', 'address', 'peer'] as const
export const optionNames = [
  ...identityNames,
  ...(['broadcast', 'label', 'scope', 'validLft', 'preferredLft', 'metric', 'proto'] as const),
  ...settableNames,
]

/** What a listed address has beside the options: passing one on is fine. */
export const listedNames = ['family', 'flags', 'created', 'updated', 'targetNetnsid', 'unknown']

export interface ParsedAddress {
  readonly family: Prefix['family']
  readonly local: Prefix
  /** What the address is in: the peer's where there is one. */
  readonly prefix: Prefix
  /** Whether there is one. */
  readonly peer: boolean
}

/** Throws a {@link Rejection}. */
export function addressOf({ address, peer }: Pick<AddressIdentity, 'address' | 'peer'>): ParsedAddress {
  const local = within('address', () => parsePrefix(address))
  const { family } = local
  if (peer === undefined) return { family, local, prefix: local, peer: false }
  const prefix = within('peer', () => parsePrefix(peer))
  if (prefix.family !== family) throw new Rejection(`an address of the same family as ${address}`, peer).within('peer')
  return { family, local, prefix, peer: true }
}

/** As `ip` has it: nobody else shall see 127.0.0.0/8 as the source of a packet. */
const defaultScope = ({ family, bytes }: Prefix) => (family === 'inet' && bytes[0] === 127 ? 'host' : 'global')

/** Link and address, of which every request about one address has need. */
export function* identity(options: AddressIdentity) {
  const dev = required(options, 'dev', 'a link')
  required(options, 'address', 'an address with prefix length')
  const parsed = addressOf(options)
  const index = yield* linkIndex(dev)
  return {
    parsed,
    header: { family: parsed.family, prefixLength: parsed.prefix.length, index },
    attributes: { local: parsed.local.bytes, address: parsed.prefix.bytes },
  }
}

function lifetimesOf({ validLft, preferredLft }: AddressOptions) {
  if (validLft === undefined && preferredLft === undefined) return undefined
  const valid = lifetimeIn(validLft)
  const preferred = lifetimeIn(preferredLft ?? validLft)
  for (const [name, seconds, least] of [['validLft', valid, 1] as const, ['preferredLft', preferred, 0] as const])
    if (!Number.isInteger(seconds) || (seconds as number) < least || (seconds as number) > 0xffff_ffff)
      throw new Rejection(`seconds from ${least} to 4294967294, or 'forever'`, seconds).within(name, 'IFA_CACHEINFO')
  if ((preferred as number) > (valid as number))
    throw new Rejection(`at most validLft, ${validLft}`, preferredLft).within('preferredLft', 'IFA_CACHEINFO')
  return { valid, preferred }
}

/** The whole address, with all bits behind the prefix set or clear. */
function broadcastOf(broadcast: string | undefined, { bytes, length }: Prefix): string | undefined {
  if (broadcast !== '+' && broadcast !== '-') return broadcast
  const behind = (byte: number, i: number) => {
    const mask = 0xff >> Math.min(Math.max(length - 8 * i, 0), 8)
    return broadcast === '+' ? byte | mask : byte & ~mask
  }
  return formatIpv4(bytes.map(behind), 0)
}

/** What the kernel would pass over in silence, and what does not go together. */
function checkFamily(options: AddressOptions, { family, length }: Prefix): void {
  if (family === 'inet6') {
    refuse(options, ['broadcast', 'label'], 'IPv6 addresses have none')
    refuse(options, ['scope'], 'the scope of an IPv6 address follows from its bits')
    if (options.mngTmpAddr === true && length !== 64)
      throw new Rejection('nothing: the prefix length of the address must be 64 then', true).within('mngTmpAddr')
    if (options.dad === false) refuse(options, ['optimistic'], 'without the check there is nothing to be ahead of')
  } else refuse(options, ['optimistic', 'home', 'mngTmpAddr'], 'only IPv6 addresses have this')
}

/** The message that makes or changes one. */
export function* settings(options: AddressOptions) {
  const { label, scope, metric, proto } = options
  const lifetimes = lifetimesOf(options)
  const all = flagsOf(options)
  required(options, 'address', 'an address with prefix length')
  const { family, local, prefix } = addressOf(options)
  checkFamily(options, prefix)
  const broadcast = broadcastOf(options.broadcast, prefix)
  const { parsed, header, attributes } = yield* identity(options)
  // IPv4 checks nothing, and would keep the flag all the same.
  const flags = family === 'inet' ? all.filter((flag) => flag !== 'noDad') : all
  return {
    parsed,
    header: { ...header, scope: scope ?? defaultScope(local) },
    attributes: {
      ...attributes,
      broadcast,
      label,
      metric,
      proto,
      lifetimes,
      ...(flags.length > 0 && { flags }),
    },
  }
}
