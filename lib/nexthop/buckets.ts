/** `ip nexthop bucket show | get` */
import { type LinkRef, optionalLinkIndex } from '../link/link-ref.js'
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETNEXTHOPBUCKET, RTM_NEWNEXTHOPBUCKET } from '../rtnetlink/constants.js'
import { verb } from '../rtnetlink/operation.js'
import { copyOptions, required } from '../rtnetlink/options.js'
import { nexthopMessage } from './message.js'
import { type NexthopBucket, readBucket } from './nexthop.js'

/** Which buckets are meant: those for which all that is given holds. */
export interface NexthopBucketFilter {
  /** The group's. `id` */
  readonly id?: number | undefined
  /** Those that lead to this next hop. `nhid` */
  readonly nhid?: number | undefined
  /** Those that lead to next hops through this link. `dev` */
  readonly dev?: LinkRef | undefined
  /** The same, of links with this master. `master`, `vrf` */
  readonly master?: LinkRef | undefined
}

/**
 * Lists the buckets of resilient groups: which next hop each leads to, and since when it is idle. `ip nexthop bucket show id 10`
 *
 * Throws KernelError ENOENT where there is no such group, EINVAL where it is none or not a resilient one. Needs no privilege, and Linux 5.13.
 *
 * @example
 * const idle = (await listNexthopBuckets({ id: 10 })).filter(({ idleTime }) => idleTime > 60)
 */
export const listNexthopBuckets = verb(
  (_filter?: NexthopBucketFilter) => 'list next hop buckets',
  function* (filter?: NexthopBucketFilter): Steps<readonly NexthopBucket[]> {
    const options = copyOptions(filter ?? {}, ['id', 'nhid', 'dev', 'master'])
    const { id, nhid } = options
    const dev = yield* optionalLinkIndex(options.dev)
    const master = yield* optionalLinkIndex(options.master, 'master')
    return yield* ask(
      request(
        { name: 'RTM_GETNEXTHOPBUCKET', type: RTM_GETNEXTHOPBUCKET, mode: 'dump' },
        nexthopMessage,
        { header: {}, attributes: { id, dev, master, bucket: nhid === undefined ? undefined : { nhid } } },
        {
          type: RTM_NEWNEXTHOPBUCKET,
          read(message) {
            const bucket = readBucket(message)
            const wanted =
              bucket !== undefined &&
              (id === undefined || bucket.id === id) &&
              (nhid === undefined || bucket.nhid === nhid)
            return wanted ? bucket : undefined
          },
        },
      ),
    )
  },
)

/** Which bucket. */
export interface NexthopBucketQuery {
  /** The group's. */
  readonly id: number
  /** From 0. */
  readonly index: number
}

/**
 * One bucket of a resilient group. `ip nexthop bucket get id 10 index 3`
 *
 * Throws KernelError ENOENT where there is no such group or bucket. Needs no privilege, and Linux 5.13.
 *
 * @example
 * const { nhid, idleTime } = await getNexthopBucket({ id: 10, index: 3 })
 */
export const getNexthopBucket = verb(
  ({ id, index }: NexthopBucketQuery) => `get bucket ${index} of next hop ${id}`,
  function* (given: NexthopBucketQuery): Steps<NexthopBucket> {
    const options = copyOptions(given, ['id', 'index'])
    const id = required(options, 'id', 'the id of a group')
    const index = required(options, 'index', 'the number of a bucket')
    const [found] = yield* ask(
      request(
        { name: 'RTM_GETNEXTHOPBUCKET', type: RTM_GETNEXTHOPBUCKET, mode: 'get' },
        nexthopMessage,
        { header: {}, attributes: { id, bucket: { index } } },
        { type: RTM_NEWNEXTHOPBUCKET, read: readBucket },
      ),
    )
    return found as NexthopBucket
  },
)
