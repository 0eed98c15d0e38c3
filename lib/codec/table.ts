/**
 * Attribute tables. One row is one property: its name, the kernel's constant and number, its codec, its doc comment.
 * Types ({@link Infer}), encoder, decoder and the paths in errors all come from the row.
 */
import type { AnyCodec, Codec } from './codec.js'
import { Rejection, within } from './rejection.js'
import { NESTED, type Owner, type Writer } from './writer.js'

/** What holds for an attribute beside its codec. */
export interface RowOptions {
  /** Only the kernel says it; refused in a request. */
  readonly readOnly?: true
  /** Only requests carry it. */
  readonly writeOnly?: true
  /** Set when the object is made, fixed afterwards. */
  readonly changeable?: false
  /** Fixed, and yet every change has to say it again. */
  readonly repeated?: true
  /** A short word for several rows: it says all of them. */
  readonly covers?: readonly string[]
  /** The caller does not write this level: `linkInfo.data.id` in the message is `id` in the options. */
  readonly implicit?: true
  /** Sent without NLA_F_NESTED although nested, as iproute2 does, where a kernel refuses or ignores the flag. */
  readonly plain?: true
}

/** For rows that only the kernel says. */
export const readOnly = { readOnly: true } as const

/** One kernel attribute. A row has one, one an address family, or several that carry a part of its value each. */
export interface Attribute {
  readonly constant: string
  readonly number: number
  readonly codec: AnyCodec
  /** Some bits of it are this row's, others another's: what all of them say is sent as one attribute. */
  readonly shared?: true
}

/** One property: its attributes, and what holds for them. */
export interface Row<In, Out = In, O extends RowOptions = RowOptions> {
  readonly attributes: readonly Attribute[]
  /** Which of `attributes` carries the value. */
  select(value: In): Attribute
  /** All of them do, a part each. */
  readonly inParts?: true
  /** Makes one value of two parts that were read, in either order; else a word outweighs a number. */
  readonly merge?: ((one: unknown, other: unknown) => Out) | undefined
  readonly options: O
  /** Types only. */
  readonly types?: { in: In; out: Out }
}

/** Rows by the name that each has in options and results. */
// biome-ignore lint/suspicious/noExplicitAny: a row of any value
export type Rows = Readonly<Record<string, Row<any, any, RowOptions>>>

type None = Record<never, never>

/** A row of one attribute: the kernel's constant and number, and how the value is written and read. */
export function attribute<In, Out, const O extends RowOptions = None>(
  constant: string,
  number: number,
  codec: Codec<In, Out>,
  options?: O,
): Row<In, Out, O> {
  const only: Attribute = { constant, number, codec }
  return { attributes: [only], select: () => only, options: options ?? ({} as O) }
}

/** A value whose attribute depends on it: `LOCAL` for IPv4 and `LOCAL6` for IPv6. */
export function attributeByValue<In, Out, const O extends RowOptions = None>(
  attributes: readonly (Attribute & { readonly codec: Codec<In, Out> })[],
  choose: (value: In) => number,
  options?: O,
): Row<In, Out, O> {
  return {
    attributes,
    select(value) {
      const chosen = attributes[choose(value)]
      if (chosen === undefined) throw new Rejection(attributes.map(({ codec }) => codec.expected).join(' or '), value)
      return chosen
    },
    options: options ?? ({} as O),
  }
}

/**
 * A value of which several attributes carry a part each (a key, and the bit that says that there is one), or that is some bits
 * of an attribute that other rows share. Every codec gets the whole value; it reads `undefined` where it has nothing to say.
 */
export function attributeParts<In, Out, const O extends RowOptions = None>(
  parts: readonly (Attribute & { readonly codec: Codec<In, Out | undefined> })[],
  options?: O,
  merge?: (one: unknown, other: unknown) => Out,
): Row<In, Out, O> {
  return { attributes: parts, select: () => parts[0] as Attribute, inParts: true, merge, options: options ?? ({} as O) }
}

/** An attribute that no row knows, or whose payload its row cannot read: kept as it came. */
export interface UnknownAttribute {
  readonly type: number
  readonly data: Uint8Array
}

/** A table of attributes, as {@link attributes} makes it. */
export interface Table<R extends Rows> {
  readonly rows: R
  /** Rows by attribute number, those with a claiming codec first; none for an ignored one. */
  readonly byNumber: ReadonlyMap<number, readonly ReadEntry[]>
  readonly ignored: Readonly<Record<string, number>>
  /** By attribute: what the writer remembers of its offset. */
  readonly owners: ReadonlyMap<Attribute, Owner>
}

export interface ReadEntry {
  readonly name: string
  readonly codec: AnyCodec
  readonly isPart: boolean
  readonly merge: Rows[string]['merge']
}

/** A table of any rows. */
// biome-ignore lint/suspicious/noExplicitAny: it stands for all of them in generic constraints
export type AnyTable = Table<any>

