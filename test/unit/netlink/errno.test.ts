import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { errnoName, errnoSentence } from '../../../lib/netlink/errno.js'

test('every number of the platform has its name', () => {
  for (const [name, number] of Object.entries(constants.errno))
    expect(constants.errno[errnoName(number) as 'EPERM'], name).toBe(number)
  expect([11, 95, 35, 524, 126].map(errnoName)).toEqual(['EAGAIN', 'EOPNOTSUPP', 'EDEADLK', 'ENOTSUPP', 'ENOKEY'])
  expect(errnoName(4000)).toBe('E4000')
})

test('every number has a sentence', () => {
  expect(errnoSentence(1)).toContain('CAP_NET_ADMIN')
  expect(errnoSentence(19)).toBe('no such link')
  expect(errnoSentence(110)).toMatch(/timed out/)
  expect(errnoSentence(2000)).toBe('unknown error')
})
