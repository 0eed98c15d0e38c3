/** `ip address add | replace | delete` */
import { parseIp } from '../codec/ip.js'
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js'
import { ask, type Steps } from '../netlink/operation.js'
import { owedError } from '../netlink/owed-error.js'
import { request } from '../netlink/request.js'
import { RTM_DELADDR, RTM_NEWADDR } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, refuse } from '../rtnetlink/options.js'
import { scope } from '../rtnetlink/scope.js'
import type { Address } from './address.js'
import { findAddress } from './get.js'
import { addressMessage } from './message.js'
import {
  type AddressIdentity,
  type AddressOptions,
  identity,
  listedNames,
  optionNames,
  type ParsedAddress,
  settings,
} from './options.js'
import { switchFilter } from './switches.js'

export { getAddress } from './get.js'
export { flushAddresses, listAddresses } from './list.js'
export type { AddressIdentity, AddressOptions } from './options.js'

type Settings = ReturnType<typeof settings> extends Generator<unknown, infer T, unknown> ? T : never

function* send(flags: number, { header, attributes }: Settings, final: boolean): Steps<void> {
  yield* ask(
    request({ name: 'RTM_NEWADDR', type: RTM_NEWADDR, flags }, addressMessage, { header, attributes }, {}, { final }),
  )
}

/** inet6_rtm_newaddr drops the flag in silence where no sysctl allows it. An address that is not tentative needs none. */
function* expectOptimistic(dev: number, wanted: ParsedAddress, address: string): Steps<void> {
  const found = yield* findAddress(dev, wanted, false)
  if (found === undefined || !found.flags.includes('tentative') || found.flags.includes('optimistic')) return
  const why = 'it was added, but the kernel has not made it optimistic (the sysctl optimistic_dad of the link is 0)'
  throw owedError('RTM_NEWADDR', 'EOPNOTSUPP', `cannot add address ${address}: ${why}`, { applied: 'partly' })
}

function* change(flags: number, options: AddressOptions, value: Settings): Steps<void> {
  const optimistic = options.optimistic === true
  yield* send(flags, value, !optimistic)
  if (optimistic) yield* expectOptimistic(value.header.index, value.parsed, options.address)
}

/** What the kernel gives an IPv4 address once and for all, as the options want it and as it is. */
function differences(options: AddressOptions, wanted: Settings, found: Address): string[] {
  const { label, broadcast } = wanted.attributes
  const bytes = (text: string | undefined) => String(text === undefined ? undefined : parseIp(text))
  const { prefixRoute, autoJoin } = options
  return [
    ...(label !== undefined && label !== found.label ? [`label ${found.label}`] : []),
    ...(broadcast !== undefined && bytes(broadcast) !== bytes(found.broadcast)
      ? [`broadcast ${found.broadcast ?? 'none'}`]
      : []),
    ...(options.scope !== undefined && scope.fromNumber(scope.toNumber(options.scope)) !== found.scope
      ? [`scope ${found.scope}`]
      : []),
    ...(switchFilter({ prefixRoute })(found) ? [] : [`prefixRoute ${!prefixRoute}`]),
    ...(switchFilter({ autoJoin })(found) ? [] : [`autoJoin ${!autoJoin}`]),
  ]
}

const fixed = ['label', 'broadcast', 'scope', 'prefixRoute', 'autoJoin'] as const

/**
 * The kernel says yes and changes nothing where an IPv4 address is to have another label, broadcast address, scope or flag
 * (inet_rtm_newaddr), and where an IPv6 address is to have another prefix length (inet6_addr_modify): so one that is there is looked at first.
 */
function* expectReplaceable(options: AddressOptions, wanted: Settings): Steps<void> {
  const { parsed, header } = wanted
  const isIpv6 = parsed.family === 'inet6'
  if (!isIpv6 && fixed.every((name) => options[name] === undefined)) return
  const found = yield* findAddress(header.index, parsed, !isIpv6)
  if (found === undefined) return
  const length = Number(found.address.slice(found.address.indexOf('/') + 1))
  const other = isIpv6
    ? length === header.prefixLength
      ? []
      : [`prefix length ${length}`]
    : differences(options, wanted, found)
  if (other.length === 0) return
  const why = `it is there with ${other.join(', ')}, which the kernel does not change; delete it first`
  throw owedError('RTM_NEWADDR', 'EEXIST', `cannot replace address ${options.address}: ${why}`)
}