type In<T> = T extends Row<infer I, infer _O, infer _P> ? I : never
type Out<T> = T extends Row<infer _I, infer O, infer _P> ? O : never
type Has<T, Option> = T extends { options: Option } ? true : false

type WritableKeys<R> = { [K in keyof R]: Has<R[K], { readOnly: true }> extends true ? never : K }[keyof R]
type ReadableKeys<R> = { [K in keyof R]: Has<R[K], { writeOnly: true }> extends true ? never : K }[keyof R]
type ChangeableKeys<R> = {
  [K in keyof R]: Has<R[K], { readOnly: true }> extends true
    ? never
    : Has<R[K], { changeable: false }> extends true
      ? never
      : K
}[keyof R]

/** What a request may carry: every writable row, none required. */
export type Infer<T extends AnyTable> = {
  [K in keyof T['rows'] as K extends WritableKeys<T['rows']> ? K : never]?: In<T['rows'][K]> | undefined
}
/** What may be changed in an object that exists. */
export type InferChanges<T extends AnyTable> = {
  [K in keyof T['rows'] as K extends ChangeableKeys<T['rows']> ? K : never]?: In<T['rows'][K]> | undefined
}
/** What the kernel tells: whatever it sent, and what was not understood. */
export type InferResult<T extends AnyTable> = {
  readonly [K in keyof T['rows'] as K extends ReadableKeys<T['rows']> ? K : never]?: Out<T['rows'][K]>
} & WithUnknown

/** What comes from the kernel may hold more than this library understands. */
export interface WithUnknown {
  /** Attributes that this library does not know, or whose payload it cannot read. Absent when there are none. */
  readonly unknown?: readonly UnknownAttribute[]
}

/**
 * Makes a table. `ignored` are attributes that tell nothing: padding, and what another attribute says better. They are not kept
 * among the unknown.
 */
export function attributes<const R extends Rows>(rows: R, ignored: Readonly<Record<string, number>> = {}): Table<R> {
  const byNumber = new Map<number, ReadEntry[]>()
  const owners = new Map<Attribute, Owner>()
  for (const [name, row] of Object.entries(rows)) {
    for (const attribute of row.attributes) {
      const { constant, number, codec } = attribute
      owners.set(attribute, { name, constant })
      if (row.options.writeOnly) continue
      const entries = byNumber.get(number) ?? []
      const entry = { name, codec, isPart: row.inParts === true, merge: row.merge }
      if (codec.claims === undefined) entries.push(entry)
      else entries.unshift(entry)
      byNumber.set(number, entries)
    }
  }
  for (const number of Object.values(ignored)) byNumber.set(number, [])
  return { rows, byNumber, owners, ignored }
}

/** Shared attributes of one nest that have been written, by number: their marks. */
export type Begun = Map<number, number>

function writeAttribute(writer: Writer, chosen: Attribute, owner: Owner, type: number, value: unknown, begun: Begun) {
  const mark = writer.open(type, owner)
  chosen.codec.write(writer, value)
  const earlier = chosen.shared ? begun.get(chosen.number) : undefined
  if (earlier !== undefined) return writer.join(mark, earlier)
  writer.close(mark)
  if (chosen.shared) begun.set(chosen.number, mark)
}

/** Writes one row's attributes; throws a {@link Rejection} that names it. */
function encodeRow(writer: Writer, table: AnyTable, name: string, value: unknown, begun: Begun): void {
  const row = (table.rows as Rows)[name] as Rows[string]
  const optionName = row.options.implicit ? '' : name
  const select = () => [row.select(value)]
  const all = row.inParts ? row.attributes : within(optionName, select, row.attributes[0]?.constant)
  for (const chosen of all) {
    if (chosen.codec.omits?.(value)) continue
    const type = chosen.codec.nested && !row.options.plain ? chosen.number | NESTED : chosen.number
    const owner = table.owners.get(chosen) as Owner
    within(optionName, () => writeAttribute(writer, chosen, owner, type, value, begun), chosen.constant)
  }
}

/**
 * Writes the attributes that `values` names, in its order; `undefined` is unset. A name without a row, or with a
 * read-only one, is refused. `begun`: of a nest that several calls write together.
 */
export function encodeAttributes(
  writer: Writer,
  table: AnyTable,
  values: Readonly<Record<string, unknown>>,
  begun: Begun = new Map(),
): void {
  for (const name of Object.keys(values)) {
    const value = values[name]
    if (value === undefined) continue
    const row = Object.hasOwn(table.rows, name) ? (table.rows as Rows)[name] : undefined
    if (row === undefined) throw unknownOption(name, value, Object.keys(table.rows))
    if (row.options.readOnly) throw new Rejection('nothing: only the kernel sets this', value).within(name)
    encodeRow(writer, table, name, value, begun)
  }
}

/** More names than this in one message help nobody. */
const MOST_NAMES = 24

export function unknownOption(name: string, value: unknown, known: readonly string[]): Rejection {
  const list = known.length <= MOST_NAMES ? ` (known: ${known.join(', ')})` : ''
  return new Rejection(`nothing: there is no such option${list}`, value).within(name)
}
