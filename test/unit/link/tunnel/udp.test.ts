import { expect, test } from 'vitest'
import { Rejection } from '../../../../lib/codec/rejection.js'
import { checkFamilies } from '../../../../lib/link/tunnel/udp.js'

function refused(data: object, other: 'remote' | 'group'): string | undefined {
  try {
    checkFamilies(data as never, other)
    return undefined
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return error.path.join('.')
  }
}

test.each([
  [{ local: '10.1.2.3', remote: '10.4.5.6' }, 'remote', undefined],
  [{ local: '10.1.2.3', remote: '2001:db8::1' }, 'remote', 'local'],
  [{ local: '2001:db8::1', group: '239.1.2.3' }, 'group', 'local'],
  [{ local: '10.1.2.3' }, 'remote', undefined],
  [{ remote: '10.1.2.3' }, 'remote', undefined],
  [{ local: 'nowhere', remote: '10.4.5.6' }, 'remote', 'local'],
  [{ local: '10.1.2.3', remote: 5 }, 'remote', 'remote'],
  [{ local: '10.1.2.3', group: 'x' }, 'group', 'group'],
] as const)('%o: the two ends are of one family, and an address that is none is told where it stands', (...row) => {
  const [data, other, path] = row
  expect(refused(data, other)).toBe(path)
})
