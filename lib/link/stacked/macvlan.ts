/** What macvlan and macvtap links have of their own: the same. */
import { type AddressIn, mac, macBytes } from '../../codec/addresses.js'
import type { Codec } from '../../codec/codec.js'
import { enumeration, flags } from '../../codec/enumeration.js'
import { s32, u16, u32 } from '../../codec/integers.js'
import { arrayOf } from '../../codec/nest.js'
import { Rejection, within } from '../../codec/rejection.js'
import { attribute, attributeParts, attributes, type Infer } from '../../codec/table.js'
import type { Values } from '../kind.js'
import { requireLink, type StackedOptions } from './stacked.js'

const modes = enumeration(u32(), 'MACVLAN_MODE', { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 })
export const listChanges = enumeration(u32(), 'MACVLAN_MACADDR', { add: 0, del: 1, flush: 2, set: 3 })
const macvlanFlags = flags(u16(), 'MACVLAN_FLAG', {
  noPromisc: [1, 'MACVLAN_FLAG_NOPROMISC'],
  noDst: [2, 'MACVLAN_FLAG_NODST'],
})

const isUnicast = (address: Uint8Array) => ((address[0] as number) & 1) === 0 && address.some((byte) => byte !== 0)

/** macvlan_validate asks this of a single address; those of a list nobody looks at, and what is none never matches. */
const sourceAddress: Codec<AddressIn, string> = {
  expected: "a unicast MAC address such as 'aa:bb:cc:dd:ee:ff'",
  write(writer, value) {
    const bytes = macBytes(value)
    if (!isUnicast(bytes)) throw new Rejection(sourceAddress.expected, value)
    writer.raw(bytes)
  },
  read: mac.read,
}

/** All of the list, or one address more or less. */
export type MacvlanSources = readonly AddressIn[] | { readonly add: AddressIn } | { readonly del: AddressIn }

const sourceList = arrayOf(sourceAddress, { constant: 'IFLA_MACVLAN_MACADDR', number: 4 })

const expectedSources = `${sourceList.expected}; or { add } or { del } with one of them`

type One = { readonly add?: AddressIn; readonly del?: AddressIn }

/** What becomes of the list; throws a Rejection. */
function changeOf(value: MacvlanSources): 'set' | 'add' | 'del' {
  if (Array.isArray(value)) return 'set'
  const [name, ...more] = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if ((name !== 'add' && name !== 'del') || more.length > 0) throw new Rejection(expectedSources, value)
  return name
}

const part = (
  write: Codec<MacvlanSources, undefined>['write'],
  omits: (value: MacvlanSources) => boolean,
): Codec<MacvlanSources, undefined> => ({ expected: expectedSources, write, omits, read: () => undefined })

// The three attributes of one value: what to do, with which one, or with which ones. Only the last is ever told.
const what = part(
  (writer, value) => listChanges.write(writer, changeOf(value)),
  () => false,
)
const one = part(
  (writer, value) => {
    const name = changeOf(value)
    within(name, () => sourceAddress.write(writer, (value as One)[name as keyof One] as AddressIn))
  },
  (value) => Array.isArray(value),
)
const all: Codec<MacvlanSources, readonly string[]> = {
  ...sourceList,
  write: (writer, value) => sourceList.write(writer, value as readonly AddressIn[]),
  omits: (value) => !Array.isArray(value),
}

export const macvlanAttributes = attributes({
  /**
   * What the links above one link have with each other: `private` nothing, `vepa` (unless given) what the switch outside sends
   * back, `bridge` everything; `passthru` is alone there, `source` takes what comes from listed addresses. The kernel changes
   * it, but neither to nor from `passthru` (macvlan_changelink: EINVAL), and forgets the list where it leaves `source`. `mode`
   */
  mode: attribute('IFLA_MACVLAN_MODE', 1, modes),
  /**
   * `noPromisc`: passthru does not make the link below promiscuous. `noDst`: what a source link takes, no other macvlan link gets too
   * (Linux 5.13; before, EINVAL). All of them are said: what is not named is off. `nopromisc`, `nodst`
   */
  flags: attribute('IFLA_MACVLAN_FLAGS', 2, macvlanFlags),
  /**
   * Addresses that a link in mode `source` takes packets from. A request sets the list, `{ add }` one more, or `{ del }` one of
   * them. Read in an order of the kernel's. `macaddr set`, `macaddr add`, `macaddr del`, `macaddr flush`
   */
  macaddr: attributeParts<MacvlanSources, readonly string[]>([
    { constant: 'IFLA_MACVLAN_MACADDR_MODE', number: 3, codec: what },
    { constant: 'IFLA_MACVLAN_MACADDR', number: 4, codec: one },
    { constant: 'IFLA_MACVLAN_MACADDR_DATA', number: 5, codec: all },
  ]),
  /** How many source addresses there are. */
  macaddrCount: attribute('IFLA_MACVLAN_MACADDR_COUNT', 6, u32(), { readOnly: true }),
  /**
   * Broadcast and multicast packets that may wait for the links above one link; 1000 unless given. The longest that any of
   * them asks for is in force (Linux 5.11). `bcqueuelen`
   */
  bcQueueLength: attribute('IFLA_MACVLAN_BC_QUEUE_LEN', 7, u32()),
  /** The one in force (Linux 5.11). */
  usedBcQueueLength: attribute('IFLA_MACVLAN_BC_QUEUE_LEN_USED', 8, u32(), { readOnly: true }),
  /**
   * Multicast addresses that more links above one link listen to than this are queued, others served at once; -1 queues nothing. One
   * for all of them, 1 unless given, which the kernel does not tell (Linux 6.4). `bclim`
   */
  bcLim: attribute('IFLA_MACVLAN_BC_CUTOFF', 9, s32()),
})

/** What a request may say of a macvlan or macvtap link. */
export interface MacvlanAttributes extends Infer<typeof macvlanAttributes> {}

/** In an update the mode is the one that the link has, and the kernel checks it (macvlan_changelink: EINVAL). */
function checkSources({ mode, macaddr }: Readonly<Values>, when: 'create' | 'update'): void {
  if (macaddr === undefined || (when === 'update' && mode === undefined)) return
  if (mode !== 'source' && mode !== modes.toNumber('source'))
    throw new Rejection("'source' (required with macaddr)", mode).within('mode')
}

export function checkMacvlan(data: Readonly<Values>, when: 'create' | 'update', common: Readonly<Values>): void {
  requireLink(when, common)
  checkSources(data, when)
}

/** What `createMacvlan` takes. */
export interface MacvlanOptions extends StackedOptions, MacvlanAttributes {}
