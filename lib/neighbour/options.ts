/** What a caller says of a neighbour, checked and made a message. */
import { type AddressIn, ipBytes, ipFamily } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, linkIndex } from '../link/link-ref.js'
import { isOn, refuse, required } from '../rtnetlink/options.js'
import type { proto } from '../rtnetlink/proto.js'
import type { Neighbour } from './neighbour.js'

/** Which neighbour. */
export interface NeighbourIdentity {
  readonly dev: LinkRef
  /** IPv4 or IPv6: `192.168.1.2`. */
  readonly address: string
  /** Not a neighbour, but an address that this machine answers for on the link. `proxy` */
  readonly proxy?: boolean | undefined
}

export interface NeighbourOptions extends NeighbourIdentity {
  /**
   * Link-layer (MAC) address, as long as the link's own. Required, except with `proxy`, `use`, `managed` and the states
   * `'none'`, `'incomplete'` and `'failed'`, with which the kernel would drop it in silence. `lladdr`
   */
  readonly lladdr?: AddressIn | undefined
  /** Absent: `'permanent'`, which neither ages nor counts against the limit of the table (`gc_thresh3`); what it was, with `updateNeighbour`. `nud` */
  readonly state?: Neighbour['state'] | undefined
  /** It is a router (IPv6). `router` */
  readonly router?: boolean | undefined
  /** Made by a control plane: not aged by the kernel, gone when the carrier is. `extern_learn` */
  readonly externLearn?: boolean | undefined
  /** The kernel finds the address out and keeps it fresh (Linux 5.16). `managed` */
  readonly managed?: boolean | undefined
  /** The kernel finds the address out, as if a packet was to be sent. `use` */
  readonly use?: boolean | undefined
  /** Vouched for by a control plane: probed, but never removed (Linux 6.17). `extern_valid` */
  readonly externValid?: boolean | undefined
  /** Who made it (Linux 5.1); of one that is there, absent and `'unspec'` leave it as it is. `protocol` */
  readonly proto?: Parameters<typeof proto.toNumber>[0] | undefined
}

export const identityNames = ['dev', 'address', 'proxy'] as const
const switchNames = ['proxy', 'router', 'externLearn', 'use', 'managed', 'externValid'] as const
export const optionNames = [...identityNames, ...switchNames, 'lladdr', 'state', 'proto']

/** What a listed neighbour has beside the options: passing one on to `deleteNeighbour` is fine. */
export const listedNames = ['family', 'flags', 'type', 'probes', 'cacheInfo', 'unknown']

/** Those in which a neighbour has no link-layer address. */
const withoutLladdr: readonly unknown[] = ['none', 'incomplete', 'failed']

/** The state to send; refuses what the kernel would take and not do, or refuse and leave an empty entry behind. */
function checkedState(options: NeighbourOptions): Neighbour['state'] {
  const { proxy, use, managed, lladdr, state = 'permanent' } = options
  if (proxy === true)
    refuse(options, ['lladdr', 'state', 'use', 'managed', 'externValid'], 'a proxy entry is an address and no more')
  else if (use === true || managed === true)
    refuse(options, ['lladdr', 'state'], 'with use or managed, the kernel finds it out and ignores what it is told')
  else if (withoutLladdr.includes(state)) refuse(options, ['lladdr'], `the kernel keeps none in state '${state}'`)
  else if (lladdr === undefined && typeof state === 'string')
    // Without one __neigh_update fails, and leaves what neigh_add has created: an entry in state none.
    throw new Rejection(`a link-layer address (required in state '${state}')`, lladdr).within('lladdr')
  return managed === true ? 'none' : state
}

function flagNames(options: NeighbourOptions) {
  return switchNames.filter((name) => isOn(options[name], name))
}

const isExtended = (name: string) => name === 'managed' || name === 'externValid'

/** Family, link and address, of which every request about one neighbour has need. */
export function* identity(options: NeighbourIdentity) {
  const dev = required(options, 'dev', 'a link')
  const proxy = isOn(options.proxy, 'proxy')
  const address = required(options, 'address', 'an IPv4 or IPv6 address')
  const dst = within('address', () => ipBytes(address))
  const index = yield* linkIndex(dev)
  return { header: { family: ipFamily(dst), index, ...(proxy && { flags: ['proxy' as const] }) }, attributes: { dst } }
}

const kept = ['router', 'externLearn', 'managed', 'externValid'] as const

/** What a change that does not speak of it has to say again, or the kernel would take it away. */
export function keptBy(options: NeighbourOptions, now: Neighbour): Partial<NeighbourOptions> {
  const still = kept.filter((name) => options[name] === undefined && now.flags.includes(name))
  const switches = Object.fromEntries(still.map((name) => [name, true]))
  const found = [options.use, options.managed ?? switches.managed].includes(true)
  if (found || options.proxy === true) return switches
  const state = options.state ?? now.state
  const lladdr = options.lladdr ?? (withoutLladdr.includes(state) ? undefined : now.lladdr)
  return { ...switches, state, lladdr }
}

/** The message that makes or overwrites one. */
export function* settings(options: NeighbourOptions) {
  const state = checkedState(options)
  const names = flagNames(options)
  const { header, attributes } = yield* identity(options)
  const flagsExt = names.filter(isExtended) as ('managed' | 'externValid')[]
  return {
    header: {
      ...header,
      state,
      flags: names.filter((name) => !isExtended(name)) as ('proxy' | 'router' | 'externLearn' | 'use')[],
    },
    attributes: {
      ...attributes,
      lladdr: options.lladdr,
      proto: options.proto,
      ...(flagsExt.length > 0 && { flagsExt }),
    },
  }
}
