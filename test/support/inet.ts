/** The C library's own reading and writing of addresses, as Python hands it out: the judge of ours. */
import { spawnSync } from 'node:child_process'

const program = `
import json, socket, sys
def pton(family, text):
    try:
        return socket.inet_pton(family, text).hex()
    except (OSError, ValueError, UnicodeError):
        return None
def ntop(hexadecimal):
    data = bytes.fromhex(hexadecimal)
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
asked = json.load(sys.stdin)
json.dump({
    'v4': [pton(socket.AF_INET, text) for text in asked['texts']],
    'v6': [pton(socket.AF_INET6, text) for text in asked['texts']],
    'texts': [ntop(data) for data in asked['addresses']],
}, sys.stdout)
`

export interface Verdict {
  /** Of each text: the bytes of the address in hexadecimal, or `null` where it is none. */
  readonly v4: readonly (string | null)[]
  readonly v6: readonly (string | null)[]
  /** Of each address: its text. */
  readonly texts: readonly string[]
}

/** inet_pton of every text for both families, and inet_ntop of every address (in hexadecimal), in one go. */
export function askLibc(texts: readonly string[], addresses: readonly string[]): Verdict {
  // Escaped, so that lone surrogates survive the pipe.
  const input = JSON.stringify({ texts, addresses }).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`python3 is needed as judge: ${stderr}`, { cause: error })
  return JSON.parse(stdout) as Verdict
}
