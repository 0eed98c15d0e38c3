import { execFile, spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTap, createTun, type TapOptions, type TunLink, type TunOptions } from '../../../lib/link/kinds/tun.js'
import { createVeth } from '../../../lib/link/kinds/veth.js'
import { deleteLink, getLink, listLinks } from '../../../lib/link/operations.js'
import { openTap, openTun, type TunQueue } from '../../../lib/link/tun-queue.js'
import { updateLink } from '../../../lib/link/update.js'
import { batch } from '../../../lib/rtnetlink/operation.js'
import { openRouteSocket } from '../../../lib/rtnetlink/route-socket.js'
import { createTestNamespace, type Printed, type TestNamespace, testNamespace } from '../../support/namespace.js'
import { closing } from '../../support/netns.js'
import { holdings, watchThreads } from '../../support/process-state.js'

const run = promisify(execFile)
const MAC = '02:00:00:00:00:01'

/** In the namespace, with a /sys that shows it. */
const exec = async (netns: TestNamespace, ...command: string[]) =>
  (await run('ip', ['netns', 'exec', netns.name, ...command])).stdout

const infoData = async (netns: TestNamespace, name: string) =>
  (await netns.show(`link show dev ${name}`))[0]?.linkinfo.info_data

/** All that is said to TUNSETIFF and kept: IFF_TUN, IFF_NO_PI … and IFF_PERSIST. */
const flagsOf = async (netns: TestNamespace, name: string) =>
  (await exec(netns, 'cat', `/sys/class/net/${name}/tun_flags`)).trim()

const plain = { pi: false, vnet_hdr: false, multi_queue: false, persist: true }

/** Options, the words of `ip tuntap` for them, what `ip -d -j link` prints of them, and how they change the flags. */
const cases: readonly [string, Omit<TunOptions, 'name'>, string, object, number][] = [
  ['nothing', {}, '', {}, 0],
  ['user', { user: 66051 }, 'user 66051', { user: 66051 }, 0],
  ['user 0', { user: 0 }, 'user 0', { user: 'root' }, 0],
  ['group', { group: 4660 }, 'group 4660', { group: 4660 }, 0],
  ['pi', { pi: true }, 'pi', { pi: true }, -0x1000],
  ['vnetHdr', { vnetHdr: true }, 'vnet_hdr', { vnet_hdr: true }, 0x4000],
  ['oneQueue', { oneQueue: true }, 'one_queue', {}, 0x2000],
  ['multiQueue', { multiQueue: true }, 'multi_queue', { multi_queue: true, numqueues: 0, numdisabled: 0 }, 0x100],
  [
    'all together',
    { user: 1, group: 2, pi: true, vnetHdr: true, multiQueue: true, oneQueue: true },
    'user 1 group 2 pi vnet_hdr multi_queue one_queue',
    { pi: true, vnet_hdr: true, multi_queue: true },
    0x6100 - 0x1000,
  ],
]

const byName = <T extends { ifname: string }>(links: readonly T[]) => new Map(links.map((link) => [link.ifname, link]))

