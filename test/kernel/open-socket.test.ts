import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { UdpSocketOptions } from '../../lib/netns/inet-options.js'
import type { Netns } from '../../lib/netns/netns.js'
import { type InetSocket, openSocket } from '../../lib/netns/open-socket.js'
import { createNetns } from '../../lib/netns/operations.js'
import { openRouteSocket } from '../../lib/rtnetlink/route-socket.js'
import { closing, inside, liveNetns } from '../support/netns.js'
import { holdings, watchThreads } from '../support/process-state.js'

const home = readlinkSync('/proc/thread-self/ns/net')

/** Node's own socket around the descriptor. */
async function adopt({ fd, family, port }: InetSocket): Promise<Socket> {
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

const udp = async (netns: Netns, options: Partial<UdpSocketOptions> = {}) =>
  adopt(await netns.openSocket({ type: 'udp', address: '127.0.0.1', ...options }))

async function ask(client: Socket, text: string, port: number, address: string): Promise<string> {
  const answer = once(client, 'message')
  client.send(text, port, address)
  return String((await answer)[0])
}

/** Opens and closes at once: for what is only about opening. */
async function trial(netns: Netns, options: Parameters<typeof openSocket>[0]): Promise<Omit<InetSocket, 'fd'>> {
  const { fd, ...rest } = await netns.openSocket(options)
  closeSync(fd)
  return rest
}

describe('Node adopts', () => {
  test('UDP sockets, which echo inside two namespaces on one port while the process stays at home', async () => {
    const { strays } = await watchThreads(async () => {
      const [blue, green] = [await liveNetns(), await liveNetns()]
      const servers = [await udp(blue, { port: 7007 }), await udp(green, { port: 7007 })]
      servers.forEach((server, i) => {
        server.on('message', (text, from) => server.send(`${['blue', 'green'][i]}: ${text}`, from.port, from.address))
      })
      const clients = [await udp(blue), await udp(green)]
      const answers = await Promise.all(clients.map((client) => ask(client, 'hello', 7007, '127.0.0.1')))
      expect(answers).toEqual(['blue: hello', 'green: hello'])
      // From home nobody is there.
      const stranger = createSocket('udp4')
      onTestFinished(() => {
        stranger.close()
      })
      const connected = once(stranger, 'connect')
      stranger.connect(7007, '127.0.0.1')
      await connected
      const refused = new Promise<{ code?: string }>((resolve) => stranger.once('error', resolve))
      stranger.send('hello')
      expect(await refused).toMatchObject({ code: 'ECONNREFUSED' })
    })
    expect(strays).toEqual([])
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home)
  })

  test('a TCP socket, on which HTTP is served inside and nowhere else', async () => {
    const netns = await liveNetns()
    const opened = await netns.openSocket({ type: 'tcp', address: '127.0.0.1', port: 8080 })
    expect(opened).toMatchObject({ address: '127.0.0.1', port: 8080, family: 'inet' })
    const server = createServer((request, response) => response.end(`${request.url} from inside`))
    const listening = once(server, 'listening')
    server.listen({ fd: opened.fd })
    await listening
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    expect((server.address() as AddressInfo).port).toBe(8080)
    const get = `fetch('http://127.0.0.1:8080/hello').then((r) => r.text()).then(console.log)`
    expect(await inside(netns, process.execPath, '-e', get)).toBe('/hello from inside')
    const error = await new Promise<{ code?: string }>((resolve) => connect(8080, '127.0.0.1').once('error', resolve))
    expect(error.code).toBe('ECONNREFUSED')
  })

  test('what was opened blocking, by name of the verb and by socket', async () => {
    const netns = await liveNetns()
    const socket = closing(await openRouteSocket({ netns }))
    const server = await adopt(netns.openSocket.sync({ type: 'udp', address: '127.0.0.1' }))
    const clients = [
      await adopt(openSocket.sync({ type: 'udp', address: '127.0.0.1' }, { netns })),
      await adopt(await openSocket({ type: 'udp', address: '127.0.0.1' }, { socket })),
    ]
    server.on('message', (text, { port, address }) => server.send(text, port, address))
    for (const client of clients) expect(await ask(client, 'hello', server.address().port, '127.0.0.1')).toBe('hello')
  })
})

