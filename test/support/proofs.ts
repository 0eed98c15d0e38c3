/** What a run of tests proves of each attribute, by the kernel's name for it. */
import { appendFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
import type { AnyTable, Attribute } from '../../lib/codec/table.js'
import type { Owner } from '../../lib/codec/writer.js'
import type { Outcome } from '../../lib/netlink/request.js'
import type { TransportReply } from '../../lib/netlink/transport.js'
import { Window } from '../../lib/netlink/window.js'
import { everything } from './kernel-names.js'

/** Our bytes were iproute2's; a kernel took it; a kernel told of it. */
export type Proof = 'bytes' | 'accepted' | 'read'

/** Where to: the lanes of `npm test` ask for it, others would only wait longer for all tables to load. */
const notes = process.env.RTNETLINK_PROOFS
const proved = new Set<string>()

/** A line for what was not proved in this worker before. */
export function prove(proof: Proof, constants: Iterable<string>): void {
  if (notes === undefined) return
  const fresh = [...constants].map((constant) => `${proof} ${constant}\n`).filter((line) => !proved.has(line))
  for (const line of fresh) proved.add(line)
  if (fresh.length > 0) appendFileSync(`${notes}-${process.pid}-${threadId}`, fresh.join(''))
}

interface Inside {
  readonly entries: readonly { readonly start: number }[]
  readonly writer: {
    readonly owners: readonly Owner[]
    readonly starts: readonly number[]
    readonly parents: readonly number[]
    readonly marks: number
    readonly view: DataView
    readonly littleEndian: boolean
  }
}

/** Without NLA_F_NESTED. */
const TYPE_MASK = 0x3fff

/** The attributes that a window's request holds: numbers down to it, `18.2.15`, and the kernel's name. */
export function attributesOf(window: Window, index: number): { path: string; constant: string }[] {
  const { entries, writer } = window as unknown as Inside
  const { owners, starts, parents, marks, view, littleEndian } = writer
  const [from, to] = [entries[index]?.start ?? 0, entries[index + 1]?.start ?? Number.POSITIVE_INFINITY]
  const numberOf = (mark: number) => view.getUint16((starts[mark] as number) + 2, littleEndian) & TYPE_MASK
  const pathOf = (mark: number): string => {
    const parent = parents[mark] ?? -1
    return parent < 0 ? `${numberOf(mark)}` : `${pathOf(parent)}.${numberOf(mark)}`
  }
  return owners.slice(0, marks).flatMap(({ constant }, mark) => {
    const start = starts[mark] as number
    return start >= from && start < to ? [{ path: pathOf(mark), constant }] : []
  })
}

const installed = Symbol.for('rtnetlink.test.proofs')

/** Notes from now on what kernels take and tell. */
export async function watchKernel(): Promise<void> {
  const mark = Window.prototype as { [installed]?: true }
  if (notes === undefined || mark[installed] === true) return
  mark[installed] = true
  const { settle } = Window.prototype
  Window.prototype.settle = function watched(this: Window, reply: TransportReply): Outcome[] {
    const outcomes = settle.call(this, reply)
    for (const [i, { status }] of outcomes.entries())
      if (status === 'done')
        prove(
          'accepted',
          attributesOf(this, i).map(({ constant }) => constant),
        )
    return outcomes
  }
  for (const [value] of await everything()) {
    const { byNumber, rows } = value as unknown as Partial<AnyTable>
    if (!(byNumber instanceof Map) || rows === undefined) continue
    const constants = new Map<number, string[]>()
    for (const { attributes } of Object.values(rows) as { attributes: readonly Attribute[] }[])
      for (const { number, constant } of attributes) constants.set(number, [...(constants.get(number) ?? []), constant])
    byNumber.get = (number: number) => {
      prove('read', constants.get(number) ?? [])
      return Map.prototype.get.call(byNumber, number)
    }
  }
}
