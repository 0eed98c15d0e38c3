import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listAddresses } from '../../lib/address/operations.js'
import { ClosedError } from '../../lib/errors.js'
import { createNetns, deleteNetns, listNetns, openNetns } from '../../lib/netns/operations.js'
import { readSysctl } from '../../lib/netns/sysctl.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { closing, directory, fileOf, inChild, inside, ip, ipJson, pathOf, testName } from '../support/netns.js'
import { holdings, watchThreads } from '../support/process-state.js'

const home = readlinkSync('/proc/thread-self/ns/net')
const listed = async (name: string) => (await listNetns()).find((entry) => entry.name === name)

describe('with ip netns', () => {
  test('it sees what we create, works in it and deletes it', async () => {
    const name = testName()
    const netns = closing(await createNetns(name))
    expect((await ipJson('netns', 'list')).map((entry: { name: string }) => entry.name)).toContain(name)
    expect(await ip('netns', 'exec', name, 'readlink', '/proc/self/ns/net')).toBe(`net:[${netns.inode}]`)
    // Kernels with tunnels put fall-back devices beside it.
    expect(await ipJson('-n', name, 'link')).toContainEqual(
      expect.objectContaining({ ifname: 'lo', operstate: 'DOWN' }),
    )
    await ip('netns', 'delete', name)
    expect(existsSync(pathOf(name))).toBe(false)
    expect(await listed(name)).toBeUndefined()
  })

  test('we see what it creates, work in it and delete it', async () => {
    const name = testName()
    await ip('netns', 'add', name)
    await ip('-n', name, 'link', 'set', 'lo', 'up')
    const netns = closing(await openNetns(name))
    expect(netns).toMatchObject({ name, closed: false })
    expect(await listed(name)).toEqual({ name, stale: false, inode: netns.inode, cookie: netns.cookie })
    expect((await listAddresses({ family: 'inet' }, { netns })).map(({ address }) => address)).toEqual(['127.0.0.1/8'])
    await deleteNetns(name)
    expect(await ipJson('netns', 'list')).not.toContainEqual(expect.objectContaining({ name }))
    expect(existsSync(pathOf(name))).toBe(false)
  })

  test('blocking, and in a batch', async () => {
    const [one, two] = [testName(), testName()]
    const netns = closing(createNetns.sync(one))
    expect(closing(openNetns.sync(one)).equals(netns)).toBe(true)
    expect(listNetns.sync().map(({ name }) => name)).toContain(one)
    deleteNetns.sync(one)
    const outcomes = await batch([createNetns.op(two), openNetns.op(two), deleteNetns.op(two), openNetns.op(two)])
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, false])
    for (const outcome of outcomes.slice(0, 2)) if (outcome.ok) closing(outcome.value as typeof netns)
    expect([one, two].map(pathOf).filter(existsSync)).toEqual([])
  })
})

