/** `ip stats show | set` */
import { Rejection } from '../codec/rejection.js'
import { DecodeError, isKernelError } from '../errors.js'
import { type LinkRef, linkIndex, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETSTATS, RTM_NEWSTATS, RTM_SETSTATS } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { checkSwitch, copyOptions, required } from '../rtnetlink/options.js'
import { offloadSubgroups, statsGroups, statsMessage } from './message.js'
import { isOverflown, joined, type LinkStats, readStats } from './stats.js'

/** A group of statistics, as `ip stats` names it. */
export type LinkStatsGroup = 'link' | 'xstats' | 'xstatsSlave' | 'offload' | 'afstats'
/** A part of the group `offload`. */
export type LinkStatsSubgroup = 'cpuHit' | 'hwStatsInfo' | 'l3Stats'

/** What `listLinkStats` tells, and of which link. */
export interface LinkStatsFilter {
  readonly dev?: LinkRef | undefined
  /** One group or several. Absent: all; with `subgroup`, `'offload'`. `group` */
  readonly group?: LinkStatsGroup | readonly LinkStatsGroup[] | undefined
  /** One part or several of the group `'offload'`; absent: all (Linux 5.18). `subgroup` */
  readonly subgroup?: LinkStatsSubgroup | readonly LinkStatsSubgroup[] | undefined
}

export interface LinkStatsQuery extends LinkStatsFilter {
  readonly dev: LinkRef
}

/** Which statistics hardware shall keep. */
export interface LinkStatsSettings {
  readonly dev: LinkRef
  /** Those of the packets that it routes. `l3_stats` */
  readonly l3Stats: boolean
}

const names = ['dev', 'group', 'subgroup']

/** The names in `value`, which may be one, several or none; throws a {@link Rejection}. */
function chosen<Name extends string>(
  value: Name | readonly Name[] | undefined,
  { numberOf, expected }: { readonly numberOf: ReadonlyMap<string, number>; readonly expected: string },
  name: string,
): readonly Name[] | undefined {
  if (value === undefined) return undefined
  const all = typeof value === 'string' ? [value] : value
  if (!Array.isArray(all) || all.length === 0) throw new Rejection(expected, value).within(name)
  for (const one of all) if (!numberOf.has(one)) throw new Rejection(expected, one).within(name)
  return all
}

const everything = [...statsGroups.numberOf.keys()] as LinkStatsGroup[]

/** The parts of a question that say what is asked. */
function what({ group, subgroup }: LinkStatsFilter) {
  const parts = chosen(subgroup, offloadSubgroups, 'subgroup')
  const groups = chosen(group, statsGroups, 'group') ?? (parts === undefined ? everything : (['offload'] as const))
  if (parts !== undefined && !groups.includes('offload'))
    throw new Rejection("nothing: only the group 'offload' has parts", subgroup).within('subgroup')
  return { groups, attributes: parts === undefined ? {} : { filters: { offload: parts } } }
}

type What = ReturnType<typeof what>

function* dump({ groups, attributes }: What, dev: number | undefined): Steps<readonly LinkStats[]> {
  const parts = yield* ask(
    request(
      { name: 'RTM_GETSTATS', type: RTM_GETSTATS, mode: 'dump' },
      statsMessage,
      // A kernel that checks strictly refuses a link here (rtnl_valid_stats_req).
      { header: { groups }, attributes },
      {
        type: RTM_NEWSTATS,
        read(message) {
          const found = readStats(message)
          return dev === undefined || found.dev === dev ? found : undefined
        },
      },
    ),
  )
  return joined(parts)
}

function* fetch({ groups, attributes }: What, index: number): Steps<LinkStats> {
  const [found] = yield* ask(
    request(
      { name: 'RTM_GETSTATS', type: RTM_GETSTATS, mode: 'get' },
      statsMessage,
      { header: { index, groups }, attributes },
      { type: RTM_NEWSTATS, read: readStats },
    ),
  )
  return found as LinkStats
}

/**
 * Of one link the kernel makes one message (rtnl_stats_get): what a bridge counts for 1,500 VLANs overflows the 16 bits of an attribute's length,
 * and the rest of it stands where other attributes stand; newer kernels refuse. In a listing it comes in pieces.
 */
function* fetchWhole(asked: What, index: number): Steps<LinkStats> {
  try {
    const found = yield* fetch(asked, index)
    if (!isOverflown(found)) return found
  } catch (error) {
    if (!(error instanceof DecodeError) && !isKernelError(error, 'EMSGSIZE')) throw error
  }
  const [found] = yield* dump(asked, index)
  return found ?? (yield* fetch(asked, index))
}

/**
 * What a link counts, and what those count that use it. `ip stats show dev eth0 group link`
 *
 * Throws KernelError ENODEV where there is no such link. Needs no privilege.
 *
 * @example
 * const { xstats } = await getLinkStats({ dev: 'br0', group: 'xstats' })
 * console.log(xstats?.bridge?.mcast?.igmpV2Reports.rx)
 */
export const getLinkStats = verb(
  ({ dev }: LinkStatsQuery) => `get the statistics of ${typeof dev === 'object' ? dev.index : dev}`,
  function* (given: LinkStatsQuery): Steps<LinkStats> {
    const options = copyOptions(given, names)
    const asked = what(options)
    const index = yield* linkIndex(required(options, 'dev', 'a link'))
    const ofBridges = asked.groups.some((group) => group === 'xstats' || group === 'xstatsSlave')
    return yield* ofBridges ? fetchWhole(asked, index) : fetch(asked, index)
  },
)

/**
 * Lists what each link counts, and what those count that use it. `ip stats show group link`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}. Needs no privilege.
 *
 * @example
 * for (const { dev, link } of await listLinkStats({ group: 'link' })) console.log(dev, link?.rxBytes)
 */
export const listLinkStats = verb(
  (_filter?: LinkStatsFilter) => 'list the statistics of links',
  function* (filter?: LinkStatsFilter): Steps<readonly LinkStats[]> {
    const options = copyOptions(filter ?? {}, names)
    const asked = what(options)
    return yield* dump(asked, yield* optionalLinkIndex(options.dev))
  },
)

/**
 * Has hardware keep statistics of the packets that it routes, or not any more. `ip stats set dev eth0 l3_stats on`
 *
 * The kernel takes it for any link and remembers it; whether the hardware counts, `offload.hwStatsInfo.l3Stats.used` of `getLinkStats` tells.
 * Throws what the driver says where it cannot. Needs CAP_NET_ADMIN and Linux 5.18 (EOPNOTSUPP before).
 *
 * @example
 * await setLinkStats({ dev: 'swp1', l3Stats: true })
 */
export const setLinkStats = verb(
  ({ dev }: LinkStatsSettings) => `set the statistics of ${typeof dev === 'object' ? dev.index : dev}`,
  function* (given: LinkStatsSettings): Steps<void> {
    const options = copyOptions(given, ['dev', 'l3Stats'])
    const setL3Stats = checkSwitch(required(options, 'l3Stats', 'true or false'), 'l3Stats')
    const index = yield* linkIndex(required(options, 'dev', 'a link'))
    yield* ask(
      request(
        { name: 'RTM_SETSTATS', type: RTM_SETSTATS },
        statsMessage,
        { header: { index }, attributes: { setL3Stats } },
        {},
        { final: true },
      ),
    )
  },
)
