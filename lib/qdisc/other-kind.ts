/** Kinds that are not in the registry: the kernel knows them, and their options are the caller's business. */
import { Rejection } from '../codec/rejection.js'
import { bytes } from '../codec/text.js'
import { copyOptions } from '../rtnetlink/options.js'
import type { AnyQdiscKind, Values } from './kind.js'

/** A qdisc of a kind that is not known here. */
export interface OtherQdiscOptions {
  readonly kind: 'other'
  /** The kernel's name of it: `'sfq'`. */
  readonly kindName: string
  /** TCA_OPTIONS as it is sent, and as an `other` qdisc reads back. */
  readonly data?: Uint8Array | undefined
}

// The kernel loads a module by this name.
const kindText = /^[a-z0-9][a-z0-9_]{0,14}$/

const raw = bytes()

export function otherKind(options: Values): { kind: AnyQdiscKind; own: Values } {
  const { kindName, ...own } = copyOptions(options, ['kindName', 'data'])
  if (typeof kindName !== 'string' || !kindText.test(kindName))
    throw new Rejection("a kind of the kernel's, such as 'sfq'", kindName).within('kindName')
  const kind: AnyQdiscKind = {
    kind: kindName,
    config: `module sch_${kindName}`,
    options: {
      expected: raw.expected,
      omits: (value) => value.data === undefined,
      write(writer, value) {
        if (!(value.data instanceof Uint8Array)) throw new Rejection(raw.expected, value.data).within('data')
        raw.write(writer, value.data)
      },
      read: raw.read,
    },
  }
  return { kind, own }
}
