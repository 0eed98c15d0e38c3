import { beforeEach, describe, expect, test } from 'vitest'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { createMacvlan } from '../../lib/link/kinds/macvlan.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { createLink, deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { getPeerLink } from '../../lib/link/peer-link.js'
import { updateLink } from '../../lib/link/update.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { requireKinds } from '../support/kernel-has.js'
import { linkNames, still } from '../support/links.js'
import { fileNamespace, type TestNamespace, testNamespace } from '../support/namespace.js'

const namespace = fileNamespace()
const { where } = namespace
beforeEach(async () => {
  await deleteLink('va', where).catch(() => {})
  await deleteLink('vb', where).catch(() => {})
  await createVeth({ name: 'va', peer: { name: 'vb' } }, where)
})

/** The number by which a namespace is known in another. */
async function numberOf(there: TestNamespace, here = namespace): Promise<number> {
  await namespace.ip(`netns set ${there.name} auto`)
  const known = await here.show('netns list-id')
  const { nsid } = known.find(({ name }) => name === there.name) as { nsid: number }
  return nsid
}

describe('a link that moves', () => {
  test('keeps its index where it is free, and takes the one that is asked for', async (context) => {
    const there = await testNamespace()
    const { index } = await getLink('va', where)
    expect((await updateLink('va', { netns: there.name }, where)).index).toBe(index)
    const moved = await updateLink('vb', { netns: there.name, index: 66051 }, where).catch((error: Error) => error)
    if ('code' in moved && moved.code === 'EOPNOTSUPP') {
      expect(moved).toMatchObject({ applied: 'partly', appliedOptions: ['netns'] })
      context.skip('this kernel chooses the index itself (IFLA_NEW_IFINDEX, Linux 5.13)')
    }
    expect(moved).toMatchObject({ index: 66051, name: 'vb' })
    expect((await there.show('link show dev vb'))[0].ifindex).toBe(66051)
    expect(still(await getLink(66051, { netns: there.name }))).toEqual(still(moved as never))
  })

  test('where that index is taken it does not go', async (context) => {
    const there = await testNamespace(['link add name other index 66051 type bridge'])
    const before = await getLink('va', where)
    const moved = await updateLink('va', { netns: there.name, index: 66051 }, where).catch((error: Error) => error)
    if ('code' in moved && moved.code === 'EOPNOTSUPP')
      context.skip('this kernel chooses the index itself (IFLA_NEW_IFINDEX, Linux 5.13)')
    expect(moved).toMatchObject({ code: expect.stringMatching(/EBUSY|EEXIST/), applied: false })
    expect(still(await getLink('va', where))).toEqual(still(before))
  })

  test('takes another name, also where its own is taken there', async () => {
    const there = await testNamespace(['link add name va type bridge'])
    const { address } = await getLink('va', where)
    const link = await updateLink('va', { netns: there.name, name: 'eth0' }, where)
    expect(link).toMatchObject({ name: 'eth0', kind: 'veth', address })
    expect(linkNames(await listLinks({}, { netns: there.name }))).toEqual(['eth0', 'lo', 'va'])
    expect((await updateLink('eth0', { netns: namespace.name, name: 'va' }, { netns: there.name })).name).toBe('va')
  })

  test('where its name is taken it does not go', async () => {
    const there = await testNamespace(['link add name va type bridge'])
    const before = await getLink('va', where)
    await expect(updateLink('va', { netns: there.name }, where)).rejects.toMatchObject({
      code: 'EEXIST',
      applied: false,
    })
    expect(still(await getLink('va', where))).toEqual(still(before))
  })

  test('where the new name is taken', async () => {
    const there = await testNamespace(['link add name eth0 type bridge'])
    const error = await updateLink('va', { netns: there.name, name: 'eth0' }, where).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'EEXIST' })
    // Whatever the kernel did by then, the error tells it.
    const { applied } = error as { applied: unknown }
    const left = linkNames(await listLinks({ kind: 'veth' }, where)).includes('va')
    expect(applied).toBe(left ? false : 'partly')
  })

  test.each(['lo', 'br0'])('%s cannot', async (name) => {
    const there = await testNamespace()
    if (name === 'br0') await createBridge({ name }, where)
    await expect(updateLink(name, { netns: there.name, mtu: 1402 }, where)).rejects.toMatchObject({
      code: 'EINVAL',
      applied: false,
      message: expect.stringMatching(
        /netns is immutable|netns local|maybe (lo|a bridge link) cannot leave its namespace/,
      ),
    })
    expect(await getLink(name, where)).toMatchObject({ name })
    if (name === 'br0') await deleteLink('br0', where)
  })

  test('a vxlan can', async () => {
    const there = await testNamespace()
    await createVxlan({ name: 'vx', id: 99, dstPort: 4660 }, where)
    const link = await updateLink('vx', { netns: there.name, name: 'vx7', up: true }, where)
    expect(link).toMatchObject({ kind: 'vxlan', name: 'vx7', up: true, data: { id: 99 } })
  })
})

