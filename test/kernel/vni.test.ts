import { beforeEach, describe, expect, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { addVni, deleteVni, listVnis, replaceVni } from '../../lib/vni/operations.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'
import { requireVlanFiltering } from '../support/vlan.js'
import { overlay, vniOf } from '../support/vlan-overlay.js'

const vx0 = 258

let ns: TestNamespace
let where: { netns: string }
beforeEach(async (context) => {
  ns = await testNamespace(['link add vx1 index 772 type vxlan external dstport 4790', 'link add dummy0 type bridge'])
  where = { netns: ns.name }
  await createVxlan({ name: 'vx0', index: vx0, external: true, vniFilter: true, dstPort: 4789 }, where)
  // Before Linux 5.18 vxlan_newlink passes over IFLA_VXLAN_VNIFILTER.
  await listVnis({ dev: 'vx0' }, where).catch((error) => {
    if (isKernelError(error, 'EOPNOTSUPP')) context.skip('this kernel has no VNI filter of VXLANs (Linux 5.18)')
    throw error
  })
})

/** As `bridge` prints them. */
const shown = async () => (await ns.bridge('vni show')).flatMap(({ ifname, vnis }) => [ifname, ...vnis])

describe('what is written is what bridge and we read back', () => {
  test('VNIs, one or several, with the address that unknown destinations are sent to', async () => {
    await addVni({ dev: 'vx0', vni: 10 }, where)
    await addVni({ dev: 'vx0', vni: '66051-66053', remote: '10.4.5.6' }, where)
    await addVni({ dev: vx0, vni: { first: 0xfffffe, last: 0xffffff }, remote: '10.4.5.7' }, where)
    expect(await shown()).toEqual([
      'vx0',
      { vni: 10 },
      { vni: 66051, vniEnd: 66053, remote: '10.4.5.6' },
      { vni: 0xfffffe, vniEnd: 0xffffff, remote: '10.4.5.7' },
    ])
    expect(await listVnis({ dev: 'vx0' }, where)).toEqual([
      { dev: vx0, vni: 10 },
      ...[66051, 66052, 66053].map((vni) => ({ dev: vx0, vni, remote: '10.4.5.6' })),
      ...[0xfffffe, 0xffffff].map((vni) => ({ dev: vx0, vni, remote: '10.4.5.7' })),
    ])
    expect(await listVnis({ vni: '66053-16777214' }, where)).toMatchObject([{ vni: 66053 }, { vni: 0xfffffe }])
  })

  test('groups, which need a link below, and IPv6', async () => {
    await expect(addVni({ dev: 'vx0', vni: 10, group: '239.1.2.3' }, where)).rejects.toMatchObject({ code: 'EINVAL' })
    const below = { dev: 'dummy0', external: true, vniFilter: true } as const
    await createVxlan({ name: 'vx2', index: 1286, dstPort: 4791, ...below }, where)
    await replaceVni({ dev: 'vx2', vni: '10-11', group: '239.1.2.3' }, where)
    await replaceVni({ dev: 'vx2', vni: 12, group: 'ff05::1:2:3' }, where)
    await replaceVni({ dev: 'vx2', vni: 13, remote: '2001:db8:a:b:c:d:e:f' }, where)
    expect(await shown()).toEqual([
      'vx2',
      { vni: 10, vniEnd: 11, group: '239.1.2.3' },
      { vni: 12, group: 'ff05::1:2:3' },
      { vni: 13, remote: '2001:db8:a:b:c:d:e:f' },
    ])
    expect(await listVnis({}, where)).toEqual([
      ...[10, 11].map((vni) => ({ dev: 1286, vni, group: '239.1.2.3' })),
      { dev: 1286, vni: 12, group: 'ff05::1:2:3' },
      { dev: 1286, vni: 13, remote: '2001:db8:a:b:c:d:e:f' },
    ])
  })
})

describe('verbs: absent, the same, another', () => {
  const remotes = async () => (await listVnis({ dev: 'vx0' }, where)).map(({ vni, remote }) => [vni, remote])

  test('add is exclusive, also where the kernel would say yes', async () => {
    await addVni({ dev: 'vx0', vni: 10, remote: '10.4.5.6' }, where)
    const taken = { code: 'EEXIST', applied: false }
    await expect(addVni({ dev: 'vx0', vni: 10 }, where)).rejects.toMatchObject(taken)
    await expect(addVni({ dev: 'vx0', vni: '5-15', remote: '10.4.5.7' }, where)).rejects.toMatchObject(taken)
    expect(await remotes()).toEqual([[10, '10.4.5.6']])
  })

  test('replace makes and overwrites', async () => {
    await replaceVni({ dev: 'vx0', vni: 10, remote: '10.4.5.6' }, where)
    await replaceVni({ dev: 'vx0', vni: '9-10', remote: '10.4.5.7' }, where)
    expect(await remotes()).toEqual([9, 10].map((vni) => [vni, '10.4.5.7']))
  })

  test('delete fails where one is not there, and then deletes none', async () => {
    await addVni({ dev: 'vx0', vni: '10-12' }, where)
    await expect(deleteVni({ dev: 'vx0', vni: 13 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(deleteVni({ dev: 'vx0', vni: '12-13' }, where)).rejects.toMatchObject({
      code: 'ENOENT',
      applied: false,
    })
    await deleteVni({ dev: 'vx0', vni: '10-11' }, where)
    const listed = await listVnis({ dev: 'vx0', statistics: true }, where)
    expect(listed).toHaveLength(1)
    for (const vni of listed) await deleteVni(vni, where)
    expect(await shown()).toEqual([])
  })

  test('a failure says about what', async () => {
    await expect(addVni({ dev: 'nope', vni: 1 }, where)).rejects.toMatchObject({ code: 'ENODEV', attribute: 'dev' })
    await expect(replaceVni({ dev: 'vx1', vni: 1 }, where)).rejects.toThrow(/^cannot replace VNI 1 of vx1: /)
    await expect(replaceVni({ dev: 'dummy0', vni: 1 }, where)).rejects.toThrow(/^cannot replace VNI 1 of dummy0: /)
    await expect(listVnis({ dev: 'vx1' }, where)).rejects.toThrow(/vx1 is no VXLAN with vniFilter/)
  })

  test('many, in a batch and blocking', async () => {
    const vnis = Array.from({ length: 1000 }, (_, i) => 4 * i + 2)
    const outcomes = batch.sync(
      vnis.map((vni) => replaceVni.op({ dev: 'vx0', vni })),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(listVnis.sync({ dev: 'vx0' }, where).map(({ vni }) => vni)).toEqual(vnis)
  })
})

test('a VXLAN takes what its filter has, and counts it', async (context) => {
  await requireVlanFiltering(context, ns.name)
  const [one, two] = await overlay((namespace, remote) =>
    addVni({ dev: 'vx0', vni: vniOf(10), remote }, { netns: namespace.name }),
  )
  expect(await one.hosts[0].ask('10.0.0.2')).toBe('it is b10')
  await addVni({ dev: 'vx0', vni: vniOf(20), remote: '10.9.0.2' }, { netns: one.namespace.name })
  await addVni({ dev: 'vx0', vni: vniOf(20), remote: '10.9.0.1' }, { netns: two.namespace.name })
  expect(await two.hosts[1].ask('10.0.0.1')).toBe('it is a20')
  const counted = await listVnis({ dev: 'vx0', statistics: true }, { netns: one.namespace.name })
  const [printed] = await one.namespace.bridge('-s vni show dev vx0')
  expect(counted.map(({ vni }) => vni)).toEqual([vniOf(10), vniOf(20)])
  for (const [i, { statistics = {} }] of counted.entries()) {
    expect(statistics.rxPackets).toBeGreaterThan(0n)
    expect(printed.vnis[i].stats).toMatchObject({
      rx_bytes: Number(statistics.rxBytes),
      rx_pkts: Number(statistics.rxPackets),
      tx_bytes: Number(statistics.txBytes),
      tx_pkts: Number(statistics.txPackets),
    })
  }
})
