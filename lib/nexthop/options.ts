/** What a caller says of a next hop object, checked and made a message. */
import { type AddressIn, ipBytes, ipFamily } from '../codec/addresses.js'
import { Rejection, within } from '../codec/rejection.js'
import { type LinkRef, optionalLinkIndex, resolveLinks } from '../link/link-ref.js'
import { type EncapOptions, encapAttributes } from '../rtnetlink/encap/encap.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { type NamedProto, numbered, protoNames } from '../rtnetlink/names.js'
import { copyOptions, isOn, refuse, required } from '../rtnetlink/options.js'
import type { NexthopObject } from './nexthop.js'

/** A member of a group. */
export interface NexthopMemberOptions {
  readonly id: number
  /** Its share of the traffic, relative to the others': 1 (the default) to 65535; before Linux 6.12 to 255. */
  readonly weight?: number | undefined
}

/** What `addNexthop` and `replaceNexthop` take: a way, a group of others, or a blackhole. */
export interface NexthopObjectOptions {
  /** Absent: the kernel chooses one that is free. `id` */
  readonly id?: number | undefined
  /** The router's address. `via` */
  readonly via?: AddressIn | undefined
  /** The link, which has to be up. Not beside `fdb`, `blackhole`, `group`, and else required. `dev` */
  readonly dev?: LinkRef | undefined
  /** Needed only without `via`: which routes may use it. Absent: IPv4. `-4`, `-6` */
  readonly family?: Family | undefined
  /** The router is on `dev` although no prefix there says so. `onlink` */
  readonly onlink?: boolean | undefined
  /** What packets get around them on this way. `encap` */
  readonly encap?: EncapOptions | undefined
  /** Drop what comes here. `blackhole` */
  readonly blackhole?: boolean | undefined
  /** For FDB entries of a VXLAN: `via` is the other end's address in the underlay. Of a group: all of its members are so. `fdb` */
  readonly fdb?: boolean | undefined
  /** A group of these, in place of `via` and `dev`. `group 1,5/2,3` */
  readonly group?: readonly NexthopMemberOptions[] | undefined
  /** Of a group. Absent: `'mpath'`, which deals out by hash, anew at each change; `'resilient'` (Linux 5.13) keeps flows where they are. `type` */
  readonly type?: 'mpath' | 'resilient' | undefined
  /** Resilient: among how many buckets flows are dealt out, 1 to 65535; required when it is made, fixed afterwards. `buckets` */
  readonly buckets?: number | undefined
  /** Resilient: seconds, to the hundredth, without a packet until a bucket may be moved. Absent: 120. `idle_timer` */
  readonly idleTimer?: number | undefined
  /** Resilient: seconds, to the hundredth, out of balance until buckets are moved though they are not idle. Absent and 0: never. `unbalanced_timer` */
  readonly unbalancedTimer?: number | undefined
  /** Of a group: ask the hardware to count packets (Linux 6.9). `hw_stats` */
  readonly hwStats?: boolean | undefined
  /** Who makes it. Absent: `'unspec'`. `protocol` */
  readonly proto?: NamedProto | undefined
}

const wayNames = ['via', 'dev', 'family', 'onlink', 'encap', 'blackhole'] as const
const resilientNames = ['buckets', 'idleTimer', 'unbalancedTimer'] as const
const groupNames = ['type', ...resilientNames, 'hwStats'] as const
export const optionNames = ['id', 'proto', 'fdb', 'group', ...wayNames, ...groupNames]

/** What a listed next hop has beside the options: passing one on to `deleteNexthop` is fine. */
export const listedNames = [
  'scope',
  'flags',
  'unbalancedTime',
  'hwStatsUsed',
  'unknown',
] satisfies (keyof NexthopObject)[]

const HEAVIEST = 65_535

