import { expect, test } from 'vitest'
import { labelPattern } from '../../../lib/address/label.js'
import { Rejection } from '../../../lib/codec/rejection.js'

test.each<[string, readonly string[], readonly string[]]>([
  ['eth0', ['eth0'], ['eth00', 'xeth0', 'eth0:1', '']],
  ['eth0:*', ['eth0:', 'eth0:1', 'eth0:a/b', 'eth0:a\nb'], ['eth0', 'eth01:']],
  ['eth?', ['eth0', 'eth/'], ['eth', 'eth10']],
  ['eth[0-24]', ['eth0', 'eth2', 'eth4'], ['eth3', 'eth[']],
  ['eth[!0-2]', ['eth3', 'ethx'], ['eth1']],
  ['eth[^0]', ['eth1'], ['eth0']],
  ['[]x]', [']', 'x'], ['[', 'y']],
  ['[!]x]', ['y'], [']', 'x']],
  ['a.b+c', ['a.b+c'], ['axb+c', 'a.bbc']],
  ['\\*', ['*'], ['x']],
  ['[', ['['], ['x']],
  ['(|)$^', ['(|)$^'], ['']],
])('%s', (pattern, matching, others) => {
  const fits = labelPattern(pattern)
  expect(matching.filter((label) => !fits(label))).toEqual([])
  expect(others.filter(fits)).toEqual([])
})

test.each([['', 7, null, 'eth[2-0]']].flat())('%j is no pattern', (pattern) => {
  expect(() => labelPattern(pattern)).toThrow(Rejection)
})
