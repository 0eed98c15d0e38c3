/** Kinds that are not in the registry: the kernel knows them, and their attributes are the caller's business. */
import { Rejection, within } from '../codec/rejection.js'
import { attribute, attributes, type Rows, type UnknownAttribute } from '../codec/table.js'
import { bytes } from '../codec/text.js'
import { copyOptions } from '../rtnetlink/options.js'
import type { CreateOptions } from './create.js'
import type { AnyLinkKind, Own, Values } from './kind.js'

/** Options of a link of a kind that is not known here. */
export interface OtherOptions extends CreateOptions {
  /** A kind of the kernel that is not known here: `'hsr'`. `type` */
  // The empty object keeps the known kinds apart from the others, which an editor then still offers.
  readonly kind: string & {}
  /**
   * Attributes of the kind as they are sent, and as an `other` link reads back: their numbers, with 0x8000 (NLA_F_NESTED) added
   * to those that hold attributes, and their payload in the byte order that the kernel wants.
   */
  readonly data?: readonly UnknownAttribute[] | undefined
}

// The kernel loads a module by this name. MODULE_NAME_LEN is 56 on most machines.
const kindText = /^[a-z0-9][a-z0-9_-]{0,54}$/

const expectedData = 'an array of attributes, { type, data }'
const LARGEST_TYPE = 0xffff

function row({ type, data: _, ...more }: UnknownAttribute) {
  if (!Number.isInteger(type) || type < 1 || type > LARGEST_TYPE)
    throw new Rejection(`an integer from 1 to ${LARGEST_TYPE}`, type).within('type')
  if (Object.keys(more).length > 0) throw new Rejection('nothing but type and data', more)
  return attribute('IFLA_INFO_DATA', type, bytes())
}

/** The kind, with a table that has a row for each of these attributes, and their values. */
export function otherKind(name: unknown, data: unknown, known: readonly string[]): { kind: AnyLinkKind; own: Own } {
  if (typeof name !== 'string' || !kindText.test(name))
    throw new Rejection(`one of ${known.join(', ')}, or another kind of the kernel`, name).within('kind')
  const rows: Record<string, Rows[string]> = {}
  const values: Values = {}
  within('data', () => {
    if (data !== undefined && !Array.isArray(data)) throw new Rejection(expectedData, data)
    for (const [i, one] of ((data ?? []) as unknown[]).entries()) {
      within(`[${i}]`, () => {
        const copy = copyOptions(one as UnknownAttribute)
        rows[`[${i}]`] = row(copy)
        values[`[${i}]`] = copy.data ?? new Uint8Array()
      })
    }
  })
  const kind = { kind: name, config: `module rtnl-link-${name}`, attributes: attributes(rows), isOther: true } as const
  return { kind, own: { path: 'data', values } }
}
