import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addon } from '../../lib/native/addon.js'
import { inChild, temporaryDirectory } from './support.js'

/** Runs the script with some system calls failing; strace counts calls for each thread on its own. */
function injected(rules: string[], script: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const traced = rules.map((rule) => rule.split(':')[0]).join()
  const inject = rules.flatMap((rule) => ['-e', `inject=${rule}`])
  return inChild(script, ['strace', '-f', '-qq', '-o', join(directory, 'log'), '-e', `trace=${traced}`, ...inject])
}

/** Runs `script` only once every system call of the kind fails, which the addon could not be loaded with. */
const failingFromHere = (rule: string, script: string) => `
  const { spawn } = require('node:child_process')
  const { readFileSync } = require('node:fs')
  const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=${rule.split(':')[0]}', '-e', 'inject=${rule}',
    '-p', String(process.pid)], { stdio: 'ignore' })
  strace.unref()
  const attached = () => {
    if (/TracerPid:\\s*0/.test(readFileSync('/proc/self/status', 'utf8'))) return setImmediate(attached)
    try { ${script} } finally { strace.kill() }
  }
`

describe('opening in a namespace', () => {
  const script = `
    const netns = native.createNetns('', undefined)
    const before = native.census().descriptors
    try { native.openSocket({ ...options, netns }).close() } catch (error) { console.log(error.code, error.syscall) }
    native.openSocketAsync({ ...options, netns }, (error) => {
      console.log(error.code, error.syscall, native.census().descriptors - before, native.census().threads)
    })
  `

  test.each([
    ['setns:error=EPERM', 'EPERM setns'],
    ['setns:error=ENOMEM', 'ENOMEM setns'],
    ['bind:error=ENOMEM', 'ENOMEM bind'],
    ['setsockopt:error=ENOMEM', 'ENOMEM setsockopt'],
  ])('%s is a typed error and leaves nothing behind', async (rule, expected) => {
    expect(await injected([rule], script)).toBe(`${expected}\n${expected} 0 0`)
  })

  test('a setns that lies is found out by the proof', async () => {
    const output = await injected(
      ['setns:retval=0'],
      `
      const netns = native.createNetns('', undefined)
      const before = native.census().descriptors
      try { native.openSocket({ ...options, netns }) } catch (error) { console.log(error.code, error.syscall, error.message) }
      const address = Buffer.from([127, 0, 0, 1])
      try {
        native.openInetSocket({ netns, type: 'udp', family: 'inet', address, port: 0, scopeId: 0, backlog: 0 })
      } catch (error) { console.log(error.code, error.syscall) }
      console.log(native.census().descriptors - before)
    `,
    )
    expect(output).toBe('EXDEV proof EXDEV: in another namespace, proof\nEXDEV proof\n0')
  })

  test('where the kernel does not tell whose a socket is, the cookies are compared', async () => {
    const right = failingFromHere(
      'ioctl:error=EPERM',
      `require('node:fs').writeSync(1, String(native.openSocket({ ...options, netns }).netnsCookie === netns.cookie))`,
    )
    expect(await inChild(`const netns = native.createNetns('', undefined); ${right}; attached()`)).toBe('true')
  })
})

test('whoever is at home already needs not be allowed to enter', async () => {
  const script = `console.log(native.readFile(native.openHomeNetns(), '/proc/sys/net/ipv4/ip_forward').trim())`
  expect(await injected(['setns:error=EPERM'], script)).toMatch(/^[01]$/)
})

test('where openat2 is missing, names are confined all the same', async () => {
  const directory = temporaryDirectory()
  const output = await injected(
    ['openat2:error=ENOSYS'],
    `
    const directory = ${JSON.stringify(directory)}
    const made = native.createNetns(directory, 'blue')
    console.log(native.openNetns(directory, 'blue').cookie === made.cookie)
    require('node:fs').symlinkSync('blue', directory + '/link')
    for (const name of ['link', '../blue', '..', '.']) {
      try { native.openNetns(directory, name); console.log('opened') } catch (error) { console.log(error.code) }
    }
    native.deleteNetns(directory, 'blue')
    console.log(require('node:fs').readdirSync(directory).join())
  `,
  )
  expect(output.split('\n')).toEqual(['true', 'ELOOP', 'EINVAL', 'EINVAL', 'EINVAL', 'link'])
})

