import { describe, expect, test } from 'vitest'
import { Rejection } from '../../../lib/codec/rejection.js'
import { type BatchOptions, defineBatch } from '../../../lib/netlink/batch.js'
import { ask, type Operation, type Steps } from '../../../lib/netlink/operation.js'
import { defineVerb } from '../../../lib/netlink/verb.js'
import { answer, connect, FakeTransport, object, type Script, thing } from '../../support/fake-transport.js'

const batch = defineBatch(0)
const range = (length: number) => Array.from({ length }, (_, i) => i + 1)

/** Changes thing `id`, having looked up `dev` (a thing of its own) first. */
const change = defineVerb(0, (id: number, _dev?: number) => `change ${id}`, function* (id: number, dev?: number): Steps<string> {
  if (id < 0) throw new Rejection('0 or more', id).within('id')
  const found = dev === undefined ? [] : yield* ask(thing(dev, 'get', { memo: `dev ${dev}` }))
  yield* ask(thing(id, 'act', { final: true }))
  return `${id} on ${found}`
}) // biome-ignore format: one line a step
/** Makes a thing: what was looked up before may be another one now. */
const make = defineVerb(0, (id: number) => `make ${id}`, function* (id: number): Steps<number> {
  yield* ask(thing(id, 'act', { forgets: true }))
  return id
}) // biome-ignore format: as above

const reads = (flags: number, id: number) => flags !== 0 && id >= 1000
const script: Script = (seen, send) => {
  const last = seen === send.at(-1)
  if (seen.id % 100 === 13) return [answer(seen, 17)]
  return reads(seen.flags, seen.id) ? [object(seen, seen.id), ...(last ? [answer(seen, 0)] : [])] : undefined
}

/** Runs the same, waiting and blocking, and expects the same of both. */
async function both(make: () => Iterable<Operation<unknown>>, options: BatchOptions = {}, window = 64) {
  const [first, second] = [new FakeTransport(script, { window }), new FakeTransport(script, { window })]
  const outcomes = await batch(make(), { ...options, socket: connect(first).socket })
  const blocking = batch.sync(make(), { ...options, socket: connect(second).socket })
  expect(JSON.stringify(blocking)).toBe(JSON.stringify(outcomes))
  expect(second.ids).toEqual(first.ids)
  return { outcomes, ids: first.ids }
}
const ok = (value: unknown) => ({ ok: true, value })
const exists = { ok: false, error: { code: 'EEXIST' } }

describe('a batch', () => {
  test('packs many requests into each send, and has an outcome an item, in order', async () => {
    const { outcomes, ids } = await both(() => range(130).map((id) => change.op(id)))
    expect(ids.map((send) => send.length)).toEqual([64, 64, 2])
    expect(ids.flat()).toEqual(range(130))
    expect(outcomes).toMatchObject(range(130).map((id) => (id % 100 === 13 ? exists : ok(`${id} on `))))
  })

  test('looks a name up once, and again behind what may change it', async () => {
    const { outcomes, ids } = await both(() => [
      change.op(1, 1001),
      change.op(2, 1001),
      change.op(3, 1002),
      make.op(4),
      change.op(5, 1001),
      change.op(6, 1001),
    ])
    expect(ids.flat()).toEqual([1001, 1, 2, 1002, 3, 4, 1001, 5, 6])
    // What an item waits for leaves with all that was gathered before it.
    expect(ids).toEqual([[1001], [1, 2, 1002], [3, 4], [1001], [5, 6]])
    expect(outcomes).toEqual([
      ok('1 on 1001'),
      ok('2 on 1001'),
      ok('3 on 1002'),
      ok(4),
      ok('5 on 1001'),
      ok('6 on 1001'),
    ])
  })

  test('asks again for what was not found', async () => {
    const { outcomes, ids } = await both(() => [change.op(1, 1013), change.op(2, 1013)])
    expect(ids).toEqual([[1013], [1013]])
    expect(outcomes).toMatchObject([exists, exists])
  })

  test('refuses an item and goes on with the others', async () => {
    const { outcomes, ids } = await both(() => [change.op(1), change.op(-1), change.op(2)])
    expect(outcomes).toMatchObject([
      ok('1 on '),
      { ok: false, error: { path: 'id', message: 'cannot change -1: id: expected 0 or more, got -1' } },
      ok('2 on '),
    ])
    expect(ids).toEqual([[1, 2]])
  })

  test('may be empty', async () => {
    expect(await both(() => [])).toEqual({ outcomes: [], ids: [] })
  })

  test('that shall stop sends one by one, and nothing behind a failure', async () => {
    const { outcomes, ids } = await both(() => [11, 12, 13, 14].map((id) => change.op(id)), { onError: 'stop' })
    expect(ids).toEqual([[11], [12], [13]])
    expect(outcomes).toMatchObject([ok('11 on '), ok('12 on '), exists])
    expect((await both(() => [change.op(1), change.op(-1), change.op(2)], { onError: 'stop' })).ids).toEqual([[1]])
  })

  test('takes any iterable, and only as much of it as it sends', async () => {
    let taken = 0
    let returned = false
    function* items() {
      try {
        for (;;) yield change.op(++taken)
      } finally {
        returned = true
      }
    }
    const transport = new FakeTransport(script)
    const outcomes = await batch(items(), { socket: connect(transport).socket, onError: 'stop' })
    expect([outcomes.length, taken, returned]).toEqual([13, 13, true])
    expect(batch.sync(new Set([change.op(1)]), { socket: connect(transport).socket })).toEqual([ok('1 on ')])
  })

  test('takes an async iterable', async () => {
    async function* items() {
      for (const id of range(5)) {
        await Promise.resolve()
        yield change.op(id)
      }
    }
    const transport = new FakeTransport(script)
    expect(await batch(items(), { socket: connect(transport).socket })).toEqual(range(5).map((id) => ok(`${id} on `)))
    expect(transport.ids).toEqual([range(5)])
  })

  test('of a hundred thousand gathers some hundreds at a time', { timeout: 30_000 }, async () => {
    const transport = new FakeTransport()
    let ahead = 0
    function* items() {
      for (const id of range(100_000)) {
        ahead = Math.max(ahead, id - transport.sends.length * 64)
        yield change.op(id)
      }
    }
    const outcomes = await batch(items(), { socket: connect(transport).socket })
    expect([outcomes.length, outcomes.every(({ ok }) => ok), transport.sends.flat().length]).toEqual([
      100_000,
      true,
      100_000,
    ])
    expect(ahead).toBeLessThanOrEqual(513)
  })

  test('throws what the iterable throws', async () => {
    function* items() {
      yield change.op(1)
      throw new Error('mine')
    }
    await expect(batch(items(), { socket: connect(new FakeTransport()).socket })).rejects.toThrow('mine')
    expect(() => batch.sync(items(), { socket: connect(new FakeTransport()).socket })).toThrow('mine')
  })
})

