import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  promises,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addon, type NativeNetns } from '../../lib/native/addon.js'
import {
  addonPath,
  getLoopback,
  inChild,
  linkDump,
  mounts,
  newNetns,
  openSocket,
  promise,
  randomName,
  replied,
  run,
  submit,
  temporaryDirectory,
  thrown,
} from './support.js'

const close = (netns: NativeNetns) => {
  onTestFinished(() => netns.close())
  return netns
}
const create = (directory: string, name: string) =>
  promise<NativeNetns>((done) => addon().createNetns(directory, name, done)).then(close)
const open = (directory: string, name: string) =>
  promise<NativeNetns>((done) => addon().openNetns(directory, name, done)).then(close)
const remove = (directory: string, name: string) =>
  promise<undefined>((done) => addon().deleteNetns(directory, name, done))
const homeLink = readlinkSync('/proc/thread-self/ns/net')

describe('nameless', () => {
  test('is another namespace each time, and holds nothing but a loopback', async () => {
    const [home, one, two] = [close(addon().openHomeNetns()), newNetns(), newNetns()]
    expect(new Set([home.inode, one.inode, two.inode]).size).toBe(3)
    expect(new Set([home.cookie, one.cookie, two.cookie]).size).toBe(3)
    expect(replied(await submit(openSocket({ netns: one }), linkDump(1)))).toHaveLength(2)
    expect(readlinkSync(`/proc/self/fd/${one.fd}`)).toBe(`net:[${one.inode}]`)
  })

  test('a closed handle has no descriptor', () => {
    const netns = newNetns()
    const { inode, cookie } = netns
    netns.close()
    netns.close()
    expect(netns).toMatchObject({ closed: true, fd: -1, inode, cookie })
  })

  test('home is what the process started in', () => {
    expect(`net:[${close(addon().openHomeNetns()).inode}]`).toBe(homeLink)
  })
})