describe.each([
  ['tun', createTun, 0x1801],
  ['tap', createTap, 0x1802],
] as const)('create %s', (type, create, plainFlags) => {
  let netns: TestNamespace
  let made: readonly TunLink[]
  let shown: Map<string, Printed[number]>
  let listed: Map<string, { ifname: string }>
  let flags: Map<string, number>

  // A program for all of them: starting one takes a second in a guest.
  beforeAll(async () => {
    netns = await createTestNamespace()
    const where = { netns: netns.name }
    made = await Promise.all(cases.map(([, options], i) => create({ name: `ours${i}`, ...options }, where)))
    const theirs = cases.map(([, , words], i) => `ip tuntap add dev theirs${i} mode ${type} ${words}`)
    const printed = await exec(netns, 'sh', '-ec', [...theirs, 'ip -j tuntap'].join('\n'))
    listed = byName(JSON.parse(printed) as { ifname: string }[])
    shown = byName(await netns.show('link show type tun'))
    const files = await exec(netns, 'sh', '-c', 'grep . /sys/class/net/*/tun_flags')
    flags = new Map(
      [...files.matchAll(/net\/(\w+)\/tun_flags:(\w+)/g)].map(([, name = '', hex]) => [name, Number(hex)]),
    )
  })
  afterAll(() => netns?.remove())

  test.each(cases.map((one, i) => [one[0], i] as const))('%s', async (_what, i) => {
    const [, options, , printed, change] = cases[i] as (typeof cases)[number]
    const [ours, theirs] = [`ours${i}`, `theirs${i}`]
    // As `ip` sees it, as `ip` would have made it, and as we read it.
    expect(shown.get(ours)?.linkinfo.info_data).toMatchObject({ type, ...plain, ...printed })
    expect(shown.get(ours)?.linkinfo.info_data).toEqual(shown.get(theirs)?.linkinfo.info_data)
    expect({ ...listed.get(ours), ifname: theirs }).toEqual(listed.get(theirs))
    expect([flags.get(ours), flags.get(theirs)]).toEqual([plainFlags + change, plainFlags + change])
    const { oneQueue: _, ...told } = { pi: false, vnetHdr: false, multiQueue: false, persist: true, ...options, type }
    const queues = options.multiQueue === true ? { numQueues: 0, numDisabledQueues: 0 } : {}
    expect(made[i]).toMatchObject({ name: ours, kind: 'tun', up: false })
    expect(made[i]?.data).toEqual({ ...told, ...queues })
    expect(await getLink(ours, { netns: netns.name })).toMatchObject({ kind: 'tun', data: made[i]?.data })
  })
})

test('does to the kernel what `ip tuntap` does', async (context) => {
  const netns = await testNamespace()
  const trace = async (...command: string[]) => {
    const { stderr } = await run('ip', [
      ...['netns', 'exec', netns.name, 'strace', '-f', '-s', '0', '-e', 'trace=openat,open,ioctl', ...command],
    ]).catch((error) => {
      if (!/^(strace: |exec of "strace")/m.test(error.stderr)) throw error
      return context.skip(`strace does not work here: ${error.stderr.slice(0, 100)}`)
    })
    const calls = stderr.split('\n').filter((line) => /TUN|"\/dev\/net\/tun"/.test(line))
    return calls.map((line) => /(TUN\w+|net\/tun)(?:, (0x\w{1,6})\))?/.exec(line)?.slice(1))
  }
  const call = "await createTap({ name: 't0', user: 66051, group: 4660, multiQueue: true })"
  const source = `import { createTap } from './lib/link/kinds/tun.ts'\n${call}`
  const ours = await trace(process.execPath, '--import', 'tsx', '--input-type=module', '--eval', source)
  const words = ['user', '66051', 'group', '4660', 'multi_queue']
  const theirs = await trace('ip', 'tuntap', 'add', 'dev', 't1', 'mode', 'tap', ...words)
  expect(ours.map((found) => found?.[0])).toEqual([
    ...['net/tun', 'TUNSETIFF', 'TUNSETOWNER', 'TUNSETGROUP', 'TUNSETPERSIST'],
  ])
  // The argument of TUNSETIFF is an address.
  const said = (calls: typeof ours) => calls.filter((found) => found?.[0] !== 'TUNSETIFF')
  expect(said(ours)).toEqual(said(theirs))
  expect(said(ours)).toContainEqual(['TUNSETOWNER', '0x10203'])
})

