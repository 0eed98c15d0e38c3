/** Fixed C structures: their fields in order, each as wide as its codec, without padding but what is spelled out. */
import type { AnyFixedCodec, FixedCodec, Source } from './codec.js'
import { Rejection, within } from './rejection.js'
import type { Writer } from './writer.js'

/** A member of a structure. */
export interface Field<In, Out> {
  /** The member's name in the kernel's header. */
  readonly member: string
  readonly codec: FixedCodec<In, Out>
}

/** A member of a structure: its name in the kernel's header, and how it is written and read. */
export function field<In, Out>(member: string, codec: FixedCodec<In, Out>): Field<In, Out> {
  return { member, codec }
}

/** Members in their order, by the name that each has in options and results. */
// biome-ignore lint/suspicious/noExplicitAny: a field of any value
export type Fields = Readonly<Record<string, Field<any, any>>>

/** A member whose name starts with `_` is padding: zero when sent, ignored when received, no part of the value. */
type Named<K> = K extends `_${string}` ? never : K

/** All fields, each optional: absent is zero. */
export type StructIn<F extends Fields> = {
  readonly [K in keyof F as Named<K>]?: (F[K] extends Field<infer In, infer _Out> ? In : never) | undefined
}
/** All fields; those that an older kernel's shorter structure lacks are absent. */
export type StructOut<F extends Fields> = {
  readonly [K in keyof F as Named<K>]: F[K] extends Field<infer _In, infer Out> ? Out : never
}

export interface Struct<F extends Fields> extends FixedCodec<StructIn<F>, StructOut<F>> {
  /** The structure's name in the kernel's header. */
  readonly structName: string
  readonly fields: F
}

/**
 * `struct('ifaddrmsg', { family: field('ifa_family', u8()), … })`. Reading tolerates a shorter structure (an older
 * kernel's) and a longer one (a newer kernel's).
 */
export function struct<const F extends Fields>(structName: string, fields: F): Struct<F> {
  const entries = Object.entries(fields) as [string, { member: string; codec: AnyFixedCodec }][]
  const size = entries.reduce((sum, [, { codec }]) => sum + codec.size, 0)
  const names = entries.map(([name]) => name).filter((name) => !name.startsWith('_'))
  const expected = `an object with ${names.join(', ')}`
  const write = (writer: Writer, value: Readonly<Record<string, unknown>>) => {
    if (typeof value !== 'object' || value === null) throw new Rejection(expected, value)
    for (const name of Object.keys(value)) {
      const known = Object.hasOwn(fields, name) && !name.startsWith('_')
      if (!known && value[name] !== undefined) throw new Rejection(expected, value[name]).within(name)
    }
    for (const [name, { member, codec }] of entries) {
      const item = value[name]
      if (item === undefined) writer.reserve(codec.size)
      else within(name, () => codec.write(writer, item), member)
    }
  }
  const read = (source: Source, start: number, end: number) => {
    const result: Record<string, unknown> = {}
    let at = start
    for (const [name, { codec }] of entries) {
      const next = at + codec.size
      if (next > end) break
      if (!name.startsWith('_')) result[name] = codec.read(source, at, next)
      at = next
    }
    return result as StructOut<F>
  }
  return { structName, fields, size, expected, write, read }
}

/** For a member that means nothing; its name starts with `_`. */
export function padding(size: number): FixedCodec<undefined, undefined> {
  return { size, expected: 'nothing', write: (writer) => void writer.reserve(size), read: () => undefined }
}