test('a bind mount that fails leaves no file behind', async () => {
  const directory = temporaryDirectory()
  addon().createNetns(directory, 'first').close()
  const script = `
    native.createNetns(${JSON.stringify(directory)}, 'second', (error) => console.log(error.code, error.syscall))
  `
  // The first mount of the thread makes the directory shared, the second is the bind.
  expect(await injected(['mount:error=ENOMEM:when=2'], script)).toBe('ENOMEM mount')
  expect(await injected(['unshare:error=ENOSPC:when=2'], script)).toBe('ENOSPC unshare')
  expect(readdirSync(directory)).toEqual(['first'])
})

describe('an exchange', () => {
  const twice = `
    const socket = native.openSocket(options)
    const print = ({ error, sent, complete, overrun }) => console.log(error.code, error.syscall, sent, complete, overrun)
    print(socket.exchange(linkDump(1), new Uint8Array(65536), 1000))
    socket.submit(linkDump(2), 1000, print)
  `

  test.each([
    ['sendto:error=ENOBUFS', 'ENOBUFS sendto false'],
    ['sendto:error=EPERM', 'EPERM sendto false'],
    ['recvfrom:error=ENOMEM', 'ENOMEM recvfrom true'],
  ])('%s', async (rule, expected) => {
    expect(await injected([rule], twice)).toBe(`${expected} false false\n${expected} false false`)
  })

  test('repeats interrupted calls', async () => {
    const script = `
      const socket = native.openSocket(options)
      console.log(typeof socket.exchange(linkDump(1), new Uint8Array(1 << 18), 1000))
      socket.submit(linkDump(2), 1000, (reply) => console.log(reply.complete, reply.error))
    `
    const rules = ['sendto:error=EINTR:when=1..5', 'recvfrom:error=EINTR:when=1..5']
    expect(await injected(rules, script)).toBe('number\ntrue undefined')
  })

  test('tells of an overrun also when every answer has come all the same', async () => {
    const script = `
      const socket = native.openSocket(options)
      const { complete, overrun, error } = socket.exchange(linkDump(1), new Uint8Array(1 << 18), 1000)
      console.log(complete, overrun, error)
    `
    expect(await injected(['recvfrom:error=ENOBUFS:when=1'], script)).toBe('true true undefined')
  })

  test('does not take a late answer to an earlier one for its own', async () => {
    const script = `
      const socket = native.openSocket(options)
      const first = socket.exchange(request(18, 4, 1, 16), new Uint8Array(1 << 18), 1000)
      console.log(first.sent, first.complete, first.error.code)
      const rx = Buffer.alloc(1 << 18)
      const second = socket.exchange(request(18, 4, 2, 16), rx, 1000)
      console.log(rx.readUInt32LE(0) === second, rx.readUInt16LE(4), rx.readUInt32LE(8))
    `
    // A link request that names no link is answered with one error.
    expect(await injected(['recvfrom:error=ENOMEM:when=1'], script)).toBe('true false ENOMEM\ntrue 2 2')
  })
})

test('without a thread to be had, every form fails and nothing hangs', async () => {
  const threads = await inChild(`console.log(require('node:fs').readdirSync('/proc/self/task').length)`)
  const script = `
    const socket = native.openSocket(options)
    const netns = native.openHomeNetns()
    const before = native.census()
    try { native.createNetns('', undefined) } catch (error) { console.log(error.code, error.syscall) }
    socket.submit(linkDump(1), 1000, (reply) => {
      console.log(reply.sent, reply.error.code, reply.error.syscall)
      native.readFile(netns, '/proc/sys/net/core/somaxconn', (error) => {
        const after = native.census()
        console.log(error.code, error.syscall, after.descriptors - before.descriptors, after.threads)
      })
    })
  `
  // Node has as many threads as that when the script begins; all that come later are ours.
  const output = await injected([`clone3:error=EAGAIN:when=${threads}+`], script)
  expect(output).toBe('EAGAIN pthread_create\nfalse EAGAIN pthread_create\nEAGAIN pthread_create 0 0')
})

test('strict checking is reported as absent where the kernel does not know it', async () => {
  const script = `console.log(native.openSocket(options).strict)`
  // In the order of extended ack, capped ack, strict check.
  expect(await injected(['setsockopt:error=ENOPROTOOPT:when=3'], script)).toBe('false')
  expect(await injected(['setsockopt:error=ENOPROTOOPT:when=1..2'], script)).toBe('true')
})

test('without the privilege to force it, the receive buffer is what the system allows', async () => {
  const script = `console.log(native.openSocket({ ...options, receiveBuffer: 1 << 28 }).receiveBuffer < 1 << 28)`
  expect(await injected(['setsockopt:error=EPERM:when=4'], script)).toBe('true')
})
