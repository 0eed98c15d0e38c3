import { describe, expect, test } from 'vitest'
import { addAddress, listAddresses } from '../../lib/address/operations.js'
import { ClosedError } from '../../lib/errors.js'
import { createNetns } from '../../lib/netns/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { openRouteSocket, type RouteSocket } from '../../lib/rtnetlink/route-socket.js'
import { closing, inChild, inside, liveNetns, testName } from '../support/netns.js'
import { holdings } from '../support/process-state.js'

const addressesOf = async (where: { socket: RouteSocket }) =>
  (await listAddresses({ family: 'inet' }, where)).map(({ address }) => address)

describe('a route socket', () => {
  test('acts in its own namespace, in all three forms', async () => {
    const [blue, green] = [await liveNetns(), await liveNetns()]
    const sockets = [closing(await openRouteSocket({ netns: blue })), closing(openRouteSocket.sync({ netns: green }))]
    const home = closing(await openRouteSocket())
    const [first, second] = sockets as [RouteSocket, RouteSocket]
    // Before anything is changed: were they at home, the machine would be.
    expect([first, second].map(({ netnsCookie }) => netnsCookie)).toEqual([blue.cookie, green.cookie])
    await addAddress({ dev: 'lo', address: '10.0.0.1/32' }, { socket: first })
    addAddress.sync({ dev: 'lo', address: '10.0.0.2/32' }, { socket: second })
    await batch([addAddress.op({ dev: 'lo', address: '10.0.0.3/32' })], { socket: first })
    expect(await addressesOf({ socket: first })).toEqual(['127.0.0.1/8', '10.0.0.1/32', '10.0.0.3/32'])
    expect(await addressesOf({ socket: second })).toEqual(['127.0.0.1/8', '10.0.0.2/32'])
    expect(await addressesOf({ socket: home })).not.toContain('10.0.0.1/32')
    expect(await inside(blue, 'ip', '-o', '-4', 'address')).toContain('10.0.0.3/32')
  })

  test('opens by name, and stays when the name goes and the handle closes', async () => {
    const name = testName()
    const netns = await createNetns(name)
    const byName = closing(await openRouteSocket({ netns: name }))
    const byHandle = closing(await openRouteSocket({ netns }))
    await inside(netns, 'ip', 'link', 'set', 'lo', 'up')
    await inside(netns, 'ip', 'netns', 'delete', name)
    netns.close()
    for (const socket of [byName, byHandle]) expect(await addressesOf({ socket })).toEqual(['127.0.0.1/8'])
    await expect(openRouteSocket({ netns: name })).rejects.toMatchObject({ name: 'NetnsError', problem: 'absent' })
    expect(() => openRouteSocket.sync({ netns: name })).toThrow(expect.objectContaining({ problem: 'absent' }))
  })

  test('tells what it is', async () => {
    const small = closing(await openRouteSocket({ receiveBuffer: 65_536 }))
    const large = closing(await openRouteSocket())
    expect(small).toMatchObject({ closed: false, receiveBuffer: 131_072, foreignMessages: 0 })
    expect(large.receiveBuffer).toBeGreaterThan(small.receiveBuffer)
    expect(large.netnsCookie).toBe(small.netnsCookie)
  })

  test('refuses what is no option', async () => {
    for (const options of [{ receiveBuffer: 0 }, { receiveBuffer: 1.5 }, { netns: '../x' }, { timeout: 1 }]) {
      const path = Object.keys(options)[0]
      await expect(openRouteSocket(options)).rejects.toMatchObject({ name: 'InvalidArgumentError', path })
      expect(() => openRouteSocket.sync(options)).toThrow(expect.objectContaining({ path }))
    }
  })

  test('serves requests in their order, blocking ones among them', async () => {
    const netns = await liveNetns()
    const socket = closing(await openRouteSocket({ netns }))
    expect(socket.netnsCookie).toBe(netns.cookie)
    // By index: a look-up would come first, and the request later.
    const add = (i: number) => addAddress({ dev: 1, address: `10.1.${i >> 8}.${i & 255}/32` }, { socket })
    const added = Array.from({ length: 200 }, (_, i) => add(i))
    expect(await addressesOf({ socket })).toHaveLength(201)
    await Promise.all(added)
    expect(listAddresses.sync({ family: 'inet' }, { socket })).toHaveLength(201)
    // By then they are queued, hundreds of them, and the first windows have left.
    const more = Array.from({ length: 700 }, (_, i) => add(200 + i))
    await new Promise<void>((resolve) => queueMicrotask(() => process.nextTick(() => queueMicrotask(resolve))))
    expect(listAddresses.sync({ family: 'inet' }, { socket })).toHaveLength(901)
    await Promise.all(more)
  })

  test('settles what is pending when it is closed, and refuses what comes after', async () => {
    const netns = await liveNetns()
    const socket = await openRouteSocket({ netns })
    const left = Array.from({ length: 20 }, () => listAddresses(undefined, { socket }))
    await new Promise(process.nextTick)
    socket.close()
    socket.close()
    const later = listAddresses(undefined, { socket })
    for (const result of await Promise.allSettled([...left, later])) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'ClosedError' } })
    }
    expect(() => listAddresses.sync(undefined, { socket })).toThrow(ClosedError)
    expect(socket).toMatchObject({ closed: true, netnsCookie: netns.cookie, foreignMessages: 0 })
  })

  test('leaves nothing behind', async () => {
    const name = testName()
    await using _netns = await createNetns(name)
    const round = async () => {
      await using socket = await openRouteSocket({ netns: name })
      await listAddresses(undefined, { socket })
      using other = openRouteSocket.sync()
      await openRouteSocket({ netns: 'rtnl-test-absent' }).catch(() => {})
      expect(other.closed).toBe(false)
      return socket
    }
    expect((await round()).closed).toBe(true)
    const before = holdings()
    for (let i = 0; i < 10; i++) await round()
    expect(holdings()).toEqual(before)
  })
})

