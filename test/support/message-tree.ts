/** Netlink messages in a form that two of them can be compared in: attribute by attribute, their order left aside. */
import { type AnyFixedCodec, sourceOf } from '../../lib/codec/codec.js'
import type { Fields } from '../../lib/codec/struct.js'
import type { Writer } from '../../lib/codec/writer.js'
import { HEADER_BYTES } from '../../lib/netlink/header.js'
import type { AnyMessageFormat } from '../../lib/netlink/message.js'

const ATTRIBUTE_HEADER = 4
/** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER, which iproute2 sets on few nests and we set on all. */
const TYPE_MASK = 0x3fff

/** An attribute: a leaf has bytes only; a nest has children, and bytes where a structure stands in front of them. */
export interface Node {
  readonly bytes: string
  /** By attribute number; several where a number stands there several times, in their order. */
  readonly children?: ReadonlyMap<number, readonly Node[]> | undefined
}

export interface MessageTree {
  readonly type: number
  readonly flags: number
  /** By the member's name in the kernel's header; padding in hexadecimal. */
  readonly header: Readonly<Record<string, unknown>>
  readonly attributes: ReadonlyMap<number, readonly Node[]>
}

/** Where a nest's attributes begin, counted from the start of its payload; `undefined` for a leaf. */
type Shape = (attributeStart: number, end: number) => number | undefined

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function readAttributes(bytes: Uint8Array, start: number, end: number, read: (from: number, to: number) => Node) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<number, Node[]>()
  for (let at = start; at < end; ) {
    const length = end - at < ATTRIBUTE_HEADER ? 0 : view.getUint16(at, true)
    if (length < ATTRIBUTE_HEADER || length > end - at) throw new Error(`malformed attribute at byte ${at}`)
    const type = view.getUint16(at + 2, true) & TYPE_MASK
    found.set(type, [...(found.get(type) ?? []), read(at, at + length)])
    at += (length + 3) & ~3
  }
  return found
}

function readNode(bytes: Uint8Array, start: number, end: number, shape: Shape): Node {
  const payload = start + ATTRIBUTE_HEADER
  const skip = shape(start, end)
  if (skip === undefined) return { bytes: hex(bytes.subarray(payload, end)) }
  const children = readAttributes(bytes, payload + skip, end, (from, to) => readNode(bytes, from, to, shape))
  return { bytes: hex(bytes.subarray(payload, payload + skip)), children }
}

function readMessage(bytes: Uint8Array, format: AnyMessageFormat, read: (from: number, to: number) => Node) {
  const source = sourceOf(bytes, true)
  const length = source.view.getUint32(0, true)
  if (length !== bytes.length) throw new Error(`a message of ${length} bytes in ${bytes.length}`)
  const header: Record<string, unknown> = {}
  let at = HEADER_BYTES
  for (const { member, codec } of Object.values(format.header.fields as Fields) as {
    member: string
    codec: AnyFixedCodec
  }[]) {
    header[member] = codec.read(source, at, at + codec.size) ?? hex(bytes.subarray(at, at + codec.size))
    at += codec.size
  }
  const attributes = readAttributes(bytes, Math.ceil(at / 4) * 4, bytes.length, read)
  return { type: source.view.getUint16(4, true), flags: source.view.getUint16(6, true), header, attributes }
}

/** A message that we have encoded. What in it is a nest the writer remembers. */
export function ourTree(bytes: Uint8Array, format: AnyMessageFormat, writer: Writer): MessageTree {
  const depth = (at: number) => writer.ownersAt(at).length
  const shape: Shape = (start, end) => {
    for (let at = start + ATTRIBUTE_HEADER; at < end; at += 4)
      if (depth(at) > depth(start)) return at - start - ATTRIBUTE_HEADER
    return undefined
  }
  return readMessage(bytes, format, (from, to) => {
    try {
      return readNode(bytes, from, to, shape)
    } catch {
      // Structures between the nests, as next hops have them: compared as one piece.
      return readNode(bytes, from, to, () => undefined)
    }
  })
}

/** Another's message: a nest where `model`, our own, has one. What does not fit is a leaf. */
export function theirTree(bytes: Uint8Array, format: AnyMessageFormat, model: MessageTree): MessageTree {
  const like = (from: number, to: number, models: MessageTree['attributes']): Node => {
    const type = new DataView(bytes.buffer, bytes.byteOffset).getUint16(from + 2, true) & TYPE_MASK
    const nest = models.get(type)?.find(({ children }) => children !== undefined)
    if (nest?.children === undefined) return readNode(bytes, from, to, () => undefined)
    const payload = from + ATTRIBUTE_HEADER
    const inner = payload + nest.bytes.length / 2
    try {
      const known = nest.children
      const children = readAttributes(bytes, inner, to, (start, end) => like(start, end, known))
      return { bytes: hex(bytes.subarray(payload, inner)), children }
    } catch {
      return readNode(bytes, from, to, () => undefined)
    }
  }
  return readMessage(bytes, format, (from, to) => like(from, to, model.attributes))
}

function show(node: Node): string {
  if (node.children === undefined) return node.bytes
  const inner = [...node.children].flatMap(([type, nodes]) => nodes.map((one) => `${type}=${show(one)}`))
  return `${node.bytes}{${inner.join(' ')}}`
}

type Attributes = MessageTree['attributes']

function compareAttributes(ours: Attributes, theirs: Attributes, path: string): string[] {
  const numbers = [...new Set([...ours.keys(), ...theirs.keys()])].sort((a, b) => a - b)
  return numbers.flatMap((number) => {
    const [own, other] = [ours.get(number) ?? [], theirs.get(number) ?? []]
    return Array.from({ length: Math.max(own.length, other.length) }, (_, i) => {
      const at = `${path}${number}${i === 0 ? '' : `[${i}]`}`
      return compareNodes(own[i], other[i], at)
    }).flat()
  })
}

function compareNodes(ours: Node | undefined, theirs: Node | undefined, at: string): string[] {
  if (ours === undefined) return theirs === undefined ? [] : [`ip alone: ${at} = ${show(theirs)}`]
  if (theirs === undefined) return [`ours alone: ${at} = ${show(ours)}`]
  if (ours.children === undefined || theirs.children === undefined)
    return show(ours) === show(theirs) ? [] : [`differs: ${at} = ${show(ours)}, ip ${show(theirs)}`]
  const structure = ours.bytes === theirs.bytes ? [] : [`differs: ${at} begins ${ours.bytes}, ip ${theirs.bytes}`]
  return [...structure, ...compareAttributes(ours.children, theirs.children, `${at}.`)]
}

/**
 * One line a difference: `differs: flags = 0x605, ip 0x405`, `ip alone: 18.2.15 = 0000`; attributes by their
 * numbers, outermost first.
 */
export function differences(ours: MessageTree, theirs: MessageTree): string[] {
  const scalar = (what: string, own: unknown, other: unknown) =>
    JSON.stringify(own) === JSON.stringify(other)
      ? []
      : [`differs: ${what} = ${JSON.stringify(own)}, ip ${JSON.stringify(other)}`]
  return [
    ...scalar('type', ours.type, theirs.type),
    ...scalar('flags', `0x${ours.flags.toString(16)}`, `0x${theirs.flags.toString(16)}`),
    ...Object.keys(ours.header).flatMap((member) => scalar(member, ours.header[member], theirs.header[member])),
    ...compareAttributes(ours.attributes, theirs.attributes, ''),
  ]
}
