/** Proves the other end of the kinds that make two links at once, as it is seen by `ip -d -j` and by our own decoder. */
import { afterEach, describe, expect, type TestContext, test } from 'vitest'
import type { AnyLinkKind } from '../../lib/link/kind.js'
import type { LinkBase } from '../../lib/link/link.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import type { PeerOptions } from '../../lib/link/peer.js'
import { updateLink } from '../../lib/link/update.js'
import type { Verb } from '../../lib/netlink/verb.js'
import { hasKind, requireKinds } from './kernel-has.js'
import { linkNames, still } from './links.js'
import { fileNamespace, testNamespace } from './namespace.js'

type Name = Exclude<keyof PeerOptions, 'netns'>

/** Where and what `ip -d -j` prints of it. */
type Row = readonly [value: unknown, path: string, printed: unknown]

export const peerRows: Readonly<Record<Name, Row>> = {
  name: ['vb', 'ifname', 'vb'],
  index: [4242, 'ifindex', 4242],
  address: ['02:11:22:33:44:55', 'address', '02:11:22:33:44:55'],
  broadcast: ['02:66:77:88:99:aa', 'broadcast', '02:66:77:88:99:aa'],
  mtu: [1402, 'mtu', 1402],
  // Linux 7.3 takes no more than 16 bits of it.
  txQueueLength: [4660, 'txqlen', 4660],
  numTxQueues: [3, 'num_tx_queues', 3],
  numRxQueues: [5, 'num_rx_queues', 5],
  group: [258, 'group', '258'],
  gsoMaxSize: [4660, 'gso_max_size', 4660],
  gsoMaxSegs: [258, 'gso_max_segs', 258],
  groMaxSize: [22136, 'gro_max_size', 22136],
}

export interface PeerCases {
  readonly kind: AnyLinkKind
  // biome-ignore lint/suspicious/noExplicitAny: whatever options the kind takes
  readonly create: Verb<[options: any], LinkBase & { readonly kind: string }>
  readonly rows: Partial<typeof peerRows>
  /** Further options of both ends. */
  readonly beside?: Readonly<Record<string, unknown>>
  /** What the kernel calls a peer without name. */
  readonly first: string
}

export function testPeer({ kind, create, rows, beside = {}, first }: PeerCases): void {
  const namespace = fileNamespace([], () => hasKind(kind.kind))
  const { where } = namespace
  const ready = (context: TestContext) => requireKinds(context, kind.kind)
  afterEach(async () => {
    if (!(await hasKind(kind.kind))) return
    if ((await listLinks({}, where)).some(({ name }) => name === 'va')) await deleteLink('va', where)
  })

  describe(`each option of the other end of ${kind.kind}, set and read back`, () => {
    test.for(Object.entries(rows) as [Name, Row][])('%s', async ([name, [value, path, printed]], context) => {
      await ready(context)
      const own = name === 'index' ? { index: 4243 } : {}
      const made = await create({ name: 'va', ...beside, ...own, peer: { name: 'vb', [name]: value } }, where)
      const peer = await getLink('vb', where)
      // Without receive queues in the kernel (CONFIG_RPS) there is nothing to tell.
      if (name === 'numRxQueues' && peer.numRxQueues === undefined) return
      if (name === 'groMaxSize' && peer[name] === undefined) context.skip('this kernel has no groMaxSize')
      if (name.startsWith('gso') && peer[name] === made[name])
        context.skip(`this kernel gives the other end of ${kind.kind} the ${name} of this one`)
      expect(peer).toMatchObject({ kind: kind.kind, [name]: value, link: made.index })
      expect(made).toMatchObject({ kind: kind.kind, name: 'va', link: peer.index })
      const [shown] = await namespace.show('link show dev vb')
      expect(shown[path]).toEqual(printed)
      expect(shown).toMatchObject({ link: 'va', linkinfo: { info_kind: kind.kind } })
      // Each end has its own.
      const [shownOwn] = await namespace.show('link show dev va')
      expect(shownOwn[path]).not.toEqual(printed)
    })

    test('the kernel names a peer that has no name', async (context) => {
      await ready(context)
      const { link } = await create({ name: 'va', ...beside }, where)
      expect(await getLink(link as number, where)).toMatchObject({ name: first, kind: kind.kind })
    })
  })

  describe(`a peer of ${kind.kind} in another namespace`, () => {
    test('is born there, by the same request', async (context) => {
      await ready(context)
      const there = await testNamespace()
      const options = { name: 'va', up: true, ...beside, peer: { name: 'eth0', netns: there.name } }
      const made = await create(options, where)
      const peer = await getLink('eth0', { netns: there.name })
      expect(made).toMatchObject({ link: peer.index, linkNetnsid: 0 })
      expect(peer).toMatchObject({ link: made.index, linkNetnsid: 0, up: false })
      expect(still(made as never)).toEqual(still(await getLink('va', where)))
      expect((await there.show('link show dev eth0'))[0]).toMatchObject({ link_netnsid: 0, link_index: made.index })
      await updateLink('eth0', { up: true }, { netns: there.name })
      await deleteLink('eth0', { netns: there.name })
      await expect(getLink('va', where)).rejects.toMatchObject({ code: 'ENODEV' })
    })

    test('while this end is born in a third', async (context) => {
      await ready(context)
      const [one, two] = [await testNamespace(), await testNamespace()]
      const options = { name: 'va', netns: one.name, ...beside, peer: { name: 'vb', netns: two.name } }
      const made = await create(options, where)
      expect(still(made as never)).toEqual(still(await getLink('va', { netns: one.name })))
      expect((await getLink('vb', { netns: two.name })).link).toBe(made.index)
      expect(linkNames(await listLinks({}, where))).toEqual(['lo'])
    })

    test('stays here, while this end is born there', async (context) => {
      await ready(context)
      const there = await testNamespace()
      const made = await create({ name: 'vb', netns: there.name, ...beside, peer: { name: 'va' } }, where)
      expect(still(made as never)).toEqual(still(await getLink('vb', { netns: there.name })))
      expect((await getLink('va', where)).link).toBe(made.index)
    })

    test('has a name that is taken there: neither end is made', async (context) => {
      await ready(context)
      const there = await testNamespace(['link add name eth0 type bridge'])
      const creation = create({ name: 'va', ...beside, peer: { name: 'eth0', netns: there.name } }, where)
      await expect(creation).rejects.toMatchObject({ code: 'EEXIST', applied: false })
      expect(linkNames(await listLinks({}, where))).toEqual(['lo'])
      expect(await getLink('eth0', { netns: there.name })).toMatchObject({ kind: 'bridge' })
    })

    test('that is none', async (context) => {
      await ready(context)
      const creation = create({ name: 'va', ...beside, peer: { name: 'vb', netns: 'rtnl-test-absent' } }, where)
      await expect(creation).rejects.toMatchObject({ code: 'ERR_RTNETLINK_NETNS_ABSENT' })
    })
  })
}
