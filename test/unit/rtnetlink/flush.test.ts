import { describe, expect, test } from 'vitest'
import { defineBatch } from '../../../lib/netlink/batch.js'
import { defineVerb } from '../../../lib/netlink/verb.js'
import { deleteEach } from '../../../lib/rtnetlink/flush.js'
import { answer, connect, FakeTransport, thing } from '../../support/fake-transport.js'

const ENOENT = 2
const EPERM = 1

const flush = defineVerb(
  0,
  (_ids: readonly number[]) => 'flush things',
  function* (ids: readonly number[]) {
    return yield* deleteEach(ids, (id) => thing(id), 'ENOENT')
  },
)

/** Things by what the kernel says of their deletion. */
function place(errors: Readonly<Record<number, number>> = {}) {
  const transport = new FakeTransport((seen) => {
    const errno = errors[seen.id]
    return errno === undefined ? undefined : [answer(seen, errno)]
  })
  return { transport, socket: connect(transport).socket }
}
const ids = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('deleting what was listed', () => {
  test('sends many at a time, in all forms, and tells what it deleted', async () => {
    const { transport, socket } = place({ 3: ENOENT })
    const expected = ids(40).filter((id) => id !== 3)
    expect(await flush(ids(40), { socket })).toEqual(expected)
    expect(flush.sync(ids(40), { socket })).toEqual(expected)
    expect(await defineBatch(0)([flush.op(ids(40))], { socket })).toEqual([{ ok: true, value: expected }])
    expect(transport.sends.length).toBeLessThan(20)
    expect(transport.ids.flat()).toEqual([...ids(40), ...ids(40), ...ids(40)])
  })

  test('takes any number', () => {
    const { transport, socket } = place()
    expect(flush.sync(ids(2000), { socket })).toHaveLength(2000)
    expect(transport.ids.flat()).toEqual(ids(2000))
  })

  test('of nothing asks nothing', async () => {
    const { transport, socket } = place()
    expect(await flush([], { socket })).toEqual([])
    expect(transport.sends).toEqual([])
  })

  test('goes on behind a refusal, and says how many are gone', async () => {
    const { transport, socket } = place({ 2: EPERM })
    await expect(flush(ids(5), { socket })).rejects.toMatchObject({
      code: 'EPERM',
      applied: 'partly',
      message: expect.stringMatching(/; 4 of 5 were deleted$/),
    })
    expect(transport.ids.flat()).toEqual(ids(5))
    await expect(flush([2], { socket })).rejects.toMatchObject({ code: 'EPERM', applied: false })
  })
})