const named = (options: AddressIdentity) => `address ${options.address}`

/**
 * Adds an address to a link. `ip address add 192.168.1.2/24 dev eth0`
 *
 * Throws KernelError EEXIST where the link has it already: an IPv4 address with this prefix length, an IPv6 address with any. An IPv6 address
 * is tentative for a second or two unless `dad: false`. Where the kernel passes over `optimistic`, KernelError EOPNOTSUPP says so, and the
 * address is there without. Needs CAP_NET_ADMIN.
 *
 * @example
 * await addAddress({ dev: 'eth0', address: '192.168.1.2/24' })
 */
export const addAddress = verb(
  (options: AddressOptions) => `add ${named(options)}`,
  function* (given: AddressOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    yield* change(NLM_F_CREATE | NLM_F_EXCL, options, yield* settings(options))
  },
)

/**
 * Adds an address, or gives the one that is there these lifetimes, metric and protocol, and to an IPv6 address these flags.
 * `ip address replace 192.168.1.2/24 dev eth0`
 *
 * What is absent has its default again, but for the metric of an IPv6 address, which stays. The rest of an address is made with it: where the one that
 * is there has another label, broadcast address, scope, `prefixRoute` or `autoJoin` (IPv4) or prefix length (IPv6) than the options say,
 * this throws KernelError EEXIST and nothing has changed. For that it is looked at before: another process may come between. Needs CAP_NET_ADMIN.
 *
 * @example
 * await replaceAddress({ dev: 'eth0', address: 'fd00::2/64', validLft: 3600, preferredLft: 1800 })
 */
export const replaceAddress = verb(
  (options: AddressOptions) => `replace ${named(options)}`,
  function* (given: AddressOptions): Steps<void> {
    const options = copyOptions(given, optionNames)
    const value = yield* settings(options)
    yield* expectReplaceable(options, value)
    yield* change(NLM_F_CREATE | NLM_F_REPLACE, options, value)
  },
)

/** What `deleteAddress` takes. */
export interface AddressDeletion extends AddressIdentity {
  /** IPv6: take the temporary addresses along that were made from it, which newer kernels do anyway. `mngtmpaddr` */
  readonly mngTmpAddr?: boolean | undefined
}

/**
 * Takes an address from a link. `ip address delete 192.168.1.2/24 dev eth0`
 *
 * An {@link Address} of `listAddresses` may be passed as it is. Throws KernelError EADDRNOTAVAIL where the link has no such address;
 * the prefix length counts. Taking a primary IPv4 address away takes its secondary ones along, unless the sysctl `promote_secondaries` is set.
 * Needs CAP_NET_ADMIN.
 *
 * @example
 * await deleteAddress({ dev: 'eth0', address: '192.168.1.2/24' })
 */
export const deleteAddress = verb(
  (options: AddressDeletion) => `delete ${named(options)}`,
  function* (given: AddressDeletion): Steps<void> {
    const options: AddressDeletion & { readonly targetNetnsid?: unknown } = copyOptions(given, [
      ...optionNames,
      ...listedNames,
    ])
    // The kernel knows the attribute, and would delete here (inet_rtm_deladdr, inet6_rtm_deladdr).
    refuse(options, ['targetNetnsid'], 'delete it there, by where.netns')
    const alongWith = isOn(options.mngTmpAddr, 'mngTmpAddr')
    const { header, attributes } = yield* identity(options)
    const value = { header, attributes: { ...attributes, ...(alongWith && { flags: ['manageTempAddress' as const] }) } }
    yield* ask(request({ name: 'RTM_DELADDR', type: RTM_DELADDR }, addressMessage, value, {}, { final: true }))
  },
)
