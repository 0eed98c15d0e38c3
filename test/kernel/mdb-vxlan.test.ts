import { afterEach, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import { isKernelError } from '../../lib/errors.js'
import { flushMdb } from '../../lib/mdb/flush.js'
import { getMdb, listMdb } from '../../lib/mdb/list.js'
import type { MdbEntry } from '../../lib/mdb/mdb.js'
import { addMdb, deleteMdb, replaceMdb } from '../../lib/mdb/operations.js'
import type { VxlanMdbOptions } from '../../lib/mdb/options.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { requireKinds } from '../support/kernel-has.js'
import { fileNamespace, upWithoutAddress } from '../support/namespace.js'

const ns = fileNamespace([
  'link add eth0 index 258 type veth peer name eth1',
  'link add vx0 index 772 type vxlan id 66050 dstport 4660 local 10.1.2.3',
  'link add vx1 index 1286 type vxlan dstport 4661 external',
  ...['eth0', 'eth1', 'vx0', 'vx1'].flatMap(upWithoutAddress),
])
const { where } = ns
const names: Readonly<Record<number, string>> = { 258: 'eth0', 772: 'vx0', 1286: 'vx1' }

const v4 = '239.1.2.3'
const v6 = 'ff0e::102:304'
const src = '10.7.8.9'
const dst = '10.4.5.6'

const base: VxlanMdbOptions = { dev: 'vx0', grp: v4, dst }
const add = (more: Partial<VxlanMdbOptions> = {}) => addMdb({ ...base, ...more }, where)

/** Asked once a test: a kernel before 6.4 has entries of bridges only. */
async function requireMdb(context: TestContext) {
  await requireKinds(context, 'vxlan')
  try {
    await add({ grp: '239.9.9.9' })
    await deleteMdb({ ...base, grp: '239.9.9.9' }, where)
  } catch (error) {
    if (isKernelError(error, 'EINVAL') || isKernelError(error, 'EOPNOTSUPP'))
      context.skip('this kernel has no MDB of a VXLAN (Linux 6.4)')
    throw error
  }
}
beforeEach(requireMdb)
afterEach(async () => {
  for (const entry of await listMdb({}, where)) await deleteMdb(entry, where).catch(() => {})
})

/** What iproute2 6.1 prints of it, who knows nothing of a VXLAN's entries but what those of a bridge have. */
const asPrinted = ({ dev, port, grp, src: source, state, proto, filterMode, sourceList, flags }: MdbEntry) => ({
  index: dev,
  dev: names[dev],
  port: names[port],
  grp,
  ...(source !== undefined && { src: source }),
  state,
  ...(filterMode !== undefined && { filter_mode: filterMode }),
  ...(sourceList !== undefined && { source_list: sourceList.map(({ address }) => ({ address })) }),
  ...(proto !== undefined && { protocol: String(proto) }),
  flags,
})

const newer = ['dst', 'dst_port', 'vni', 'src_vni', 'via', 'timer'] as const
const withoutNewer = (entry: Record<string, unknown>) => {
  const rest = { ...entry }
  for (const name of newer) delete rest[name]
  const sources = rest.source_list as { address: string }[] | undefined
  return { ...rest, ...(sources && { source_list: sources.map(({ address }) => ({ address })) }) }
}

describe('an entry of a VXLAN', () => {
  test('is what is listed, by bridge as far as it knows them', async () => {
    const all: readonly VxlanMdbOptions[] = [
      base,
      { ...base, dst: '2001:db8::607', dstPort: 22136, vni: 66051, via: 'eth0', proto: 66 },
      { ...base, src, proto: 'zebra' },
      { ...base, grp: v6, filterMode: 'exclude', sourceList: ['2001:db8::506'] },
      { ...base, grp: '0.0.0.0', port: 'vx0' },
      { ...base, grp: '::' },
      { dev: 'vx1', grp: v4, dst, srcVni: 66052, vni: 66053 },
    ]
    const outcomes = await batch(
      all.map((one) => addMdb.op(one)),
      where,
    )
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    const found = await listMdb({}, where)
    const [{ mdb }] = await ns.bridge('mdb show')
    expect(found.map(asPrinted)).toEqual(mdb.map(withoutNewer))
    const of = (wanted: { readonly [K in keyof MdbEntry]?: MdbEntry[K] | undefined }) =>
      found.filter((entry) => Object.entries(wanted).every(([name, value]) => entry[name as keyof MdbEntry] === value))
    const vx0 = { dev: 772, port: 772, state: 'permanent', timer: 0 }
    expect(of({ dev: 772, grp: v4, src: undefined, dst })).toEqual([
      { ...vx0, grp: v4, dst, proto: 'static', filterMode: 'exclude', flags: [] },
    ])
    expect(of({ dst: '2001:db8::607' })).toEqual([
      {
        ...vx0,
        grp: v4,
        dst: '2001:db8::607',
        dstPort: 22136,
        vni: 66051,
        via: 258,
        proto: 66,
        filterMode: 'exclude',
        flags: [],
      },
    ])
    expect(of({ grp: v4, src })).toMatchObject([{ proto: 'zebra', dst, filterMode: 'include' }])
    expect(of({ grp: v6, src: undefined })).toMatchObject([
      { filterMode: 'exclude', sourceList: [{ address: '2001:db8::506', timer: 0 }] },
    ])
    // Made by the kernel for the source that is not wanted.
    expect(of({ grp: v6, src: '2001:db8::506' })).toMatchObject([{ flags: ['blocked'] }])
    expect(of({ grp: '0.0.0.0' })).toHaveLength(1)
    expect(of({ grp: '::' })).toHaveLength(1)
    expect(of({ dev: 1286 })).toMatchObject([{ srcVni: 66052, vni: 66053, dst }])
    expect(found.some(({ unknown }) => unknown !== undefined)).toBe(false)
    expect((await listMdb({ dev: 'vx1' }, where)).map(({ dev }) => dev)).toEqual([1286])
  })

  test('add is exclusive, for each destination', async () => {
    await add()
    await expect(add({ vni: 5 })).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await add({ dst: '10.4.5.7' })
    expect((await listMdb({ grp: v4 }, where)).map((entry) => entry.dst).sort()).toEqual([dst, '10.4.5.7'])
  })

  test('replace makes and overwrites', async () => {
    await replaceMdb({ ...base, vni: 5 }, where)
    await replaceMdb({ ...base, dstPort: 22136, filterMode: 'include', sourceList: [src], proto: 'bgp' }, where)
    const found = await listMdb({ grp: v4 }, where)
    expect(found.filter((entry) => entry.src === undefined)).toMatchObject([
      { dstPort: 22136, filterMode: 'include', sourceList: [{ address: src }], proto: 'bgp' },
    ])
    expect(found[0]).not.toHaveProperty('vni')
  })

  test('delete takes what is listed, and fails where there is none', async () => {
    await expect(deleteMdb(base, where)).rejects.toMatchObject({ code: 'ENOENT' })
    await add({ dev: 'vx1', srcVni: 66052 })
    await add({ dev: 'vx1', srcVni: 66053, src })
    await deleteMdb({ ...base, dev: 'vx1', srcVni: 66053, src }, where)
    await expect(deleteMdb({ ...base, dev: 'vx1', srcVni: 66053 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
    for (const entry of await listMdb({ dev: 'vx1' }, where)) await deleteMdb(entry, where)
    expect(await listMdb({}, where)).toEqual([])
  })

  test('get has the destinations of one group', async () => {
    await add()
    await add({ dst: '10.4.5.7', src })
    await add({ dst: '10.4.5.8' })
    await add({ dev: 'vx1', srcVni: 66052 })
    const of = async (query: Parameters<typeof getMdb>[0]) => (await getMdb(query, where)).map((one) => one.dst).sort()
    expect(await of({ dev: 'vx0', grp: v4 })).toEqual([dst, '10.4.5.8'])
    expect(await of({ dev: 'vx0', grp: v4, src })).toEqual(['10.4.5.7'])
    expect(await of({ dev: 'vx1', grp: v4, srcVni: 66052 })).toEqual([dst])
    await expect(getMdb({ dev: 'vx1', grp: v4, srcVni: 66053 }, where)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('flush takes what matches, and tells which', async (context) => {
    const flushed = async (filter: Parameters<typeof flushMdb>[0]) =>
      (await flushMdb(filter, where)).map((entry) => `${entry.grp} ${entry.dst}`).sort()
    const fill = async () => {
      await add()
      await add({ dst: '10.4.5.7', proto: 'zebra', dstPort: 22136 })
      await add({ grp: v6, vni: 66051 })
    }
    await fill()
    expect(await flushed({ dev: 'vx0', dst: '10.4.5.7' })).toEqual([`${v4} 10.4.5.7`])
    expect(await flushed({ dev: 'vx0', permanent: false })).toEqual([])
    expect(await flushed({ dev: 'vx0', vid: 5 })).toEqual([])
    expect(await flushed({ dev: 'vx0', proto: 'zebra' })).toEqual([])
    expect(await flushed({ dev: 'vx0', permanent: true })).toEqual([`${v4} ${dst}`, `${v6} ${dst}`])
    await fill()
    try {
      expect(await flushed({ dev: 'vx0', dstPort: 22136 })).toEqual([`${v4} 10.4.5.7`])
    } catch (error) {
      if (isKernelError(error, 'EOPNOTSUPP')) context.skip('this kernel does not flush an MDB by itself (Linux 6.8)')
      throw error
    }
    // The link's own port and VNI are meant as well, though no entry tells them.
    expect(await flushed({ dev: 'vx0', vni: 66051, dstPort: 4660 })).toEqual([`${v6} ${dst}`])
    expect(await flushed({ dev: 'vx0', vni: 66050 })).toEqual([`${v4} ${dst}`])
    await add({ dev: 'vx1', srcVni: 66052 })
    expect(await flushed({ dev: 'vx1', srcVni: 66053 })).toEqual([])
    expect(await flushed({ dev: 'vx1', srcVni: 66052 })).toEqual([`${v4} ${dst}`])
  })

  test('what the kernel refuses, in its words', async () => {
    await expect(add({ port: 'vx1' })).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(add({ via: 99 })).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(add({ via: 'nope' })).rejects.toMatchObject({ code: 'ENODEV', attribute: 'via' })
    await expect(getMdb({ dev: 'eth0', grp: v4 }, where)).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|EOPNOTSUPP/),
    })
  })
})
