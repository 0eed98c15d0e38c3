/** The ids by which namespaces know each other, as `ip netns` sees them. */
import { beforeEach, describe, expect, test } from 'vitest'
import { listAddresses } from '../../lib/address/list.js'
import { getNetnsId, listNetnsIds, setNetnsId } from '../../lib/netns/ids.js'
import { createNetns } from '../../lib/netns/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { type TestNamespace, testNamespace } from '../support/namespace.js'
import { closing } from '../support/netns.js'

let here: TestNamespace
let blue: TestNamespace
let green: TestNamespace
let where: { netns: string }
beforeEach(async () => {
  here = await testNamespace()
  blue = await testNamespace()
  green = await testNamespace()
  where = { netns: here.name }
})

const printed = async (words = '') => {
  const all = (await here.show(`netns list-id ${words}`)) as readonly {
    readonly nsid: number
    readonly name?: string
  }[]
  return all.map(({ nsid, name, ...rest }) => ({ nsid, ...rest, ...(name !== undefined && { name }) }))
}

test('what is set is what ip and we read', async () => {
  expect(await setNetnsId(blue.name, 4660, where)).toBe(4660)
  expect(await setNetnsId(green.name, 'auto', where)).toBe(0)
  const nameless = closing(await createNetns())
  expect(setNetnsId.sync(nameless, 'auto', where)).toBe(1)
  expect(await printed()).toEqual([{ nsid: 0, name: green.name }, { nsid: 1 }, { nsid: 4660, name: blue.name }])
  expect(await listNetnsIds(undefined, where)).toEqual([{ id: 0 }, { id: 1 }, { id: 4660 }])
  expect(await getNetnsId({ netns: blue.name }, where)).toEqual({ id: 4660 })
  expect(await getNetnsId({ netns: nameless }, where)).toEqual({ id: 1 })
  expect(await getNetnsId({ netns: { path: `/run/netns/${green.name}` } }, where)).toEqual({ id: 0 })
  expect(await getNetnsId({ id: 4660 }, where)).toEqual({ id: 4660 })
  // There, nothing has changed.
  expect(await listNetnsIds({}, { netns: blue.name })).toEqual([])
})

test('a namespace may know itself', async () => {
  expect(await setNetnsId(here.name, 7, where)).toBe(7)
  expect(await getNetnsId({ netns: here.name }, where)).toEqual({ id: 7 })
  expect((await listAddresses({ targetNetnsid: 7 }, where)).every(({ targetNetnsid }) => targetNetnsid === 7)).toBe(
    true,
  )
})

test('as another namespace knows them', async () => {
  const ids = await batch([setNetnsId.op(blue.name, 4660), setNetnsId.op(green.name, 22136)], where)
  expect(ids).toEqual([expect.objectContaining({ value: 4660 }), expect.objectContaining({ value: 22136 })])
  await setNetnsId(green.name, 66051, { netns: blue.name })
  await setNetnsId(closing(await createNetns()), 5, { netns: blue.name })
  expect(await listNetnsIds({ targetNetnsid: 4660 }, where)).toEqual([{ id: 5 }, { id: 66051, currentId: 22136 }])
  expect(await getNetnsId({ id: 22136, targetNetnsid: 4660 }, where)).toMatchObject({ id: 66051 })
  expect(await getNetnsId({ netns: green.name, targetNetnsid: 4660 }, where)).toMatchObject({ id: 66051 })
  expect(await printed('target-nsid 4660')).toContainEqual(
    expect.objectContaining({ nsid: 66051, 'current-nsid': 22136 }),
  )
})

describe('refused', () => {
  test('a second id, and one that is taken', async () => {
    await setNetnsId(blue.name, 12, where)
    const exists = { name: 'KernelError', code: 'EEXIST', applied: false, request: 'RTM_NEWNSID' }
    await expect(setNetnsId(blue.name, 13, where)).rejects.toMatchObject(exists)
    await expect(setNetnsId(blue.name, 'auto', where)).rejects.toMatchObject(exists)
    await expect(setNetnsId(green.name, 12, where)).rejects.toMatchObject(exists)
    expect(await printed()).toEqual([{ nsid: 12, name: blue.name }])
  })

  test('what has no id', async () => {
    const none = { name: 'KernelError', code: 'ENOENT', applied: false }
    await setNetnsId(blue.name, 12, where)
    await expect(getNetnsId({ netns: green.name }, where)).rejects.toMatchObject(none)
    await expect(getNetnsId({ id: 13 }, where)).rejects.toMatchObject({ ...none, attribute: 'id' })
    await expect(getNetnsId({ netns: green.name, targetNetnsid: 12 }, where)).rejects.toMatchObject(none)
    await expect(listNetnsIds({ targetNetnsid: 13 }, where)).rejects.toMatchObject({ name: 'KernelError' })
    const absent = { name: 'NetnsError', problem: 'absent' }
    await expect(setNetnsId('rtnl-test-absent', 1, where)).rejects.toMatchObject(absent)
    await expect(getNetnsId({ netns: 'rtnl-test-absent' }, where)).rejects.toMatchObject(absent)
  })
})
