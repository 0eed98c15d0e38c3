import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holds, parseNetwork, parsePrefix } from '../../../lib/codec/prefix.js'
import { rejectionOf, toHex } from '../../support/codec.js'

const parsed = (text: string) => {
  const { family, bytes, length } = parsePrefix(text)
  return [family, toHex(bytes), length]
}

describe('a prefix', () => {
  test('is an address with a length, or the whole address', () => {
    expect(parsed('192.168.1.2/24')).toEqual(['inet', 'c0a80102', 24])
    expect(parsed('192.168.1.2')).toEqual(['inet', 'c0a80102', 32])
    expect(parsed('0.0.0.0/0')).toEqual(['inet', '00000000', 0])
    expect(parsed('fd00::2/64')).toEqual(['inet6', `fd00${'00'.repeat(13)}02`, 64])
    expect(parsed('fd00::2')).toEqual(['inet6', `fd00${'00'.repeat(13)}02`, 128])
    expect(parsed('::/0')).toEqual(['inet6', '00'.repeat(16), 0])
  })

  test.each([
    '', '/', '/24', '10.0.0.1/', '10.0.0.1/33', '10.0.0.1/024', '10.0.0.1/00', '10.0.0.1/-1', '10.0.0.1/+1', '10.0.0.1/1e1', '10.0.0.1/ 8', '10.0.0.1/8 ',
    '10.0.0.1/8/8', '10.0.0.1/255.0.0.0', '::1/129', '::1/1000', '10/8', '10.0.0/8', 'default', 'fe80::1%eth0/64', '10.0.0.1/٨', 'eth0',
  ])('is not %j', (text) => {
    expect(rejectionOf(() => parsePrefix(text)).actual).toBe(text)
  }) // biome-ignore format: rather a list

  test('is text', () => {
    for (const value of [null, undefined, 8, {}, Uint8Array.of(10, 0, 0, 1), ['10.0.0.1/8']])
      expect(rejectionOf(() => parsePrefix(value as string)).actual).toBe(value)
  })
})

describe('a network', () => {
  test('has no bits behind its prefix', () => {
    for (const text of [
      '10.0.0.0/8',
      '10.128.0.0/9',
      '0.0.0.0/0',
      '10.0.0.1',
      '10.0.0.1/32',
      '::/0',
      'fd00::/64',
      'fd00::8000:0:0:0/65',
      '::1',
    ])
      expect(parseNetwork(text)).toEqual(parsePrefix(text))
    for (const text of [
      '10.0.0.1/8',
      '10.128.0.0/8',
      '0.0.0.1/0',
      '10.0.0.1/31',
      'fd00::1/64',
      'fd00::8000:0:0:0/64',
      '::1/127',
    ])
      expect(rejectionOf(() => parseNetwork(text)).expected).toMatch(/^no bits set behind/)
  })

  test('is told from an address by arithmetic on the whole number', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(32), (number, length) => {
        const text = `${[24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')}/${length}`
        const isNetwork = BigInt(number) % (1n << BigInt(32 - length)) === 0n
        if (isNetwork) expect(parseNetwork(text).length).toBe(length)
        else rejectionOf(() => parseNetwork(text))
      }),
    )
  })
})

test('a network holds the addresses that begin as it does', () => {
  const inside = (network: string, address: string) => holds(parsePrefix(network), parsePrefix(address).bytes)
  for (const [network, address, expected] of [
    ['10.1.2.0/23', '10.1.3.255', true],
    ['10.1.2.0/23', '10.1.4.0', false],
    ['10.1.2.1/23', '10.1.2.7', true],
    ['0.0.0.0/0', '255.0.0.1', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.0', false],
    ['fd00::8000:0:0:0/65', 'fd00::ffff:0:0:1', true],
    ['fd00::8000:0:0:0/65', 'fd00::7fff:0:0:1', false],
    ['::/0', '10.0.0.1', false],
  ] as const)
    expect([network, address, inside(network, address)]).toEqual([network, address, expected])
})
