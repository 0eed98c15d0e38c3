import { describe, expect, test } from 'vitest'
import { type FdbFlushFilter, flushFdb } from '../../lib/fdb/flush.js'
import { listFdb } from '../../lib/fdb/list.js'
import { addFdb, appendFdb, type FdbOptions } from '../../lib/fdb/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { testNamespace, upWithoutAddress } from '../support/namespace.js'

const mac = (n: number) => `02:11:22:33:44:0${n}`
const zero = '00:00:00:00:00:00'

async function stage() {
  const ns = await testNamespace([
    'link add eth0 index 258 address 02:00:00:00:01:00 type veth peer name eth1 index 772 address 02:00:00:00:01:01',
    'link add eth2 index 259 address 02:00:00:00:01:02 type veth peer name eth3 index 773 address 02:00:00:00:01:03',
    'link add br0 index 1286 address 02:00:00:00:01:04 type bridge vlan_default_pvid 0',
    'link add vx0 index 66051 type vxlan id 66050 dstport 4661 local 10.1.2.3',
    'link add vxe index 66053 type vxlan dstport 4663 external',
    ...['eth1', 'eth3'].map((port) => `link set ${port} master br0`),
    ...['eth0', 'eth1', 'eth2', 'eth3', 'br0'].flatMap(upWithoutAddress),
    'nexthop add id 66054 via 10.4.5.6 fdb',
    'nexthop add id 66055 group 66054 fdb',
  ])
  const where = { netns: ns.name }
  /** Makes the entries, flushes, and says what is left of them, as `bridge` sees it. */
  const left = async (entries: readonly FdbOptions[], flush: FdbFlushFilter) => {
    for (const outcome of await batch(
      entries.map((entry) => (entry.lladdr === zero ? appendFdb : addFdb).op(entry)),
      where,
    ))
      if (!outcome.ok) throw outcome.error
    await flushFdb(flush, where)
    const shown = await ns.bridge('fdb show')
    await flushFdb({ dev: 'br0' }, where)
    await flushFdb({ dev: 'vx0' }, where)
    await flushFdb({ dev: 'vxe' }, where)
    const ours = entries.map(({ lladdr }) => lladdr)
    return shown
      .filter((entry) => ours.includes(entry.mac))
      .map((entry) => (entry.mac === zero ? entry.dst : Number(entry.mac.at(-1))))
  }
  return { ns, where, left }
}

test('entries of a bridge', async () => {
  const { ns, where, left } = await stage()
  const port = { dev: 'eth1', master: true, state: 'static' } as const
  const entries: FdbOptions[] = [
    { ...port, lladdr: mac(1) },
    { ...port, lladdr: mac(2), state: 'dynamic' },
    { ...port, lladdr: mac(3), state: 'permanent' },
    { ...port, lladdr: mac(4), sticky: true },
    { ...port, lladdr: mac(5), externLearn: true, dev: 'eth3' },
    { dev: 'br0', lladdr: mac(6) },
  ]
  const cases: [FdbFlushFilter, number[]][] = [
    [{ dev: 'br0' }, []],
    [{ dev: 'br0', state: 'permanent' }, [1, 2, 4, 5]],
    [{ dev: 'br0', state: 'static' }, [2, 3, 5, 6]],
    [{ dev: 'br0', state: 'dynamic' }, [1, 3, 4, 6]],
    [{ dev: 'br0', state: ['static', 'dynamic'] }, [3, 6]],
    [{ dev: 'br0', state: ['permanent', 'dynamic'] }, [1, 4]],
    [{ dev: 'br0', sticky: true }, [1, 2, 3, 5, 6]],
    [{ dev: 'br0', externLearn: false, state: ['static', 'dynamic'] }, [3, 5, 6]],
    [{ dev: 'br0', offloaded: true }, [1, 2, 3, 4, 5, 6]],
    [{ dev: 'br0', brport: 'eth3' }, [1, 2, 3, 4, 6]],
    [{ dev: 'br0', brport: 'br0' }, [1, 2, 3, 4, 5]],
    [{ dev: 'eth1', master: true, state: 'static' }, [2, 3, 5, 6]],
    [{ dev: 'br0', vlan: 258 }, [1, 2, 3, 4, 5, 6]],
  ]
  for (const [flush, expected] of cases)
    expect([flush, new Set(await left(entries, flush))]).toEqual([flush, new Set(expected)])
  await addFdb({ dev: 'br0', lladdr: mac(6) }, where)
  for (const flush of [{ dev: 'br0', dst: '10.4.5.6' }, { dev: 'eth0' }, { dev: 'eth0', master: true }])
    await expect(flushFdb(flush, where)).rejects.toMatchObject({ code: expect.stringMatching(/^(EOPNOTSUPP|EINVAL)$/) })
  // What it listens to is not an entry of its table.
  expect(await ns.bridge('fdb show dev eth0')).not.toEqual([])
})

