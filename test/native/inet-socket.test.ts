import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addon, type NativeInetSocketOptions, type NativeNetns } from '../../lib/native/addon.js'
import { link, message, NLM_F_ACK, newNetns, openSocket, promise, RTM_NEWLINK, run, submit, thrown } from './support.js'

const IFF_UP = 1
const loopback = {
  inet: Uint8Array.of(127, 0, 0, 1),
  inet6: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)),
}

/** A namespace whose loopback is up. */
async function liveNetns(): Promise<NativeNetns> {
  const netns = newNetns()
  const reply = await submit(openSocket({ netns }), message(RTM_NEWLINK, NLM_F_ACK, 1, link(1, IFF_UP, IFF_UP)))
  expect(reply.complete).toBe(true)
  return netns
}

function options(netns: NativeNetns, changes: Partial<NativeInetSocketOptions> = {}): NativeInetSocketOptions {
  return {
    netns,
    type: 'udp',
    family: 'inet',
    address: loopback[changes.family ?? 'inet'],
    scopeId: 0,
    port: 0,
    device: undefined,
    reuseAddress: false,
    reusePort: false,
    ipv6Only: false,
    broadcast: false,
    backlog: 128,
    ...changes,
  }
}

async function udp(netns: NativeNetns, family: 'inet' | 'inet6'): Promise<Socket> {
  const { fd, port } = await promise<{ fd: number; port: number }>((done) =>
    addon().openInetSocket(options(netns, { family }), done),
  )
  const socket = createSocket(family === 'inet' ? 'udp4' : 'udp6')
  const listening = once(socket, 'listening')
  socket.bind({ fd })
  await listening
  onTestFinished(() => {
    socket.close()
  })
  expect(socket.address().port).toBe(port)
  return socket
}

test.each(['inet', 'inet6'] as const)('dgram adopts a %s socket, which talks inside the namespace', async (family) => {
  const netns = await liveNetns()
  const [one, two] = [await udp(netns, family), await udp(netns, family)]
  const received = once(two, 'message')
  one.send('hello', two.address().port, family === 'inet' ? '127.0.0.1' : '::1')
  const [text, from] = await received
  expect(String(text)).toBe('hello')
  expect(from.port).toBe(one.address().port)
})

test('http serves on an adopted socket, inside the namespace and nowhere else', async () => {
  const netns = await liveNetns()
  const { fd, port } = addon().openInetSocket(options(netns, { type: 'tcp' }))
  const server = createServer((_request, response) => response.end('from inside'))
  const listening = once(server, 'listening')
  server.listen({ fd })
  await listening
  onTestFinished(() => {
    server.close()
  })
  expect((server.address() as AddressInfo).port).toBe(port)
  const get = `fetch('http://127.0.0.1:${port}').then(r => r.text()).then(console.log)`
  const inside = await run('nsenter', [`--net=/proc/${process.pid}/fd/${netns.fd}`, process.execPath, '-e', get])
  expect(inside.stdout.trim()).toBe('from inside')
  const [error] = await once(connect(port, '127.0.0.1'), 'error').catch((reason) => [reason])
  expect(error.code).toBe('ECONNREFUSED')
})

describe('options', () => {
  test('the same port once, or twice with reusePort', async () => {
    const netns = await liveNetns()
    const first = addon().openInetSocket(options(netns, { reusePort: true }))
    const { port } = first
    expect(thrown(() => addon().openInetSocket(options(netns, { port })))).toMatchObject({
      code: 'EADDRINUSE',
      errno: 98,
      syscall: 'bind',
    })
    const second = addon().openInetSocket(options(netns, { port, reusePort: true }))
    expect(second.port).toBe(port)
    for (const { fd } of [first, second])
      createSocket('udp4').bind({ fd }, function (this: Socket) {
        this.close()
      })
  })

  test('a device', async () => {
    const netns = await liveNetns()
    expect(thrown(() => addon().openInetSocket(options(netns, { device: 'nothing' })))).toMatchObject({
      code: 'ENODEV',
      syscall: 'setsockopt',
    })
    const { fd } = addon().openInetSocket(options(netns, { device: 'lo', broadcast: true, reuseAddress: true }))
    createSocket('udp4').bind({ fd }, function (this: Socket) {
      this.close()
    })
  })

  test('an IPv6 socket takes IPv4 as well, unless told not to', async () => {
    const netns = await liveNetns()
    const any = { family: 'inet6', address: new Uint8Array(16) } as const
    const both = addon().openInetSocket(options(netns, any))
    expect(thrown(() => addon().openInetSocket(options(netns, { port: both.port }))).code).toBe('EADDRINUSE')
    const only = addon().openInetSocket(options(netns, { ...any, ipv6Only: true }))
    const four = addon().openInetSocket(options(netns, { port: only.port }))
    expect(four.port).toBe(only.port)
    for (const { fd } of [both, only])
      createSocket('udp6').bind({ fd }, function (this: Socket) {
        this.close()
      })
    createSocket('udp4').bind({ fd: four.fd }, function (this: Socket) {
      this.close()
    })
  })

  test('an address that is not there, or of the wrong length', async () => {
    const netns = await liveNetns()
    const elsewhere = options(netns, { address: Uint8Array.of(192, 0, 2, 1) })
    expect(thrown(() => addon().openInetSocket(elsewhere))).toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'bind' })
    const { descriptors } = addon().census()
    for (const address of [new Uint8Array(0), new Uint8Array(5), new Uint8Array(16)]) {
      expect(thrown(() => addon().openInetSocket(options(netns, { address }))).code).toBe('EINVAL')
    }
    expect(addon().census().descriptors).toBe(descriptors)
  })
})
