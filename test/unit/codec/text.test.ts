import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Unreadable } from '../../../lib/codec/codec.js'
import { bytes, decodeText, encodeText, text } from '../../../lib/codec/text.js'
import { decode, encode, fromHex, rejectionOf, toHex } from '../../support/codec.js'

describe('text from bytes', () => {
  test('is UTF-8', () => {
    expect(decodeText(fromHex('65746830'))).toBe('eth0')
    expect(decodeText(fromHex('c3a9 e282ac f09f9880'))).toBe('é€😀')
    expect(decodeText(fromHex('efbbbf 61'))).toBe('\ufeffa')
  })

  test.each([
    ['a byte that is never UTF-8', '61ff62', 'a\udcff' + 'b'],
    ['a sequence that is cut off', '61e282', 'a\udce2\udc82'],
    ['a continuation without a start', '80bf', '\udc80\udcbf'],
    ['an overlong form', 'c0af', '\udcc0\udcaf'],
    ['an encoded surrogate', 'eda080', '\udced\udca0\udc80'],
    ['beyond the last code point', 'f4908080', '\udcf4\udc90\udc80\udc80'],
    ['valid text around it', 'c3a9ffc3a9', 'é\udcff' + 'é'],
    ['sequences of every length around it', 'd18fff7fffe282acfff09f9880', 'я\udcff\u007f\udcff€\udcff😀'],
  ])('keeps %s, a surrogate a byte', (_what, hex, expected) => {
    expect(decodeText(fromHex(hex))).toBe(expected)
    expect(toHex(encodeText(expected) as Uint8Array)).toBe(hex)
  })

  test('gives every sequence of bytes back unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (given) => {
        expect(encodeText(decodeText(given))).toEqual(given)
      }),
      { numRuns: 5000 },
    )
  })

  test('agrees with the platform wherever the bytes are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (given) => {
        expect(toHex(encodeText(given) as Uint8Array)).toBe(Buffer.from(given).toString('hex'))
        expect(decodeText(Buffer.from(given))).toBe(given)
      }),
    )
  })

  test('has no bytes for other lone surrogates', () => {
    for (const lone of ['\ud800', '\udbff', '\udc00', '\udc7f', '\udd00', '\udfff', 'a\ud800b'])
      expect(encodeText(lone)).toBeUndefined()
  })
})

describe('the codec', () => {
  const name = text(5)

  test('ends text with a NUL, or leaves it bare', () => {
    expect(encode(name, 'eth0')).toBe('6574683000')
    expect(encode(name, '')).toBe('00')
    expect(encode(text(5, 'bare'), 'eth0')).toBe('65746830')
    expect(encode(text(5, 'bare'), '')).toBe('')
  })

  test('reads with and without NUL, up to the first one', () => {
    expect(['6574683000', '65746830', '', '00', '6500ff00'].map((hex) => decode(name, hex))).toEqual([
      'eth0',
      'eth0',
      '',
      '',
      'e',
    ])
  })

  test('counts bytes, not characters, and refuses NUL and what is no text', () => {
    expect(encode(name, 'éé1')).toBe('c3a9c3a93100')
    for (const value of ['ééé', 'abcdef', 'a\0b', '\0', '\ud800', 7, null, undefined, ['a'], { toString: () => 'a' }])
      expect(rejectionOf(() => encode(name, value as string))).toMatchObject({ expected: name.expected, actual: value })
  })

  test('takes back a name that is not UTF-8', () => {
    const odd = decode(name, 'ff61')
    expect(encode(name, odd)).toBe('ff6100')
    expect(rejectionOf(() => encode(text(1), odd)).actual).toBe(odd)
  })
})

describe('bytes', () => {
  test('are copied in and out', () => {
    expect(encode(bytes(), Uint8Array.of(1, 2, 255))).toBe('0102ff')
    const given = Uint8Array.of(1, 2)
    const source = { bytes: given, view: new DataView(given.buffer), littleEndian: true }
    const read = bytes().read(source, 0, 2)
    given[0] = 9
    expect([...read]).toEqual([1, 2])
  })

  test('have a least and a greatest length', () => {
    const some = bytes({ min: 2, max: 3 })
    expect([encode(some, Uint8Array.of(1, 2)), encode(some, Uint8Array.of(1, 2, 3))]).toEqual(['0102', '010203'])
    for (const value of [Uint8Array.of(1), new Uint8Array(4), [1, 2], 'ab', null])
      expect(rejectionOf(() => encode(some, value as Uint8Array)).expected).toBe('2 to 3 bytes (Uint8Array)')
    for (const hex of ['', '01', '01020304']) expect(() => decode(some, hex)).toThrow(Unreadable)
    expect(bytes({ min: 4, max: 4 }).expected).toBe('4 bytes (Uint8Array)')
  })
})
