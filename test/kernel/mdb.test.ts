import { afterEach, describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { createTap } from '../../lib/link/kinds/tun.js'
import { getLink } from '../../lib/link/operations.js'
import { openTap } from '../../lib/link/tun-queue.js'
import { updateLink } from '../../lib/link/update.js'
import { flushMdb } from '../../lib/mdb/flush.js'
import { getMdb, listMdb, listMdbRouters } from '../../lib/mdb/list.js'
import type { MdbEntry } from '../../lib/mdb/mdb.js'
import { addMdb, deleteMdb, replaceMdb } from '../../lib/mdb/operations.js'
import type { BridgeMdbOptions } from '../../lib/mdb/options.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { skipUnknown } from '../support/kernel-has.js'
import { fileNamespace, upWithoutAddress } from '../support/namespace.js'

const patience = { timeout: 30_000 }

const BRIDGE = 1286
const ns = fileNamespace([
  `link add br0 index ${BRIDGE} type bridge mcast_igmp_version 3 mcast_mld_version 2`,
  'link add pa index 258 type veth peer name pb',
  'link add qa index 772 type veth peer name qb',
  ...['pa', 'qa'].map((dev) => `link set ${dev} master br0`),
  ...['br0', 'pa', 'pb', 'qa', 'qb'].flatMap(upWithoutAddress),
])
const { where } = ns
const names: Readonly<Record<number, string>> = { [BRIDGE]: 'br0', 258: 'pa', 772: 'qa' }
afterEach(async () => {
  await flushMdb({ dev: 'br0' }, where)
})

const v4 = '239.1.2.3'
const other = '239.1.2.4'
const v6 = 'ff0e::102:304'
const mac = '01:00:5e:01:02:03'
const src = '10.4.5.6'
const src6 = '2001:db8::506'
const permanent = { state: 'permanent' } as const
/** The bridge itself has joined others, of its own. */
const isOurs = ({ grp }: { readonly grp: string }) => [v4, other, v6, mac].includes(grp)
const listed = async (filter: Parameters<typeof listMdb>[0] = { dev: 'br0' }) =>
  (await listMdb(filter, where)).filter(isOurs)
const add = (options: Omit<BridgeMdbOptions, 'dev'>) => addMdb({ dev: 'br0', ...options }, where)

/** Order is the kernel's. */
const sorted = <T>(some: readonly T[]): readonly T[] =>
  [...some].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))

/** As `bridge` prints it. */
const asPrinted = ({ dev, port, grp, src: source, state, vid, proto, flags, filterMode, sourceList }: MdbEntry) => ({
  index: dev,
  dev: names[dev],
  port: names[port],
  grp,
  ...(source !== undefined && { src: source }),
  state,
  ...(filterMode !== undefined && { filter_mode: filterMode }),
  ...(sourceList !== undefined && { source_list: sourceList.map(({ address }) => address).sort() }),
  ...(proto !== undefined && { protocol: String(proto) }),
  flags: flags.map((flag) => ({ starExcl: 'added_by_star_ex' })[flag as string] ?? flag),
  ...(vid !== undefined && { vid }),
})
type Source = { readonly address: string }
async function printed() {
  const [{ mdb }] = await ns.bridge('mdb show dev br0')
  return mdb.filter(isOurs).map((entry: { source_list?: Source[] }) => ({
    ...entry,
    ...(entry.source_list && { source_list: entry.source_list.map(({ address }) => address).sort() }),
  }))
}

async function requireMac(context: TestContext) {
  // A group of its own: the timer of one that has gone takes the bridge out of it when it comes again (br_multicast_group_expired).
  const grp = '01:00:5e:01:02:99'
  try {
    await add({ port: 'pa', grp })
    await deleteMdb({ dev: 'br0', port: 'pa', grp }, where)
  } catch (error) {
    if (isKernelError(error, 'EINVAL')) context.skip('this kernel has no MAC addresses in an MDB (Linux 5.11)')
    throw error
  }
}