describe('what is no namespace', () => {
  const hostile = [
    '../rtnl-test-canary',
    '..',
    '.',
    '/',
    '',
    'a/b',
    'a\0b',
    'a\nb',
    '\x7f',
    '\u009b',
    '\ud800',
    'x'.repeat(256),
  ]

  test('a hostile name goes nowhere', async () => {
    const canary = '/run/rtnl-test-canary'
    writeFileSync(canary, 'alive')
    onTestFinished(() => rmSync(canary))
    const before = readdirSync(directory).filter((name) => !name.startsWith('rtnl-test-'))
    for (const name of hostile) {
      for (const verb of [createNetns, openNetns, deleteNetns] as const) {
        await expect(verb(name), JSON.stringify(name)).rejects.toMatchObject({ name: 'InvalidArgumentError' })
        expect(() => verb.sync(name)).toThrow(expect.objectContaining({ name: 'InvalidArgumentError' }))
      }
    }
    expect(readFileSync(canary, 'utf8')).toBe('alive')
    expect(readdirSync(directory).filter((name) => !name.startsWith('rtnl-test-'))).toEqual(before)
  })

  test.each([
    ['a file left behind', (path: string) => writeFileSync(path, '')],
    ['a directory', (path: string) => mkdirSync(path)],
    [
      'another kind of namespace',
      (path: string) => {
        writeFileSync(path, '')
        execFileSync('mount', ['--bind', '/proc/self/ns/uts', path])
      },
    ],
    ['a link to a namespace', (path: string) => symlinkSync('/proc/self/ns/net', path)],
    ['a link to a file', (path: string) => symlinkSync('../../etc/hostname', path)],
  ])('%s is reported, never used, never unlinked', async (_what, make) => {
    const name = testName()
    make(pathOf(name))
    const before = execFileSync('stat', ['-c', '%i %F', pathOf(name)], { encoding: 'utf8' })
    for (const verb of [openNetns, deleteNetns] as const) {
      await expect(verb(name)).rejects.toMatchObject({
        name: 'NetnsError',
        problem: 'not-a-namespace',
        code: 'ERR_RTNETLINK_NETNS_NOT_A_NAMESPACE',
      })
    }
    await expect(createNetns(name)).rejects.toMatchObject({ name: 'NetnsError', problem: 'exists', applied: false })
    await expect(listAddresses(undefined, { netns: name })).rejects.toMatchObject({ problem: 'not-a-namespace' })
    expect(await listed(name)).toEqual({ name, stale: true, inode: undefined, cookie: undefined })
    expect(execFileSync('stat', ['-c', '%i %F', pathOf(name)], { encoding: 'utf8' })).toBe(before)
  })

  test('absent and existing names have errors of their own', async () => {
    const name = testName()
    for (const verb of [openNetns, deleteNetns] as const) {
      await expect(verb(name)).rejects.toMatchObject({ name: 'NetnsError', problem: 'absent' })
    }
    await expect(readSysctl('net.ipv4.ip_forward', { netns: name })).rejects.toMatchObject({ problem: 'absent' })
    const netns = closing(await createNetns(name))
    await expect(createNetns(name)).rejects.toMatchObject({ problem: 'exists', code: 'ERR_RTNETLINK_NETNS_EXISTS' })
    expect(await netns.isNameCurrent()).toBe(true)
    await expect(openNetns({ path: '/proc/self/ns/uts' })).rejects.toMatchObject({ problem: 'not-a-namespace' })
    await expect(openNetns({ path: '/nowhere' })).rejects.toMatchObject({ problem: 'absent' })
    await expect(openNetns({ pid: 2 ** 22 + 5 })).rejects.toMatchObject({ problem: 'absent' })
  })

  test('where.netns and where.socket are refused by what acts in no namespace', async () => {
    for (const call of [
      createNetns(testName(), { netns: 'blue' }),
      openNetns('blue', { netns: 'green' }),
      deleteNetns('blue', { netns: 'green' }),
      listNetns({ netns: 'green' }),
    ]) {
      await expect(call).rejects.toMatchObject({ name: 'InvalidArgumentError', path: 'where.netns' })
    }
  })
})

describe('identity', () => {
  test('a name that was deleted and made again is another namespace', async () => {
    const name = testName()
    const first = closing(await createNetns(name))
    expect([await first.isNameCurrent(), first.isNameCurrent.sync()]).toEqual([true, true])
    await deleteNetns(name)
    expect([await first.isNameCurrent(), first.isNameCurrent.sync()]).toEqual([false, false])
    await ip('netns', 'add', name)
    const second = closing(await openNetns(name))
    expect(first.equals(second)).toBe(false)
    expect([await first.isNameCurrent(), await second.isNameCurrent()]).toEqual([false, true])
    // The first lives on without its name.
    expect(await inside(first, 'readlink', '/proc/self/ns/net')).toBe(`net:[${first.inode}]`)
  })

  test('is the same by name, file and process', async () => {
    const name = testName()
    const netns = closing(await createNetns(name))
    const child = spawn('ip', ['netns', 'exec', name, 'sh', '-c', 'echo; read line'])
    onTestFinished(() => void child.kill())
    await once(child.stdout, 'data')
    const others = [name, { path: pathOf(name) }, { path: fileOf(netns) }, { pid: child.pid as number }]
    for (const ref of others) {
      const other = closing(await openNetns(ref))
      expect(netns.equals(other) && other.equals(netns), JSON.stringify(ref)).toBe(true)
      expect([other.cookie, other.inode]).toEqual([netns.cookie, netns.inode])
      expect(other.name).toBe(ref === name ? name : undefined)
    }
    expect(netns.equals(closing(await openNetns({ pid: process.pid })))).toBe(false)
  })

  test('fifty at once are fifty', async () => {
    const names = Array.from({ length: 50 }, testName)
    const made = (await Promise.all(names.map((name) => createNetns(name)))).map(closing)
    // Before Linux 5.14 a namespace has no cookie, only a number that another may get later.
    const numbers = made.map(({ cookie, inode }) => cookie ?? inode)
    expect(new Set(numbers).size).toBe(50)
    const opened = (await Promise.all(names.map((name) => openNetns(name)))).map(closing)
    expect(opened.map(({ cookie, inode }) => cookie ?? inode)).toEqual(numbers)
    expect(opened.map(({ inode }) => `net:[${inode}]`)).not.toContain(home)
    await Promise.all(names.map((name) => deleteNetns(name)))
    expect(names.map(pathOf).filter(existsSync)).toEqual([])
  })
})

