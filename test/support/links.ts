/** What the tests of links share. */
import { InvalidArgumentError } from '../../lib/errors.js'
import { type AnyLinkKind, linkInfo, type Values } from '../../lib/link/kind.js'
import type { Link } from '../../lib/link/kinds/index.js'
import { linkMessage } from '../../lib/link/message.js'
import { resolveOwn, setLink } from '../../lib/link/set.js'
import { ask, type Operation, type Steps } from '../../lib/netlink/operation.js'
import { type Request, request } from '../../lib/netlink/request.js'
import { RTM_GETLINK, RTM_NEWLINK } from '../../lib/rtnetlink/constants.js'
import { verb } from '../../lib/rtnetlink/operation.js'
import { type Reasons, runSteps, type Stage, standIn } from './requests.js'

/** Answers the question what a link is, before and after a change; `values` are what it has. */
export const existing =
  (index: number, values: Readonly<Record<string, unknown>> = {}) =>
  (request: Request): readonly unknown[] | undefined =>
    request.mode === 'get' && request.memo === undefined ? [{ ...standIn, index, ...values }] : undefined

/** Attribute 28 of a link is IFLA_NET_NS_FD. */
export const ownDescriptor: Reasons = {
  'differs: 28 = 34120000, ip 05000000': 'each process numbers its own descriptors',
  'differs: 28 = 34120000, ip 04000000': 'each process numbers its own descriptors',
}

/** What an operation is refused with, and the requests to change something that it had sent by then. */
export function refusal(operation: Operation<unknown>, stage: Stage = {}) {
  const changes: string[] = []
  const answer = (request: Request) => {
    if (request.mode === 'act' || request.mode === 'echo') changes.push(request.name)
    return stage.answer?.(request)
  }
  try {
    runSteps(operation, { ...stage, answer })
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    return { path: error.path, expected: error.expected, changes }
  }
  throw new Error('was not refused')
}

/** Changes attributes of a kind without a look at what its table says can be changed. */
export const changeRaw = verb(
  (index: number, _kind: AnyLinkKind, _values: Values) => `change link ${index}`,
  function* (index: number, kind: AnyLinkKind, values: Values): Steps<void> {
    const own = { path: '', values } as const
    yield* resolveOwn(kind, own)
    yield* setLink(index, {}, undefined, undefined, linkInfo(kind, [own]))
  },
)

function attributesOf(bytes: Uint8Array): Map<number, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<number, string>()
  for (let at = 0; at + 4 <= bytes.length; at += (view.getUint16(at, true) + 3) & ~3) {
    const payload = bytes.subarray(at + 4, at + view.getUint16(at, true))
    found.set(view.getUint16(at + 2, true) & 0x3fff, Buffer.from(payload).toString('hex'))
  }
  return found
}

const raw = (member: 'data' | 'portData') =>
  verb(
    (name: string) => `get link ${name}`,
    function* (name: string): Steps<ReadonlyMap<number, string>> {
      const [found] = yield* ask(
        request(
          { name: 'RTM_GETLINK', type: RTM_GETLINK, mode: 'get' },
          linkMessage,
          { header: {}, attributes: { name } },
          { type: RTM_NEWLINK, read: ({ attributes }) => attributes.linkInfo?.[member]?.bytes ?? new Uint8Array() },
        ),
      )
      return attributesOf(found as Uint8Array)
    },
  )

/** IFLA_INFO_DATA as the kernel sends it, by number and in hexadecimal: what our own decoder has no part in. */
export const rawData = raw('data')
/** The same of IFLA_INFO_SLAVE_DATA. */
export const rawPortData = raw('portData')

/** The operation, with each of its requests replaced on the way to the kernel. */
export function adapted<T>(operation: Operation<T>, adapt: (request: Request) => Request): Operation<T> {
  function* steps(): Steps<T> {
    const inner = operation.steps()
    let step = inner.next()
    while (!step.done) {
      const effect = 'request' in step.value ? { ...step.value, request: adapt(step.value.request) } : step.value
      let result: unknown
      try {
        result = yield effect
      } catch (error) {
        step = inner.throw(error)
        continue
      }
      step = inner.next(result)
    }
    return step.value
  }
  return { ...operation, steps }
}

/** As on a kernel that does not echo. */
export const withoutEcho = <T>(operation: Operation<T>): Operation<T> =>
  adapted(operation, (request) => (request.mode === 'echo' ? { ...request, mode: 'act' } : request))

/** What IPv6 has on a link without what changes by itself: a link that is up sends packets of its own. */
function stillIpv6({ ipv6 }: Partial<Link>): object {
  if (ipv6 === undefined) return {}
  const { statistics: _1, icmpStatistics: _2, cacheInfo: _3, flags: _4, ...rest } = ipv6
  return { ipv6: rest }
}

/** A link without what changes by itself. */
export function still<T extends Partial<Link>>(link: T): object {
  const { statistics: _1, operState: _2, carrier: _3, carrierChanges: _4, ...rest } = link
  const {
    carrierUpCount: _5,
    carrierDownCount: _6,
    qdisc: _7,
    flags = [],
    data,
    ...own
  } = rest as typeof rest & {
    data?: { gcTimer?: bigint }
  }
  const { gcTimer: _8, ...values } = data ?? {}
  return {
    ...own,
    flags: flags.filter((flag) => flag !== 'running' && flag !== 'lowerUp'),
    ...stillIpv6(link),
    data: values,
  }
}

/** Which kernels with tunnels put into every namespace unasked, and modules into the first one. */
const fallback = /^((tunl|gre|gretap|erspan|sit|ip6tnl|ip6gre|ip_vti|ip6_vti|bond|ifb)0|ifb1)$/

/** The names of links, sorted, without the fall-back devices of tunnels. */
export const linkNames = (links: readonly { readonly name: string }[]): string[] =>
  links
    .map(({ name }) => name)
    .filter((name) => !fallback.test(name))
    .sort()
