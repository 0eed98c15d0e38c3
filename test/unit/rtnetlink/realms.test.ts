import { expect, test } from 'vitest'
import { sourceOf } from '../../../lib/codec/codec.js'
import { realms } from '../../../lib/rtnetlink/realms.js'
import { encode, fromHex } from '../../support/codec.js'

test('realms are two halves, the source first', () => {
  expect(encode(realms, { from: 0xffff, to: 1 })).toBe('0100ffff')
  expect(encode(realms, { to: 0x1234 })).toBe('34120000')
  expect(realms.read(sourceOf(fromHex('34120000'), true), 0, 4)).toEqual({ to: 0x1234 })
})