describe('getPeerLink', () => {
  test('the other end here', async () => {
    const [va, vb] = [await getLink('va', where), await getLink('vb', where)]
    expect(still(await getPeerLink('va', where))).toEqual(still(vb))
    expect(still(getPeerLink.sync(vb.index, where))).toEqual(still(va))
  })

  test('the other end elsewhere', async () => {
    const there = await testNamespace()
    const moved = await updateLink('vb', { netns: there.name, name: 'eth0', alias: 'inside' }, where)
    const [outcome] = await batch([getPeerLink.op('va')], where)
    if (outcome?.ok !== true) throw outcome?.error
    const peer = outcome.value
    expect(peer).toMatchObject({
      name: 'eth0',
      index: moved.index,
      kind: 'veth',
      alias: 'inside',
      address: moved.address,
    })
    expect(peer.targetNetnsid).toBe((await getLink('va', where)).linkNetnsid)
    // Seen from there it is this one.
    expect(await getPeerLink('eth0', { netns: there.name })).toMatchObject({ name: 'va' })
  })

  test('the link below, from a namespace to another', async (context) => {
    await requireKinds(context, 'macvlan')
    const there = await testNamespace()
    await createMacvlan({ name: 'mv', link: 'va', netns: there.name }, where)
    expect(await getPeerLink('mv', { netns: there.name })).toMatchObject({ name: 'va', kind: 'veth' })
  })

  test('none', async () => {
    for (const dev of ['lo', 'br9']) {
      if (dev === 'br9') await createBridge({ name: dev }, where)
      await expect(getPeerLink(dev, where)).rejects.toMatchObject({
        code: 'ENODEV',
        applied: false,
        message: `cannot get the peer of link ${dev}: it has none [ENODEV]`,
      })
    }
    await deleteLink('br9', where)
    await expect(getPeerLink('absent', where)).rejects.toMatchObject({ code: 'ENODEV' })
  })
})

