import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rejection } from '../../../lib/codec/rejection.js'
import { sysctlPath } from '../../../lib/netns/sysctl-key.js'

test.each([
  ['net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net/ipv4/ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/100.forwarding', '/proc/sys/net/ipv4/conf/eth0.100/forwarding'],
  ['net/ipv4/conf/eth0.100/forwarding', '/proc/sys/net/ipv4/conf/eth0.100/forwarding'],
  ['net/ipv4.conf', '/proc/sys/net/ipv4.conf'],
  ['net.ipv6.conf.a//b.mtu', '/proc/sys/net/ipv6/conf/a..b/mtu'],
  ['net.core.größe', '/proc/sys/net/core/größe'],
])('%s is %s', (key, path) => {
  expect(sysctlPath(key)).toBe(path)
})

test.each([
  ...['', 'net', 'net.', 'net/', '.net.ipv4', '/net/ipv4', '/proc/sys/net/ipv4', 'kernel.hostname', 'kernel/hostname'],
  ...['net..ipv4', 'net//ipv4', 'net/../kernel/hostname', 'net.//.kernel.hostname', 'net/./ipv4', 'net./.ipv4'],
  ...['net/ipv4/..', 'net.ipv4.', 'netx.ipv4', 'net.ipv4\0', 'net.ipv4\n', 'net.ipv4\u009b', 'net.\ud800', ' net.ipv4'],
  ...[undefined, null, 7, {}, ['net.ipv4']],
])('%j is refused', (key) => {
  expect(() => sysctlPath(key)).toThrow(Rejection as never)
})

test('no key leads out of /proc/sys/net', () => {
  const piece = fc.constantFrom('net', 'ipv4', 'kernel', '.', '..', '/', '//', '', '\0', 'a.b')
  const key = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 8 }).map((pieces) => `net${pieces.join('')}`),
  )
  fc.assert(
    fc.property(key, (text) => {
      let path: string
      try {
        path = sysctlPath(text)
      } catch {
        return true
      }
      return path.startsWith('/proc/sys/net/') && new URL(`file://${encodeURI(path)}`).pathname === encodeURI(path)
    }),
    { numRuns: 5000 },
  )
})
