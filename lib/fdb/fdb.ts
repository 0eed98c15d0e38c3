/** An FDB entry as the kernel lists it. */
import type { StructOut } from '../codec/struct.js'
import type { WithUnknown } from '../codec/table.js'
import {
  type cacheInfo,
  type fdbActivity,
  type ndmsg,
  type neighbourAttributes,
  type neighbourExtFlags,
  type neighbourFlags,
  neighbourState,
} from '../neighbour/message.js'
import type { Message } from '../netlink/message.js'

export type FdbMessage = Message<typeof ndmsg.fields, typeof neighbourAttributes>
type FlagName =
  | ReturnType<typeof neighbourFlags.fromBits>[number]
  | ReturnType<typeof neighbourExtFlags.fromBits>[number]
  | ReturnType<typeof fdbActivity.fromBits>[number]

/** Bits of the state. */
export const nudBits = Object.fromEntries(neighbourState.numberOf) as Record<string, number> & {
  readonly [K in 'reachable' | 'stale' | 'noarp' | 'permanent']: number
}
const { reachable, stale, noarp, permanent } = nudBits

/** The states that an entry can be given, as `bridge` sends them. */
export const writtenStates = {
  /** Never ages; in a bridge, an address of its own. `permanent`, `local` */
  permanent: permanent | noarp,
  /** Never ages. `static` */
  static: noarp | reachable,
  /** Ages. `dynamic` */
  dynamic: reachable,
} as const

/** `'dynamic'`: in use, or learned; `'stale'`: about to be forgotten; any other is the kernel's number. */
export type FdbState = keyof typeof writtenStates | 'stale' | number

export const listedStates: readonly FdbState[] = ['permanent', 'static', 'dynamic', 'stale']

/** An entry of a forwarding database, as the kernel lists it. */
export interface FdbEntry extends WithUnknown {
  /** Index of the link. */
  readonly dev: number
  readonly lladdr: string
  readonly state: FdbState
  /** `'self'`, `'externLearn'`, `'sticky'`, `'router'`, `'offloaded'`, `'locked'`, `'activityNotify'`, `'inactive'` …; a bit without a name is its value. */
  readonly flags: readonly FlagName[]
  /** Index of the bridge that has the entry; absent where the link itself has it (`'self'`). */
  readonly master?: number
  readonly vlan?: number
  /** Underlay address of the other end of a VXLAN. */
  readonly dst?: string
  /** UDP port of the other end, where it is not the link's own. */
  readonly port?: number
  /** VNI to send with, where it is not the link's own. */
  readonly vni?: number
  /** VNI that it belongs to, of an `external` VXLAN. */
  readonly srcVni?: number
  /** Index of the link to send through, in the namespace `linkNetnsid` where that is given. */
  readonly via?: number
  readonly linkNetnsid?: number
  /** Next hop (group) that stands for `dst`. */
  readonly nhid?: number
  /** Times in seconds, to the hundredth. */
  readonly cacheInfo?: StructOut<typeof cacheInfo.fields>
}

function stateOf(state: FdbMessage['header']['state']): FdbState {
  const bits = neighbourState.toNumber(state)
  if ((bits & permanent) !== 0) return 'permanent'
  if ((bits & noarp) !== 0) return 'static'
  if (bits === stale) return 'stale'
  return bits === reachable ? 'dynamic' : bits
}

/** `undefined` for what is no FDB entry. */
export function readFdb({ header, attributes }: FdbMessage): FdbEntry | undefined {
  const { lladdr, flagsExt = [], fdbExt, proto, probes, ...rest } = attributes
  if (lladdr === undefined) return undefined
  const { flags } = header
  const { activity = [] } = fdbExt ?? {}
  return {
    dev: header.index,
    lladdr,
    state: stateOf(header.state),
    flags: flagsExt.length + activity.length === 0 ? flags : [...flags, ...flagsExt, ...activity],
    ...rest,
  }
}

/** What tells an entry from others, and the letter that stands before it in a key. */
const distinctions = [
  ['d', 'dst'],
  ['m', 'master'],
  ['v', 'vlan'],
  ['p', 'port'],
  ['n', 'vni'],
  ['s', 'srcVni'],
  ['i', 'via'],
  ['h', 'nhid'],
] as const

/** What no two entries have in common. */
export function fdbKey(entry: FdbEntry): string {
  let key = `${entry.dev} ${entry.lladdr}`
  for (const [letter, name] of distinctions) {
    const value = entry[name]
    if (value !== undefined) key += ` ${letter}${value}`
  }
  return key
}
