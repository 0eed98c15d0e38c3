/** How far a change of a link got before the kernel refused the rest. */
import { isDeepStrictEqual } from 'node:util'
import { sourceOf } from '../codec/codec.js'
import { decodeAttributes } from '../codec/reader.js'
import { type AnyTable, encodeAttributes } from '../codec/table.js'
import { Writer } from '../codec/writer.js'
import { isKernelError, KernelError } from '../errors.js'
import type { Steps } from '../netlink/operation.js'
import type { NativeNetns } from '../netlink/where.js'
import { ipv6Attributes } from './af-spec.js'
import { type Changes, switches } from './changes.js'
import { fetchLink } from './get.js'
import type { PortValues, Values } from './kind.js'
import { type Link, tableOf } from './kinds/index.js'
import { linkAttributes } from './message.js'
import { withApplied } from './set.js'

/** The value as a reply has it: an address in canonical text, whatever form it was given in. */
function canonical(table: AnyTable, name: string, value: unknown): unknown {
  const writer = new Writer(true, 64)
  encodeAttributes(writer, table, { [name]: value })
  return decodeAttributes(table, sourceOf(writer.bytes, true), 0, writer.position)[name]
}

const isPlain = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Of an object (switches) the named members count. */
function same(wanted: unknown, actual: unknown): boolean {
  if (isPlain(wanted) && isPlain(actual)) return Object.keys(wanted).every((name) => same(wanted[name], actual[name]))
  return isDeepStrictEqual(wanted, actual)
}

function namesInEffect(table: AnyTable, wanted: Values, now: Values): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    // No master and no alias are absent from a reply.
    const isGone = (value === null || value === '') && now[name] === undefined
    return isGone || same(canonical(table, name, value), now[name]) ? [name] : []
  })
}

/** Changes, and what is to change in the port, where that is known. */
export interface Wanted extends Changes {
  readonly asPort: PortValues | undefined
}

function portOptionsInEffect({ kind, values }: PortValues, { port }: Link): string[] {
  if (port?.kind !== kind.kind) return []
  return namesInEffect(kind.attributes, values, port.data as Values).map((name) => `port.${name}`)
}

/** Which of the wanted options a link has, as the caller wrote them. */
function inEffect({ values, ipv6, flags, own, kind, asPort }: Wanted, link: Link): string[] {
  const common = [
    ...namesInEffect(linkAttributes, values, link as unknown as Values),
    ...namesInEffect(ipv6Attributes, ipv6, (link.ipv6 ?? {}) as Values),
  ]
  const flipped = Object.entries(switches).flatMap(([name, flag]) =>
    flags.change.includes(flag) && flags.flags.includes(flag) === link.flags.includes(flag) ? [name] : [],
  )
  const ofKind = own.flatMap((part) =>
    namesInEffect(kind?.attributes as AnyTable, part.values, (link as unknown as { data: Values }).data).map((name) =>
      part.path === '' ? name : `${part.path}.${name}`,
    ),
  )
  return [...common, ...flipped, ...ofKind, ...(asPort === undefined ? [] : portOptionsInEffect(asPort, link))]
}

type Which = { readonly index?: number; readonly name?: string }

function* fetchIfThere(which: Which, netns?: NativeNetns): Steps<Link | undefined> {
  try {
    return (yield* fetchLink(which, tableOf, netns)) as Link
  } catch (error) {
    if (isKernelError(error, 'ENODEV')) return undefined
    throw error
  }
}

/** A move to another namespace comes first: then the link is in the target, maybe under another index. */
function* find(before: Link, name: unknown, target: NativeNetns | undefined) {
  const link = yield* fetchIfThere({ index: before.index })
  if (link !== undefined || target === undefined) return { link, moved: false }
  const moved = yield* fetchIfThere({ name: before.name }, target)
  if (moved !== undefined || typeof name !== 'string') return { link: moved, moved: true }
  return { link: yield* fetchIfThere({ name }, target), moved: true }
}

/** The kernel stops at the first field that it refuses; the error that says which it had applied by then. */
export function* partly(
  error: KernelError,
  wanted: Wanted,
  before: Link,
  target: NativeNetns | undefined,
): Steps<KernelError> {
  try {
    const { link, moved } = yield* find(before, wanted.values.name, target)
    if (link !== undefined) return withApplied(error, newlyInEffect(wanted, before, link, moved))
  } catch {
    // What the kernel said matters more than why it could not be asked again.
  }
  return new KernelError(error.message, { ...error, applied: 'unknown' }, error)
}

function newlyInEffect(wanted: Wanted, before: Link, after: Link, moved: boolean): string[] {
  const had = new Set(inEffect(wanted, before))
  return [...(moved ? ['netns'] : []), ...inEffect(wanted, after).filter((name) => !had.has(name))]
}
