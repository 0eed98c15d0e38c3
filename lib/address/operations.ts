/** `ip address add | replace | delete | show` */
import { type Prefix, parsePrefix } from '../codec/prefix.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from '../rtnetlink/constants.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, required } from '../rtnetlink/options.js'
import { type Address, lifetimeIn, readAddress } from './address.js'
import { addressMessage } from './message.js'

/** Which address: what `deleteAddress` takes. */
export interface AddressIdentity {
  readonly dev: LinkRef
  /** With prefix length, `192.168.1.2/24`; without one it is a host's (`/32`, `/128`). */
  readonly address: string
  /** The other end of a point-to-point link; the prefix length then stands here. `peer` */
  readonly peer?: string | undefined
}

export interface AddressOptions extends AddressIdentity {
  /** IPv4 only. `broadcast` */
  readonly broadcast?: string | undefined
  /** IPv4 only: the link's name, or that name and `:…`. `label` */
  readonly label?: string | undefined
  /** Absent: `'host'` for 127.0.0.0/8, else `'global'`. `scope` */
  readonly scope?: Address['scope'] | undefined
  /** Seconds, or `'forever'` (the default). `valid_lft` */
  readonly validLft?: number | 'forever' | undefined
  /** Seconds, at most `validLft`, or `'forever'`. `preferred_lft` */
  readonly preferredLft?: number | 'forever' | undefined
  /** Metric of the prefix route. `metric` */
  readonly metric?: number | undefined
  /** Who made the address (Linux 5.18; an older kernel passes over it in silence). `proto` */
  readonly proto?: 'unspec' | 'kernelLo' | 'kernelRa' | 'kernelLl' | number | undefined
  /** IPv6: `false` skips the check that nobody else has the address, so that it is usable at once. `nodad` */
  readonly dad?: boolean | undefined
  /** IPv6: usable while it is being checked. `optimistic` */
  readonly optimistic?: boolean | undefined
  /** IPv6: the home address of a mobile node. `home` */
  readonly home?: boolean | undefined
  /** IPv6: make temporary addresses from it. `mngtmpaddr` */
  readonly mngTmpAddr?: boolean | undefined
  /** `false` makes no route to the prefix. `noprefixroute` */
  readonly prefixRoute?: boolean | undefined
  /** Join the multicast group on the link. `autojoin` */
  readonly autoJoin?: boolean | undefined
}

const identityNames = ['dev', 'address', 'peer'] as const
const optionNames = [
  ...identityNames,
  ...(['broadcast', 'label', 'scope', 'validLft', 'preferredLft', 'metric', 'proto'] as const),
  ...(['dad', 'optimistic', 'home', 'mngTmpAddr', 'prefixRoute', 'autoJoin'] as const),
]

/** What a listed address has beside the options: passing one on to `deleteAddress` is fine. */
const listedNames = ['family', 'flags', 'unknown']

/** Switches, and the flag that each sets when it has the given value. */
const switches = [
  ['dad', false, 'noDad'],
  ['optimistic', true, 'optimistic'],
  ['home', true, 'home'],
  ['mngTmpAddr', true, 'manageTempAddress'],
  ['prefixRoute', false, 'noPrefixRoute'],
  ['autoJoin', true, 'autoJoin'],
] as const

function flagsOf(options: AddressOptions) {
  return switches.flatMap(([name, value, flag]) => {
    const given = options[name]
    return checkSwitch(given, name) === value ? [flag] : []
  })
}

/** The address, and the prefix that it is in: the peer's where there is one. */
function prefixes({ address, peer }: AddressIdentity): { local: Prefix; prefix: Prefix } {
  const local = within('address', () => parsePrefix(address))
  if (peer === undefined) return { local, prefix: local }
  const prefix = within('peer', () => parsePrefix(peer))
  if (prefix.family !== local.family)
    throw new Rejection(`an address of the same family as ${address}`, peer).within('peer')
  return { local, prefix }
}

/** As `ip` has it: nobody else shall see 127.0.0.0/8 as the source of a packet. */
const defaultScope = ({ family, bytes }: Prefix) => (family === 'inet' && bytes[0] === 127 ? 'host' : 'global')

