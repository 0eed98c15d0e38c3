import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rejection } from '../../../lib/codec/rejection.js'
import { linkName } from '../../../lib/link/name.js'
import { decode, encode } from '../../support/codec.js'
import { isLinkName, linkNames, nameBytes } from '../../support/link-names.js'

const written = (name: string): string | undefined => {
  try {
    return encode(linkName, name)
  } catch (error) {
    if (error instanceof Rejection) return undefined
    throw error
  }
}

test('takes what is documented and nothing else, and writes its bytes and a NUL', () => {
  let taken = 0
  fc.assert(
    fc.property(linkNames, (name) => {
      const bytes = written(name)
      expect(bytes !== undefined).toBe(isLinkName(name))
      if (bytes === undefined) return
      taken++
      expect(bytes).toBe(`${nameBytes(name)?.toString('hex')}00`)
      expect(decode(linkName, bytes)).toBe(name)
    }),
    { numRuns: 10_000 },
  )
  expect(taken).toBeGreaterThan(1000)
})

test.each([undefined, null, 7, {}, [], true])('refuses %o', (name) => {
  expect(written(name as never)).toBeUndefined()
})
