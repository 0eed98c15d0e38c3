import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { addon } from '../../lib/native/addon.js'
import { getLoopback, newNetns, openFds, openSocket, promise, submit, thrown } from './support.js'

const options = { protocol: 0, receiveBuffer: 1 << 20, receiveSize: 65536 }

describe('openSocket', () => {
  test('sets its options and reads back what came of them', () => {
    const socket = openSocket()
    expect(socket.portId).toBeGreaterThan(0)
    expect(socket.receiveBuffer).toBe(2 << 20)
    expect(socket.strict).toBe(true)
    expect(socket.closed).toBe(false)
    expect(socket.foreignMessages).toBe(0)
    expect(socket.netnsCookie).toBe(addon().openHomeNetns().cookie)
  })

  test('leaves the port to the kernel, so any number of sockets have one, beyond 2^31 as well', () => {
    const ports = Array.from({ length: 100 }, () => openSocket().portId)
    expect(new Set(ports).size).toBe(100)
    expect(Math.max(...ports)).toBeGreaterThan(2 ** 31)
  })

  test('a failed system call is an error with code, errno and syscall', () => {
    const error = thrown(() => addon().openSocket({ ...options, protocol: 200 }))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'EPROTONOSUPPORT', errno: 93, syscall: 'socket' })
    expect(error).not.toHaveProperty('path')
  })

  test('the asynchronous form hands the same error to the callback', async () => {
    const opened = promise((done) => addon().openSocketAsync({ ...options, protocol: 200 }, done))
    await expect(opened).rejects.toMatchObject({ code: 'EPROTONOSUPPORT', errno: 93, syscall: 'socket' })
  })

  test('belongs to the namespace asked for, in both forms', async () => {
    const netns = newNetns()
    expect(openSocket({ netns }).netnsCookie).toBe(netns.cookie)
    const socket = await promise<ReturnType<typeof openSocket>>((done) =>
      addon().openSocketAsync({ ...options, netns }, done),
    )
    expect(socket.netnsCookie).toBe(netns.cookie)
    socket.close()
  })

  test('refuses a closed namespace, and what is none', () => {
    const netns = newNetns()
    netns.close()
    expect(thrown(() => openSocket({ netns })).code).toBe('EBADF')
    for (const impostor of [{}, 1, openSocket(), Object.create(netns)]) {
      expect(thrown(() => openSocket({ netns: impostor as never }))).toBeInstanceOf(TypeError)
    }
  })

  test.each(['openSocket', 'openSocketAsync', 'openInetSocket'] as const)('%s throws what a getter throws', (name) => {
    const failure = new Error('from the getter')
    const inet = { type: 'udp', family: 'inet', address: new Uint8Array(4), port: 0, backlog: 0 }
    const call = (value: unknown) => thrown(() => addon()[name](value as never, () => {}))
    for (const property of name === 'openInetSocket' ? ['type', 'address', 'netns'] : ['protocol', 'netns']) {
      const hostile = Object.defineProperty({ ...inet, ...options, netns: newNetns() }, property, {
        get() {
          throw failure
        },
      })
      expect(call(hostile)).toBe(failure)
    }
    for (const value of [undefined, null, 1, {}, 'text', () => {}]) expect(call(value)).toBeInstanceOf(Error)
  })

  test('one made by hand is closed, and its methods are for nothing else', () => {
    for (const handle of [openSocket(), newNetns()]) {
      const made = Reflect.construct(handle.constructor, [handle]) as typeof handle
      expect(made.closed).toBe(true)
      made.close()
      expect(thrown(() => handle.close.call({} as never))).toBeInstanceOf(TypeError)
    }
  })

  test('descriptors are close-on-exec from birth', async () => {
    const before = openFds()
    const netns = newNetns()
    openSocket()
    await submit(openSocket({ netns }), getLoopback(1))
    const mine = openFds().filter((fd) => !before.includes(fd))
    const flags = mine.flatMap((fd) => {
      try {
        return [/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]]
      } catch {
        return [] // the descriptor of the directory listing itself
      }
    })
    expect(flags.length).toBeGreaterThanOrEqual(3)
    for (const octal of flags) expect(Number.parseInt(octal!, 8) & 0o2000000).toBe(0o2000000)
  })
})

describe('close', () => {
  test('closes the descriptor, and what was read at opening stays', () => {
    const before = addon().census().descriptors
    const socket = openSocket()
    const { portId } = socket
    expect(addon().census().descriptors).toBe(before + 1)
    socket.close()
    socket.close()
    expect(addon().census().descriptors).toBe(before)
    expect(socket).toMatchObject({ closed: true, portId })
  })

  test('a closed socket is EBADF', () => {
    const socket = openSocket()
    socket.close()
    expect(thrown(() => socket.exchange(getLoopback(1), new Uint8Array(65536), 1000)).code).toBe('EBADF')
    expect(thrown(() => socket.submit(getLoopback(1), 1000, () => {})).code).toBe('EBADF')
  })
})

test('a shortage of descriptors is an error each time, and leaves none behind', () => {
  const sockets = Array.from({ length: 3 }, () => openSocket())
  const { descriptors } = addon().census()
  // Given back before the limit is lifted: to start a process for that takes some.
  const reserve = Array.from({ length: 32 }, () => openSync('/dev/null', 'r'))
  const highest = Math.max(...openFds())
  const limit = (soft: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${soft}:`])
  const before = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))![1]!
  const netns = newNetns()
  limit(String(highest + 2))
  try {
    const errors = new Set<string>()
    for (let round = 0; round < 200; round++) {
      const opened: { close(): void }[] = []
      try {
        for (;;) opened.push(addon().openSocket({ ...options, netns: round % 2 === 0 ? undefined : netns }))
      } catch (error) {
        errors.add((error as { code: string }).code)
      }
      for (const socket of opened) socket.close()
    }
    expect([...errors]).toEqual(['EMFILE'])
  } finally {
    for (const fd of reserve) closeSync(fd)
    limit(before)
  }
  expect(addon().census().descriptors).toBe(descriptors + 1)
  expect(sockets.every((socket) => !socket.closed)).toBe(true)
})