function* identity(options: AddressIdentity) {
  const dev = required(options, 'dev', 'a link')
  required(options, 'address', 'an address with prefix length')
  const { local, prefix } = prefixes(options)
  const index = yield* linkIndex(dev)
  return {
    local,
    header: { family: local.family, prefixLength: prefix.length, index },
    attributes: { local: local.bytes, address: prefix.bytes },
  }
}

function* change(flags: number, given: AddressOptions): Steps<void> {
  const options = copyOptions(given, optionNames)
  const { broadcast, label, scope, validLft, preferredLft, metric, proto } = options
  const flagNames = flagsOf(options)
  const lifetimes =
    validLft === undefined && preferredLft === undefined
      ? undefined
      : { valid: lifetimeIn(validLft), preferred: lifetimeIn(preferredLft ?? validLft) }
  const { local, header, attributes } = yield* identity(options)
  yield* ask(
    request(
      { name: 'RTM_NEWADDR', type: RTM_NEWADDR, flags },
      addressMessage,
      {
        header: { ...header, scope: scope ?? defaultScope(local) },
        attributes: {
          ...attributes,
          broadcast,
          label,
          metric,
          proto,
          lifetimes,
          ...(flagNames.length > 0 && { flags: flagNames }),
        },
      },
      {},
      { final: true },
    ),
  )
}

const named = (options: AddressIdentity) => `address ${options.address}`

/**
 * Adds an address to a link. `ip address add 192.168.1.2/24 dev eth0`
 *
 * Throws KernelError EEXIST where the link has it already. An IPv6 address is tentative for a second or two unless `dad: false`.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await addAddress({ dev: 'eth0', address: '192.168.1.2/24' })
 */
export const addAddress = verb(
  (options: AddressOptions) => `add ${named(options)}`,
  function* (options: AddressOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_EXCL, options)
  },
)

/**
 * Adds an address, or gives the one that is there these lifetimes, flags and metric. `ip address replace 192.168.1.2/24 dev eth0`
 *
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceAddress({ dev: 'eth0', address: 'fd00::2/64', validLft: 3600, preferredLft: 1800 })
 */
export const replaceAddress = verb(
  (options: AddressOptions) => `replace ${named(options)}`,
  function* (options: AddressOptions): Steps<void> {
    yield* change(NLM_F_CREATE | NLM_F_REPLACE, options)
  },
)

/**
 * Takes an address from a link. `ip address delete 192.168.1.2/24 dev eth0`
 *
 * An {@link Address} of `listAddresses` may be passed as it is. Throws KernelError EADDRNOTAVAIL where the link has no such address;
 * the prefix length counts. Taking a primary IPv4 address away takes its secondary ones along (`promote_secondaries` unset). Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteAddress({ dev: 'eth0', address: '192.168.1.2/24' })
 */
export const deleteAddress = verb(
  (options: AddressIdentity) => `delete ${named(options)}`,
  function* (given: AddressIdentity): Steps<void> {
    const { header, attributes } = yield* identity(copyOptions(given, [...optionNames, ...listedNames]))
    yield* ask(
      request({ name: 'RTM_DELADDR', type: RTM_DELADDR }, addressMessage, { header, attributes }, {}, { final: true }),
    )
  },
)

/** Which addresses `listAddresses` lists: those for which all that is given holds. */
export interface AddressFilter {
  readonly dev?: LinkRef | undefined
  readonly family?: Family | undefined
}

/**
 * Lists the addresses of the namespace, or of one link. `ip address show dev eth0`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}.
 *
 * @example
 * for (const { address, scope } of await listAddresses({ dev: 'eth0', family: 'inet' })) console.log(address, scope)
 */
export const listAddresses = verb(
  (_filter?: AddressFilter) => 'list addresses',
  function* (filter?: AddressFilter): Steps<readonly Address[]> {
    const options = copyOptions(filter ?? {}, ['dev', 'family'])
    const family = familyFilter(options.family)
    const dev = yield* optionalLinkIndex(options.dev)
    return yield* ask(
      request(
        { name: 'RTM_GETADDR', type: RTM_GETADDR, mode: 'dump' },
        addressMessage,
        { header: { family, index: dev }, attributes: {} },
        {
          type: RTM_NEWADDR,
          // A kernel without strict checking ignores the filter.
          read(message) {
            const address = readAddress(message)
            return address !== undefined && (dev === undefined || address.dev === dev) ? address : undefined
          },
        },
      ),
    )
  },
)
