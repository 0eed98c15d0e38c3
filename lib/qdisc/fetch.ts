/** Reading qdiscs: the kernel lists those of all links, and one alone it would tell to everybody who listens. */
import { ask, type Steps } from '../netlink/operation.js'
import { request } from '../netlink/request.js'
import { RTM_GETQDISC, RTM_NEWQDISC } from '../rtnetlink/constants.js'
import { uniqueBy } from '../rtnetlink/unique.js'
import { handle as handleCodec, parent as parentCodec, TC_H_UNSPEC } from './handle.js'
import { type Qdisc, readAnyQdisc } from './kinds/index.js'
import { tcMessage } from './message.js'
import type { Header } from './options.js'
import { qdiscKey } from './qdisc.js'

/** Those that `wanted` takes. The header says what is looked for, as that of `tc` does; today's kernels do not look at it. */
export function* fetchAll(
  header: { readonly [K in keyof Header]?: Header[K] | undefined },
  wanted: (qdisc: Qdisc) => boolean,
  invisible = false,
): Steps<readonly Qdisc[]> {
  const found = yield* ask(
    request(
      { name: 'RTM_GETQDISC', type: RTM_GETQDISC, mode: 'dump' },
      tcMessage,
      { header, attributes: invisible ? { invisible } : {} },
      {
        type: RTM_NEWQDISC,
        read(message) {
          const qdisc = readAnyQdisc(message)
          return wanted(qdisc) ? qdisc : undefined
        },
      },
    ),
  )
  return uniqueBy(found, qdiscKey)
}

/** The one that is there; a default one, which the kernel makes by itself, counts only where `handle` is not needed. */
export function* fetchOne({ index, handle, parent }: Header): Steps<Qdisc | undefined> {
  const [found] = yield* fetchAll(
    { index },
    (qdisc) =>
      qdisc.dev === index &&
      (handle === TC_H_UNSPEC || handleCodec.toNumber(qdisc.handle) === handle) &&
      (parent === TC_H_UNSPEC || parentCodec.toNumber(qdisc.parent) === parent),
  )
  return found
}

/** The kernel has made it by itself: it can neither be changed nor deleted. */
export const isDefault = ({ handle }: Qdisc): boolean => handle === '0:'