test('what a user has added, and what he has not', async (context) => {
  const { where } = await stage()
  const entry = { dev: 'eth1', master: true, lladdr: mac(1) }
  const there = async () =>
    (await listFdb({ br: 'br0' }, where)).filter(({ master }) => master === 1286).map(({ lladdr }) => lladdr)
  const own = (await there()).length
  expect(own).toBeGreaterThan(0)
  await addFdb(entry, where)
  try {
    await flushFdb({ dev: 'br0', addedByUser: true }, where)
  } catch (error) {
    expect(error).toMatchObject({ code: 'EOPNOTSUPP', applied: false })
    expect(await there()).toHaveLength(own + 1)
    context.skip('this kernel cannot flush a bridge by itself (Linux 5.19)')
  }
  expect(await there()).toHaveLength(own)
  await addFdb(entry, where)
  await flushFdb({ dev: 'br0', addedByUser: false }, where)
  expect(await there()).toEqual([mac(1)])
})

test('a VLAN of a bridge', async ({ skip }) => {
  const { ns, where, left } = await stage()
  await ns
    .ip('link set br0 type bridge vlan_filtering 1 vlan_default_pvid 258')
    .catch(() => skip('this kernel has no VLANs in its bridges (CONFIG_BRIDGE_VLAN_FILTERING)'))
  const port = { dev: 'eth1', master: true, state: 'static' } as const
  const entries = [
    { ...port, lladdr: mac(1), vlan: 258 },
    { dev: 'br0', lladdr: mac(2), vlan: 258 },
  ]
  expect(await left(entries, { dev: 'br0', vlan: 258 })).toEqual([])
  expect(await left(entries, { dev: 'br0', vlan: 259 })).toEqual([1, 2])
  expect(await left(entries, { dev: 'eth1', master: true, vlan: 258 })).toEqual([2])
  await expect(flushFdb({ dev: 'vx0', vlan: 258 }, where)).rejects.toMatchObject({
    code: expect.stringMatching(/^(EOPNOTSUPP|EINVAL)$/),
  })
})

describe('entries of a VXLAN', () => {
  const vx = { dev: 'vx0', dst: '10.4.5.6' }
  const entries: FdbOptions[] = [
    { ...vx, lladdr: mac(1) },
    { ...vx, lladdr: mac(2), state: 'static', port: 4660 },
    { ...vx, lladdr: mac(3), state: 'dynamic', vni: 66052 },
    { ...vx, lladdr: mac(4), router: true, dst: '10.4.5.7' },
    { ...vx, lladdr: mac(5), externLearn: true, dst: '10.4.5.7', state: 'static' },
    { dev: 'vx0', lladdr: mac(6), nhid: 66055 },
    { ...vx, lladdr: zero },
    { ...vx, lladdr: zero, dst: '10.4.5.7' },
  ]
  const [one, two] = ['10.4.5.6', '10.4.5.7']

  test('are flushed by all that they have', async () => {
    const { where, left } = await stage()
    const cases: [FdbFlushFilter, unknown[]][] = [
      [{ dev: 'vx0' }, []],
      [{ dev: 'vx0', state: 'permanent' }, [2, 3, 5]],
      [{ dev: 'vx0', state: 'static' }, [1, 3, 4, 6, one, two]],
      [{ dev: 'vx0', state: 'dynamic' }, [1, 2, 4, 5, 6, one, two]],
      [{ dev: 'vx0', state: ['permanent', 'static'] }, [3]],
      [{ dev: 'vx0', router: true }, [1, 2, 3, 5, 6, one, two]],
      [{ dev: 'vx0', externLearn: false }, [5]],
      [{ dev: 'vx0', offloaded: true }, [1, 2, 3, 4, 5, 6, one, two]],
      [{ dev: 'vx0', dst: '10.4.5.7' }, [1, 2, 3, 6, one]],
      [{ dev: 'vx0', port: 4660 }, [1, 3, 4, 5, 6, one, two]],
      // What is the link's own is meant too, although no listing shows it.
      [{ dev: 'vx0', port: 4661 }, [2, 6]],
      [{ dev: 'vx0', vni: 66050, state: 'permanent' }, [2, 3, 5, 6]],
      [{ dev: 'vx0', vni: 66052 }, [1, 2, 4, 5, 6, one, two]],
      [{ dev: 'vx0', nhid: 66055 }, [1, 2, 3, 4, 5, one, two]],
    ]
    for (const [flush, expected] of cases)
      expect([flush, new Set(await left(entries, flush))]).toEqual([flush, new Set(expected)])
    await expect(flushFdb({ dev: 'vx0', sticky: true }, where)).rejects.toMatchObject({
      code: expect.stringMatching(/^(EOPNOTSUPP|EINVAL)$/),
    })
  })

  test('of one VNI, and those of a port in two tables', async () => {
    const { ns, where, left } = await stage()
    const ofVni = (n: number, srcVni: number) => ({ dev: 'vxe', lladdr: mac(n), dst: '10.4.5.6', srcVni })
    expect(await left([ofVni(1, 66060), ofVni(2, 66061)], { dev: 'vxe', srcVni: 66060 })).toEqual([2])
    await ns.ip('link set vx0 master br0')
    const both = { dev: 'vx0', self: true, master: true, dst: '10.4.5.6', externLearn: true }
    const plain = { dev: 'vx0', master: true, lladdr: mac(2), state: 'static' } as const
    const flush = { dev: 'vx0', self: true, master: true, externLearn: true }
    expect(await left([{ ...both, lladdr: mac(1) }, plain], flush)).toEqual([2])
    await expect(flushFdb({ dev: 'nope' }, where)).rejects.toMatchObject({ code: 'ENODEV', attribute: 'dev' })
  })
})