describe('a process', () => {
  test('ends with an idle socket open, after its last answer', async () => {
    const output = await inChild(
      {
        'rtnetlink/route-socket': 'openRouteSocket',
        'address/operations': 'listAddresses',
        'netns/operations': 'createNetns',
      },
      `
      const netns = await createNetns()
      const idle = await openRouteSocket({ netns })
      const used = await openRouteSocket()
      listAddresses(undefined, { socket: used }).then((list) => console.log(Array.isArray(list)))
      process.on('exit', () => console.log(idle.closed, used.closed))
    `,
    )
    expect(output).toBe('true\nfalse false')
  })

  test('is told once of sockets that it dropped, which the garbage collector closes', async () => {
    const output = await inChild(
      { 'rtnetlink/route-socket': 'openRouteSocket', 'address/operations': 'listAddresses', 'native/addon': 'addon' },
      `
      const warnings = []
      process.on('warning', ({ name, message }) => warnings.push(name + ': ' + message))
      const held = () => { const { descriptors, threads } = addon().census(); return descriptors - threads }
      const kept = await openRouteSocket()
      const before = held()
      for (let i = 0; i < 20; i++) openRouteSocket.sync({ netns: i % 2 ? { pid: process.pid } : undefined })
      // A call under way keeps its socket.
      const pending = openRouteSocket().then((socket) => listAddresses(undefined, { socket }))
      const deadline = Date.now() + 20000
      do {
        gc()
        await new Promise(setImmediate)
      } while (held() > before && Date.now() < deadline)
      await new Promise(setImmediate)
      console.log(JSON.stringify({ left: held() - before, answered: Array.isArray(await pending), kept: kept.closed, warnings }))
    `,
    )
    const { warnings, ...rest } = JSON.parse(output)
    expect(rest).toEqual({ left: 0, answered: true, kept: false })
    expect(warnings).toEqual([expect.stringMatching(/^RtnetlinkWarning: a RouteSocket was dropped without close\(\)/)])
  })
})