describe('what is written is what bridge and we read back', () => {
  const entries: readonly Omit<BridgeMdbOptions, 'dev'>[] = [
    { port: 'pa', grp: v4 },
    { port: 'qa', grp: v4, ...permanent },
    { port: 'pa', grp: v4, ...permanent, vid: 258 },
    { port: 'pa', grp: other, src, ...permanent },
    { port: 'qa', grp: other, src, state: 'temp' },
    { port: 'br0', grp: v4 },
    { port: 258, grp: v6 },
    { port: 'pa', grp: v6, src: src6, ...permanent, vid: 4094 },
    { port: 'br0', grp: v6 },
  ]

  test('groups of IPv4 and IPv6, by port, source and VLAN', () => compare(entries))

  test('groups of Ethernet', async (context) => {
    await requireMac(context)
    await compare([
      { port: 'pa', grp: mac },
      { port: 'qa', grp: mac, vid: 258 },
      { port: 'br0', grp: mac },
    ])
  })

  async function compare(entries: readonly Omit<BridgeMdbOptions, 'dev'>[]) {
    const outcomes = await batch(
      entries.map((entry) => addMdb.op({ dev: 'br0', ...entry })),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    const found = await listed()
    expect(sorted(found.map(asPrinted))).toEqual(sorted(await printed()))
    const indexes: Readonly<Record<string, number>> = { br0: BRIDGE, pa: 258, qa: 772 }
    const expected = entries.map(({ port, grp, src: source, vid, state }) => ({
      dev: BRIDGE,
      port: indexes[port as string] ?? port,
      grp,
      ...(source !== undefined && { src: source }),
      ...(vid !== undefined && { vid }),
      state: state ?? (grp === mac ? 'permanent' : 'temp'),
    }))
    const short = ({ dev, port, grp, src: source, vid, state }: MdbEntry) => ({
      dev,
      port,
      grp,
      ...(source !== undefined && { src: source }),
      ...(vid !== undefined && { vid }),
      state,
    })
    expect(sorted(found.map(short))).toEqual(sorted(expected))
    for (const { state, timer = 0, port, proto, unknown } of found) {
      expect(timer > 0).toBe(state === 'temp')
      // By default 260 seconds (mcast_membership_interval).
      expect(timer).toBeLessThanOrEqual(260)
      expect(proto).toBe(port === BRIDGE ? undefined : 'static')
      expect(unknown).toBeUndefined()
    }
  }

  test('sources, mode and maker', async (context) => {
    const skip = skipUnknown(context, 'sources of MDB entries')
    await add({
      port: 'pa',
      grp: v4,
      ...permanent,
      vid: 258,
      filterMode: 'include',
      sourceList: [src, '10.7.8.9'],
      proto: 'zebra',
    }).catch(skip)
    await add({ port: 'qa', grp: v6, filterMode: 'exclude', sourceList: [src6], proto: 66 })
    const found = await listed()
    expect(sorted(found.map(asPrinted))).toEqual(sorted(await printed()))
    const [include] = found.filter((entry) => entry.grp === v4 && entry.src === undefined)
    expect(include).toMatchObject({ filterMode: 'include', proto: 'zebra', vid: 258, state: 'permanent' })
    expect(include?.sourceList?.map(({ address }) => address).sort()).toEqual([src, '10.7.8.9'])
    const [exclude] = found.filter((entry) => entry.grp === v6 && entry.src === undefined)
    expect(exclude).toMatchObject({ filterMode: 'exclude', proto: 66, sourceList: [{ address: src6, timer: 0 }] })
    // For each source the kernel makes an entry of its own.
    const made = found.filter((entry) => entry.src !== undefined)
    expect(made.map(({ src: source, flags }) => [source, flags.includes('blocked')]).sort()).toEqual([
      [src, false],
      ['10.7.8.9', false],
      [src6, true],
    ])
    await deleteMdb({ dev: 'br0', port: 'qa', grp: v6 }, where)
    expect((await listed()).filter(({ grp }) => grp === v6)).toEqual([])
  })
})

describe('verbs: absent, the same, another', () => {
  const base = { dev: 'br0', port: 'pa', grp: v4 } as const

  test('add is exclusive', async () => {
    await add(base)
    await expect(add({ ...base, ...permanent })).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    expect(await listed()).toMatchObject([{ state: 'temp' }])
    await add({ ...base, port: 'br0' })
    await expect(add({ ...base, port: 'br0' })).rejects.toMatchObject({ code: 'EEXIST' })
  })

  test('replace makes and overwrites', async (context) => {
    await replaceMdb(base, where)
    try {
      await replaceMdb({ ...base, ...permanent }, where)
    } catch (error) {
      if (isKernelError(error, 'EEXIST')) context.skip('this kernel does not replace MDB entries (Linux 6.2)')
      throw error
    }
    expect(await listed()).toMatchObject([{ state: 'permanent', timer: 0, proto: 'static' }])
    await replaceMdb({ ...base, filterMode: 'exclude', sourceList: [src], proto: 'bgp' }, where)
    await replaceMdb({ ...base, filterMode: 'include', sourceList: ['10.7.8.9'], proto: 'bgp' }, where)
    const [one] = (await listed()).filter((entry) => entry.src === undefined)
    expect(one).toMatchObject({ filterMode: 'include', sourceList: [{ address: '10.7.8.9' }], proto: 'bgp' })
  })

  test('replace, of what the bridge itself has joined', async () => {
    const host = { ...base, port: 'br0' }
    await replaceMdb(host, where)
    await replaceMdb(host, where)
    await replaceMdb({ ...host, vid: 258 }, where)
    await replaceMdb({ ...host, vid: 258 }, where)
    expect((await listed()).map(({ port, vid }) => [port, vid])).toEqual([
      [BRIDGE, 258],
      [BRIDGE, undefined],
    ])
  })

  test('delete takes what is listed, and fails where there is none', async () => {
    await expect(deleteMdb(base, where)).rejects.toMatchObject({ code: 'EINVAL' })
    await add(base)
    await add({ ...base, src, ...permanent })
    await add({ ...base, vid: 258 })
    await add({ ...base, port: 'br0' })
    await deleteMdb({ ...base, vid: 258 }, where)
    await deleteMdb({ ...base, src }, where)
    await expect(deleteMdb({ ...base, src }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    const left = await listed()
    expect(left.map(({ port }) => port).sort()).toEqual([BRIDGE, 258])
    for (const entry of left) await deleteMdb(entry, where)
    expect(await listed()).toEqual([])
  })

  test('get has the ports of one group', async () => {
    await add(base)
    await add({ ...base, port: 'qa', ...permanent })
    await add({ ...base, vid: 258 })
    await add({ ...base, src, ...permanent })
    const ports = (some: readonly MdbEntry[]) => some.map(({ port }) => port).sort()
    expect(ports(await getMdb({ dev: 'br0', grp: v4 }, where))).toEqual([258, 772])
    expect(await getMdb({ dev: 'br0', grp: v4, vid: 258 }, where)).toMatchObject([{ port: 258, vid: 258 }])
    // With IGMPv3, qa, where every source is wanted, has one of the kernel's as well.
    const withSource = await getMdb({ dev: 'br0', grp: v4, src }, where)
    expect(sorted(withSource.map(({ port, proto, flags }) => [port, proto, flags]))).toEqual([
      [258, 'static', []],
      [772, 'kernel', ['starExcl']],
    ])
    await expect(getMdb({ dev: 'br0', grp: other }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(getMdb({ dev: 'pa', grp: v4 }, where)).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|EOPNOTSUPP/),
    })
  })

  test('list by link, port, group and VLAN', async () => {
    await add(base)
    await add({ ...base, port: 'qa', grp: v6 })
    await add({ ...base, port: 'br0', grp: other, vid: 258 })
    const groups = async (filter: Parameters<typeof listMdb>[0]) => (await listed(filter)).map(({ grp }) => grp)
    expect(await groups({ dev: 'pa' })).toEqual([])
    expect(await groups({ port: 'qa' })).toEqual([v6])
    expect(await groups({ dev: 'br0', port: 'br0' })).toEqual([other])
    expect(await groups({ vid: 258 })).toEqual([other])
    expect(await groups({ grp: 'ff0e:0:0::102:304' })).toEqual([v6])
  })

  test('flush takes what matches, and tells which', async () => {
    const groups = (some: readonly MdbEntry[]) =>
      some
        .filter(isOurs)
        .map(({ grp, port, vid = 0 }) => `${grp} ${names[port]} ${vid}`)
        .sort()
    const all = [
      { ...base, ...permanent },
      { ...base, port: 'qa' },
      { ...base, grp: v6, vid: 258 },
      { ...base, grp: other, src, ...permanent },
      { ...base, port: 'br0', grp: other },
    ]
    for (const one of all) await add(one)
    expect(groups(await flushMdb({ dev: 'br0', vid: 4000 }, where))).toEqual([])
    expect(groups(await flushMdb({ dev: 'br0', port: 'pa', permanent: true }, where))).toEqual([
      `${v4} pa 0`,
      `${other} pa 0`,
    ])
    expect(groups(await flushMdb({ dev: 'br0', vid: 258 }, where))).toEqual([`${v6} pa 258`])
    expect(groups(await flushMdb({ dev: 'br0', proto: 'static' }, where))).toEqual([`${v4} qa 0`])
    expect(groups(await flushMdb({ dev: 'br0', port: 'br0' }, where))).toEqual([`${other} br0 0`])
    expect(await listed()).toEqual([])
    expect(groups(await flushMdb({ dev: 'br0' }, where))).toEqual([])
    await expect(flushMdb({ dev: 'nope' }, where)).rejects.toMatchObject({ code: 'ENODEV', attribute: 'dev' })
  })

  test('what the kernel refuses, in its words', async () => {
    await expect(add({ ...base, port: 'pb' })).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(add({ ...base, grp: 'ff02::1' })).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(add({ ...base, port: 'nope' })).rejects.toMatchObject({ code: 'ENODEV', attribute: 'port' })
    await expect(addMdb({ ...base, dev: 'pa' }, where)).rejects.toMatchObject({
      code: expect.stringMatching(/EINVAL|EOPNOTSUPP/),
    })
  })
})

test('ports that lead to multicast routers', async () => {
  expect(await listMdbRouters({ dev: 'br0' }, where)).toEqual([])
  await updateLink('pa', { port: { mcastRouter: 2 } }, where)
  await updateLink('qa', { port: { mcastRouter: 3 } }, where)
  const found = await listMdbRouters({ dev: 'br0' }, where)
  const [{ router }] = await ns.bridge('-s mdb show dev br0')
  const short = found.map(({ port, type, timer = 0 }) => ({ port: names[port], type, runs: timer > 0 }))
  expect(sorted(short)).toEqual([
    { port: 'pa', type: 'permanent', runs: false },
    { port: 'qa', type: 'temp', runs: true },
  ])
  expect(sorted(router.br0.map(({ port, type }: { port: string; type: string }) => ({ port, type })))).toEqual(
    sorted(short.map(({ port, type }) => ({ port, type }))),
  )
  expect(await listMdbRouters({ port: 'qa' }, where)).toMatchObject([{ dev: BRIDGE, port: 772, type: 'temp' }])
  for (const dev of ['pa', 'qa']) await updateLink(dev, { port: { mcastRouter: 1 } }, where)
})

async function filterVlans(context: TestContext, on: 0 | 1) {
  await ns
    .ip(`link set br0 type bridge vlan_filtering ${on}`)
    .catch(() => context.skip('this kernel does not filter VLANs in bridges (CONFIG_BRIDGE_VLAN_FILTERING)'))
}

test('without a VLAN, every VLAN of the port: and what was refused may have been done for some', async (context) => {
  await filterVlans(context, 1)
  try {
    await ns.bridge('vlan add dev pa vid 258')
    const vids = async () => (await listed({ grp: v4 })).map(({ vid }) => vid).sort()
    await add({ port: 'pa', grp: v4 })
    expect(await vids()).toEqual([1, 258])
    await deleteMdb({ dev: 'br0', port: 'pa', grp: v4, vid: 1 }, where)
    await expect(add({ port: 'pa', grp: v4 })).rejects.toMatchObject({ code: 'EEXIST', applied: 'unknown' })
    expect(await vids()).toEqual([1, 258])
    await expect(add({ port: 'pa', grp: v4, vid: 258 })).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await deleteMdb({ dev: 'br0', port: 'pa', grp: v4 }, where)
    expect(await vids()).toEqual([])
  } finally {
    await filterVlans(context, 0)
  }
})

const everybody = 'ff:ff:ff:ff:ff:ff'
const bytesOf = (address: string) => address.split(':').map((byte) => Number.parseInt(byte, 16))
/** 0x88b5 is for experiments: of what is not IP a bridge looks at the MAC address. */
const frame = (to: string, body: number) =>
  Uint8Array.from([...bytesOf(to), ...bytesOf('02:00:00:00:00:09'), 0x88, 0xb5, ...new Array(46).fill(body)])

/** A port, and the bodies of the frames that have left there. */
async function tapPort(name: string) {
  await createTap({ name, master: 'br0' }, where)
  await updateLink(name, { addrGenMode: 'none' }, where)
  await updateLink(name, { up: true }, where)
  const queue = await openTap({ dev: name, persist: false }, where)
  onTestFinished(() => queue.close())
  await vi.waitFor(
    async () => expect((await getLink(name, where)).port).toMatchObject({ data: { state: 'forwarding' } }),
    patience,
  )
  const bodies: (number | undefined)[] = []
  const drain = () => {
    for (let one = queue.read(); one !== undefined; one = queue.read())
      if (one[12] === 0x88 && one[13] === 0xb5) bodies.push(one[14])
    return bodies
  }
  return { queue, drain }
}

test('a frame for a group goes where the group has a port, and nowhere else', async (context) => {
  await requireMac(context)
  const from = await tapPort('ta')
  const wanted = await tapPort('tb')
  const unwanted = await tapPort('tc')
  // As long as nobody has asked for the group, to all.
  from.queue.write(frame(mac, 1))
  await add({ port: 'tb', grp: mac })
  from.queue.write(frame(mac, 2))
  // Once this is there, so is what went before it.
  from.queue.write(frame(everybody, 3))
  await vi.waitFor(() => {
    for (const port of [wanted, unwanted]) expect(port.drain()).toContain(3)
  }, patience)
  expect([wanted.drain(), unwanted.drain()]).toEqual([
    [1, 2, 3],
    [1, 3],
  ])
})
