/** What is learned of single destinations: a router on the way tells of a smaller MTU. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { openSocket } from '../../lib/netns/open-socket.js'
import { writeSysctl } from '../../lib/netns/sysctl.js'
import { flushRouteCache } from '../../lib/route/flush.js'
import { listRoutes } from '../../lib/route/list.js'
import { testNamespace, upWithoutAddress } from '../support/namespace.js'

/** Sends from inside the namespace. */
async function sender(netns: string, address: string): Promise<Socket> {
  const { fd, family } = await openSocket({ type: 'udp', address }, { netns })
  const socket = createSocket(family === 'inet' ? 'udp4' : 'udp6')
  onTestFinished(() => {
    socket.close()
  })
  const listening = once(socket, 'listening')
  socket.bind({ fd })
  await listening
  return socket
}

test('path MTUs are listed and forgotten', async () => {
  const router = await testNamespace([
    'link add out0 mtu 1280 type veth peer name out0p',
    ...['out0', 'out0p'].flatMap(upWithoutAddress),
    'addr add 10.2.0.1/24 dev out0',
    'addr add 2001:db8:2::1/64 dev out0 nodad',
  ])
  const host = await testNamespace([
    `link add eth0 index 66051 type veth peer name eth0 netns ${router.name}`,
    ...upWithoutAddress('eth0'),
    'addr add 10.1.2.3/24 dev eth0',
    'addr add 2001:db8:1:2::3/64 dev eth0 nodad',
  ])
  for (const words of [
    'link set eth0 up',
    'addr add 10.1.2.9/24 dev eth0',
    'addr add 2001:db8:1:2::9/64 dev eth0 nodad',
  ])
    await router.ip(words)
  await host.ip('route add 10.2.0.0/24 via 10.1.2.9')
  await host.ip('-6 route add 2001:db8:2::/64 via 2001:db8:1:2::9')
  const where = { netns: router.name }
  for (const key of ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding']) await writeSysctl(key, true, where)

  const cached = (family: 'inet' | 'inet6') => listRoutes({ family, table: 'cache' }, host.where)
  /** Until the router has said that it does not fit. */
  const learn = async (family: 'inet' | 'inet6', from: string, to: string) => {
    const socket = await sender(host.name, from)
    const send = () => new Promise((resolve) => socket.send(new Uint8Array(1400), 4660, to, resolve))
    do await send()
    while ((await cached(family)).length === 0)
  }
  await learn('inet', '10.1.2.3', '10.2.0.7')
  await learn('inet6', '2001:db8:1:2::3', '2001:db8:2::7')

  for (const [family, dst, via, words] of [
    ['inet', '10.2.0.7/32', '10.1.2.9', '-4'],
    ['inet6', '2001:db8:2::7/128', '2001:db8:1:2::9', '-6'],
  ] as const) {
    const [only, ...others] = await cached(family)
    expect(others).toEqual([])
    expect(only).toMatchObject({ family, dst, via, dev: 66_051, flags: ['cloned'], metrics: { mtu: 1280 } })
    expect(only?.expires).toBeGreaterThan(500)
    const bare = dst.replace(/\/.*/, '')
    expect(await host.show(`${words} route show cache`)).toMatchObject([
      { dst: bare, gateway: via, dev: 'eth0', metrics: [{ mtu: 1280 }] },
    ])
    // They are no routes.
    expect((await listRoutes({ family, table: 'all' }, host.where)).map((route) => route.dst)).not.toContain(dst)
  }
  expect(await listRoutes({ table: 'cache', match: '10.2.0.7', dev: 'eth0' }, host.where)).toHaveLength(1)
  expect(await listRoutes({ table: 'cache', dst: '10.2.0.8' }, host.where)).toEqual([])

  await flushRouteCache({ family: 'inet' }, { netns: host.name })
  expect([await cached('inet'), await cached('inet6')]).toMatchObject([[], [{ dst: '2001:db8:2::7/128' }]])
  await flushRouteCache(undefined, { netns: host.name })
  expect(await cached('inet6')).toEqual([])
  expect(await host.show('-6 route show cache')).toEqual([])
  // The routes are there still.
  expect((await listRoutes({ family: 'inet6', dst: '2001:db8:2::/64' }, host.where)).length).toBe(1)
})
