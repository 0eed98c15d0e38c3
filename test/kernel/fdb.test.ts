import { beforeEach, describe, expect, type TestContext, test } from 'vitest'
import type { FdbEntry } from '../../lib/fdb/fdb.js'
import { type FdbFilter, getFdb, listFdb } from '../../lib/fdb/list.js'
import { addFdb, appendFdb, deleteFdb, type FdbOptions, replaceFdb } from '../../lib/fdb/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { type TestNamespace, testNamespace, upWithoutAddress } from '../support/namespace.js'

let ns: TestNamespace
let where: { netns: string }
beforeEach(async () => {
  ns = await testNamespace([
    'link add eth0 index 258 type veth peer name eth1 index 772',
    // Ports in no VLAN, as in a kernel without VLANs in its bridges: each entry stands there once.
    'link add br0 index 1286 type bridge vlan_default_pvid 0',
    'link add vx0 index 66051 type vxlan id 66050 dstport 4661 local 10.1.2.3',
    'link add vx6 index 66052 type vxlan id 66049 dstport 4662 local fd00::1',
    'link add vxe index 66053 type vxlan dstport 4663 external',
    'link set eth1 master br0',
    'link set vx6 master br0',
    ...['eth0', 'eth1', 'br0'].flatMap(upWithoutAddress),
    'nexthop add id 66054 via 10.4.5.6 fdb',
    'nexthop add id 66055 group 66054 fdb',
  ])
  where = { netns: ns.name }
})

const lladdr = '02:11:22:33:44:55'
const zero = '00:00:00:00:00:00'
const group = '01:00:5e:01:02:03'
const dst = '10.4.5.6'
const dst6 = 'fd00::4:5:6'
type More = Partial<FdbOptions>

/** As bridge sees it. */
const shown = async (dev: string, mac = lladdr) =>
  (await ns.bridge(`fdb show dev ${dev}`)).filter((entry) => entry.mac === mac)
const listed = async (dev: string, mac = lladdr) =>
  (await listFdb({ dev }, where)).filter((entry) => entry.lladdr === mac)