describe('born in a namespace that is told by its number', () => {
  const kinds = {
    bridge: { kind: 'bridge', data: { priority: 4660 } },
    vxlan: { kind: 'vxlan', data: { id: 99, dstPort: 4660 } },
    veth: { kind: 'veth', data: { peer: { name: 'here' } } },
  } as const
  test.each(Object.values(kinds))('$kind', async (options) => {
    const there = await testNamespace()
    const targetNetnsid = await numberOf(there)
    const link = await createLink(
      { name: 'new', mtu: 1402, up: options.kind === 'bridge', targetNetnsid, ...options },
      where,
    )
    expect(link).toMatchObject({ name: 'new', kind: options.kind, mtu: 1402, targetNetnsid })
    const { targetNetnsid: _, linkNetnsid: _2, ...rest } = link
    const { linkNetnsid: _3, ...own } = await getLink('new', { netns: there.name })
    expect(still(rest)).toEqual(still(own))
    await expect(getLink('new', where)).rejects.toMatchObject({ code: 'ENODEV' })
    await deleteLink('new', { netns: there.name })
  })

  test('its master is one of there', async () => {
    const there = await testNamespace(['link add name br0 index 4242 type bridge'])
    const targetNetnsid = await numberOf(there)
    const link = await createVxlan({ name: 'new', id: 99, master: 'br0', targetNetnsid }, where)
    expect(link).toMatchObject({ master: 4242, targetNetnsid })
    await expect(createVxlan({ name: 'x', id: 7, master: 'absent', targetNetnsid }, where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'master',
    })
  })

  test('a number that is none, and what does not go together', async () => {
    await expect(createBridge({ name: 'new', targetNetnsid: 4242 }, where)).rejects.toMatchObject({
      code: 'EINVAL',
      applied: false,
    })
    for (const [options, path] of [
      [{ targetNetnsid: -1 }, 'targetNetnsid'],
      [{ targetNetnsid: '3' }, 'targetNetnsid'],
      [{ targetNetnsid: 1.5 }, 'targetNetnsid'],
      [{ targetNetnsid: 1, netns: namespace.name }, 'targetNetnsid'],
      [{ targetNetnsid: 1, alias: 'x' }, 'alias'],
    ] as const)
      await expect(createBridge({ name: 'new', ...options } as never, where)).rejects.toMatchObject({
        code: 'ERR_RTNETLINK_INVALID_ARGUMENT',
        path,
      })
    expect(linkNames(await listLinks({ kind: 'bridge' }, where))).toEqual([])
  })
})

describe('a macvlan in a container, on a link outside', () => {
  test('its link is looked for where the call runs', async (context) => {
    await requireKinds(context, 'macvlan')
    // A link of the same name and one of the same index inside do not matter.
    const { index } = await getLink('va', where)
    const there = await testNamespace([
      'link add name va type bridge',
      `link add name other index ${index} type bridge`,
    ])
    const options = { name: 'eth0', link: 'va', mode: 'bridge', address: '02:11:22:33:44:55' } as const
    const link = await createMacvlan({ ...options, netns: there.name, up: true }, where)
    expect(link).toMatchObject({ name: 'eth0', link: index, address: options.address, up: true })
    expect(still(await getLink('eth0', { netns: there.name }))).toEqual(still(link))
    const [shown] = await there.show('link show dev eth0')
    expect(shown).toMatchObject({
      link_index: index,
      link_netnsid: link.linkNetnsid,
      linkinfo: { info_kind: 'macvlan' },
    })
    expect(await getPeerLink('eth0', { netns: there.name })).toMatchObject({ name: 'va', index })
    await expect(getLink('eth0', where)).rejects.toMatchObject({ code: 'ENODEV' })
  })

  test('or by its number, from inside', async (context) => {
    await requireKinds(context, 'macvlan')
    const there = await testNamespace()
    // The container's own number for the namespace outside.
    const linkNetnsid = await (async () => {
      await there.ip(`netns set ${namespace.name} auto`)
      const known = await there.show('netns list-id')
      return (known.find(({ name }) => name === namespace.name) as { nsid: number }).nsid
    })()
    const { index } = await getLink('va', where)
    const link = await createMacvlan({ name: 'eth0', link: 'va', linkNetnsid }, { netns: there.name })
    expect(link).toMatchObject({ link: index, linkNetnsid })
    expect(await getPeerLink('eth0', { netns: there.name })).toMatchObject({ name: 'va' })
    const absent = createMacvlan({ name: 'eth1', link: 'absent', linkNetnsid }, { netns: there.name })
    await expect(absent).rejects.toMatchObject({ code: 'ENODEV', attribute: 'link' })
  })
})
