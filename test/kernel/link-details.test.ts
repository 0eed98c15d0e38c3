import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { afSpecAttributes, ipv4Attributes, ipv6Attributes } from '../../lib/link/af-spec.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { readSysctl, writeSysctl } from '../../lib/netns/sysctl.js'
import { fileNamespace } from '../support/namespace.js'

const run = promisify(execFile)

const namespace = fileNamespace()
const { where } = namespace
beforeEach(async () => {
  await deleteLink('va', where).catch(() => {})
  await createVeth({ name: 'va', peer: { name: 'vb' } }, where)
})

const shown = async (dev = 'va') => (await namespace.show(`link show dev ${dev}`))[0]

test('all that a kernel sends of links is known here', async () => {
  await createVxlan({ name: 'vx', id: 99, dev: 'va', group: '239.1.2.3' }, where)
  await namespace.ip('link add br0 type bridge')
  await namespace.ip('link set vb master br0 up')
  for (const filter of [{}, { vf: true }, { statistics: false }, { vf: true, statistics: false }]) {
    const links = await listLinks(filter, where)
    expect(links.length).toBeGreaterThan(4)
    for (const { name, unknown, ipv4, ipv6, xdp, otherFamilies } of links) {
      const rest = { unknown, ipv4: ipv4?.unknown, ipv6: ipv6?.unknown, xdp: xdp?.unknown, otherFamilies }
      expect({ name, ...rest }).toEqual({ name })
    }
  }
})

test('without counters all else is the same', async () => {
  const { statistics, ipv6, ...rest } = await getLink('va', where)
  const { statistics: none, ipv6: other, ...bare } = await getLink({ dev: 'va', statistics: false }, where)
  expect([typeof statistics, ipv6?.statistics?.length, none, other?.statistics, other?.icmpStatistics]).toEqual([
    'object', Number(ipv6?.statistics?.[0]), undefined, undefined, undefined,
  ]) // biome-ignore format: five of each
  expect(bare).toEqual(rest)
  const [listed] = await listLinks({ kind: 'veth', statistics: false }, where)
  expect([listed?.statistics, listed?.ipv6?.statistics, listed?.ipv6?.conf?.forwarding]).toEqual([
    undefined,
    undefined,
    0,
  ])
})

