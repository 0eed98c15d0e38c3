/** IPv4 and IPv6 addresses as text, strictly: what inet_pton(3) takes and inet_ntop(3) gives, nothing else. */

export const IPV4_BYTES = 4
export const IPV6_BYTES = 16

const DOT = 46
const COLON = 58

const isDigit = (code: number) => code >= 48 && code <= 57

/** 0…15, or -1. */
function hexDigit(code: number): number {
  if (isDigit(code)) return code - 48
  const lower = code | 0x20
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** Writes the four bytes of `text` from character `from` on to `at`; false (and `into` spoilt) if that is no address. */
export function parseIpv4Into(text: string, from: number, into: Uint8Array, at: number): boolean {
  let part = 0
  let digits = 0
  let value = 0
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isDigit(code)) {
      if (digits > 0 && value === 0) return false // 010 is octal to some and decimal to others
      value = value * 10 + code - 48
      if (++digits > 3 || value > 255) return false
    } else if (code === DOT && digits > 0 && part < 3) {
      into[at + part++] = value
      digits = 0
      value = 0
    } else return false
  }
  if (part !== 3 || digits === 0) return false
  into[at + 3] = value
  return true
}

/** Writes the sixteen bytes of `text` to `at`; false (and `into` spoilt) if that is no address. */
export function parseIpv6Into(text: string, into: Uint8Array, at: number): boolean {
  let length = 0
  let gap = -1
  let i = 0
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false
    gap = 0
    i = 2
  }
  while (i < text.length) {
    if (length === IPV6_BYTES) return false
    let value = 0
    let end = i
    for (let digit = 0; end < text.length; end++) {
      digit = hexDigit(text.charCodeAt(end))
      if (digit < 0) break
      value = value * 16 + digit
    }
    if (end < text.length && text.charCodeAt(end) === DOT) {
      if (length > IPV6_BYTES - IPV4_BYTES || !parseIpv4Into(text, i, into, at + length)) return false
      length += IPV4_BYTES
      break
    }
    if (end === i || end - i > 4) return false
    into[at + length++] = value >> 8
    into[at + length++] = value & 0xff
    if (end === text.length) break
    if (text.charCodeAt(end) !== COLON) return false
    i = end + 1
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return false
      gap = length
      i++
    } else if (i === text.length) return false
  }
  if (gap < 0) return length === IPV6_BYTES
  if (length === IPV6_BYTES) return false
  into.copyWithin(at + IPV6_BYTES - (length - gap), at + gap, at + length)
  into.fill(0, at + gap, at + IPV6_BYTES - (length - gap))
  return true
}

/** The four or sixteen bytes of an address, or `undefined` where it is none. */
export function parseIp(text: string): Uint8Array | undefined {
  const v6 = text.includes(':')
  const bytes = new Uint8Array(v6 ? IPV6_BYTES : IPV4_BYTES)
  return (v6 ? parseIpv6Into(text, bytes, 0) : parseIpv4Into(text, 0, bytes, 0)) ? bytes : undefined
}

export function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** The longest run of at least two zero groups, the first of equals: the one that `::` stands for. */
function zeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 1 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > best.length) best = { start, length: end - start }
    if (end > start) start = end
  }
  return best
}

export function formatIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((bytes[at + 2 * i] as number) << 8) | (bytes[at + 2 * i + 1] as number),
  )
  const { start, length } = zeroRun(groups)
  // inet_ntop writes IPv4-compatible (::1.2.3.4) and IPv4-mapped (::ffff:1.2.3.4) addresses with dots.
  const dotted = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff))
  const shown = dotted ? groups.slice(0, 6) : groups
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  const tail = dotted ? formatIpv4(bytes, at + 12) : ''
  if (start < 0) return hex(shown)
  const after = [hex(shown.slice(start + length)), tail].filter((part) => part !== '').join(':')
  return `${hex(shown.slice(0, start))}::${after}`
}

export function formatIp(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start === IPV4_BYTES) return formatIpv4(bytes, start)
  return end - start === IPV6_BYTES ? formatIpv6(bytes, start) : undefined
}