describe('what all links have', () => {
  test('is set before the link is handed over', async () => {
    const netns = await testNamespace(['link add br0 type bridge'])
    const options: TapOptions = { name: 't0', index: 4711, address: MAC, mtu: 1234, txQueueLength: 77, alias: 'a tap' }
    const link = await createTap({ ...options, master: 'br0', up: true, group: 4660 }, { netns: netns.name })
    const [printed] = await netns.show('link show dev t0')
    const expected = { ifindex: 4711, address: MAC, mtu: 1234, txqlen: 77, ifalias: 'a tap', master: 'br0' }
    expect(printed).toMatchObject({ ...expected, group: 'default', linkinfo: { info_data: { group: 4660 } } })
    expect(printed.flags).toContain('UP')
    expect(link).toMatchObject({ ...options, up: true, group: 0 })
    const changed = await updateLink('t0', { mtu: 1300, group: 7 }, { netns: netns.name })
    expect(changed).toMatchObject({ kind: 'tun', mtu: 1300, group: 7, data: { group: 4660 } })
    await deleteLink('t0', { netns: netns.name })
    expect(await listLinks({ kind: 'tun' }, { netns: netns.name })).toEqual([])
  })

  test('is refused as a whole: no link is left', async () => {
    const netns = await testNamespace()
    const before = holdings()
    for (const [options, code] of [
      [{ mtu: 65_536 }, 'EINVAL'],
      [{ alias: 'x', address: '01:00:00:00:00:01' }, 'EADDRNOTAVAIL'],
    ] as const) {
      const made = createTap({ name: 't0', ...options }, { netns: netns.name })
      await expect(made).rejects.toMatchObject({ name: 'KernelError', code, applied: false })
      await expect(made).rejects.toThrow(/^cannot create tap link t0: /)
    }
    const absent = createTap({ name: 't0', master: 'nothing' }, { netns: netns.name })
    await expect(absent).rejects.toMatchObject({ code: 'ENODEV', attribute: 'master', applied: false })
    expect(await netns.show('link show type tun')).toEqual([])
    expect(holdings()).toEqual(before)
  })
})

describe('where', () => {
  test('in the namespace of the call, of the socket or of the option, and nobody moves', async () => {
    const [blue, green] = [await testNamespace(), await testNamespace(['link add br0 type bridge'])]
    const { strays } = await watchThreads(async () => {
      await createTun({ name: 'one' }, { netns: blue.name })
      createTun.sync({ name: 'two' }, { netns: blue.name })
      await createTap({ name: 'three' }, { socket: closing(await openRouteSocket({ netns: blue.name })) })
      const outcomes = await batch([createTap.op({ name: 'four' }), createTap.op({ name: 'four' })], {
        netns: blue.name,
      })
      expect(outcomes).toMatchObject([
        { ok: true, value: { name: 'four' } },
        { ok: false, error: { code: 'EEXIST' } },
      ])
      const link = await createTap({ name: 'five', netns: green.name, master: 'br0', up: true }, { netns: blue.name })
      expect(link).toMatchObject({ name: 'five', up: true })
    })
    expect(strays).toEqual([])
    const names = async (netns: TestNamespace) => (await netns.show('link show type tun')).map(({ ifname }) => ifname)
    expect(await names(blue)).toEqual(['one', 'two', 'three', 'four'])
    expect(await names(green)).toEqual(['five'])
  })

  test('a name or an index that is taken, by whatever kind', async () => {
    const netns = await testNamespace(['link add v0 type veth peer name v1', 'tuntap add dev t0 mode tap'])
    for (const name of ['v0', 't0', 'lo']) {
      const error = { name: 'SystemCallError', code: 'EEXIST', errno: 17, applied: false }
      await expect(createTap({ name }, { netns: netns.name })).rejects.toMatchObject(error)
      expect(() => createTap.sync({ name }, { netns: netns.name })).toThrow(`cannot create tap link ${name}: there is`)
    }
    const taken = createTun({ name: 'new', index: 1 }, { netns: netns.name })
    await expect(taken).rejects.toThrow('there is a link of this name or index [EEXIST]')
    expect((await netns.show('link show dev t0'))[0]?.linkinfo.info_data.type).toBe('tap')
  })
})

/** Waits for the packet that fits; what else the kernel sends is passed over. */
async function receive(queue: TunQueue, fits: (packet: Buffer) => boolean): Promise<Buffer> {
  for (let end = Date.now() + 20_000; Date.now() < end; await setTimeout(2))
    for (let packet = queue.read(); packet !== undefined; packet = queue.read()) if (fits(packet)) return packet
  throw new Error('no such packet came')
}

const hex = (text: string) => Buffer.from(text.replaceAll(/[ :]/g, ''), 'hex')

/** Who has 10.9.8.1? Tell 10.9.8.2. */
const request = hex(`ffffffffffff 020000000002 0806  0001 0800 06 04 0001 020000000002 0a090802 000000000000 0a090801`)
const isReply = (prefix: number) => (frame: Buffer) =>
  frame.length === prefix + 42 &&
  frame.subarray(prefix + 12, prefix + 14).toString('hex') === '0806' &&
  frame[prefix + 21] === 2
