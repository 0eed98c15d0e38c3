import { describe, expect, test } from 'vitest'
import { checkInetOptions, parseInetAddress } from '../../../lib/netns/inet-options.js'

describe('an address', () => {
  test.each([
    ['192.0.2.1', { family: 'inet', zone: undefined, text: '192.0.2.1' }],
    ['0:0::1', { family: 'inet6', zone: undefined, text: '::1' }],
    ['FE80::1%eth0', { family: 'inet6', zone: 'eth0', text: 'fe80::1%eth0' }],
    ['febf::1%4711', { family: 'inet6', zone: 4711, text: 'febf::1%4711' }],
    ['fe80::1%0x7', { family: 'inet6', zone: '0x7', text: 'fe80::1%0x7' }],
    ['ff02::1%eth0.100', { family: 'inet6', zone: 'eth0.100', text: 'ff02::1%eth0.100' }],
    ['ff11::1%2', { family: 'inet6', zone: 2, text: 'ff11::1%2' }],
  ])('%s', (address, expected) => {
    expect(parseInetAddress(address)).toMatchObject(expected)
  })

  test.each([
    ...['', '1.2.3', '01.2.3.4', 'localhost', '::1%eth0', 'fec0::1%eth0', '2001:db8::1%2', 'ff05::1%2', '127.0.0.1%lo'],
    ...['fe80::1%', '%eth0', '[::1]', '::1 ', undefined, 7],
  ])('%s is none', (address) => {
    expect(() => parseInetAddress(address)).toThrow(expect.objectContaining({ actual: address }))
  })
})

describe('options', () => {
  const udp = { type: 'udp', address: '::' } as const

  test('have their defaults', () => {
    expect(checkInetOptions(udp)).toEqual({
      address: { bytes: new Uint8Array(16), family: 'inet6', zone: undefined, text: '::' },
      type: 'udp',
      port: 0,
      device: undefined,
      reuseAddress: false,
      reusePort: false,
      ipv6Only: false,
      broadcast: false,
      backlog: 511,
    })
  })

  test('each has its own place', () => {
    const names = { reuseAddr: 'reuseAddress', reusePort: 'reusePort', ipv6Only: 'ipv6Only', broadcast: 'broadcast' }
    for (const [name, place] of Object.entries(names)) {
      const checked = checkInetOptions({ ...udp, [name]: true }) as unknown as Record<string, unknown>
      expect(Object.keys(checked).filter((key) => checked[key] === true)).toEqual([place])
    }
    expect(
      checkInetOptions({ type: 'tcp', address: '::', backlog: 7, port: 65_535, bindToDevice: 'eth0.100' }),
    ).toMatchObject({
      type: 'tcp',
      backlog: 7,
      port: 65_535,
      device: 'eth0.100',
    })
  })

  test.each([
    ['type', { ...udp, type: 'sctp' }],
    ['address', { type: 'udp' }],
    ['address', { ...udp, address: 'fe80::1%' }],
    ['port', { ...udp, port: 65_536 }],
    ['port', { ...udp, port: -1 }],
    ['port', { ...udp, port: '80' }],
    ['reuseAddr', { ...udp, reuseAddr: 1 }],
    ['ipv6Only', { ...udp, address: '0.0.0.0', ipv6Only: false }],
    ['backlog', { ...udp, backlog: 5 }],
    ['broadcast', { ...udp, type: 'tcp', broadcast: true }],
    ['bindToDevice', { ...udp, bindToDevice: '' }],
    ['bindToDevice', { ...udp, bindToDevice: 'x'.repeat(16) }],
    ['bindToDevice', { ...udp, bindToDevice: 'a\0b' }],
    ['fd', { ...udp, fd: 3 }],
    ['', null],
  ])('%s is refused in %j', (path, options) => {
    expect(() => checkInetOptions(options as never)).toThrow(
      expect.objectContaining({ path: path === '' ? [] : [path] }),
    )
  })
})
