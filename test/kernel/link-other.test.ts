import { describe, expect, test } from 'vitest'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createLink, deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { requireKinds } from '../support/kernel-has.js'
import { linkNames, rawData, still } from '../support/links.js'
import { testNamespace } from '../support/namespace.js'

const index = (one: number) => new Uint8Array(Uint32Array.of(one).buffer)

describe('kinds that are not known here', () => {
  test('hsr, with attributes as they are sent', async (context) => {
    await requireKinds(context, 'hsr')
    const namespace = await testNamespace()
    const where = { netns: namespace.name }
    const [a, b] = [await createVeth({ name: 'a1', peer: { name: 'a2' } }, where), await getLink('a2', where)]
    // IFLA_HSR_SLAVE1, IFLA_HSR_SLAVE2 and IFLA_HSR_MULTICAST_SPEC, which goes into the last byte of an address.
    const data = [
      { type: 1, data: index(a.index) },
      { type: 2, data: index(b.index) },
      { type: 3, data: Uint8Array.of(0x5a) },
    ]
    const link = await createLink({ kind: 'hsr', name: 'hsr0', group: 258, data }, where)
    expect(link).toMatchObject({ kind: 'other', kindName: 'hsr', group: 258 })
    if (link.kind !== 'other') throw new Error('narrowed')
    expect(link.data).toEqual(expect.arrayContaining(data.slice(0, 2)))
    expect(link.data.map(({ type }) => type).sort()).toEqual([...(await rawData('hsr0', where)).keys()].sort())
    expect(still(await getLink('hsr0', where))).toEqual(still(link))
    expect((await namespace.show('link show dev hsr0'))[0].linkinfo).toMatchObject({
      info_kind: 'hsr',
      info_data: { slave1: 'a1', slave2: 'a2', supervision_addr: expect.stringMatching(/:5a$/i) },
    })
    expect(linkNames(await listLinks({ kind: 'other' }, where))).toEqual(['hsr0'])
    const again = createLink({ kind: 'hsr', name: 'hsr1', data: [{ type: 1, data: Uint8Array.of(1, 2) }] }, where)
    await expect(again).rejects.toMatchObject({ code: expect.stringMatching(/ERANGE|EINVAL/), applied: false })
    await deleteLink('hsr0', where)
  })

  test.each(['team', 'batadv'])('%s, without any', async (kind) => {
    const namespace = await testNamespace()
    const where = { netns: namespace.name }
    const made = await createLink({ kind, name: 'new', alias: 'x' }, where).catch((error: unknown) => error)
    if (made instanceof Error) {
      expect(made).toMatchObject({
        code: 'EOPNOTSUPP',
        attribute: 'linkInfo.kind',
        message: expect.stringContaining(`this kernel has no kind ${kind} (module rtnl-link-${kind})`),
      })
      return
    }
    expect(made).toMatchObject({ kind: 'other', kindName: kind, alias: 'x' })
    expect((await namespace.show('link show dev new'))[0].linkinfo.info_kind).toBe(kind)
  })

  test('that the kernel does not know either', async () => {
    const { name: netns } = await testNamespace()
    await expect(createLink({ kind: 'rtnl-test-none', name: 'new' }, { netns })).rejects.toMatchObject({
      code: 'EOPNOTSUPP',
      applied: false,
      attribute: 'linkInfo.kind',
      constant: 'IFLA_INFO_KIND',
      message: expect.stringContaining('this kernel has no kind rtnl-test-none (module rtnl-link-rtnl-test-none)'),
    })
  })
})
