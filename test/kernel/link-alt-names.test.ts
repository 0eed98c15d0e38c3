import { beforeEach, describe, expect, test } from 'vitest'
import { addAddress, listAddresses } from '../../lib/address/operations.js'
import { listFdb } from '../../lib/fdb/list.js'
import { addFdb } from '../../lib/fdb/operations.js'
import { addAltName, deleteAltName } from '../../lib/link/alt-names.js'
import { createBridge } from '../../lib/link/kinds/bridge.js'
import { createVeth } from '../../lib/link/kinds/veth.js'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { deleteLink, getLink, listLinks } from '../../lib/link/operations.js'
import { updateLink } from '../../lib/link/update.js'
import { addNeighbour, getNeighbour } from '../../lib/neighbour/operations.js'
import { listRoutes } from '../../lib/route/list.js'
import { addRoute } from '../../lib/route/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { fileNamespace } from '../support/namespace.js'

const namespace = fileNamespace()
const { where } = namespace
beforeEach(async () => {
  await deleteLink('va', where).catch(() => {})
  await createVeth({ name: 'va', peer: { name: 'vb' } }, where)
})

const LONG = 'a-name-that-no-link-can-have-as-its-own'
const printed = async (dev = 'va'): Promise<readonly string[] | undefined> =>
  (await namespace.show(`link show dev ${dev}`))[0].altnames

