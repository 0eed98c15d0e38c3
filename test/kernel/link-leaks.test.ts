import { expect, test } from 'vitest'
import { createVxlan } from '../../lib/link/kinds/vxlan.js'
import { deleteLink, getLink } from '../../lib/link/operations.js'
import { batch } from '../../lib/rtnetlink/operation.js'
import { manyOf } from '../support/guest.js'
import { testNamespace } from '../support/namespace.js'
import { holdings } from '../support/process-state.js'

test('ten thousand blocking calls leave no descriptor', async () => {
  getLink.sync('lo')
  const before = holdings()
  for (let i = 0; i < manyOf(10_000); i++) getLink.sync(1)
  expect(holdings()).toEqual(before)
})

test('five hundred links made and deleted, in a namespace named in each call, leave none', async () => {
  const where = { netns: (await testNamespace()).name }
  await createVxlan({ name: 'warm', id: 1 }, where)
  const before = holdings()
  const ids = Array.from({ length: manyOf(500) }, (_, i) => i + 2)
  for (const id of ids) await createVxlan({ name: `vx${id}`, id, netns: where.netns }, where)
  const outcomes = await batch(
    ids.map((id) => deleteLink.op(`vx${id}`)),
    where,
  )
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
  expect(holdings()).toEqual(before)
})

test('calls that fail leave none', async () => {
  const where = { netns: (await testNamespace()).name }
  await getLink('lo', where)
  const before = holdings()
  for (let i = 0; i < 200; i++) {
    await expect(getLink('absent', where)).rejects.toThrow()
    await expect(createVxlan({ name: 'vx', id: -1 }, where)).rejects.toThrow()
    await expect(createVxlan({ name: 'lo', id: 1, netns: where.netns }, where)).rejects.toThrow()
    expect(() => createVxlan.sync({ name: 'vx', id: 1, dev: 'absent', netns: where.netns }, where)).toThrow()
  }
  expect(holdings()).toEqual(before)
})