describe('what is written is what bridge and we read back', () => {
  const self = { flags: ['self'], state: 'permanent' }
  test.each<[string, string, More, object, object]>([
    ['the default', 'vx0', { dst }, { dst, ...self }, { dst, ...self }],
    ['static', 'vx0', { dst, state: 'static' }, { state: 'static' }, { state: 'static' }],
    ['dynamic', 'vx0', { dst, state: 'dynamic' }, { state: '' }, { state: 'dynamic' }],
    ['port', 'vx0', { dst, port: 4660 }, { dst, port: 4660 }, { dst, port: 4660 }],
    ['vni', 'vx0', { dst, vni: 66051 }, { dst, vni: 66051 }, { dst, vni: 66051 }],
    ['via', 'vx0', { dst, via: 'eth1' }, { dst, viaIf: 'eth1' }, { dst, via: 772 }],
    [
      'all of them',
      'vx0',
      { dst, port: 4660, vni: 0, via: 258 },
      { dst, port: 4660, vni: 0, viaIf: 'eth0' },
      { dst, port: 4660, vni: 0, via: 258 },
    ],
    [
      'router and externLearn',
      'vx0',
      { dst, router: true, externLearn: true },
      { flags: ['self', 'router', 'extern_learn'] },
      { flags: ['self', 'externLearn', 'router'] },
    ],
    ['nhid', 'vx0', { nhid: 66055 }, { nhid: 66055 }, { nhid: 66055 }],
    ['IPv6', 'vx6', { dst: dst6 }, { dst: dst6 }, { dst: dst6 }],
    [
      'srcVni',
      'vxe',
      { dst, srcVni: 66050, vni: 66048 },
      { src_vni: 66050, vni: 66048 },
      { srcVni: 66050, vni: 66048 },
    ],
    ['nhid of a VNI', 'vxe', { nhid: 66055, srcVni: 66050 }, { src_vni: 66050, nhid: 66055 }, { srcVni: 66050 }],
  ])('%s, of a VXLAN', async (_what, dev, more, bridge, ours) => {
    await addFdb({ dev, lladdr, ...more }, where)
    expect(await shown(dev)).toEqual([expect.objectContaining(bridge)])
    expect(await listed(dev)).toEqual([expect.objectContaining({ lladdr, ...ours })])
    const { srcVni } = more
    expect(await getFdb({ dev, lladdr, self: true, srcVni }, where)).toMatchObject(ours)
  })

  const master = { master: 'br0' }
  test.each<[string, More, object, object]>([
    ['the default', {}, { ...master, flags: [], state: 'permanent' }, { state: 'permanent', flags: [] }],
    ['static', { state: 'static' }, { ...master, state: 'static' }, { state: 'static' }],
    ['dynamic', { state: 'dynamic' }, { ...master, state: '' }, { state: 'dynamic' }],
    ['sticky', { state: 'static', sticky: true }, { flags: ['sticky'], state: 'static' }, { flags: ['sticky'] }],
    ['externLearn', { externLearn: true }, { flags: ['extern_learn'], state: '' }, { flags: ['externLearn'] }],
    ['use', { use: true }, { ...master, flags: [], state: '' }, { flags: [], state: 'dynamic' }],
    ['activityNotify', { state: 'static', activityNotify: true }, { state: 'static' }, { flags: ['activityNotify'] }],
    [
      'inactive',
      { state: 'static', activityNotify: true, inactive: true },
      { state: 'static' },
      { flags: ['activityNotify', 'inactive'] },
    ],
  ])('%s, of a bridge', async (_what, more, bridge, ours) => {
    await addFdb({ dev: 'eth1', lladdr, master: true, ...more }, where)
    expect(await shown('eth1')).toEqual([expect.objectContaining(bridge)])
    const expected = expect.objectContaining({ dev: 772, lladdr, master: 1286, ...ours })
    expect(await listed('eth1')).toEqual([expected])
    expect(await getFdb({ dev: 'eth1', lladdr }, where)).toEqual(expected)
    expect(await getFdb({ br: 'br0', lladdr }, where)).toEqual(expected)
  })

  test('of a bridge itself, and of a link that is neither', async () => {
    await addFdb({ dev: 'br0', lladdr }, where)
    await addFdb({ dev: 'eth0', lladdr }, where)
    expect(await shown('br0')).toEqual([expect.objectContaining({ master: 'br0', state: 'permanent' })])
    expect(await shown('eth0')).toEqual([expect.objectContaining({ flags: ['self'], state: 'permanent' })])
    expect(await listed('br0')).toEqual([expect.objectContaining({ dev: 1286, master: 1286, flags: [] })])
    expect(await listed('eth0')).toEqual([expect.objectContaining({ dev: 258, flags: ['self'] })])
    await expect(getFdb({ dev: 'eth0', lladdr, self: true }, where)).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  })

  describe('vlan, where this kernel has VLANs in its bridges', () => {
    const vlans = ({ skip }: TestContext) =>
      ns
        .ip('link set br0 type bridge vlan_filtering 1 vlan_default_pvid 258')
        .catch(() => skip('this kernel has no VLANs in its bridges (CONFIG_BRIDGE_VLAN_FILTERING)'))
    const base = { dev: 'eth1', lladdr, master: true, state: 'static' } as const

    test('given', async (context) => {
      await vlans(context)
      await addFdb({ ...base, vlan: 258 }, where)
      expect(await shown('eth1')).toEqual([expect.objectContaining({ vlan: 258, state: 'static' })])
      expect(await listFdb({ vlan: 258, dev: 'eth1', state: 'static' }, where)).toMatchObject([{ lladdr, vlan: 258 }])
      await deleteFdb({ ...base, vlan: 258 }, where)
      expect(await shown('eth1')).toEqual([])
    })

    test('absent: none, and every VLAN of the port', async (context) => {
      await vlans(context)
      await addFdb(base, where)
      expect((await shown('eth1')).map(({ vlan }) => vlan).sort()).toEqual([258, undefined])
      expect((await listed('eth1')).map(({ vlan }) => vlan).sort()).toEqual([258, undefined])
      expect(await getFdb({ dev: 'eth1', lladdr, vlan: 258 }, where)).toMatchObject({ vlan: 258 })
      expect(await getFdb({ dev: 'eth1', lladdr }, where)).not.toHaveProperty('vlan')
      await deleteFdb(base, where)
      expect(await shown('eth1')).toEqual([])
    })
  })
})

