/** Names of links: the kernel's own rule (dev_valid_name), in bytes, and stricter where it does something else than asked. */
import type { Codec } from '../codec/codec.js'
import { Rejection } from '../codec/rejection.js'
import { encodeText, text } from '../codec/text.js'

const LONGEST = 15
// `%`: dev_alloc_name takes it for a template and makes a link of another name. White space, `/` and `:` the kernel
// refuses itself; other control characters it takes, and they end up in terminals.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfit = /[\u0000-\u0020\u007f-\u009f/:%]/
/** White space to the kernel, wherever it stands: no-break space in Latin-1, and the second byte of `à`. */
const NBSP = 0xa0
/** Taken by /proc/sys/net/…/conf. */
const reserved = new Set(['.', '..', 'all', 'default'])

const plain = text(LONGEST)
const expected = `a link name: 1 to ${LONGEST} bytes without white space (byte 0xa0 is), '/', ':', '%' and control characters`

function fits(name: unknown): boolean {
  const bytes = typeof name === 'string' ? encodeText(name) : undefined
  if (bytes === undefined || bytes.length < 1 || bytes.length > LONGEST || bytes.includes(NBSP)) return false
  return !unfit.test(name as string) && !reserved.has(name as string)
}

export const linkName: Codec<string> = {
  ...plain,
  expected,
  write(writer, value) {
    if (!fits(value)) throw new Rejection(expected, value)
    plain.write(writer, value)
  },
}

const LONGEST_ALT = 127
const plainAlt = text(LONGEST_ALT)
const expectedAlt = `a name of a link: 1 to ${LONGEST_ALT} bytes without white space, '/' and control characters`
// The kernel looks at nothing but the length (rtnl_alt_ifname); the rest is what `ip` refuses.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfitAlt = /[\u0000-\u0020\u007f-\u009f/]/

/** A further name of a link, and whatever a link may be looked up by. */
export const altName: Codec<string> = {
  ...plainAlt,
  expected: expectedAlt,
  write(writer, value) {
    if (typeof value !== 'string' || value === '' || unfitAlt.test(value)) throw new Rejection(expectedAlt, value)
    plainAlt.write(writer, value)
  },
}

/** Whether a name takes the attribute for longer ones. The kernel searches all names of all links by either. */
export const isLongName = (name: string): boolean =>
  typeof name === 'string' && (encodeText(name)?.length ?? 0) > LONGEST
