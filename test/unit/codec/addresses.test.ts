import { describe, expect, test } from 'vitest'
import {
  formatMac, ip, ipBytes, ipFamily, ipv4, ipv6, isMulticastIp, linkLayerAddress, mac, macBytes, onlyMulticast,
} from '../../../lib/codec/addresses.js' // biome-ignore format: names of one module
import { sourceOf, Unreadable } from '../../../lib/codec/codec.js'
import { decode, encode, fromHex, orders, rejectionOf } from '../../support/codec.js'

const v4 = '0a010203'
const v6 = '20010db8000000000000000000000001'
const hostile = [
  null,
  undefined,
  4,
  167_837_955,
  {},
  [10, 1, 2, 3],
  '',
  '10.1.2',
  '10.1.2.3/24',
  'eth0',
  new Uint8Array(5),
  new Uint8Array(0),
]

describe('IP addresses', () => {
  test.each(orders)('are in network order on a $order host', ({ littleEndian }) => {
    expect(encode(ip, '10.1.2.3', littleEndian)).toBe(v4)
    expect(encode(ipv4, '10.1.2.3', littleEndian)).toBe(v4)
    expect(encode(ipv6, '2001:db8::1', littleEndian)).toBe(v6)
    expect(decode(ip, v4, littleEndian)).toBe('10.1.2.3')
    expect(decode(ipv4, v4, littleEndian)).toBe('10.1.2.3')
    expect(decode(ipv6, v6, littleEndian)).toBe('2001:db8::1')
  })

  test('may be given as bytes', () => {
    expect([encode(ip, fromHex(v4)), encode(ipv4, fromHex(v4))]).toEqual([v4, v4])
    expect([encode(ip, fromHex(v6)), encode(ipv6, fromHex(v6))]).toEqual([v6, v6])
    expect(ipBytes(fromHex(v6))).toEqual(fromHex(v6))
  })

  test('are told apart by their length', () => {
    expect([ipFamily('10.1.2.3'), ipFamily('::1'), ipFamily(fromHex(v4))]).toEqual(['inet', 'inet6', 'inet'])
    expect([decode(ip, v4), decode(ip, v6)]).toEqual(['10.1.2.3', '2001:db8::1'])
    for (const hex of ['', '0a0102', '0a01020304', v6.slice(2), `${v6}00`])
      expect(() => decode(ip, hex)).toThrow(Unreadable)
  })

  test('of the other family are refused: the kernel would take the first four of sixteen bytes', () => {
    expect(rejectionOf(() => encode(ipv4, '2001:db8::1')).expected).toBe('an IPv4 address')
    expect(rejectionOf(() => encode(ipv4, fromHex(v6))).expected).toBe('an IPv4 address')
    expect(rejectionOf(() => encode(ipv6, '10.1.2.3')).expected).toBe('an IPv6 address')
    expect(rejectionOf(() => encode(ipv6, fromHex(v4))).expected).toBe('an IPv6 address')
    expect(() => decode(ipv4, v6)).toThrow(Unreadable)
    expect(() => decode(ipv6, v4)).toThrow(Unreadable)
  })

  test.each([
    ['ip', ip],
    ['ipv4', ipv4],
    ['ipv6', ipv6],
  ] as const)('%s refuses what is none', (_name, codec) => {
    for (const value of hostile) expect(rejectionOf(() => encode(codec, value as string)).actual).toBe(value)
  })
})

describe('multicast', () => {
  const isMulticast = (hex: string) => isMulticastIp(fromHex(hex), 0, hex.length / 2)

  test('is 224.0.0.0/4 and ff00::/8', () => {
    expect(['dfffffff', 'e0000000', 'efffffff', 'f0000000'].map(isMulticast)).toEqual([false, true, true, false])
    expect(['feffffffffffffffffffffffffffffff', `ff${'00'.repeat(15)}`].map(isMulticast)).toEqual([false, true])
  })

  test('is nothing of another length, whatever stands behind it', () => {
    const bytes = fromHex('ffe00000ff')
    for (const [start, end] of [
      [1, 1],
      [1, 2],
      [0, 3],
      [0, 5],
    ] as const)
      expect(isMulticastIp(bytes, start, end)).toBe(false)
  })

  test('chooses between two rows of one attribute', () => {
    const group = onlyMulticast(ip, true)
    const remote = onlyMulticast(ip, false)
    expect(encode(group, '239.1.2.3')).toBe('ef010203')
    expect(encode(remote, '10.1.2.3')).toBe(v4)
    expect(rejectionOf(() => encode(group, '10.1.2.3')).expected).toMatch(/, multicast$/)
    expect(rejectionOf(() => encode(remote, 'ff02::1')).expected).toMatch(/, not multicast$/)
    const source = sourceOf(fromHex('ef010203'), true)
    expect([group.claims?.(source, 0, 4), remote.claims?.(source, 0, 4)]).toEqual([true, false])
    expect(group.read(source, 0, 4)).toBe('239.1.2.3')
  })
})

describe('MAC addresses', () => {
  test('are text or six bytes in, lower case out', () => {
    expect(encode(mac, 'AA:bb:0C:dd:ee:00')).toBe('aabb0cddee00')
    expect(encode(mac, fromHex('aabb0cddee00'))).toBe('aabb0cddee00')
    expect(decode(mac, 'aabb0cddee00')).toBe('aa:bb:0c:dd:ee:00')
    expect(macBytes('01:02:03:04:05:06')).toEqual(fromHex('010203040506'))
    expect(formatMac(fromHex('ff0102'), 1, 3)).toBe('01:02')
  })

  test('have one form', () => {
    const others = [
      'aabb.ccdd.ee00',
      'aa-bb-cc-dd-ee-00',
      'a:b:c:d:e:f',
      'aa:bb:cc:dd:ee',
      'aa:bb:cc:dd:ee:00:11',
      'aa:bb:cc:dd:ee:0g',
      ' aa:bb:cc:dd:ee:00',
      'aa:bb:cc:dd:ee:00\n',
      '',
    ]
    for (const value of [...others, null, undefined, 1, new Uint8Array(5), new Uint8Array(7), {}])
      expect(rejectionOf(() => encode(mac, value as string)).actual).toBe(value)
    for (const hex of ['', 'aabbccddee', 'aabbccddee0011']) expect(() => decode(mac, hex)).toThrow(Unreadable)
  })
})

describe('link-layer addresses', () => {
  test('are as long as their link has them', () => {
    expect(encode(linkLayerAddress, 'aa:bb:cc:dd:ee:00')).toBe('aabbccddee00')
    expect(encode(linkLayerAddress, '10.1.2.3')).toBe(v4)
    expect(encode(linkLayerAddress, '2001:db8::1')).toBe(v6)
    expect(encode(linkLayerAddress, new Uint8Array(20).fill(7))).toBe('07'.repeat(20))
    expect([v4, v6, 'aabbccddee00', '0102030405060708'].map((hex) => decode(linkLayerAddress, hex))).toEqual([
      '10.1.2.3',
      '2001:db8::1',
      'aa:bb:cc:dd:ee:00',
      '01:02:03:04:05:06:07:08',
    ])
  })

  test('have 1 to 32 bytes', () => {
    for (const value of [new Uint8Array(0), new Uint8Array(33), null, undefined, 1, '', 'aa:bb', '10.1.2'])
      expect(rejectionOf(() => encode(linkLayerAddress, value as string))).toMatchObject({
        expected: linkLayerAddress.expected,
        actual: value,
      })
  })
})