describe('verbs on a unicast address of a VXLAN: absent, the same, another', () => {
  const base = { dev: 'vx0', lladdr, dst, vni: 66051 }
  const another = { ...base, dst: '10.4.5.7' }
  const now = async () => (await listed('vx0')).map((entry) => entry.dst)

  test('add and append are exclusive, also where the kernel would say yes and change nothing', async () => {
    await addFdb(base, where)
    for (const verb of [addFdb, appendFdb])
      for (const options of [base, another])
        await expect(verb(options, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(appendFdb(another, where)).rejects.toThrow(/only the all-zero and group addresses/)
    expect(await now()).toEqual([dst])
    await appendFdb({ ...another, lladdr: '02:11:22:33:44:56' }, where)
    expect(await shown('vx0', '02:11:22:33:44:56')).toMatchObject([{ dst: '10.4.5.7', vni: 66051 }])
  })

  test('replace makes and overwrites', async () => {
    await replaceFdb(base, where)
    await replaceFdb(base, where)
    await replaceFdb({ ...another, port: 4660, state: 'static' }, where)
    expect(await shown('vx0')).toEqual([
      { mac: lladdr, dst: '10.4.5.7', port: 4660, vni: 66051, flags: ['self'], state: 'static' },
    ])
  })

  test('replace of a next hop by another; not by a destination, to which the kernel says yes', async () => {
    await addFdb({ dev: 'vx0', lladdr, nhid: 66055 }, where)
    await replaceFdb({ dev: 'vx0', lladdr, nhid: 66055, state: 'static' }, where)
    await expect(replaceFdb(base, where)).rejects.toMatchObject({ code: 'EOPNOTSUPP', applied: false })
    expect(await shown('vx0')).toMatchObject([{ nhid: 66055 }])
    await appendFdb({ dev: 'vx0', lladdr: zero, nhid: 66055 }, where)
    await expect(appendFdb({ dev: 'vx0', lladdr: zero, dst }, where)).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  })

  test('replace of what a user has made by what is externally learned is done in part', async () => {
    await addFdb(base, where)
    await expect(replaceFdb({ ...another, externLearn: true }, where)).rejects.toMatchObject({
      code: 'EEXIST',
      applied: 'partly',
      appliedOptions: ['dst', 'vni'],
    })
    expect(await shown('vx0')).toMatchObject([{ dst: '10.4.5.7', flags: ['self'] }])
    await replaceFdb({ ...base, lladdr: '02:11:22:33:44:56', externLearn: true }, where)
    await replaceFdb({ ...another, lladdr: '02:11:22:33:44:56', externLearn: true }, where)
  })

  test('delete fails where there is none, or no such destination', async () => {
    await addFdb(base, where)
    for (const options of [another, { ...base, vni: 66052 }, { ...base, lladdr: '02:11:22:33:44:56' }])
      await expect(deleteFdb(options, where)).rejects.toMatchObject({ code: 'ENOENT', request: 'RTM_DELNEIGH' })
    await deleteFdb(base, where)
    expect(await shown('vx0')).toEqual([])
    await expect(deleteFdb({ dev: 'vx0', lladdr }, where)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe.each([zero, group])('several destinations of %s', (lladdr) => {
  const base = { dev: 'vx0', lladdr, dst }
  const now = async () => (await shown('vx0', lladdr)).map((entry) => [entry.dst, entry.port, entry.state])

  test('are appended, and deleted one by one or together', async () => {
    await addFdb(base, where)
    await expect(addFdb({ ...base, dst: '10.4.5.7' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
    await appendFdb({ ...base, dst: '10.4.5.7' }, where)
    await appendFdb({ ...base, port: 4660 }, where)
    await appendFdb(base, where)
    const all = [dst, '10.4.5.7', dst].map((dst, i) => [dst, i === 2 ? 4660 : undefined, 'permanent'])
    expect(await now()).toEqual(all)
    expect((await listed('vx0', lladdr)).map(({ dst, port, state }) => [dst, port, state])).toEqual(all)
    // The kernel tells the first one only.
    expect(await getFdb({ dev: 'vx0', lladdr, self: true }, where)).toMatchObject({ dst })
    await deleteFdb(base, where)
    expect(await now()).toEqual(all.slice(1))
    await deleteFdb({ dev: 'vx0', lladdr }, where)
    expect(await now()).toEqual([])
  })

  test('are not replaced, and keep their state', async () => {
    await appendFdb(base, where)
    const replace = replaceFdb({ ...base, dst: '10.4.5.7', state: 'dynamic' }, where)
    await expect(replace).rejects.toMatchObject({ path: 'lladdr', applied: false })
    expect(await now()).toEqual([[dst, undefined, 'permanent']])
  })
})

describe('verbs on an entry of a bridge', () => {
  const base = { dev: 'eth1', lladdr, master: true, state: 'static' } as const

  test('add and append are exclusive, on whichever port it is; the kernel would append by moving it', async () => {
    await addFdb(base, where)
    for (const verb of [addFdb, appendFdb])
      for (const options of [base, { ...base, dev: 'vx6' }, { ...base, externLearn: true }, { ...base, use: true }])
        await expect(verb(options, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    expect(await shown('eth1')).toEqual([{ mac: lladdr, flags: [], master: 'br0', state: 'static' }])
  })

  test('replace moves it', async () => {
    await replaceFdb(base, where)
    await replaceFdb({ ...base, dev: 'vx6', state: 'permanent' }, where)
    expect(await shown('eth1')).toEqual([])
    expect(await shown('vx6')).toMatchObject([{ master: 'br0', state: 'permanent' }])
    await replaceFdb({ ...base, externLearn: true }, where)
    expect(await shown('eth1')).toMatchObject([{ flags: ['extern_learn'], master: 'br0' }])
  })

  test('delete and get are about the port', async () => {
    await addFdb(base, where)
    await expect(deleteFdb({ dev: 'vx6', lladdr, master: true }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(getFdb({ dev: 'vx6', lladdr }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await deleteFdb({ dev: 'eth1', lladdr, master: true }, where)
    expect(await shown('eth1')).toEqual([])
  })

  test('use, and dynamic, on a port that does not learn', async () => {
    for (const more of [{ use: true }, { state: 'dynamic' as const }])
      await expect(addFdb({ dev: 'vx6', lladdr, master: true, ...more }, where)).rejects.toMatchObject({
        code: 'EPERM',
        applied: false,
      })
    expect(await shown('vx6')).toEqual([])
  })

  test('sticky stays where it is', async () => {
    await addFdb({ ...base, sticky: true }, where)
    await replaceFdb({ ...base, externLearn: true }, where)
    expect(await shown('eth1')).toMatchObject([{ state: 'static' }])
  })
})

describe('self and master together', () => {
  const both = { dev: 'vx6', lladdr, dst: dst6, self: true, master: true, state: 'static' } as const

  test('are both made and both deleted', async () => {
    await addFdb(both, where)
    expect(await shown('vx6')).toEqual([
      expect.objectContaining({ master: 'br0', flags: [], state: 'static' }),
      expect.objectContaining({ dst: dst6, flags: ['self'], state: 'static' }),
    ])
    await deleteFdb(both, where)
    expect(await shown('vx6')).toEqual([])
  })

  test('tell which of them failed', async () => {
    await addFdb({ ...both, master: false }, where)
    await expect(addFdb(both, where)).rejects.toMatchObject({
      code: 'EEXIST',
      applied: 'partly',
      appliedOptions: ['master'],
    })
    await deleteFdb({ dev: 'vx6', lladdr, self: true }, where)
    await expect(addFdb(both, where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(addFdb(both, where)).rejects.toThrow(/in the table of master/)
    expect(await shown('vx6')).toMatchObject([{ master: 'br0' }])
  })

  test('wrong tables', async () => {
    const wrong = (options: FdbOptions) => expect(addFdb(options, where)).rejects
    await wrong({ dev: 'vx0', lladdr, master: true }).toMatchObject({ code: 'EOPNOTSUPP' })
    await wrong({ dev: 'vx0', lladdr }).toMatchObject({ code: 'EINVAL' })
    await wrong({ dev: 'vx0', lladdr, dst: dst6 }).toMatchObject({ code: 'EAFNOSUPPORT' })
    await wrong({ dev: 'lo', lladdr }).toMatchObject({ code: 'EINVAL', kernelMessage: /Ethernet/ })
    await wrong({ dev: 'nope', lladdr, dst }).toMatchObject({ code: 'ENODEV', attribute: 'dev' })
    await wrong({ dev: 'vx0', lladdr, dst, via: 'nope' }).toMatchObject({ code: 'ENODEV', attribute: 'via' })
    await wrong({ dev: 'vx0', lladdr, nhid: 4242 }).toMatchObject({ code: 'EINVAL', request: 'RTM_NEWNEIGH' })
  })
})

test('a VXLAN that is full says so', async () => {
  await ns.ip('link add vxl type vxlan id 7 dstport 4664 maxaddress 2')
  for (const mac of ['02:00:00:00:00:01', '02:00:00:00:00:02']) await addFdb({ dev: 'vxl', lladdr: mac, dst }, where)
  await expect(addFdb({ dev: 'vxl', lladdr, dst }, where)).rejects.toMatchObject({ code: 'ENOSPC', applied: false })
})

test('taking a VXLAN down removes none of its entries, and taking a port down those of the bridge', async () => {
  await ns.ip('link set vx0 up')
  await addFdb({ dev: 'vx0', lladdr, dst }, where)
  await addFdb({ dev: 'eth1', lladdr, master: true, state: 'dynamic' }, where)
  await ns.ip('link set vx0 down')
  await ns.ip('link set eth1 down')
  expect(await listed('vx0')).toHaveLength(1)
  expect(await listed('eth1')).toEqual([])
})

describe('lists', () => {
  const print = ({ dev, lladdr, dst, master }: FdbEntry) => `${dev} ${lladdr} ${dst} ${master}`
  const expectSame = async (filter: FdbFilter, words: string) => {
    const indexes = Object.fromEntries((await ns.show('link show')).map(({ ifname, ifindex }) => [ifname, ifindex]))
    const [, dev] = /dev (\S+)/.exec(words) ?? []
    const theirs = (await ns.bridge(`fdb show ${words}`)).map(
      ({ ifname, mac, dst, master }) => `${indexes[ifname ?? dev]} ${mac} ${dst} ${indexes[master]}`,
    )
    expect((await listFdb(filter, where)).map(print).sort()).toEqual(theirs.sort())
    return theirs.length
  }

  test('are those of bridge, by link and by bridge', async () => {
    await addFdb({ dev: 'vx0', lladdr, dst }, where)
    await addFdb({ dev: 'vx6', lladdr, dst: dst6, self: true, master: true }, where)
    await addFdb({ dev: 'eth1', lladdr: group, master: true, state: 'static' }, where)
    expect(await expectSame({}, '')).toBeGreaterThan(6)
    expect(await expectSame({ dev: 'vx0' }, 'dev vx0')).toBe(1)
    expect(await expectSame({ dev: 'vx6' }, 'dev vx6')).toBeGreaterThan(2)
    expect(await expectSame({ br: 'br0' }, 'br br0')).toBeGreaterThan(4)
    expect(await listFdb({ br: 'eth0' }, where)).toEqual([])
    expect((await listFdb({ state: 'static' }, where)).map(({ lladdr }) => lladdr)).toEqual([group])
  })

  test('all that a user has made can be deleted as it was listed', async () => {
    const before = await ns.bridge('fdb show')
    await appendFdb({ dev: 'vx0', lladdr: zero, dst, port: 4660, vni: 7, via: 'eth0' }, where)
    await appendFdb({ dev: 'vx0', lladdr: zero, dst }, where)
    await addFdb({ dev: 'vx0', lladdr, nhid: 66055 }, where)
    await addFdb({ dev: 'vxe', lladdr, dst, srcVni: 66050 }, where)
    await addFdb({ dev: 'vxe', lladdr, dst, srcVni: 66051 }, where)
    await addFdb({ dev: 'vx6', lladdr, dst: dst6, self: true, master: true }, where)
    await addFdb({ dev: 'eth0', lladdr }, where)
    await addFdb({ dev: 'br0', lladdr: '02:11:22:33:44:56' }, where)
    await addFdb({ dev: 'eth1', lladdr: '02:11:22:33:44:57', master: true, externLearn: true }, where)
    const made = (await listFdb({}, where)).filter(
      ({ lladdr }) => lladdr === zero || lladdr.startsWith('02:11:22:33:44'),
    )
    expect(made).toHaveLength(10)
    for (const entry of made) await deleteFdb(entry, where)
    expect(await ns.bridge('fdb show')).toEqual(before)
  })
})

describe('many', () => {
  const mac = (i: number) =>
    `02:00:00:${[16, 8, 0].map((shift) => ((i >> shift) & 0xff).toString(16).padStart(2, '0')).join(':')}`
  const addresses = (count: number) => Array.from({ length: count }, (_, i) => mac(i + 1))

  test('10,000 in a batch, then all of them listed', async () => {
    const all = addresses(10_000)
    const outcomes = await batch(
      all.map((lladdr) => addFdb.op({ dev: 'vx0', lladdr, dst })),
      where,
    )
    expect(outcomes).toHaveLength(10_000)
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect((await listFdb({ dev: 'vx0' }, where)).map(({ lladdr }) => lladdr).sort()).toEqual(all)
  })

  test('an outcome each: replaced, exclusive, absent', async () => {
    const all = addresses(2000)
    const mixed = all.flatMap((lladdr, i) => [
      replaceFdb.op({ dev: 'vx0', lladdr, dst }),
      addFdb.op({ dev: 'vx0', lladdr, dst }),
      ...(i % 2 === 0 ? [deleteFdb.op({ dev: 'vx0', lladdr })] : []),
    ])
    const outcomes = await batch(mixed, where)
    const failures = outcomes.flatMap((outcome, i) => (outcome.ok ? [] : [mixed[i]?.doing().slice(0, 4)]))
    expect(failures).toEqual(all.map(() => 'add '))
    expect(await listFdb({ dev: 'vx0' }, where)).toHaveLength(1000)
  })

  test('100,000 listed, none missing and none twice', async () => {
    const all = addresses(100_000)
    function* operations() {
      for (const lladdr of all) yield addFdb.op({ dev: 'vx0', lladdr, dst, state: 'static' })
    }
    const outcomes = await batch(operations(), where)
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    const found = await listFdb({ dev: 'vx0' }, where)
    expect(found).toHaveLength(100_000)
    const seen = new Set(found.map(({ lladdr }) => lladdr))
    expect(all.filter((lladdr) => !seen.has(lladdr))).toEqual([])
    expect(found.every((entry) => entry.dst === dst && entry.state === 'static')).toBe(true)
  })

  test('listed while others come and go: each once', async () => {
    const stable = addresses(3000)
    await batch(
      stable.map((lladdr) => addFdb.op({ dev: 'vx0', lladdr, dst })),
      where,
    )
    let done = false
    const churn = async () => {
      for (let i = 0; !done; i = (i + 64) % 6400) {
        const some = Array.from({ length: 64 }, (_, k) => mac(0x10_0000 + i + k))
        await batch([...some.map((lladdr) => addFdb.op({ dev: 'vx0', lladdr, dst }))], where)
        await batch([...some.map((lladdr) => deleteFdb.op({ dev: 'vx0', lladdr }))], where)
      }
    }
    const churning = churn()
    try {
      for (let round = 0; round < 20; round++) {
        const found = await listFdb({ dev: 'vx0' }, where)
        expect(new Set(found.map(({ lladdr }) => lladdr)).size).toBe(found.length)
      }
    } finally {
      done = true
      await churning
    }
    expect((await listFdb({ dev: 'vx0' }, where)).map(({ lladdr }) => lladdr).sort()).toEqual(stable)
  })
})
