import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { addon } from '../../lib/native/addon.js'
import {
  getLoopback,
  inChild,
  linkDump,
  NETLINK_FIB_LOOKUP,
  newNetns,
  openSocket,
  prelude,
  promise,
  run,
  submit,
  unanswered,
} from './support.js'

const rtnetlinkThreads = () =>
  readdirSync('/proc/self/task').filter((task) => {
    try {
      return readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim() === 'rtnetlink'
    } catch {
      return false // it has ended since
    }
  })

/** A turn of the event loop after all that has been submitted on this socket. */
const settle = () => submit(openSocket(), getLoopback(1))

describe('close with exchanges in flight', () => {
  test('drops what is queued, wakes what is waiting, calls nobody back, and closes the descriptor', async () => {
    const { descriptors } = addon().census()
    const socket = openSocket({ protocol: NETLINK_FIB_LOOKUP })
    let called = 0
    for (let sequence = 1; sequence <= 100; sequence++) {
      socket.submit(unanswered(sequence), Number.POSITIVE_INFINITY, () => called++)
    }
    socket.close()
    const other = openSocket()
    while (addon().census().descriptors > descriptors + 1 + addon().census().threads) {
      await submit(other, getLoopback(1))
    }
    expect(called).toBe(0)
  })

  test('the thread that was waiting serves the next socket', async () => {
    for (let round = 0; round < 50; round++) {
      const stuck = openSocket({ protocol: NETLINK_FIB_LOOKUP })
      stuck.submit(unanswered(1), Number.POSITIVE_INFINITY, () => expect.unreachable())
      if (round % 2 === 0) await settle()
      stuck.close()
    }
    expect((await settle()).complete).toBe(true)
    expect(addon().census().threads).toBeLessThanOrEqual(8)
  })

  test('a callback that closes its socket is the last one', async () => {
    const socket = openSocket()
    let called = 0
    for (let sequence = 1; sequence <= 200; sequence++) {
      socket.submit(linkDump(sequence), 1000, () => {
        called++
        socket.close()
      })
    }
    while (called === 0) await settle()
    await settle()
    expect(called).toBe(1)
  })
})

describe('threads', () => {
  test('block all signals, so that handlers run where they did before', async () => {
    const stuck = openSocket({ protocol: NETLINK_FIB_LOOKUP })
    stuck.submit(unanswered(1), Number.POSITIVE_INFINITY, () => {})
    await settle()
    const tasks = rtnetlinkThreads()
    expect(tasks.length).toBeGreaterThan(0)
    for (const task of tasks) {
      const status = readFileSync(`/proc/self/task/${task}/status`, 'utf8')
      const blocked = BigInt(`0x${/SigBlk:\s*(\S+)/.exec(status)![1]}`)
      // All but KILL and STOP, and the two that glibc keeps to itself.
      for (let signal = 1n; signal <= 31n; signal++) {
        if (signal !== 9n && signal !== 19n) expect(blocked & (1n << (signal - 1n))).not.toBe(0n)
      }
    }
    const received = new Promise((resolve) => process.once('SIGUSR2', resolve))
    process.kill(process.pid, 'SIGUSR2')
    expect(await received).toBe('SIGUSR2')
  })

  test('are eight at most for exchanges, and those for tasks end with the task', async () => {
    await Promise.all(Array.from({ length: 40 }, () => submit(openSocket(), linkDump(1))))
    const netns = newNetns()
    await Promise.all(
      Array.from({ length: 100 }, () =>
        promise((done) => addon().readFile(netns, '/proc/sys/net/core/somaxconn', done)),
      ),
    )
    await settle()
    expect(addon().census().threads).toBeLessThanOrEqual(8)
    expect(rtnetlinkThreads().length).toBe(addon().census().threads)
  })
})

describe('the event loop', () => {
  test('is not kept alive by idle sockets and namespaces', async () => {
    const output = await inChild(`
      const socket = native.openSocket(options)
      const netns = native.openHomeNetns()
      socket.submit(linkDump(1), 1000, (reply) => console.log(reply.complete))
      process.on('exit', () => console.log(socket.closed, netns.closed))
    `)
    expect(output).toBe('true\nfalse false')
  })

  test('is kept alive by an exchange that waits, and let go when its socket is closed', async () => {
    const output = await inChild(`
      const socket = native.openSocket(never)
      socket.submit(unanswered(1), 50, (reply) => {
        console.log(reply.complete)
        socket.submit(unanswered(2), Infinity, () => console.log('called'))
        setImmediate(() => socket.close())
      })
    `)
    expect(output).toBe('false')
  })

  test('an exception in a callback is an uncaughtException, and life goes on', async () => {
    const output = await inChild(`
      const socket = native.openSocket(options)
      process.on('uncaughtException', (error) => console.log('caught', error.message))
      socket.submit(linkDump(1), 1000, () => { throw new Error('one') })
      socket.submit(linkDump(2), 1000, (reply) => {
        console.log(reply.complete)
        native.openNetnsPid(process.pid, () => {
          setTimeout(() => console.log('timer'), 1)
          throw new Error('two')
        })
      })
    `)
    expect(output).toBe('caught one\ntrue\ncaught two\ntimer')
  })

  test('process.exit is clean at any moment', async () => {
    for (const delay of [0, 1, 3, 10]) {
      const output = await inChild(`
        const sockets = Array.from({ length: 10 }, () => native.openSocket(options))
        const stuck = native.openSocket(never)
        stuck.submit(unanswered(1), Infinity, () => {})
        const again = (socket) => socket.submit(linkDump(1), 1000, () => again(socket))
        sockets.forEach(again)
        native.createNetns('', undefined, () => {})
        setTimeout(() => { console.log('exit'); process.exit(0) }, ${delay})
      `)
      expect(output).toBe('exit')
    }
  })
})

