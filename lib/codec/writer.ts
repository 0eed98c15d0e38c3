/**
 * Grows a buffer of messages and remembers which row wrote which offset.
 *
 *     attribute   | length u16 | type u16 | payload … | zero padding to 4 |
 *                 |<------------ length ------------->|
 */
import { Rejection } from './rejection.js'

/** What an offset belongs to: a row of a table, or an element of an array of nests. */
export interface Owner {
  /** Property name, or `[3]`. */
  readonly name: string
  readonly constant: string
}

/** NLA_F_NESTED. */
export const NESTED = 0x8000
const HEADER = 4
/** An attribute's length is 16 bits and counts its header (libnl, libmnl and Go cast and send nonsense beyond). */
const LONGEST = 0xffff

export class Writer {
  bytes: Uint8Array<ArrayBuffer>
  view: DataView
  position = 0

  // One entry an attribute: where it starts, who wrote it, and the entry of the nest around it (-1: none).
  private readonly starts: number[] = []
  private readonly owners: Owner[] = []
  private readonly parents: number[] = []
  private marks = 0
  private parent = -1

  constructor(
    readonly littleEndian: boolean,
    capacity = 16_384,
  ) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  reset(): void {
    this.position = 0
    this.marks = 0
    this.parent = -1
  }

  /** Forgets what was written from `position` on: a message that was refused half-way. */
  rewind(position: number): void {
    this.position = position
    while (this.marks > 0 && (this.starts[this.marks - 1] as number) >= position) this.marks--
    this.parent = -1
  }

  /** Room for `length` more bytes, zeroed; returns where they start. */
  reserve(length: number): number {
    const start = this.position
    this.position += length
    if (this.position > this.bytes.length) this.grow(this.position)
    this.bytes.fill(0, start, this.position)
    return start
  }

  private grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, this.bytes.length * 2))
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }

  u8(value: number): void {
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  u16(value: number, littleEndian = this.littleEndian): void {
    const at = this.reserve(2)
    this.view.setUint16(at, value, littleEndian)
  }

  u32(value: number, littleEndian = this.littleEndian): void {
    const at = this.reserve(4)
    this.view.setUint32(at, value, littleEndian)
  }

  u64(value: bigint, littleEndian = this.littleEndian): void {
    const at = this.reserve(8)
    this.view.setBigUint64(at, value, littleEndian)
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** Zeroes up to the next multiple of four: heap bytes never leak to the kernel. */
  align(): void {
    const rest = this.position & 3
    if (rest !== 0) this.reserve(4 - rest)
  }

  /** Opens an attribute; what is written until {@link close} is its payload. */
  open(number: number, owner: Owner): number {
    const start = this.reserve(HEADER)
    this.view.setUint16(start + 2, number, this.littleEndian)
    const mark = this.marks++
    this.starts[mark] = start
    this.owners[mark] = owner
    this.parents[mark] = this.parent
    this.parent = mark
    return mark
  }

  close(mark: number): void {
    const start = this.starts[mark] as number
    const length = this.position - start
    if (length > LONGEST) throw new Rejection(`at most ${LONGEST - HEADER} bytes`, `${length - HEADER} bytes`)
    this.view.setUint16(start, length, this.littleEndian)
    this.parent = this.parents[mark] as number
    this.align()
  }

  /** Instead of {@link close}: gives the payload's bits to an earlier attribute of the same form, and forgets this one. */
  join(mark: number, earlier: number): void {
    const start = this.starts[mark] as number
    const shift = (this.starts[earlier] as number) - start
    for (let at = start + HEADER; at < this.position; at++)
      this.bytes[at + shift] = (this.bytes[at + shift] as number) | (this.bytes[at] as number)
    this.parent = this.parents[mark] as number
    this.position = start
    this.marks = mark
  }

  /** The chain of owners, outermost first, of the attribute that starts at `offset` or else surrounds it. */
  ownersAt(offset: number): Owner[] {
    let mark = this.marks - 1
    while (mark >= 0 && !this.covers(mark, offset)) mark--
    const chain: Owner[] = []
    for (; mark >= 0; mark = this.parents[mark] as number) chain.unshift(this.owners[mark] as Owner)
    return chain
  }

  private covers(mark: number, offset: number): boolean {
    const start = this.starts[mark] as number
    return start <= offset && offset < start + this.view.getUint16(start, this.littleEndian)
  }
}
