/** Names of links, as bytes the kernel's own rule (dev_valid_name), and stricter where it does something else than asked. */
import type { Codec } from '../codec/codec.js'
import { Rejection } from '../codec/rejection.js'
import { encodeText, text } from '../codec/text.js'

const LONGEST = 15
// `%`: dev_alloc_name takes it for a template and makes a link of another name. White space, `/` and `:` the kernel
// refuses itself; other control characters it takes, and they end up in terminals.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u0020\u007f-\u00a0/:%]/
/** Taken by /proc/sys/net/…/conf. */
const reserved = new Set(['.', '..', 'all', 'default'])

const plain = text(LONGEST)
const expected = `a link name: 1 to ${LONGEST} bytes without white space, '/', ':', '%' and control characters`

export const linkName: Codec<string> = {
  ...plain,
  expected,
  write(writer, value) {
    const size = typeof value === 'string' ? (encodeText(value)?.length ?? 0) : 0
    if (size < 1 || size > LONGEST || unfit.test(value) || reserved.has(value)) throw new Rejection(expected, value)
    plain.write(writer, value)
  },
}