describe('IPv6', () => {
  const one = 'fe80::1'

  /** A pair of links in one namespace; one has a link-local address, and an index that no link at home has. */
  async function pair(): Promise<Netns> {
    const netns = await liveNetns()
    const setup = ['link add left index 4711 type veth peer name right', 'link set left up', 'link set right up']
    for (const line of [...setup, `addr add ${one}/64 dev left nodad`]) await inside(netns, 'ip', ...line.split(' '))
    return netns
  }

  test('a link-local address is bound on the link that its zone names, or numbers, in that namespace', async () => {
    const netns = await pair()
    expect(await trial(netns, { type: 'udp', address: 'FE80:0::1%left', port: 99 })).toEqual({
      address: 'fe80::1%left',
      port: 99,
      family: 'inet6',
    })
    expect((await trial(netns, { type: 'tcp', address: `${one}%4711` })).address).toBe('fe80::1%4711')
    expect((await trial(netns, { type: 'udp', address: one, bindToDevice: 'left' })).port).toBeGreaterThan(0)
    const wrong = trial(netns, { type: 'udp', address: `${one}%right` })
    await expect(wrong).rejects.toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'bind' })
    const absent = trial(netns, { type: 'udp', address: `${one}%nothing` })
    await expect(absent).rejects.toMatchObject({ code: 'ENODEV', attribute: 'address' })
    await expect(trial(netns, { type: 'udp', address: one })).rejects.toThrow(/fe80::1%eth0/)
  })

  test('is echoed', async () => {
    const netns = await liveNetns()
    const [server, client] = [await udp(netns, { address: '::1' }), await udp(netns, { address: '0::1' })]
    server.on('message', (text, { port, address }) => server.send(`echo ${text}`, port, address))
    expect(await ask(client, 'hello', server.address().port, '::1')).toBe('echo hello')
  })

  test('takes IPv4 as well, unless told not to', async () => {
    const netns = await liveNetns()
    const any = { type: 'udp', address: '::' } as const
    await udp(netns, { ...any, port: 7001 })
    await udp(netns, { ...any, port: 7002, ipv6Only: true })
    await expect(trial(netns, { type: 'udp', address: '0.0.0.0', port: 7001 })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    expect((await trial(netns, { type: 'udp', address: '0.0.0.0', port: 7002 })).port).toBe(7002)
  })
})

describe('options', () => {
  test('a port is had once, or shared with reusePort', async () => {
    const netns = await liveNetns()
    await udp(netns, { port: 7003, reusePort: true })
    const taken = trial(netns, { type: 'udp', address: '127.0.0.1', port: 7003 })
    await expect(taken).rejects.toMatchObject({ name: 'SystemCallError', code: 'EADDRINUSE', syscall: 'bind' })
    await expect(taken).rejects.toThrow(
      'cannot open udp socket on 127.0.0.1 port 7003: the port is taken in this namespace',
    )
    await udp(netns, { port: 7003, reusePort: true })
  })

  test('broadcast may be sent with broadcast only', async () => {
    const netns = await liveNetns()
    await inside(netns, 'ip', 'addr', 'add', '10.9.8.1/24', 'brd', '10.9.8.255', 'dev', 'lo')
    const send = (socket: Socket) =>
      new Promise<string>((resolve) => socket.send('x', 7004, '10.9.8.255', (error) => resolve(error?.name ?? 'sent')))
    expect(await send(await udp(netns, { address: '10.9.8.1' }))).not.toBe('sent')
    expect(await send(await udp(netns, { address: '10.9.8.1', broadcast: true }))).toBe('sent')
  })

  test('what the namespace has not', async () => {
    const netns = await liveNetns()
    const elsewhere = trial(netns, { type: 'tcp', address: '192.0.2.1' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    const device = trial(netns, { type: 'udp', address: '127.0.0.1', bindToDevice: 'nothing' })
    await expect(device).rejects.toMatchObject({ code: 'ENODEV', syscall: 'setsockopt' })
  })
})

test('a descriptor is the caller’s, and a failure leaves none', async () => {
  const netns = closing(await createNetns())
  await trial(netns, { type: 'udp', address: '0.0.0.0' })
  const before = holdings()
  const opened = await netns.openSocket({ type: 'udp', address: '0.0.0.0', port: 7005 })
  expect(readlinkSync(`/proc/self/fd/${opened.fd}`)).toMatch(/^socket:/)
  expect(holdings().descriptors).toBe(before.descriptors + 1)
  for (const port of [7005, 7005]) await netns.openSocket({ type: 'udp', address: '0.0.0.0', port }).catch(() => {})
  closeSync(opened.fd)
  expect(holdings()).toEqual(before)
})
