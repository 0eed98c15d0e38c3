/** `ip nexthop show | flush` */
import { Rejection } from '../codec/rejection.js'
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import type { Steps } from '../netlink/operation.js'
import { type Family, familyFilter } from '../rtnetlink/family.js'
import { deleteEach } from '../rtnetlink/flush.js'
import { type NamedProto, numbered, protoNames } from '../rtnetlink/names.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, isOn, requireSome } from '../rtnetlink/options.js'
import { proto as routeProto } from '../rtnetlink/proto.js'
import type { NexthopObject } from './nexthop.js'
import { countFlags, countNames, deletion, dump, type NexthopCounts } from './request.js'

/** Which next hop objects are meant: those for which all that is given holds. */
export interface NexthopFilter {
  readonly id?: number | undefined
  /** Groups have none. `-4`, `-6` */
  readonly family?: Family | undefined
  /** Single ones through this link. `dev` */
  readonly dev?: LinkRef | undefined
  /** Single ones through links with this master. `master`, `vrf` */
  readonly master?: LinkRef | undefined
  /** Groups and nothing else. `groups` */
  readonly groups?: boolean | undefined
  /** Those for FDB entries and nothing else. `fdb` */
  readonly fdb?: boolean | undefined
  /** `protocol` */
  readonly proto?: NamedProto | undefined
}

const filterNames = ['id', 'family', 'dev', 'master', 'groups', 'fdb', 'proto'] as const

function checkedId({ id }: NexthopFilter): number | undefined {
  if (id !== undefined && (!Number.isInteger(id) || id < 1 || id > 0xffff_ffff))
    throw new Rejection('an integer from 1 to 4294967295', id).within('id')
  return id
}

function* matching(options: NexthopFilter & NexthopCounts): Steps<readonly NexthopObject[]> {
  const id = checkedId(options)
  const family = familyFilter(options.family)
  const groups = isOn(options.groups, 'groups')
  const fdb = isOn(options.fdb, 'fdb')
  const operationFlags = countFlags(options)
  const { proto } = options
  const number = proto === undefined ? undefined : yield* numbered(proto, protoNames, 'proto')
  const dev = yield* optionalLinkIndex(options.dev)
  const master = yield* optionalLinkIndex(options.master, 'master')
  const wanted = (one: NexthopObject) =>
    (id === undefined || one.id === id) &&
    (family === 'unspec' || one.family === family) &&
    (dev === undefined || one.dev === dev) &&
    (!groups || one.group !== undefined) &&
    (!fdb || one.fdb) &&
    (number === undefined || routeProto.toNumber(one.proto) === number)
  // Whose port the link of a next hop is only the kernel knows, and every kernel filters by it; by `fdb` none does (nh_dump_filtered).
  return yield* dump(wanted, { family, dev, master, groups, fdb, operationFlags })
}

/**
 * Lists next hop objects, by id. `ip nexthop show groups`
 *
 * Repeats the dump while the kernel calls it inconsistent, then throws {@link DumpInterruptedError}. Needs no privilege.
 *
 * @example
 * for (const { id, group } of await listNexthops({ groups: true })) console.log(id, group)
 */
export const listNexthops = verb(
  (_filter?: NexthopFilter & NexthopCounts) => 'list next hops',
  function* (filter?: NexthopFilter & NexthopCounts): Steps<readonly NexthopObject[]> {
    return yield* matching(copyOptions(filter ?? {}, [...filterNames, ...countNames]))
  },
)

/**
 * Removes the next hop objects that match, **and every route that uses them**; those that it removed. `ip nexthop flush proto bgp`
 *
 * The filter has to say something. Groups go before their members. Needs CAP_NET_ADMIN.
 *
 * @example
 * const gone = await flushNexthops({ proto: 'bgp' })
 */
export const flushNexthops = verb(
  (_filter: NexthopFilter) => 'flush next hops',
  function* (filter: NexthopFilter): Steps<readonly NexthopObject[]> {
    const options = copyOptions(filter, filterNames)
    requireSome(options, filterNames)
    const found = yield* matching(options)
    const groups = found.filter(({ group }) => group !== undefined)
    return yield* deleteEach([...groups, ...found.filter(({ group }) => group === undefined)], deletion, 'ENOENT')
  },
)