describe('named', () => {
  test('create, open, delete; synchronously too', async () => {
    const directory = join(temporaryDirectory(), 'deep', 'netns')
    const made = await create(directory, 'blue')
    expect(readdirSync(directory)).toEqual(['blue'])
    const opened = await open(directory, 'blue')
    expect(opened).toMatchObject({ inode: made.inode, device: made.device, cookie: made.cookie })
    expect(await remove(directory, 'blue')).toBeUndefined()
    expect(readdirSync(directory)).toEqual([])
    await expect(open(directory, 'blue')).rejects.toMatchObject({ code: 'ENOENT', path: `${directory}/blue` })
    // Who holds it goes on using it.
    expect((await submit(openSocket({ netns: opened }), getLoopback(1))).complete).toBe(true)

    close(addon().createNetns(directory, 'green'))
    expect(close(addon().openNetns(directory, 'green')).inode).not.toBe(made.inode)
    expect(addon().deleteNetns(directory, 'green')).toBeUndefined()
    expect(mounts(directory)).toEqual([directory])
  })

  test('exists already: EEXIST, and it is left alone', async () => {
    const directory = temporaryDirectory()
    const made = await create(directory, 'blue')
    await expect(create(directory, 'blue')).rejects.toMatchObject({ code: 'EEXIST', syscall: 'open' })
    writeFileSync(join(directory, 'file'), 'content')
    await expect(create(directory, 'file')).rejects.toMatchObject({ code: 'EEXIST' })
    expect((await open(directory, 'blue')).inode).toBe(made.inode)
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('content')
  })

  test('the name is never bound to the namespace of the process', async () => {
    const directory = temporaryDirectory()
    const home = close(addon().openHomeNetns())
    const names = Array.from({ length: 20 }, (_, index) => `ns${index}`)
    const made = await Promise.all(names.map((name) => create(directory, name)))
    for (const netns of made) expect(netns.cookie).not.toBe(home.cookie)
    const opened = await Promise.all(names.map((name) => open(directory, name)))
    expect(opened.map(({ cookie }) => cookie)).toEqual(made.map(({ cookie }) => cookie))
  })

  test('the directory becomes a shared mount exactly once, whoever comes first', async () => {
    const directory = temporaryDirectory()
    const children = Array.from({ length: 4 }, (_, child) =>
      inChild(`
        for (let i = 0; i < 5; i++) {
          native.createNetns(${JSON.stringify(directory)}, 'c${child}-' + i, (error) => { if (error) throw error })
        }
      `),
    )
    // All of them, or one that goes on after a failure would mount into a directory that is being cleaned up.
    const ended = await Promise.allSettled(children)
    expect(ended.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
    expect(mounts(directory).filter((target) => target === directory)).toHaveLength(1)
    expect(mounts(directory)).toHaveLength(1 + 20)
    const info = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
    expect(info.find((line) => line.split(' ')[4] === directory)).toMatch(/shared:/)
    await Promise.all(readdirSync(directory).map((name) => remove(directory, name)))
    expect(readdirSync(directory)).toEqual([])
  })

  test.each(['', '.', '..', 'a/b', '../x', '/etc/hostname', 'a\0b', 'a\nb', 'x'.repeat(256), 'é'.repeat(128), '\x7f'])(
    'refuses the name %j',
    async (name) => {
      const directory = temporaryDirectory()
      for (const verb of [create, open, remove]) {
        const started = Promise.resolve().then(() => verb(directory, name))
        await expect(started).rejects.toMatchObject({ code: 'EINVAL', syscall: 'open' })
      }
      expect(readdirSync(directory)).toEqual([])
    },
  )

  test('takes the longest name, and any letters', async () => {
    const directory = temporaryDirectory()
    for (const name of ['x'.repeat(255), '-rf', 'größe ☃', '...']) {
      await create(directory, name)
      await open(directory, name)
      await remove(directory, name)
    }
    expect(readdirSync(directory)).toEqual([])
  })

  test('refuses what is no network namespace, and unlinks none of it', async () => {
    const directory = temporaryDirectory()
    await create(directory, 'real')
    writeFileSync(join(directory, 'stale'), '', { mode: 0 })
    mkdirSync(join(directory, 'directory'))
    execFileSync('mkfifo', [join(directory, 'fifo')])
    writeFileSync(join(directory, 'other'), '')
    execFileSync('mount', ['--bind', '/proc/self/ns/uts', join(directory, 'other')])
    symlinkSync('real', join(directory, 'link'))
    symlinkSync('/proc/self/ns/net', join(directory, 'magic'))
    const before = readdirSync(directory)
    for (const verb of [open, remove]) {
      for (const name of ['stale', 'directory', 'fifo', 'other']) {
        await expect(verb(directory, name), name).rejects.toMatchObject({ code: 'EINVAL' })
      }
      for (const name of ['link', 'magic']) {
        await expect(verb(directory, name), name).rejects.toMatchObject({ code: 'ELOOP' })
      }
      await expect(verb(directory, 'absent')).rejects.toMatchObject({ code: 'ENOENT' })
      await expect(verb(join(directory, 'nowhere'), 'absent')).rejects.toMatchObject({ code: 'ENOENT' })
    }
    expect(readdirSync(directory)).toEqual(before)
    await open(directory, 'real')
  })
})

describe('a name for a namespace that exists', () => {
  const attach = (directory: string, name: string, netns: NativeNetns) =>
    promise<undefined>((done) => addon().attachNetns(directory, name, netns, done))

  test('leads to it, also when nobody holds it any more', async () => {
    const directory = join(temporaryDirectory(), 'deep', 'netns')
    const netns = newNetns()
    expect(await attach(directory, 'blue', netns)).toBeUndefined()
    expect(addon().attachNetns(directory, 'green', netns)).toBeUndefined()
    const { cookie, inode } = netns
    netns.close()
    expect(await open(directory, 'blue')).toMatchObject({ cookie, inode })
    expect(mounts(directory)).toEqual([directory, `${directory}/blue`, `${directory}/green`])
    await remove(directory, 'blue')
    expect(await open(directory, 'green')).toMatchObject({ cookie, inode })
    await remove(directory, 'green')
    expect(readdirSync(directory)).toEqual([])
  })

  test('is refused where there is one, and leaves nothing behind after a failure', async () => {
    const directory = temporaryDirectory()
    const netns = newNetns()
    const made = await create(directory, 'blue')
    writeFileSync(join(directory, 'file'), 'content')
    for (const name of ['blue', 'file'])
      await expect(attach(directory, name, netns)).rejects.toMatchObject({ code: 'EEXIST', syscall: 'open' })
    for (const name of ['', '..', 'a/b', 'a\nb'])
      await expect(attach(directory, name, netns)).rejects.toMatchObject({ code: 'EINVAL' })
    expect((await open(directory, 'blue')).inode).toBe(made.inode)
    netns.close()
    expect(thrown(() => addon().attachNetns(directory, 'green', netns)).code).toBe('EBADF')
    // A process that may not mount has made the file by then, and takes it away again.
    const script = `
      const netns = native.openHomeNetns()
      try { native.attachNetns(${JSON.stringify(directory)}, 'red', netns) } catch ({ code, syscall }) { console.log(code, syscall) }
    `
    const unprivileged = await inChild(script, ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'])
    expect(unprivileged.trim()).toBe('EPERM mount')
    expect(readdirSync(directory).sort()).toEqual(['blue', 'file'])
  })
})

describe('the mount table', () => {
  const untilTold = (watching: (changed: () => void) => void) => new Promise<void>((resolve) => watching(resolve))
  /** The event loop watches by then. */
  const turned = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

  test('tells of each change until it is closed', async () => {
    const directory = temporaryDirectory()
    const { descriptors } = addon().census()
    let told = () => {}
    let times = 0
    const watch = addon().watchMounts(() => {
      times++
      told()
    })
    await turned()
    for (const name of ['blue', 'green']) {
      const next = untilTold((changed) => {
        told = changed
      })
      await create(directory, name)
      await next
    }
    const before = times
    watch.close()
    watch.close()
    await create(directory, 'red')
    await new Promise(setImmediate)
    expect(times).toBe(before)
    expect(addon().census().descriptors).toBe(descriptors + 3)
  })

  test('may be closed while it tells', async () => {
    const directory = temporaryDirectory()
    await untilTold(async (changed) => {
      const watch = addon().watchMounts(() => {
        watch.close()
        changed()
      })
      await turned()
      addon().createNetns(directory, 'blue').close()
    })
    expect(thrown(() => addon().watchMounts(7 as never))).toBeInstanceOf(TypeError)
  })

  test('does not keep a process alive, nor survive a worker', async () => {
    const printed = await inChild(`
      const { Worker, isMainThread } = require('node:worker_threads')
      native.watchMounts(() => {})
      const body = "const native = require(" + JSON.stringify(${JSON.stringify(addonPath)}) + ")\\n" +
        "for (let i = 0; i < 20; i++) native.watchMounts(() => {})\\n" +
        "native.watchMounts(() => {}).close()\\n" +
        "require('node:worker_threads').parentPort.postMessage('ready')\\n" +
        "setInterval(() => {}, 1000)"
      const worker = new Worker(body, { eval: true })
      worker.on('message', () => worker.terminate().then(() => {
        gc()
        console.log(native.census().descriptors)
      }))
    `)
    // Home, and the one watch of the main thread.
    expect(Number(printed)).toBeLessThanOrEqual(3)
  })
})

describe('by path and pid', () => {
  test('opens the path of any namespace file', async () => {
    const netns = newNetns()
    const opened = await promise<NativeNetns>((done) => addon().openNetnsPath(`/proc/self/fd/${netns.fd}`, done))
    expect(close(opened)).toMatchObject({ inode: netns.inode, cookie: netns.cookie })
    expect(close(addon().openNetnsPath('/proc/self/ns/net')).inode).toBe(close(addon().openHomeNetns()).inode)
  })

  test.each([
    ['/proc/self/ns/mnt', 'EINVAL', 'ioctl'],
    ['/etc/passwd', 'EINVAL', 'fstatfs'],
    ['/dev/null', 'EINVAL', 'fstatfs'],
    ['/', 'EINVAL', 'fstatfs'],
    ['/nowhere', 'ENOENT', 'open'],
    ['', 'ENOENT', 'open'],
    ['/proc/self/ns/net\0', 'EINVAL', 'open'],
  ])('refuses %j', (path, code, syscall) => {
    expect(thrown(() => addon().openNetnsPath(path))).toMatchObject({ code, syscall })
  })

  test('opens the namespace of a process', async () => {
    const child = run('unshare', ['--net', 'sh', '-c', 'echo; read x'])
    await new Promise((resolve) => child.child.stdout?.once('data', resolve))
    const netns = close(await promise<NativeNetns>((done) => addon().openNetnsPid(child.child.pid!, done)))
    expect(`net:[${netns.inode}]`).toBe(readlinkSync(`/proc/${child.child.pid}/ns/net`))
    child.child.stdin?.end('\n')
    await child.catch(() => {})
    // The handle keeps it, though nobody is left in it.
    expect(openSocket({ netns }).netnsCookie).toBe(netns.cookie)
    expect(thrown(() => addon().openNetnsPid(child.child.pid!))).toMatchObject({ code: 'ESRCH', syscall: 'pidfd_open' })
  })

  test.each([0, -1, 2 ** 22 + 5])('refuses pid %d', (pid) => {
    expect(thrown(() => addon().openNetnsPid(pid)).syscall).toBe('pidfd_open')
  })
})

describe('ip netns', () => {
  const directory = '/run/netns'

  test('sees what we make, and we what it makes', async () => {
    const [ours, theirs] = [randomName(), randomName()]
    onTestFinished(async () => {
      for (const name of [ours, theirs]) await run('ip', ['netns', 'delete', name]).catch(() => {})
    })
    const made = await create(directory, ours)
    expect((await run('ip', ['netns', 'list'])).stdout).toContain(ours)
    const { stdout } = await run('ip', ['netns', 'exec', ours, 'readlink', '/proc/self/ns/net'])
    expect(stdout.trim()).toBe(`net:[${made.inode}]`)
    await run('ip', ['netns', 'delete', ours])
    expect(existsSync(join(directory, ours))).toBe(false)

    await run('ip', ['netns', 'add', theirs])
    expect((await submit(openSocket({ netns: await open(directory, theirs) }), getLoopback(1))).complete).toBe(true)
    await remove(directory, theirs)
    expect((await run('ip', ['netns', 'list'])).stdout).not.toContain(theirs)
    expect(existsSync(join(directory, theirs))).toBe(false)
  })

  test('both at once', async () => {
    const names = Array.from({ length: 12 }, randomName)
    onTestFinished(async () => {
      for (const name of names) await run('ip', ['netns', 'delete', name]).catch(() => {})
    })
    const add = (name: string, index: number): Promise<unknown> =>
      index % 2 === 0 ? create(directory, name) : run('ip', ['netns', 'add', name])
    await Promise.all(names.map(add))
    const home = close(addon().openHomeNetns())
    for (const name of names) expect((await open(directory, name)).cookie).not.toBe(home.cookie)
    expect(mounts(directory).filter((target) => target === directory)).toHaveLength(1)
    const drop = (name: string, index: number): Promise<unknown> =>
      index % 2 === 0 ? run('ip', ['netns', 'delete', name]) : remove(directory, name)
    await Promise.all(names.map(drop))
    expect(readdirSync(directory).filter((name) => names.includes(name))).toEqual([])
  })
})

test('no thread of Node is anywhere but at home while tasks run', async () => {
  const netns = newNetns()
  let running = true
  const tasks = (async () => {
    while (running) {
      await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          index % 2 === 0
            ? promise((done) => addon().readFile(netns, '/proc/sys/net/core/somaxconn', done))
            : promise<NativeNetns>((done) => addon().createNetns('', undefined, done)).then((made) => made.close()),
        ),
      )
    }
  })()
  for (let round = 0; round < 20; round++) {
    const links = await Promise.all(Array.from({ length: 50 }, () => promises.readlink('/proc/thread-self/ns/net')))
    expect(new Set(links)).toEqual(new Set([homeLink]))
  }
  running = false
  await tasks
  expect(readlinkSync('/proc/thread-self/ns/net')).toBe(homeLink)
})

