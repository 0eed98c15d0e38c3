import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createVeth, type VethPeerOptions, vethAttributes } from '../../lib/link/kinds/veth.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { linkNames, still } from '../support/links.js'
import { createTestNamespace, type TestNamespace, testNamespace } from '../support/namespace.js'

let namespace: TestNamespace
let where: { netns: string }
beforeAll(async () => {
  namespace = await createTestNamespace()
  where = { netns: namespace.name }
})
afterEach(async () => {
  if ((await listLinks({ kind: 'veth' }, where)).length > 0) await deleteLink('va', where)
})
afterAll(() => namespace?.remove())

/** Options of the peer → where and what `ip -d -j` prints, and what we read. */
const rows: Readonly<Record<Exclude<keyof VethPeerOptions, 'netns'>, readonly [unknown, string | undefined, unknown]>> =
  {
    name: ['vb', 'ifname', 'vb'],
    index: [4242, 'ifindex', 4242],
    address: ['02:11:22:33:44:55', 'address', '02:11:22:33:44:55'],
    broadcast: ['02:66:77:88:99:aa', 'broadcast', '02:66:77:88:99:aa'],
    mtu: [1402, 'mtu', 1402],
    txQueueLength: [66051, 'txqlen', 66051],
    numTxQueues: [3, 'num_tx_queues', 3],
    numRxQueues: [5, 'num_rx_queues', 5],
    group: [258, 'group', '258'],
    gsoMaxSize: [4660, 'gso_max_size', 4660],
    gsoMaxSegs: [258, 'gso_max_segs', 258],
    groMaxSize: [22136, 'gro_max_size', 22136],
  }

describe('each option of the other end, set and read back', () => {
  test('the table of the kind has the peer alone', () => {
    expect(Object.keys(vethAttributes.rows)).toEqual(['peer'])
  })

  test.each(Object.entries(rows))('%s', async (name, [value, path, printed]) => {
    const own = name === 'index' ? { index: 4243 } : {}
    const made = await createVeth({ name: 'va', ...own, peer: { name: 'vb', [name]: value } }, where)
    const peer = await getLink('vb', where)
    // Without receive queues in the kernel (CONFIG_RPS) there is nothing to tell.
    if (name === 'numRxQueues' && peer.numRxQueues === undefined) return
    expect(peer).toMatchObject({ kind: 'veth', [name]: value, link: made.index })
    expect(made).toMatchObject({ kind: 'veth', name: 'va', link: peer.index })
    const [shown] = await namespace.show('link show dev vb')
    expect(shown[path as string]).toEqual(printed)
    expect(shown).toMatchObject({ link: 'va', linkinfo: { info_kind: 'veth' } })
    // Each end has its own.
    const [shownOwn] = await namespace.show('link show dev va')
    expect(shownOwn[path as string]).not.toEqual(printed)
  })

  test('the kernel names a peer that has no name', async () => {
    const { link, data } = await createVeth({ name: 'va' }, where)
    expect(data).toEqual({})
    expect(await getLink(link as number, where)).toMatchObject({ name: 'veth0', kind: 'veth' })
  })
})

describe('a peer in another namespace', () => {
  test('is born there, by the same request', async () => {
    const there = await testNamespace()
    const made = await createVeth({ name: 'va', up: true, peer: { name: 'eth0', netns: there.name } }, where)
    const peer = await getLink('eth0', { netns: there.name })
    expect(made).toMatchObject({ link: peer.index, linkNetnsid: 0 })
    expect(peer).toMatchObject({ link: made.index, linkNetnsid: 0, up: false })
    expect(still(made)).toEqual(still(await getLink('va', where)))
    expect((await there.show('link show dev eth0'))[0]).toMatchObject({ link_netnsid: 0, link_index: made.index })
    await updateLink('eth0', { up: true }, { netns: there.name })
    await deleteLink('eth0', { netns: there.name })
    await expect(getLink('va', where)).rejects.toMatchObject({ code: 'ENODEV' })
  })

  test('while this end is born in a third', async () => {
    const [one, two] = [await testNamespace(), await testNamespace()]
    const made = await createVeth({ name: 'va', netns: one.name, peer: { name: 'vb', netns: two.name } }, where)
    expect(still(made)).toEqual(still(await getLink('va', { netns: one.name })))
    expect((await getLink('vb', { netns: two.name })).link).toBe(made.index)
    expect(linkNames(await listLinks({}, where))).toEqual(['lo'])
  })

  test('stays here, while this end is born there', async () => {
    const there = await testNamespace()
    const made = await createVeth({ name: 'vb', netns: there.name, peer: { name: 'va' } }, where)
    expect(still(made)).toEqual(still(await getLink('vb', { netns: there.name })))
    expect((await getLink('va', where)).link).toBe(made.index)
  })

  test('has a name that is taken there: neither end is made', async () => {
    const there = await testNamespace(['link add name eth0 type bridge'])
    const creation = createVeth({ name: 'va', peer: { name: 'eth0', netns: there.name } }, where)
    await expect(creation).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    expect(linkNames(await listLinks({}, where))).toEqual(['lo'])
    expect(await getLink('eth0', { netns: there.name })).toMatchObject({ kind: 'bridge' })
  })

  test('that is none', async () => {
    const creation = createVeth({ name: 'va', peer: { name: 'vb', netns: 'rtnl-test-absent' } }, where)
    await expect(creation).rejects.toMatchObject({ code: 'ERR_RTNETLINK_NETNS_ABSENT' })
  })
})