const reply = hex(`020000000002 ${MAC} 0806  0001 0800 06 04 0002 ${MAC} 0a090801 020000000002 0a090802`)

/** The sum of the Internet. */
function sum(bytes: Buffer): number {
  let total = 0
  for (let i = 0; i < bytes.length; i += 2) total += bytes.readUInt16BE(i)
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16)
  return ~total & 0xffff
}

/** Echo request from 10.9.8.2 to 10.9.8.1. */
function ping(): Buffer {
  const packet = hex('45000020 00000000 4001 0000 0a090802 0a090801  0800 0000 1234 0001 6d6f7265')
  packet.writeUInt16BE(sum(packet.subarray(0, 20)), 10)
  packet.writeUInt16BE(sum(packet.subarray(20)), 22)
  return packet
}

const upWith = async (netns: TestNamespace, name: string) => {
  await netns.ip(`addr add 10.9.8.1/24 dev ${name}`)
}

describe('packets', () => {
  test.each<[string, Omit<TapOptions, 'name'>, string]>([
    ['bare', {}, ''],
    ['behind pi', { pi: true }, '0000 0806'],
    ['behind a virtio header', { vnetHdr: true }, '00'.repeat(10)],
    ['behind both', { pi: true, vnetHdr: true, multiQueue: true }, `0000 0806${'00'.repeat(10)}`],
  ])('frames, %s: an ARP request is answered', async (_what, options, prefix) => {
    const netns = await testNamespace()
    await createTap({ name: 't0', address: MAC, up: true, ...options }, { netns: netns.name })
    await upWith(netns, 't0')
    const queue = closing(await openTap('t0', { netns: netns.name }))
    const before = hex(prefix)
    queue.write(Buffer.concat([before, request]))
    const answer = await receive(queue, isReply(before.length))
    expect(answer.subarray(before.length).toString('hex')).toBe(reply.toString('hex'))
    expect(await getLink('t0', { netns: netns.name })).toMatchObject({
      carrier: true,
      data: { ...options, type: 'tap' },
    })
  })

  test('IP packets: an echo request is answered', async () => {
    const netns = await testNamespace()
    await createTun({ name: 't0', up: true }, { netns: netns.name })
    await upWith(netns, 't0')
    using queue = openTun.sync('t0', { netns: netns.name })
    queue.write(ping())
    const answer = await receive(queue, (packet) => packet[0] === 0x45 && packet[9] === 1 && packet[20] === 0)
    expect(answer.subarray(12, 20).toString('hex')).toBe('0a0908010a090802')
    expect(answer.subarray(24).toString('hex')).toBe('123400016d6f7265')
  })

  test('cross a bridge to another link', async () => {
    const netns = await testNamespace(['link add br0 type bridge', 'link set br0 up'])
    await createVeth({ name: 'v0', master: 'br0', up: true, peer: { name: 'v1', address: MAC } }, { netns: netns.name })
    await netns.ip('link set v1 up')
    await upWith(netns, 'v1')
    await createTap({ name: 't0', master: 'br0', up: true }, { netns: netns.name })
    using queue = await openTap('t0', { netns: netns.name })
    queue.write(request)
    // The bridge answers too, for an address of another link of its machine.
    expect(await receive(queue, (frame) => frame.equals(reply))).toEqual(reply)
  })

  test('a program that is started with the descriptor has it', async () => {
    const netns = await testNamespace()
    await createTap({ name: 't0', address: MAC, up: true }, { netns: netns.name })
    await upWith(netns, 't0')
    using queue = await openTap('t0', { netns: netns.name })
    const script = `require('node:fs').writeSync(3, Buffer.from('${request.toString('hex')}', 'hex'))`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', queue.fd] })
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
    expect((await receive(queue, isReply(0))).toString('hex')).toBe(reply.toString('hex'))
  })
})

