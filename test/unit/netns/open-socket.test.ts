import { expect, test, vi } from 'vitest'
import { SystemCallError } from '../../../lib/errors.js'
import { openSocket } from '../../../lib/netns/open-socket.js'
import { runSteps } from '../../support/requests.js'

test('the zone is looked up, and the rest handed over', () => {
  const options = { type: 'udp', address: 'fe80::1%eth7', port: 9, broadcast: true } as const
  const { tasks, result } = runSteps(openSocket.op(options), { links: { eth7: 4711 } })
  const bytes = new Uint8Array(16)
  bytes.set([0xfe, 0x80])
  bytes[15] = 1
  expect(tasks).toMatchObject([
    {
      name: 'openInetSocket',
      args: [{ family: 'inet6', address: bytes, scopeId: 4711, port: 9, broadcast: true, type: 'udp' }],
    },
  ])
  expect(result).toEqual({ fd: 0x1235, port: 4660, address: 'fe80::1%eth7', family: 'inet6' })
})

test('nothing is opened for options that do not fit, nor on a link that is not there', () => {
  const perform = vi.fn()
  const bad = openSocket.op({ type: 'udp', address: '1.2.3' })
  expect(() => runSteps(bad, { perform })).toThrow(
    expect.objectContaining({ name: 'InvalidArgumentError', path: 'address' }),
  )
  const absent = openSocket.op({ type: 'udp', address: 'fe80::1%eth7' })
  expect(() => runSteps(absent, { perform })).toThrow(expect.objectContaining({ code: 'ENODEV' }))
  expect(perform).not.toHaveBeenCalled()
})

test.each([
  ['bind', 'EADDRINUSE', 'the port is taken in this namespace [EADDRINUSE]'],
  ['bind', 'EACCES', 'a port this low needs the capability CAP_NET_BIND_SERVICE [EACCES]'],
  ['setsockopt', 'ENODEV', 'this namespace has no such link (bindToDevice) [ENODEV]'],
  ['socket', 'EMFILE', 'as the system said'],
])('%s %s: %s', (syscall, code, sentence) => {
  const perform = () => {
    throw new SystemCallError('cannot open tcp socket on ::1 port 80: as the system said', { code, errno: 1, syscall })
  }
  expect(() => runSteps(openSocket.op({ type: 'tcp', address: '::1', port: 80 }), { perform })).toThrow(
    expect.objectContaining({ code, syscall, message: `cannot open tcp socket on ::1 port 80: ${sentence}` }),
  )
})
