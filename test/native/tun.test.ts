import { readFileSync, readlinkSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { addon, type NativeNetns, type NativeTunOptions, type NativeTunQueue } from '../../lib/native/addon.js'
import { inChild, newNetns, prelude, promise, run, thrown } from './support.js'

const [IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_TUN_EXCL] = [1, 2, 0x1000, 0x8000]
const [O_NONBLOCK, O_CLOEXEC] = [0o4000, 0o2000000]

function options(netns: NativeNetns, changes: Partial<NativeTunOptions> = {}): NativeTunOptions {
  return {
    netns,
    path: '/dev/net/tun',
    name: 'tap0',
    flags: IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL,
    index: undefined,
    user: undefined,
    group: undefined,
    persist: undefined,
    ...changes,
  }
}

/** Name → what `ip -d -j link` prints, without the loopback and what kernels with tunnels put beside it. */
async function tuns(netns: NativeNetns): Promise<Record<string, { ifindex: number; linkinfo: { info_data: object } }>> {
  const args = [`--net=/proc/${process.pid}/fd/${netns.fd}`, 'ip', '-d', '-j', 'link', 'show', 'type', 'tun']
  const { stdout } = await run('nsenter', args)
  const links = (JSON.parse(stdout || '[]') as { ifname?: string }[]).filter(({ ifname }) => ifname !== undefined)
  return Object.fromEntries(links.map((link) => [link.ifname, link])) as never
}

const flagsOf = (fd: number) =>
  Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)

describe('a queue', () => {
  test('is close-on-exec and non-blocking, and takes the link with it', async () => {
    const netns = newNetns()
    const { descriptors } = addon().census()
    const queue = await promise<NativeTunQueue>((done) => addon().openTun(options(netns, { index: 4711 }), done))
    const { fd } = queue
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe('/dev/net/tun')
    expect(flagsOf(fd) & (O_NONBLOCK | O_CLOEXEC)).toBe(O_NONBLOCK | O_CLOEXEC)
    expect(addon().census().descriptors).toBe(descriptors + 1)
    expect((await tuns(netns)).tap0).toMatchObject({ ifindex: 4711 })
    expect(thrown(() => readSync(fd, Buffer.alloc(100))).code).toBe('EAGAIN')
    queue.close()
    queue.close()
    expect(await tuns(netns)).toEqual({})
    expect(addon().census().descriptors).toBe(descriptors)
  })

  test('of a link that persists can be opened again, and can let it go', async () => {
    const netns = newNetns()
    const kept = options(netns, { flags: IFF_TUN | IFF_TUN_EXCL, persist: true, user: 66051, group: 4660 })
    expect(addon().createTun(kept)).toBeUndefined()
    const told = { type: 'tun', pi: true, persist: true, user: 66051, group: 4660 }
    expect((await tuns(netns)).tap0?.linkinfo.info_data).toMatchObject(told)
    const queue = addon().openTun(options(netns, { flags: IFF_TUN, persist: false }))
    expect((await tuns(netns)).tap0?.linkinfo.info_data).toMatchObject({ ...told, persist: false })
    queue.close()
    expect(await tuns(netns)).toEqual({})
  })
})

test('the link is in the namespace, and nobody else has moved', async () => {
  const [blue, green] = [newNetns(), newNetns()]
  const home = readlinkSync('/proc/thread-self/ns/net')
  await promise((done) => addon().createTun(options(blue, { persist: true }), done))
  expect(Object.keys(await tuns(blue))).toEqual(['tap0'])
  expect(await tuns(green)).toEqual({})
  expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home)
})

describe('failures', () => {
  test.each<[string, Partial<NativeTunOptions>, object]>([
    ['no device', { path: '/dev/net/nothing' }, { code: 'ENOENT', syscall: 'open', path: '/dev/net/nothing' }],
    ['another device', { path: '/dev/null' }, { code: 'ENOTTY' }],
    ['a path with NUL', { path: '/dev/net/tun\0' }, { code: 'EINVAL', syscall: 'open' }],
    ['a name that is too long', { name: 'x'.repeat(16) }, { code: 'ENAMETOOLONG', syscall: 'ioctl TUNSETIFF' }],
    ['a name that is none', { name: 'a/b' }, { code: 'EINVAL', syscall: 'ioctl TUNSETIFF' }],
    ['no kind of packets', { flags: 0 }, { code: 'EINVAL', syscall: 'ioctl TUNSETIFF' }],
    ['a name that is taken', { name: 'lo' }, { code: 'EBUSY', errno: 16, syscall: 'ioctl TUNSETIFF' }],
    ['an index that is taken', { index: 1 }, { code: 'EBUSY', syscall: 'ioctl TUNSETIFF' }],
    ['no such user', { user: 0xffff_ffff, persist: true }, { code: 'EINVAL', syscall: 'ioctl TUNSETOWNER' }],
    ['no such group', { group: 0xffff_ffff, persist: true }, { code: 'EINVAL', syscall: 'ioctl TUNSETGROUP' }],
  ])('%s: nothing is left', async (_what, changes, error) => {
    const netns = newNetns()
    const before = addon().census()
    expect(thrown(() => addon().openTun(options(netns, changes)))).toMatchObject(error)
    const created = promise((done) => addon().createTun(options(netns, changes), done))
    await expect(created).rejects.toMatchObject(error)
    expect(addon().census()).toEqual(before)
    expect(await tuns(netns)).toEqual({})
  })

  test('a namespace that is closed, or none', () => {
    const netns = newNetns()
    netns.close()
    expect(thrown(() => addon().openTun(options(netns))).code).toBe('EBADF')
    expect(() => addon().openTun(options({} as NativeNetns))).toThrow(TypeError)
    expect(() => addon().openTun(undefined as never)).toThrow()
  })

  test('a privilege that is missing is named by the call that needs it', async () => {
    const script = `
      try {
        native.createTun({ ...${JSON.stringify(options(undefined as never))}, netns: native.openHomeNetns() })
        console.log('made')
      } catch ({ code, syscall }) { console.log(code, syscall) }`
    const drop = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin']
    expect((await inChild(script, ['unshare', '--net', ...drop])).trim()).toBe('EPERM ioctl TUNSETIFF')
  })
})

test('the garbage collector closes a queue that nobody did', async () => {
  const netns = newNetns()
  const { descriptors } = addon().census()
  for (let i = 0; i < 10; i++) addon().openTun(options(netns, { name: `tap${i}` }))
  for (let turn = 0; turn < 1000 && addon().census().descriptors > descriptors; turn++) {
    globalThis.gc?.()
    await setImmediate()
  }
  expect(addon().census().descriptors).toBe(descriptors)
  expect(await tuns(netns)).toEqual({})
})

test('workers that end while queues are opened, or before they are closed, leave none', async () => {
  const { descriptors } = addon().census()
  const script = `${prelude}
    const netns = native.createNetns('', undefined)
    const queue = ${JSON.stringify(options(undefined as never))}
    const kept = Array.from({ length: 4 }, (_, i) => native.openTun({ ...queue, netns, name: 'kept' + i }))
    for (let i = 0; i < 8; i++) native.openTun({ ...queue, netns, name: 'tap' + i }, (_, opened) => kept.push(opened))
    require('node:worker_threads').parentPort.postMessage('begun')`
  const end = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { eval: true })
      worker.once('message', () => worker.terminate().then(resolve)).once('error', reject)
    })
  for (let round = 0; round < 3; round++) await Promise.all([end(), end()])
  expect(addon().census().descriptors).toBe(descriptors)
})