describe('a queue', () => {
  test('is one of many, where the link has many', async () => {
    const netns = await testNamespace()
    const where = { netns: netns.name }
    await createTap({ name: 't0', multiQueue: true }, where)
    await createTap({ name: 't1' }, where)
    const queues = [
      await openTap('t0', where),
      await openTap('t0', where),
      await openTap(await getLink('t0', where), where),
    ]
    expect((await infoData(netns, 't0')).numqueues).toBe(3)
    queues[1]?.close()
    expect(await getLink('t0', where)).toMatchObject({ data: { numQueues: 2, multiQueue: true } })
    for (const queue of queues) queue.close()
    using only = await openTap('t1', where)
    expect(only.closed).toBe(false)
    const second = openTap('t1', where)
    await expect(second).rejects.toMatchObject({ name: 'SystemCallError', code: 'EBUSY', syscall: 'ioctl TUNSETIFF' })
    await expect(second).rejects.toThrow('cannot open tap link t1: somebody is attached to it')
  })

  test('leaves the form of the packets as it is', async () => {
    const netns = await testNamespace()
    const where = { netns: netns.name }
    await createTun({ name: 't0', pi: true, vnetHdr: true, multiQueue: true, user: 5 }, where)
    const before = await flagsOf(netns, 't0')
    using _queue = await openTun('t0', where)
    expect(await flagsOf(netns, 't0')).toBe(before)
    expect(await getLink('t0', where)).toMatchObject({ data: { pi: true, vnetHdr: true, user: 5, persist: true } })
  })

  test('takes the link with it that it has told not to persist', async () => {
    const netns = await testNamespace()
    const where = { netns: netns.name }
    await createTap({ name: 't0' }, where)
    const queue = await openTap({ dev: 't0', persist: false }, where)
    expect((await infoData(netns, 't0')).persist).toBe(false)
    queue.close()
    await expect(getLink('t0', where)).rejects.toMatchObject({ code: 'ENODEV' })
  })

  test('says what is wrong', async () => {
    const netns = await testNamespace(['link add v0 type veth peer name v1'])
    const where = { netns: netns.name }
    await expect(openTap('nothing', where)).rejects.toMatchObject({ name: 'KernelError', code: 'ENODEV' })
    await expect(openTap('v0', where)).rejects.toMatchObject({ name: 'InvalidArgumentError', path: 'dev' })
    await createTap({ name: 't0' }, where)
    await expect(openTun('t0', where)).rejects.toThrow(/a tun link/)
    using queue = await openTap('t0', where)
    expect(() => queue.write(request)).toThrow('cannot write to link t0: the link is down [EIO]')
    expect(() => queue.write(Buffer.alloc(3))).toThrow(expect.objectContaining({ syscall: 'write' }))
    expect(queue.read()).toBeUndefined()
    await deleteLink('t0', where)
    expect(() => queue.read()).toThrow('cannot read from link t0: the link is gone [EBADFD]')
  })

  test('is had without a privilege by the user of the link, who may not make one', async () => {
    const netns = await testNamespace()
    await createTap({ name: 'own', user: 0 }, { netns: netns.name })
    await createTap({ name: 'foreign', user: 66051 }, { netns: netns.name })
    const source = `
      import { createTap } from './lib/link/kinds/tun.ts'
      import { openTap } from './lib/link/tun-queue.ts'
      const report = ({ message }) => console.log(message)
      for (const name of ['own', 'foreign'])
        await openTap(name).then((queue) => { console.log('open'); queue.close() }, report)
      await createTap({ name: 't0' }).catch(report)`
    const drop = ['setpriv', '--bounding-set', '-net_admin,-sys_admin', '--inh-caps', '-net_admin,-sys_admin']
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', source]
    expect(await exec(netns, ...drop, ...node)).toBe(
      'open\n' +
        'cannot open tap link foreign: this needs the capability CAP_NET_ADMIN [EPERM]\n' +
        'cannot create tap link t0: this needs the capability CAP_NET_ADMIN [EPERM]\n',
    )
  })

  test('that nobody closes is closed by the garbage collector, which says so', async () => {
    const netns = await testNamespace()
    await createTap({ name: 't0' }, { netns: netns.name })
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    await openTap('t0', { netns: netns.name })
    const timer = setInterval(() => globalThis.gc?.(), 10)
    expect((await warned).message).toContain('a TunQueue was dropped without close()')
    clearInterval(timer)
    closing(await openTap('t0', { netns: netns.name }))
  })
})
