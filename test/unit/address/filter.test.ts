import { describe, expect, test } from 'vitest'
import type { Address } from '../../../lib/address/address.js'
import { type AddressFilter, addressFilter } from '../../../lib/address/filter.js'
import { Rejection } from '../../../lib/codec/rejection.js'

const one = (more: Partial<Address>): Address => ({
  dev: 7,
  family: 'inet',
  address: '10.1.2.3/24',
  label: 'eth0',
  scope: 'global',
  flags: ['permanent'],
  validLft: 'forever',
  preferredLft: 'forever',
  ...more,
})
const { label: _none, ...v6 } = one({ family: 'inet6', address: 'fd00:1::3/64', flags: [] })
const all: Readonly<Record<string, Address>> = {
  plain: one({}),
  second: one({
    address: '10.1.2.4/24',
    label: 'eth0:b',
    flags: ['permanent', 'secondary', 'noPrefixRoute'],
    proto: 66,
  }),
  local: one({ address: '10.9.2.3/32', scope: 66, flags: ['autoJoin', 'permanent'], proto: 'kernelLo' }),
  six: { ...v6, flags: ['noDad', 'home', 'manageTempAddress', 'stablePrivacy'] },
  temporary: { ...v6, address: 'fd00:1:0:1::3/64', flags: ['temporary', 'deprecated'] },
  failed: { ...v6, address: 'fe80::3/64', scope: 'link', flags: ['tentative', 'optimistic', 'dadFailed'] },
}
const matching = (filter: AddressFilter) => {
  const fits = addressFilter(filter)
  return Object.keys(all)
    .filter((name) => fits(all[name] as Address))
    .join(' ')
}

test.each<[AddressFilter, string]>([
  [{}, 'plain second local six temporary failed'],
  [{ scope: 'link' }, 'failed'],
  [{ scope: 66 }, 'local'],
  [{ scope: 0 }, 'plain second six temporary'],
  [{ label: 'eth0' }, 'plain local'],
  [{ label: 'eth0:*' }, 'second'],
  [{ to: '10.1.2.0/24' }, 'plain second'],
  [{ to: '10.1.2.77/29' }, ''],
  [{ to: '10.1.2.3' }, 'plain'],
  [{ to: '10.0.0.0/12' }, 'plain second local'],
  [{ to: 'fd00:1::/47' }, 'six temporary'],
  [{ to: 'fd00:1::/64' }, 'six'],
  [{ to: '::/0' }, 'six temporary failed'],
  [{ proto: 66 }, 'second'],
  [{ proto: 'kernelLo' }, 'local'],
  [{ proto: 1 }, 'local'],
  [{ proto: 'unspec' }, 'plain six temporary failed'],
  [{ permanent: true }, 'plain second local'],
  [{ permanent: false }, 'six temporary failed'],
  [{ dynamic: true }, 'six temporary failed'],
  [{ dynamic: false }, 'plain second local'],
  [{ secondary: true }, 'second temporary'],
  [{ temporary: true }, 'second temporary'],
  [{ primary: true }, 'plain local six failed'],
  [{ primary: false }, 'second temporary'],
  [{ deprecated: true }, 'temporary'],
  [{ tentative: true }, 'failed'],
  [{ tentative: false, dynamic: true }, 'six temporary'],
  [{ dadFailed: true }, 'failed'],
  [{ optimistic: true }, 'failed'],
  [{ stablePrivacy: true }, 'six'],
  [{ dad: false }, 'six'],
  [{ dad: true }, 'plain second local temporary failed'],
  [{ home: true }, 'six'],
  [{ mngTmpAddr: true }, 'six'],
  [{ prefixRoute: false }, 'second'],
  [{ autoJoin: true }, 'local'],
  [{ secondary: true, to: 'fd00::/16' }, 'temporary'],
])('%o means %s', (filter, names) => {
  expect(matching(filter)).toBe(names)
})

describe('what is no filter', () => {
  test.each<[string, unknown]>([
    ['scope', 'galaxy'],
    ['label', ''],
    ['to', '10.1.2.0/33'],
    ['to', '10.1.2'],
    ['proto', 'ra'],
    ['permanent', 1],
    ['dad', 'no'],
  ])('%s: %o', (name, value) => {
    const attempt = () => addressFilter({ [name]: value })
    expect(attempt).toThrow(Rejection)
    expect(attempt).toThrow(expect.objectContaining({ path: [name] }))
  })
})