test('handles that were dropped without closing are closed by the garbage collector', async () => {
  const output = await inChild(`
    const before = native.census().descriptors
    const home = native.openHomeNetns()
    for (let i = 0; i < 300; i++) { native.openSocket(options); native.openHomeNetns() }
    const pending = native.openSocket(options)
    let told
    const reply = new Promise((resolve) => { told = resolve })
    // Nothing refers to this one but its own pending exchange.
    native.openSocket(options).submit(linkDump(1), 1000, (reply) => told(reply.complete))
    const collect = () => {
      gc()
      const left = native.census().descriptors - before - native.census().threads
      if (left > 2) return setImmediate(collect)
      reply.then((complete) => console.log(left, complete, home.closed, pending.closed))
    }
    collect()
  `)
  expect(output).toBe('2 true false false')
})

describe('worker threads', () => {
  const busy = `
    ${prelude}
    const { parentPort } = require('node:worker_threads')
    const sockets = Array.from({ length: 6 }, () => native.openSocket(options))
    const stuck = native.openSocket(never)
    stuck.submit(unanswered(1), Infinity, () => {})
    let sequence = 1
    const again = (socket) => socket.submit(linkDump(sequence++), 1000, () => again(socket))
    sockets.forEach(again)
    const tasks = () => native.createNetns('', undefined, (error, netns) => {
      if (error) throw error
      netns.close()
      native.openSocketAsync(options, (error, socket) => { socket.close(); tasks() })
    })
    tasks()
    parentPort.postMessage('busy')
  `
  /** Is always inside the addon, so that it is ended there. */
  const spinning = `
    ${prelude}
    const { parentPort } = require('node:worker_threads')
    parentPort.postMessage('busy')
    const netns = native.createNetns('', undefined)
    const rx = new Uint8Array(1 << 18)
    const address = Buffer.from([127, 0, 0, 1])
    for (let sequence = 1; ; sequence++) {
      native.openSocket({ ...options, netns }).close()
      const socket = native.openSocket(options)
      socket.exchange(linkDump(sequence), rx, 1000)
      socket.exchange(linkDump(sequence), rx.subarray(0, 0), 1000)
      socket.submit(linkDump(sequence), 1000, () => {})
      socket.close()
      try { native.openNetns('/', 'nowhere') } catch {}
      try { native.readFile(netns, '/nowhere') } catch {}
      try { native.openInetSocket({ netns, type: 'udp', family: 'inet', address, port: 0, backlog: 0, device: 'none' }) } catch {}
      native.openHomeNetns().close()
      native.census()
    }
  `
  const roulette = `
    const { Worker } = require('node:worker_threads')
    const scripts = ${JSON.stringify([busy, spinning])}
    const round = (left) => {
      if (left === 0) return console.log('done')
      const worker = new Worker(scripts[left % 2], { eval: true })
      worker.on('error', (error) => { console.error(error); process.exit(1) })
      // Every fifth is ended while it starts or loads the addon, the others at their work.
      worker.once(left % 5 === 0 ? 'online' : 'message', () => {
        let turns = (Math.random() * 500) | 0
        const later = () => turns-- > 0 ? setImmediate(later) : worker.terminate()
        later()
      })
      worker.on('exit', () => round(left - 1))
    }
  `

  test('load it in a worker only, and terminate at any moment', async () => {
    expect(await inChild(`${roulette}; round(100)`.replace(prelude, ''))).toBe('done')
  }, 120_000)

  test('load it in both, and terminate at any moment', async () => {
    const output = await inChild(`
      ${roulette}
      const before = native.census()
      process.on('exit', () => {
        const after = native.census()
        console.log(after.descriptors - before.descriptors, after.threads - before.threads)
      })
      round(50)
    `)
    expect(output).toBe('done\n0 0')
  }, 120_000)

  test('a worker that ends by itself while threads wait', async () => {
    const before = addon().census()
    const script = `${prelude}
      for (let i = 0; i < 20; i++) native.openSocket(never).submit(unanswered(1), Infinity, () => {})
      process.exit(7)
    `
    const codes = await Promise.all(
      Array.from(
        { length: 16 },
        () => new Promise((resolve) => new Worker(script, { eval: true }).on('exit', resolve)),
      ),
    )
    expect(codes).toEqual(Array(16).fill(7))
    expect(addon().census()).toEqual(before)
  })
})

test('descriptors and threads are the same before and after', async () => {
  const output = await inChild(`
    const { readdirSync } = require('node:fs')
    const count = () => [readdirSync('/proc/self/fd').length, native.census().descriptors - native.census().threads]
    const round = async () => {
      const netns = await new Promise((resolve) => native.createNetns('', undefined, (_, netns) => resolve(netns)))
      await Promise.all(Array.from({ length: 200 }, () => new Promise((resolve) => {
        native.openSocketAsync({ ...options, netns }, (error, socket) => {
          socket.submit(linkDump(1), 1000, () => { socket.close(); resolve() })
        })
      })))
      netns.close()
    }
    round().then(() => {
      const before = count()
      const started = native.census().threads
      round().then(round).then(() => {
        const after = count()
        const hired = native.census().threads - started // a pool thread that was not needed before, with its eventfd
        console.log(after[0] - before[0] - hired, after[1] - before[1])
      })
    })
  `)
  expect(output).toBe('0 0')
})

test('a process that runs another leaves it none of its descriptors', async () => {
  const netns = newNetns()
  await submit(openSocket({ netns }), getLoopback(1))
  const { stdout } = await run('ls', ['-l', '/proc/self/fd'])
  expect(stdout).not.toMatch(/net:\[|eventfd/)
})
