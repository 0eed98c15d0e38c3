import { expect, test } from 'vitest'
import { addFloodDestination, deleteFloodDestination, listFloodDestinations } from '../../lib/fdb/flood.js'
import { listFdb } from '../../lib/fdb/list.js'
import { addFdb, deleteFdb } from '../../lib/fdb/operations.js'
import { testNamespace } from '../support/namespace.js'

const zero = '00:00:00:00:00:00'

async function stage() {
  const ns = await testNamespace([
    'link add eth0 index 258 type veth peer name eth1',
    'link add vx0 index 66051 type vxlan id 66050 dstport 4661 local 10.1.2.3',
    'link add vx6 index 66052 type vxlan id 66049 dstport 4662 local fd00::1 remote fd00::2',
    'link add vxe index 66053 type vxlan dstport 4663 external',
    'nexthop add id 66054 via 10.4.5.6 fdb',
    'nexthop add id 66055 group 66054 fdb',
  ])
  return { ns, where: { netns: ns.name } }
}

test('are added, listed and deleted, each of them once', async () => {
  const { ns, where } = await stage()
  const exists = { code: 'EEXIST', applied: false }
  const one = { dev: 'vx0', dst: '10.4.5.6' }
  const two = { ...one, port: 4660, vni: 66051, via: 'eth0' }
  await addFloodDestination(one, where)
  await addFloodDestination(two, where)
  await addFloodDestination({ ...one, dst: '10.4.5.7' }, where)
  // To the last of them, which says what is the link's own, the kernel says yes.
  for (const again of [one, two, { ...one, port: 4661, vni: 66050 }])
    await expect(addFloodDestination(again, where)).rejects.toMatchObject(exists)
  const all = { flags: ['self'], state: 'permanent' }
  const shown = async (dev: string) => (await ns.bridge(`fdb show dev ${dev}`)).filter(({ mac }) => mac === zero)
  expect(await shown('vx0')).toEqual([
    { mac: zero, ...all, dst: '10.4.5.6' },
    { mac: zero, ...all, dst: '10.4.5.6', port: 4660, vni: 66051, viaIf: 'eth0' },
    { mac: zero, ...all, dst: '10.4.5.7' },
  ])
  const listed = await listFloodDestinations({ dev: 'vx0' }, where)
  expect(listed.map(({ dst, port, vni, via }) => [dst, port, vni, via])).toEqual([
    ['10.4.5.6', undefined, undefined, undefined],
    ['10.4.5.6', 4660, 66051, 258],
    ['10.4.5.7', undefined, undefined, undefined],
  ])
  const absent = { code: 'ENOENT', applied: false }
  await expect(deleteFloodDestination({ ...one, port: 4662 }, where)).rejects.toMatchObject(absent)
  await deleteFloodDestination(one, where)
  await expect(deleteFloodDestination(one, where)).rejects.toMatchObject(absent)
  for (const entry of listed.slice(1)) await deleteFloodDestination(entry, where)
  expect(await shown('vx0')).toEqual([])
})

test('the link’s own remote, VNIs, and what stands in place of destinations', async () => {
  const { ns, where } = await stage()
  await expect(addFloodDestination({ dev: 'vx6', dst: 'fd00::2' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
  await addFloodDestination({ dev: 'vx6', dst: 'fd00::3' }, where)
  for (const srcVni of [66060, 66061]) await addFloodDestination({ dev: 'vxe', dst: '10.4.5.6', srcVni }, where)
  await addFdb({ dev: 'vx0', lladdr: zero, nhid: 66055 }, where)
  const replaced = addFloodDestination({ dev: 'vx0', dst: '10.4.5.6' }, where)
  await expect(replaced).rejects.toMatchObject({ code: 'EOPNOTSUPP' })

  const shown = (await ns.bridge('fdb show')).filter(({ mac }) => mac === zero)
  // Each VNI has a place of its own in the table, and the kernel tells them in no order.
  const inOrder = (told: readonly unknown[][]) => told.toSorted(([, , a = 0], [, , b = 0]) => Number(a) - Number(b))
  const told = inOrder(shown.map(({ ifname, dst, src_vni, nhid }) => [ifname, dst, src_vni, nhid]))
  expect(told).toEqual([
    ['vx0', undefined, undefined, 66055],
    ['vx6', 'fd00::2', undefined, undefined],
    ['vx6', 'fd00::3', undefined, undefined],
    ['vxe', '10.4.5.6', 66060, undefined],
    ['vxe', '10.4.5.6', 66061, undefined],
  ])
  const names: Record<number, string> = { 66051: 'vx0', 66052: 'vx6', 66053: 'vxe' }
  const all = await listFloodDestinations({}, where)
  expect(inOrder(all.map(({ dev, dst, srcVni, nhid }) => [names[dev], dst, srcVni, nhid]))).toEqual(told)
  expect(await listFloodDestinations({ dev: 'vxe', srcVni: 66061 }, where)).toHaveLength(1)
  await deleteFloodDestination({ dev: 'vxe', dst: '10.4.5.6', srcVni: 66061 }, where)
  await deleteFdb({ dev: 'vx0', lladdr: zero }, where)
  expect(await listFloodDestinations({}, where)).toHaveLength(3)
})

test('a link that is no VXLAN is not told, where it would take the address for one of its own', async () => {
  const { where } = await stage()
  await expect(addFloodDestination({ dev: 'eth0', dst: '10.4.5.6' }, where)).rejects.toMatchObject({
    code: 'EOPNOTSUPP',
    applied: false,
  })
  expect((await listFdb({ dev: 'eth0' }, where)).filter(({ lladdr }) => lladdr === zero)).toEqual([])
})
