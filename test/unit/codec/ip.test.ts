import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatIp, formatIpv4, formatIpv6, parseIp, parseIpv4Into, parseIpv6Into } from '../../../lib/codec/ip.js'
import { fromHex, toHex } from '../../support/codec.js'
import { askLibc, type Verdict } from '../../support/inet.js'

/** Rather too many zeroes and ones: what `::` stands for depends on them. */
const group = fc.oneof(fc.constantFrom(0, 0, 0, 1, 0xffff), fc.nat(0xffff))
const groups = fc.array(group, { minLength: 8, maxLength: 8 })
const octet = fc.oneof(fc.constantFrom(0, 1, 9, 10, 99, 100, 127, 199, 200, 224, 249, 250, 255), fc.nat(255))
const v4Bytes = fc.array(octet, { minLength: 4, maxLength: 4 })
const v4Text = v4Bytes.map((parts) => parts.join('.'))

const hexGroup = fc.tuple(group, fc.boolean(), fc.nat(4)).map(([value, upper, width]) => {
  const digits = value.toString(16).padStart(width, '0')
  return upper ? digits.toUpperCase() : digits
})
/** Eight groups more or less, a gap more or less, a tail of IPv4 more or less. */
const v6Text = fc
  .tuple(
    fc.array(hexGroup, { maxLength: 9 }),
    fc.option(fc.nat(9)),
    fc.option(v4Text),
    fc.constantFrom(':', ':', ':', '::'),
  )
  .map(([parts, gap, tail, joint]) => {
    const all = tail === null ? parts : [...parts.slice(0, 6), tail]
    if (gap === null) return all.join(joint)
    return `${all.slice(0, gap).join(':')}::${all.slice(gap).join(':')}`
  })
const scrap = fc.string({
  unit: fc.constantFrom(...'0123456789abcdefABCDEFxXgG.:/%- \t\0\u0660\u00b2é\ud800'),
  maxLength: 24,
})
/** One character more, fewer or other than in something valid. */
const mutated = fc
  .tuple(fc.oneof(v4Text, v6Text), fc.nat(60), fc.nat(1), fc.constantFrom('', ...'0159fFgG.:%/ -+x\0'))
  .map(([text, at, removed, put]) => {
    const position = at % (text.length + 1)
    return text.slice(0, position) + put + text.slice(position + removed)
  })

const known = [
  '', '.', '..', ':', '::', ':::', '::1', '1::', '::1::', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9',
  '1::2:3:4:5:6:7:8', '::1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', '1.2.3.4::', '::1.2.3', '::01.2.3.4', '::ffff:1.2.3.4',
  '1:', ':1', '1::2::3', '00001::', '0000::', '12345::', 'fe80::1%eth0', '[::1]', '010.0.0.1', '1.2.3', '1', '1.2.3.4.', '.1.2.3.4', '1..2.3',
  '256.0.0.1', '0x1.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4\0', '00.0.0.0', '0.0.0.0', '255.255.255.255', '1.2.3.400', '1.2.3.4/24', '127.1', '4294967295',
] // biome-ignore format: rather a list

const texts = [
  ...known,
  ...fc.sample(v4Text, { numRuns: 10_000, seed: 4 }),
  ...fc.sample(v6Text, { numRuns: 40_000, seed: 6 }),
  ...fc.sample(mutated, { numRuns: 60_000, seed: 46 }),
  ...fc.sample(scrap, { numRuns: 20_000, seed: 64 }),
]
const addresses = [
  ...fc.sample(groups, { numRuns: 60_000, seed: 6 }).map((parts) => parts.map((part) => part.toString(16).padStart(4, '0')).join('')),
  ...fc.sample(v4Bytes, { numRuns: 10_000, seed: 4 }).map((parts) => toHex(Uint8Array.from(parts))),
  // IPv4-mapped, IPv4-compatible, and those with a zero or two too many to be so.
  ...fc.sample(v4Bytes, { numRuns: 5000, seed: 44 }).flatMap((parts) => ['00000000', '0000ffff', '00010000'].map((middle) => `${'0'.repeat(16)}${middle}${toHex(Uint8Array.from(parts))}`)),
] // biome-ignore format: rather a list

const ours = (parse: (text: string, into: Uint8Array, at: number) => boolean, size: number) => (text: string) => {
  // In the middle of other bytes, which must stay as they are.
  const into = new Uint8Array(size + 2).fill(0xee)
  const valid = parse(text, into, 1)
  if (into[0] !== 0xee || into[size + 1] !== 0xee) throw new Error(`wrote beside the address: ${text}`)
  return valid ? toHex(into.subarray(1, size + 1)) : null
}

describe('beside inet_pton and inet_ntop', () => {
  let judge: Verdict
  beforeAll(() => {
    judge = askLibc(texts, addresses)
  }, 60_000)

  const wrong = (parse: (text: string) => string | null, verdict: readonly (string | null)[]) =>
    texts.flatMap((text, i) => (parse(text) === verdict[i] ? [] : [{ text, ours: parse(text), libc: verdict[i] }]))

  test('takes the same IPv4 addresses, and refuses the same', () => {
    expect(
      wrong(
        ours((text, into, at) => parseIpv4Into(text, 0, into, at), 4),
        judge.v4,
      ),
    ).toEqual([])
    expect(judge.v4.filter((bytes) => bytes !== null).length).toBeGreaterThan(10_000)
  })

  test('takes the same IPv6 addresses, and refuses the same', () => {
    expect(wrong(ours(parseIpv6Into, 16), judge.v6)).toEqual([])
    expect(judge.v6.filter((bytes) => bytes !== null).length).toBeGreaterThan(10_000)
    expect(judge.v6.filter((bytes) => bytes === null).length).toBeGreaterThan(10_000)
  })

  test('tells the families apart', () => {
    const verdict = texts.map((_, i) => judge.v4[i] ?? judge.v6[i] ?? null)
    expect(wrong((text) => { const bytes = parseIp(text); return bytes === undefined ? null : toHex(bytes) }, verdict)).toEqual([]) // biome-ignore format: short
  })

  test('writes addresses as they are written there', () => {
    const format = (hex: string) => formatIp(Uint8Array.from([0xee, ...fromHex(hex), 0xee]), 1, 1 + hex.length / 2)
    expect(
      addresses.flatMap((hex, i) =>
        format(hex) === judge.texts[i] ? [] : [{ hex, ours: format(hex), libc: judge.texts[i] }],
      ),
    ).toEqual([])
  })
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(parseIp(formatIpv6(bytes, 0))).toEqual(bytes)
      expect(parseIp(formatIpv4(bytes, 3))).toEqual(bytes.slice(3, 7))
    }),
  )
})

test('other lengths are no address', () => {
  for (const length of [0, 1, 3, 5, 8, 15, 17]) expect(formatIp(new Uint8Array(32), 2, 2 + length)).toBeUndefined()
})