describe('the settings of a link are those of /proc/sys', () => {
  /** Words of /proc/sys/net that are ours in camelCase, or else. */
  const elsewise: Readonly<Record<string, string>> = {
    routerSolicitations: 'router_solicitations',
    hopLimit: 'hop_limit',
    useOifAddrsOnly: 'use_oif_addrs_only',
  }
  const snake = (name: string) => elsewise[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  /** In /proc another unit, or not to be read there. */
  const apart = new Set(['tag', 'mediumId', 'stableSecret', 'routerSolicitationInterval', 'routerSolicitationDelay'])
  const special: Readonly<Record<string, string>> = {
    ignoreRoutesWithLinkdown: 'ignore_routes_with_linkdown',
    dropUnicastInL2Multicast: 'drop_unicast_in_l2_multicast',
    routerSolicitationMaxInterval: '',
    routerProbeInterval: '',
    mcForwarding: '',
    addrGenMode: '',
    ioam6IdWide: '',
    ioam6Id: 'ioam6_id',
    seg6Enabled: 'seg6_enabled',
    seg6RequireHmac: '',
    bcForwarding: 'bc_forwarding',
  }
  test.each(['ipv4', 'ipv6'] as const)('%s', async (family) => {
    const conf: Readonly<Record<string, number>> = (await getLink('va', where))[family]?.conf ?? {}
    let compared = 0
    for (const [name, value] of Object.entries(conf)) {
      const word = special[name] ?? snake(name)
      if (apart.has(name) || word === '' || /^\d+$/.test(name)) continue
      const text = await readSysctl(`net.${family}.conf.va.${word}`, where).catch(() => undefined)
      if (text === undefined) continue
      expect({ [name]: value }).toEqual({ [name]: Number(text) })
      compared++
    }
    expect(compared).toBeGreaterThan(family === 'ipv4' ? 24 : 35)
  })

  test.each([
    ['ipv4', 'rp_filter', 'rpFilter', 2],
    ['ipv4', 'arp_ignore', 'arpIgnore', 3],
    ['ipv4', 'drop_gratuitous_arp', 'dropGratuitousArp', 1],
    ['ipv6', 'accept_ra', 'acceptRa', 2],
    ['ipv6', 'max_addresses', 'maxAddresses', 4660],
    ['ipv6', 'dad_transmits', 'dadTransmits', 5],
    ['ipv6', 'ndisc_tclass', 'ndiscTclass', 77],
  ] as const)('%s: %s', async (family, key, name, value) => {
    await writeSysctl(`net.${family}.conf.va.${key}`, value, where)
    const conf: Readonly<Record<string, number>> = (await getLink('va', where))[family]?.conf ?? {}
    expect(conf[name]).toBe(value)
  })
})

describe('IPv6 of a link', () => {
  test.each(['none', 'random', 'eui64'] as const)('addrGenMode %s', async (addrGenMode) => {
    expect((await updateLink('va', { addrGenMode }, where)).ipv6?.addrGenMode).toBe(addrGenMode)
    expect((await shown()).inet6_addr_gen_mode).toBe(addrGenMode)
    if (addrGenMode === 'random') return
    await updateLink('vb', { up: true }, where)
    await updateLink('va', { up: true }, where)
    const own = await namespace.show('address show dev va scope link')
    expect(own.flatMap(({ addr_info }) => addr_info)).toHaveLength(addrGenMode === 'none' ? 0 : 1)
  })

  test('addrGenMode stablePrivacy, which needs a secret', async () => {
    await expect(updateLink('va', { addrGenMode: 'stablePrivacy' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    await writeSysctl('net.ipv6.conf.va.stable_secret', '2001:db8:1:2:3:4:5:6', where)
    expect((await updateLink('va', { addrGenMode: 'stablePrivacy' }, where)).ipv6?.addrGenMode).toBe('stablePrivacy')
    expect((await shown()).inet6_addr_gen_mode).toBe('stable_secret')
  })

  test('token', async () => {
    const printed = async () => /token (\S+)/.exec(await namespace.text('token get dev va'))?.[1]
    expect((await updateLink('va', { token: '::1:203:405:607' }, where)).ipv6?.token).toBe('::1:203:405:607')
    expect(await printed()).toBe('::1:203:405:607')
    expect((await updateLink('va', { token: '::', addrGenMode: 'none' }, where)).ipv6).toMatchObject({
      token: '::',
      addrGenMode: 'none',
    })
    expect(await printed()).toBe('::')
    await expect(updateLink('lo', { token: '::1' }, where)).rejects.toMatchObject({ code: 'EINVAL', applied: false })
  })

  test('comes last: what was applied before it was refused is told', async () => {
    // Without neighbour discovery there is no token.
    const change = updateLink('va', { mtu: 1402, arp: false, token: '::7', addrGenMode: 'none' }, where)
    await expect(change).rejects.toMatchObject({ applied: 'partly', appliedOptions: ['mtu', 'arp'] })
    expect(await getLink('va', where)).toMatchObject({ mtu: 1402, ipv6: { token: '::', addrGenMode: 'eui64' } })
  })

  test('is absent where it is switched off with a small MTU, and cannot be changed there', async () => {
    const { ipv6, ipv4 } = await updateLink('va', { mtu: 1000 }, where)
    expect([ipv6, typeof ipv4]).toEqual([undefined, 'object'])
    await expect(updateLink('va', { addrGenMode: 'none' }, where)).rejects.toMatchObject({ code: 'EAFNOSUPPORT' })
  })
})

test('who holds a link down', async () => {
  await createVxlan({ name: 'vp', id: 7 }, where)
  const held = { protoDown: true, protoDownReason: { 3: true, 6: true, 31: true, 4: false } }
  expect(await updateLink('vp', held, where)).toMatchObject({
    protoDown: true,
    protoDownReason: { 3: true, 6: true, 31: true },
  })
  // ip 6.1 looks at the first eight bits.
  expect((await shown('vp')).proto_down_reason).toEqual(['3', '6'])
  const changed = await updateLink('vp', { protoDownReason: { 3: false } }, where)
  expect(changed.protoDownReason).toEqual({ 6: true, 31: true })
  expect((await shown('vp')).proto_down_reason).toEqual(['6'])
  await expect(updateLink('vp', { protoDown: false }, where)).rejects.toMatchObject({ code: 'EBUSY' })
  const free = await updateLink('vp', { protoDown: false, protoDownReason: { 6: false, 31: false } }, where)
  expect([free.protoDown, free.protoDownReason]).toEqual([false, undefined])
  expect((await shown('vp')).proto_down).toBeUndefined()
})

test('trailers', async () => {
  expect((await updateLink('va', { trailers: false }, where)).flags).toContain('noTrailers')
  expect((await shown()).flags).toContain('NOTRAILERS')
  expect((await updateLink('va', { trailers: true }, where)).flags).not.toContain('noTrailers')
})

/** Loads "return XDP_PASS" and attaches it in generic mode: Python has the system call that Node has not. */
const attach = `
import ctypes, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
code = (ctypes.c_char * 16)(*struct.pack('<BBhiBBhi', 0xb7, 0, 0, 2, 0x95, 0, 0, 0))
gpl = ctypes.create_string_buffer(b'GPL')
attr = struct.pack('<IIQQIIQI', 6, 2, ctypes.addressof(code), ctypes.addressof(gpl), 0, 0, 0, 0).ljust(128, b'\\0')
fd = libc.syscall(321, 5, attr, len(attr))
if fd < 0: sys.exit('bpf: errno %d' % ctypes.get_errno())
def attribute(type, data): return struct.pack('=HH', 4 + len(data), type) + data
nest = attribute(43 | 0x8000, attribute(1, struct.pack('=i', fd)) + attribute(3, struct.pack('=I', 2)))
body = struct.pack('=BBHiII', 0, 0, 0, socket.if_nametoindex(sys.argv[1]), 0, 0) + nest
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.send(struct.pack('=IHHII', 16 + len(body), 16, 5, 1, 0) + body)
sys.exit(s.recv(4096)[16] and 'netlink')
`

describe('XDP', () => {
  test('a program that is attached, and detached', async (context) => {
    try {
      await run('ip', ['netns', 'exec', namespace.name, 'python3', '-c', attach, 'va'])
    } catch (error) {
      if (process.arch !== 'x64') context.skip('the number of bpf(2) is that of x86-64')
      context.skip(
        `this kernel loads no XDP program (CONFIG_BPF_SYSCALL): ${(error as { stderr: string }).stderr.trim()}`,
      )
    }
    const { xdp } = await shown()
    expect((await getLink('va', where)).xdp).toEqual({
      attached: 'skb',
      progId: xdp.prog.id,
      skbProgId: xdp.prog.id,
    })
    expect((await updateLink('va', { xdp: { fd: -1, flags: ['skbMode'] } }, where)).xdp).toEqual({ attached: 'none' })
    expect((await shown()).xdp).toBeUndefined()
  })

  test('a descriptor that is no program', async () => {
    // 1 is our standard output.
    const attaching = updateLink('va', { xdp: { fd: 1, flags: ['skbMode'] } }, where)
    await expect(attaching).rejects.toMatchObject({
      code: expect.stringMatching(/EINVAL|EBADF|EOPNOTSUPP/),
      applied: false,
    })
    expect((await getLink('va', where)).xdp).toEqual({ attached: 'none' })
  })
})

test('every attribute of the families has a row of its own', () => {
  expect([afSpecAttributes, ipv4Attributes, ipv6Attributes].map(({ byNumber }) => [...byNumber.keys()])).toEqual([
    [2, 10, 45],
    [1],
    [1, 2, 3, 5, 6, 7, 8, 9],
  ])
})
