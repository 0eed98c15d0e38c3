/** Names of links, good and bad, and the rule that they are held against: written anew, in bytes, from the documentation. */
import fc from 'fast-check'

/** Latin-1 text of these bytes as the library writes them: UTF-8 where it is, lone surrogates elsewhere. */
const nasty = [0x00, 0x01, 0x09, 0x0a, 0x1b, 0x20, 0x7f, 0x80, 0x85, 0xa0, 0xff].map((byte) =>
  byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 | byte),
)
const characters = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'abcxyz019._-;@+#') },
  { weight: 1, arbitrary: fc.constantFrom(...nasty, '/', ':', '%', '\u0085', '\u00a0') },
  { weight: 2, arbitrary: fc.constantFrom('ä', 'à', 'Р', '√', '日', '😀', '\u2028', '\ufffd', '\ud800') },
)
const special = [
  '',
  '.',
  '..',
  '...',
  'all',
  'default',
  'a%d',
  '%d',
  'x%s',
  '-x',
  'a'.repeat(15),
  'a'.repeat(16),
  'ä'.repeat(8),
]

export const linkNames = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: characters, minLength: 1, maxLength: 17 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(...special) },
)

/** The bytes of a name; `undefined` where the text stands for none. */
export function nameBytes(name: string): Buffer | undefined {
  const parts: Buffer[] = []
  for (const character of name) {
    const code = character.codePointAt(0) as number
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(Buffer.of(code & 0xff))
    else if (code >= 0xd800 && code <= 0xdfff) return undefined
    else parts.push(Buffer.from(character))
  }
  return Buffer.concat(parts)
}

/** What is documented: 1 to 15 bytes, no white space, no control characters, none of `/ : %`, and none of four names. */
export function isLinkName(name: string): boolean {
  const bytes = nameBytes(name)
  if (bytes === undefined || bytes.length < 1 || bytes.length > 15) return false
  if (['.', '..', 'all', 'default'].includes(name)) return false
  // 0xa0 is white space to the kernel wherever it stands, also as the second byte of `à`.
  if (bytes.some((byte) => byte <= 0x20 || byte === 0x7f || byte === 0xa0 || '/:%'.includes(String.fromCharCode(byte))))
    return false
  return ![...name].some((character) => character >= '\u0080' && character <= '\u009f')
}
