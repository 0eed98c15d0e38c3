/** A structure, or a number, with attributes behind it in one attribute (br_mdb_entry in MDBA_MDB_ENTRY_INFO). */
import { type Codec, type FixedCodec, Unreadable } from './codec.js'
import { onlyRead } from './only-read.js'
import { decodeAttributes } from './reader.js'
import type { AnyTable, InferResult } from './table.js'

export interface Headed<Head, T extends AnyTable> {
  readonly head: Head
  readonly attributes: InferResult<T>
}

/** Only read. The head takes a multiple of four bytes. */
export function headed<Head, T extends AnyTable>(
  // biome-ignore lint/suspicious/noExplicitAny: what it takes in a request does not matter here
  head: FixedCodec<any, Head>,
  table: T,
): Codec<never, Headed<Head, T>> & { readonly head: typeof head; readonly table: T } {
  return {
    head,
    table,
    ...onlyRead((source, start, end) => {
      const behind = start + head.size
      if (behind > end) throw new Unreadable(`${end - start} bytes, not ${head.size} or more`)
      return { head: head.read(source, start, behind), attributes: decodeAttributes(table, source, behind, end) }
    }),
  }
}