function memberValues(group: readonly NexthopMemberOptions[]) {
  if (!Array.isArray(group) || group.length === 0)
    throw new Rejection('an array of at least one member', group).within('group', 'NHA_GROUP')
  return group.map((given: NexthopMemberOptions, i) =>
    within('group', () =>
      within(`[${i}]`, () => {
        const { id, weight = 1 } = copyOptions(given, ['id', 'weight', 'packets', 'packetsHw'])
        required({ id }, 'id', 'the id of a next hop')
        if (!Number.isInteger(weight) || weight < 1 || weight > HEAVIEST)
          throw new Rejection(`an integer from 1 to ${HEAVIEST}`, weight).within('weight', 'NHA_GROUP')
        return { id, weight: (weight - 1) & 0xff, weightHigh: (weight - 1) >> 8 }
      }),
    ),
  )
}

function groupAttributes(options: NexthopObjectOptions) {
  const { group = [], type, buckets, idleTimer, unbalancedTimer, hwStats } = options
  refuse(options, wayNames, 'the members of a group have it')
  if (type !== undefined && type !== 'mpath' && type !== 'resilient')
    throw new Rejection("'mpath' or 'resilient'", type).within('type', 'NHA_GROUP_TYPE')
  if (type !== 'resilient') refuse(options, resilientNames, 'only a resilient group has it')
  return {
    group: memberValues(group),
    type,
    hwStats,
    ...(resilientNames.some((name) => options[name] !== undefined) && {
      resilient: { buckets, idleTimer, unbalancedTimer },
    }),
  }
}

/** Where one next hop leads, but for the link; refuses what the kernel refuses in other words. */
function way(options: NexthopObjectOptions, fdb: boolean) {
  const { via, dev } = options
  refuse(options, groupNames, 'only a group has it')
  const blackhole = isOn(options.blackhole, 'blackhole')
  const onlink = isOn(options.onlink, 'onlink')
  if (blackhole) {
    if (fdb) throw new Rejection('nothing: a blackhole is for routes', fdb).within('fdb')
    refuse(options, ['via', 'dev', 'onlink', 'encap'], 'a blackhole leads nowhere')
  } else if (fdb) {
    refuse(options, ['dev', 'onlink', 'encap'], 'the VXLAN of the FDB entry finds the way')
    required(options, 'via', 'the address of the other end')
  } else {
    if (dev === undefined) throw new Rejection('a link (required without group, fdb and blackhole)', dev).within('dev')
    if (via === undefined) refuse(options, ['onlink'], 'without via there is no router')
  }
  const asked = familyFilter(options.family)
  const bytes = via === undefined ? undefined : within('via', () => ipBytes(via), 'NHA_GATEWAY')
  const family = bytes === undefined ? (asked === 'unspec' ? 'inet' : asked) : ipFamily(bytes)
  if (asked !== 'unspec' && asked !== family)
    throw new Rejection('an address of the family that family says', via).within('via', 'NHA_GATEWAY')
  return { family, onlink, attributes: { via: bytes, blackhole } }
}

type Values = Partial<ReturnType<typeof way>['attributes'] & ReturnType<typeof groupAttributes>>

/** The message that makes or overwrites one. */
export function* settings(options: NexthopObjectOptions) {
  const { id } = options
  const fdb = isOn(options.fdb, 'fdb')
  const single = options.group === undefined ? way(options, fdb) : undefined
  const attributes: Values = single?.attributes ?? groupAttributes(options)
  const proto: number = yield* numbered(options.proto ?? 'unspec', protoNames, 'proto', 'nh_protocol')
  const encap = yield* encapAttributes(options.encap, 'encap', resolveLinks)
  const dev: number | undefined = yield* optionalLinkIndex(options.dev)
  return {
    header: {
      family: single?.family ?? 'unspec',
      proto,
      ...(single?.onlink && { flags: ['onlink' as const] }),
    } as const,
    attributes: { id, ...attributes, ...encap, dev, fdb },
  }
}