describe('further names', () => {
  test('are added and deleted, one and several', async () => {
    await addAltName('va', LONG, where)
    addAltName.sync('va', ['short', 'ä√日'], where)
    expect((await getLink('va', where)).altNames).toEqual([LONG, 'short', 'ä√日'])
    expect(await printed()).toEqual([LONG, 'short', 'ä√日'])
    const [outcome] = await batch([deleteAltName.op('va', 'short')], where)
    expect(outcome?.ok).toBe(true)
    expect(await printed()).toEqual([LONG, 'ä√日'])
    await deleteAltName(await getLink('va', where), [LONG, 'ä√日'], where)
    expect((await getLink('va', where)).altNames).toBeUndefined()
    expect(await printed()).toBeUndefined()
  })

  test('of every length, and with what the kernel takes', async () => {
    for (const name of [
      'x',
      'y'.repeat(15),
      'z'.repeat(16),
      'ü'.repeat(63),
      'w'.repeat(127),
      '-x',
      'a:b%d',
      '\udcff',
    ]) {
      await addAltName('va', name, where)
      expect((await getLink(name, where)).altNames).toEqual([name])
      await deleteAltName(name, name, where)
    }
    expect((await getLink('va', where)).altNames).toBeUndefined()
  })

  test('that are none are refused before anything is sent', async () => {
    for (const name of ['', 'a b', 'a/b', 'a\nb', '\x7f', 'x'.repeat(128), 'ü'.repeat(64), 7, null, undefined, {}]) {
      const adding = addAltName('va', name as string, where)
      await expect(adding).rejects.toMatchObject({ code: 'ERR_RTNETLINK_INVALID_ARGUMENT', applied: false })
    }
    await expect(addAltName('va', [], where)).rejects.toMatchObject({ path: 'names' })
    await expect(addAltName('va', ['fine', ''], where)).rejects.toMatchObject({ path: 'names[1]' })
    expect((await getLink('va', where)).altNames).toBeUndefined()
  })

  test('that are taken, or not there', async () => {
    await addAltName('vb', 'taken', where)
    await expect(addAltName('va', 'taken', where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(addAltName('va', 'vb', where)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(deleteAltName('va', 'absent', where)).rejects.toMatchObject({ code: 'ENOENT', applied: false })
    await expect(deleteAltName('va', 'taken', where)).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(deleteAltName('va', 'va', where)).rejects.toMatchObject({ code: 'EINVAL' })
    for (const dev of ['absent', LONG, 4242])
      await expect(addAltName(dev, 'x', where)).rejects.toMatchObject({ code: 'ENODEV', applied: false })
    await expect(createBridge({ name: 'taken' }, where)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  test('several, of which one is refused: which were taken is told', async () => {
    await addAltName('va', ['mine'], where)
    await expect(addAltName('va', ['one', 'two', 'vb', 'three'], where)).rejects.toMatchObject({
      code: 'EEXIST',
      applied: 'partly',
      appliedOptions: ['one', 'two'],
      message: expect.stringMatching(/applied before that: one, two$/),
    })
    await expect(addAltName('va', ['mine', 'four'], where)).rejects.toMatchObject({ code: 'EEXIST', applied: false })
    await expect(deleteAltName('va', ['two', 'absent', 'one'], where)).rejects.toMatchObject({
      code: 'ENOENT',
      applied: 'partly',
      appliedOptions: ['two'],
    })
    expect((await getLink('va', where)).altNames).toEqual(['mine', 'one'])
  })
})

describe.each([
  ['long', LONG],
  ['short', 'uplink'],
])('a %s one leads to the link', (_, alt) => {
  beforeEach(() => addAltName('va', alt, where))

  test('getLink, updateLink, listLinks', async () => {
    const { index } = await getLink('va', where)
    expect(await getLink(alt, where)).toMatchObject({ index, name: 'va' })
    expect(getLink.sync({ dev: alt, statistics: false }, where)).toMatchObject({ index })
    expect(await updateLink(alt, { mtu: 1402 }, where)).toMatchObject({ index, name: 'va', mtu: 1402 })
    await updateLink(alt, { name: 'renamed' }, where)
    expect(await getLink(alt, where)).toMatchObject({ name: 'renamed' })
    await updateLink('renamed', { name: 'va' }, where)
    await createBridge({ name: 'br7' }, where)
    await addAltName('br7', `${alt}-b`, where)
    await updateLink('vb', { master: `${alt}-b` }, where)
    expect((await listLinks({ master: `${alt}-b` }, where)).map(({ name }) => name)).toEqual(['vb'])
    await deleteLink(`${alt}-b`, where)
  })

  test('deleteLink', async () => {
    await deleteLink(alt, where)
    await expect(getLink('va', where)).rejects.toMatchObject({ code: 'ENODEV' })
  })

  test('as dev of addresses, routes, neighbours, FDB entries, and of a vxlan', async () => {
    await updateLink(alt, { up: true }, where)
    await addAddress({ dev: alt, address: '10.1.2.3/24' }, where)
    expect((await listAddresses({ dev: alt, family: 'inet' }, where)).map(({ address }) => address)).toEqual([
      '10.1.2.3/24',
    ])
    await addRoute({ dst: '10.9.8.0/24', dev: alt }, where)
    expect((await listRoutes({ dev: alt }, where)).map(({ dst }) => dst)).toContain('10.9.8.0/24')
    await addNeighbour({ dev: alt, address: '10.1.2.9', lladdr: '02:11:22:33:44:55' }, where)
    expect(await getNeighbour({ dev: alt, address: '10.1.2.9' }, where)).toMatchObject({ lladdr: '02:11:22:33:44:55' })
    const { index } = await getLink('va', where)
    const vx = await createVxlan({ name: 'vx', id: 99, dev: alt, group: '239.1.2.3' }, where)
    expect(vx.data.dev).toBe(index)
    await addAltName('vx', `${alt}-x`, where)
    await addFdb({ dev: `${alt}-x`, lladdr: '02:aa:bb:cc:dd:ee', dst: '10.1.2.9' }, where)
    expect((await listFdb({ dev: `${alt}-x` }, where)).map(({ lladdr }) => lladdr)).toContain('02:aa:bb:cc:dd:ee')
    await deleteLink(`${alt}-x`, where)
  })

  test('in a batch that gives the name first', async () => {
    const outcomes = await batch([addAltName.op('vb', `${alt}-2`), updateLink.op(`${alt}-2`, { mtu: 1403 })], where)
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true])
    expect(await getLink('vb', where)).toMatchObject({ mtu: 1403, altNames: [`${alt}-2`] })
  })

  test('and one that is not there to ENODEV, which names the option', async () => {
    const absent = `${alt}-9`
    await expect(getLink(absent, where)).rejects.toMatchObject({ code: 'ENODEV' })
    await expect(addAddress({ dev: absent, address: '10.1.2.3/24' }, where)).rejects.toMatchObject({
      code: 'ENODEV',
      attribute: 'dev',
      constant: alt === LONG ? 'IFLA_ALT_IFNAME' : 'IFLA_IFNAME',
    })
  })
})

test('names that only the kernel takes can be read, and deleted', async () => {
  // `ip` refuses a slash, and so do we; `%` and `:` it takes.
  await namespace.ip('link property add dev va altname we:ird%d')
  expect((await getLink('we:ird%d', where)).altNames).toEqual(['we:ird%d'])
  await deleteAltName('va', 'we:ird%d', where)
})