describe('what is refused as a whole', () => {
  const refused = (path: string) => expect.objectContaining({ name: 'InvalidArgumentError', path })
  const where = () => ({ socket: connect(new FakeTransport()).socket })

  test.each([[null], [undefined], [1], [{}], [change.op(1)], [() => {}]])(
    'is %o instead of an iterable',
    async (operations) => {
      await expect(batch(operations as never, where())).rejects.toEqual(refused('operations'))
      expect(() => batch.sync(operations as never, where())).toThrow(refused('operations'))
    },
  )

  test.each([[null], [undefined], [1], ['a'], [{}], [Promise.resolve()]])('is the item %o', async (item) => {
    await expect(batch([item] as never, where())).rejects.toEqual(refused('operations'))
    expect(() => batch.sync([item] as never, where())).toThrow(refused('operations'))
  })

  test('are other options', async () => {
    for (const [options, path] of [
      [{ onError: 'skip' }, 'onError'],
      [{ onErorr: 'stop' }, 'where.onErorr'],
      [null, 'options'],
      [{ timeout: 0 }, 'where.timeout'],
    ] as const) {
      await expect(batch([], options as never)).rejects.toEqual(refused(path))
      expect(() => batch.sync([], options as never)).toThrow(refused(path))
    }
  })
})

describe('giving a batch up', () => {
  test('before it began sends nothing', async () => {
    const transport = new FakeTransport()
    const where = { socket: connect(transport).socket, signal: AbortSignal.abort() }
    const error = expect.objectContaining({ code: 'ERR_RTNETLINK_ABORTED', applied: false })
    await expect(batch([change.op(1)], where)).rejects.toEqual(error)
    expect(() => batch.sync([change.op(1)], where)).toThrow(error)
    expect(transport.sends).toEqual([])
  })

  test('ends one of any length', async () => {
    const controller = new AbortController()
    const transport = new FakeTransport(() => {
      controller.abort()
      return undefined
    })
    let returned = false
    function* endless() {
      try {
        for (let id = 1; ; id++) yield change.op(id)
      } finally {
        returned = true
      }
    }
    await expect(
      batch(endless(), { socket: connect(transport).socket, signal: controller.signal }),
    ).rejects.toMatchObject({
      applied: 'unknown',
      // Of those that were under way nobody knows, and they say so; nothing is lost with the batch.
      outcomes: expect.arrayContaining([{ ok: false, error: expect.objectContaining({ applied: 'unknown' }) }]),
    })
    expect(returned).toBe(true)
  })

  test('does not wait for an item that does not come', async () => {
    const controller = new AbortController()
    async function* stuck() {
      yield change.op(1)
      controller.abort()
      await new Promise(() => {})
    }
    const transport = new FakeTransport()
    await expect(
      batch(stuck(), { socket: connect(transport).socket, signal: controller.signal }),
    ).rejects.toMatchObject({
      code: 'ERR_RTNETLINK_ABORTED',
      applied: false,
      outcomes: [{ ok: false, error: expect.objectContaining({ applied: false }) }],
    })
    expect(transport.sends).toEqual([])
  })
})
