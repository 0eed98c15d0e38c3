import { expect, test } from 'vitest'
import { joinPath, Rejection, within } from '../../../lib/codec/rejection.js'

test('a path reads as the caller would write it', () => {
  expect(joinPath([])).toBe('')
  expect(joinPath(['peer', 'mtu'])).toBe('peer.mtu')
  expect(joinPath(['hops', '[1]', 'via'])).toBe('hops[1].via')
  expect(joinPath(['[0]', '[1]'])).toBe('[0][1]')
})

test('a rejection collects names on its way out, and the innermost constant', () => {
  const thrown = (() => {
    try {
      within('outer', () => within('', () => within('inner', () => { throw new Rejection('x', 1) }, 'INNER')), 'OUTER') // biome-ignore format: one line a level
    } catch (error) {
      return error
    }
    return undefined
  })()
  expect(thrown).toMatchObject({ path: ['outer', 'inner'], constant: 'INNER', expected: 'x', actual: 1 })
})

test('other errors pass as they are, results too', () => {
  const error = new TypeError('x')
  expect(() => within('a', () => { throw error })).toThrow(error) // biome-ignore format: short
  expect(error).not.toHaveProperty('path')
  expect(within('a', () => 7)).toBe(7)
})