describe('files', () => {
  const path = '/proc/sys/net/core/somaxconn'

  test('are those of the namespace', async () => {
    const [one, two] = [newNetns(), newNetns()]
    const atHome = readFileSync(path, 'utf8')
    await promise((done) => addon().writeFile(one, path, '1111', done))
    addon().writeFile(two, path, '2222\n')
    expect(addon().readFile(one, path)).toBe('1111\n')
    expect(await promise((done) => addon().readFile(two, path, done))).toBe('2222\n')
    expect(readFileSync(path, 'utf8')).toBe(atHome)
  })

  test('errors say which call and which path', async () => {
    const netns = newNetns()
    const absent = '/proc/sys/net/nothing'
    expect(thrown(() => addon().readFile(netns, absent))).toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
      path: absent,
    })
    expect(thrown(() => addon().readFile(netns, dirname(path)))).toMatchObject({ code: 'EISDIR', syscall: 'read' })
    const written = promise((done) => addon().writeFile(netns, path, 'none', done))
    await expect(written).rejects.toMatchObject({ code: 'EINVAL', syscall: 'write', path })
    netns.close()
    expect(thrown(() => addon().readFile(netns, path)).code).toBe('EBADF')
  })

  test('the kernel may tell of less than it took', () => {
    const forwarding = '/proc/sys/net/ipv6/conf/lo/forwarding'
    const netns = newNetns()
    addon().writeFile(netns, forwarding, '1\n')
    expect(addon().readFile(netns, forwarding)).toBe('1\n')
  })

  test('64 KiB at most', () => {
    const file = join(temporaryDirectory(), 'file')
    const netns = newNetns()
    writeFileSync(file, 'x'.repeat(65536))
    expect(addon().readFile(netns, file)).toHaveLength(65536)
    writeFileSync(file, 'x'.repeat(65537))
    expect(thrown(() => addon().readFile(netns, file))).toMatchObject({ code: 'EFBIG', syscall: 'read' })
  })

  test('a handle may be closed while work on it is in flight', async () => {
    const netns = addon().createNetns('', undefined)
    const text = promise((done) => addon().readFile(netns, path, done))
    netns.close()
    expect(await text).toMatch(/^\d+\n$/)
  })
})
