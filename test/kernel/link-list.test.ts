import { describe, expect, test } from 'vitest'
import { DumpInterruptedError } from '../../lib/errors.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { deleteLink, getLink, type LinkFilter, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import type { Request } from '../../lib/netlink/request.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { adapted, linkNames } from '../support/links.js'
import { fileNamespace, testNamespace } from '../support/namespace.js'

const namespace = fileNamespace([
  'link add name br0 type bridge',
  'link add name br1 group 7 type bridge',
  'link add va type veth peer name vb',
  'link set va master br0',
  'link set vb master br1 group 7',
  'link add vx type vxlan id 99',
  'link set vx master br0 up',
  'link add name ifb9 type ifb',
  'link add link br0 name mv0 type macvlan mode bridge',
  'link set lo up',
])
const { where } = namespace

const filters: readonly (readonly [LinkFilter | undefined, readonly string[]])[] = [
  [undefined, ['br0', 'br1', 'ifb9', 'lo', 'mv0', 'va', 'vb', 'vx']],
  [{}, ['br0', 'br1', 'ifb9', 'lo', 'mv0', 'va', 'vb', 'vx']],
  [{ kind: 'bridge' }, ['br0', 'br1']],
  [{ kind: 'veth' }, ['va', 'vb']],
  [{ kind: 'vrf' }, []],
  [{ kind: 'none' }, ['lo']],
  [{ kind: 'ifb' }, ['ifb9']],
  [{ kind: 'macvlan', statistics: false }, ['mv0']],
  [{ kind: 'other' }, []],
  [{ master: 'br0' }, ['va', 'vx']],
  [{ master: 'ifb9' }, []],
  [{ up: true }, ['lo', 'vx']],
  [{ up: false, kind: 'bridge' }, ['br0', 'br1']],
  [{ group: 7 }, ['br1', 'vb']],
  [{ group: 7, kind: 'veth' }, ['vb']],
  [{ group: 8 }, []],
  [{ kind: 'vxlan', master: 'br0', up: true, group: 0 }, ['vx']],
  [{ kind: 'vxlan', master: 'br1' }, []],
]
const sorted = linkNames

describe('filters', () => {
  test.each(filters)('%o', async (filter, names) => {
    expect(sorted(await listLinks(filter, where))).toEqual(names)
    expect(sorted(listLinks.sync(filter, where))).toEqual(names)
  })

  test.each(filters)('%o, by a kernel that does not filter', async (filter, names) => {
    const unfiltered = (request: Request): Request =>
      request.mode === 'dump' ? { ...request, value: { header: {}, attributes: {} } } : request
    const [outcome] = await batch([adapted(listLinks.op(filter), unfiltered)], where)
    if (outcome?.ok !== true) throw outcome?.error
    expect(sorted(outcome.value)).toEqual(names)
  })

  test('by an object, and by a master that is not there', async () => {
    expect(sorted(await listLinks({ master: await getLink('br1', where) }, where))).toEqual(['vb'])
    await expect(listLinks({ master: 'absent' }, where)).rejects.toMatchObject({ code: 'ENODEV', attribute: 'master' })
  })
})

describe('what is listed', () => {
  test('is what ip lists, field by field', async () => {
    const shown = await namespace.show('link show')
    const links = await listLinks({}, where)
    expect(
      links.map(
        ({ index, name, mtu, address, txQueueLength, group, promiscuity, master, numTxQueues, minMtu, maxMtu }) => ({
          ...{ index, name, mtu, address, txQueueLength, group, promiscuity, numTxQueues, minMtu, maxMtu },
          master: links.find((link) => link.index === master)?.name,
        }),
      ),
    ).toEqual(
      shown.map((link) => ({
        index: link.ifindex,
        name: link.ifname,
        mtu: link.mtu,
        address: link.address,
        txQueueLength: link.txqlen,
        group: link.group === 'default' ? 0 : Number(link.group),
        promiscuity: link.promiscuity,
        numTxQueues: link.num_tx_queues,
        minMtu: link.min_mtu,
        maxMtu: link.max_mtu,
        master: link.master,
      })),
    )
    expect(links.map(({ kind, ...link }) => ('kindName' in link ? link.kindName : kind))).toEqual(
      shown.map((link) => link.linkinfo?.info_kind ?? 'none'),
    )
    expect(links.map(({ up, operState }) => [up, operState?.toString().toUpperCase()])).toEqual(
      shown.map((link) => [link.flags.includes('UP'), link.operstate]),
    )
  })

  test('is what getLink says of each', async () => {
    for (const { statistics: _, ...link } of await listLinks({ up: false }, where)) {
      expect(await getLink(link.index, where)).toMatchObject(link)
      expect(await getLink(link.name, where)).toMatchObject(link)
    }
  })

  test('a link without kind', async () => {
    expect(await getLink('lo', where)).toMatchObject({ kind: 'none', type: 772, up: true })
  })

  test('bytes that are not UTF-8 in a name lead back to the link', async () => {
    const { name } = await testNamespace()
    const odd = 'a\u{dcff}\u{dc80}b'
    await createVeth({ name: odd, peer: { name: 'ä' } }, { netns: name })
    expect(sorted(await listLinks({ kind: 'veth' }, { netns: name }))).toEqual([odd, 'ä'])
    expect(await getLink(odd, { netns: name })).toMatchObject({ name: odd })
    await deleteLink(odd, { netns: name })
    expect(await listLinks({ kind: 'veth' }, { netns: name })).toEqual([])
  })
})

test('while links come and go, a listing is whole, or says that it is not', async () => {
  const { name } = await testNamespace()
  const place = { netns: name }
  const pairs = 40
  const made = await batch(
    Array.from({ length: pairs }, (_, i) => createVeth.op({ name: `s${i}`, peer: { name: `t${i}` } })),
    place,
  )
  expect(made.filter(({ ok }) => !ok)).toEqual([])
  const stable = sorted(await listLinks({}, place))
  expect(stable).toHaveLength(2 * pairs + 1)
  let stop = false
  const churn = (async () => {
    for (let i = 0; !stop; i++) {
      await createVeth({ name: `x${i}`, peer: { name: `y${i}` } }, place)
      await updateLink(`x${i}`, { mtu: 1400 }, place)
      await deleteLink(`y${i}`, place)
    }
  })()
  let whole = 0
  for (let i = 0; i < 60; i++) {
    const listed = await listLinks({}, place).catch((error: unknown) => {
      if (error instanceof DumpInterruptedError) return undefined
      throw error
    })
    if (listed === undefined) continue
    whole++
    expect(sorted(listed).filter((one) => !/^[xy]/.test(one))).toEqual(stable)
    expect(new Set(listed.map(({ index }) => index)).size).toBe(listed.length)
  }
  stop = true
  await churn
  expect(whole).toBeGreaterThan(0)
})