describe('a handle', () => {
  test('without a name keeps its namespace, and closing it lets it go', async () => {
    const before = (await listNetns()).length
    const [observer, netns] = [closing(await createNetns()), closing(await createNetns())]
    expect([netns.name, await netns.isNameCurrent(), (await listNetns()).length - before]).toEqual([
      undefined,
      false,
      0,
    ])
    await inside(observer, 'ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1', 'netns', fileOf(netns))
    const second = closing(await openNetns({ path: fileOf(netns) }))
    const monitor = spawn('nsenter', [`--net=${fileOf(observer)}`, 'ip', '-o', 'monitor', 'link'])
    onTestFinished(() => void monitor.kill())
    const lines = createInterface(monitor.stdout)[Symbol.asyncIterator]()
    netns.close()
    // It is still there and can be changed; the first change that the monitor tells says that it listens.
    let listens = false
    const heard = lines.next().then(() => {
      listens = true
    })
    for (let mtu = 1400; !listens; mtu++) await inside(observer, 'ip', 'link', 'set', 'v0', 'mtu', String(mtu))
    await heard
    second.close()
    for await (const line of lines) if (line.startsWith('Deleted') && line.includes('v0')) return
    throw new Error('the monitor ended')
  })

  test('is refused once closed, everywhere', async () => {
    const netns = await createNetns()
    const { inode, cookie } = netns
    netns.close()
    netns.close()
    expect(netns).toMatchObject({ closed: true, inode, cookie })
    const other = closing(await createNetns())
    for (const use of [
      () => netns.readSysctl('net.ipv4.ip_forward'),
      () => netns.writeSysctl('net.ipv4.ip_forward', 1),
      () => netns.openSocket({ type: 'udp', address: '127.0.0.1' }),
      () => netns.isNameCurrent(),
      () => listAddresses(undefined, { netns }),
      async () => netns.equals(other),
      async () => other.equals(netns),
      async () => netns.readSysctl.sync('net.ipv4.ip_forward'),
      async () => listAddresses.sync(undefined, { netns }),
    ]) {
      await expect(use()).rejects.toBeInstanceOf(ClosedError)
    }
  })

  test('is closed at the end of its block', async () => {
    const kept: { closed: boolean }[] = []
    {
      await using one = await createNetns()
      using two = createNetns.sync()
      kept.push(one, two)
      expect(kept.map(({ closed }) => closed)).toEqual([false, false])
    }
    expect(kept.map(({ closed }) => closed)).toEqual([true, true])
  })

  test('that was dropped is closed by the garbage collector, with one warning', async () => {
    const output = await inChild(
      { 'netns/operations': 'createNetns', 'native/addon': 'addon' },
      `
      const warnings = []
      process.on('warning', ({ name, message }) => warnings.push(name + ': ' + message))
      const kept = await createNetns()
      await (await createNetns()).close()
      const before = addon().census().descriptors
      for (let i = 0; i < 20; i++) await createNetns()
      const deadline = Date.now() + 20000
      while (addon().census().descriptors > before && Date.now() < deadline) {
        gc()
        await new Promise(setImmediate)
      }
      await new Promise(setImmediate)
      console.log(JSON.stringify({ left: addon().census().descriptors - before, kept: kept.closed, warnings }))
    `,
    )
    const { left, kept, warnings } = JSON.parse(output)
    expect({ left, kept }).toEqual({ left: 0, kept: false })
    expect(warnings).toEqual([expect.stringMatching(/^RtnetlinkWarning: a Netns was dropped without close\(\)/)])
  })
})

describe('the process', () => {
  const work = async () => {
    const name = testName()
    await using netns = await createNetns(name)
    await using nameless = createNetns.sync()
    await netns.writeSysctl('net.ipv4.ip_forward', 1)
    nameless.readSysctl.sync('net.ipv4.ip_forward')
    await listAddresses(undefined, { netns: name })
    await listNetns()
    await openNetns('rtnl-test-absent').catch(() => {})
    await netns.readSysctl('net.ipv4.absent').catch(() => {})
    await deleteNetns(name)
  }

  test('holds as many descriptors and threads after as before', async () => {
    await work()
    const before = holdings()
    for (let round = 0; round < 5; round++) await work()
    expect(holdings()).toEqual(before)
  })

  test('stays at home: none but a throw-away thread is ever anywhere else', async () => {
    const { samples, visitors, strays } = await watchThreads(async () => {
      for (let round = 0; round < 10; round++) await Promise.all([work(), work(), work()])
    })
    expect(strays).toEqual([])
    expect(samples).toBeGreaterThan(10)
    expect(visitors).toBeGreaterThan(0)
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home)
  })
})
