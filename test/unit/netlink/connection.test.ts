import { describe, expect, test } from 'vitest'
import { NLM_F_DUMP_INTR } from '../../../lib/netlink/constants.js'
import type { Request } from '../../../lib/netlink/request.js'
import {
  answer,
  asked,
  connect,
  done,
  FakeTransport,
  object,
  type Script,
  type Seen,
  thing,
} from '../../support/fake-transport.js'

/** Everything that is due in this turn and the next ones has happened. */
const settled = async () => { for (let i = 0; i < 4; i++) await new Promise(setImmediate) } // biome-ignore format: short
const nextTurn = () => new Promise<void>((resolve) => process.nextTick(resolve))
const range = (length: number) => Array.from({ length }, (_, i) => i + 1)
/** Every read returns one object, the id of what was asked for. */
const echoing: Script = (seen) =>
  (seen.flags & 0x300) === 0x300 ? [object(seen, seen.id), done(seen)] : [object(seen, seen.id), answer(seen, 0)]

describe('what is asked in one turn', () => {
  test('leaves in one send, in order, and is answered each', async () => {
    const transport = new FakeTransport((seen) => (seen.id === 3 ? [answer(seen, 17)] : undefined))
    const { own } = connect(transport)
    const all = range(5).map((id) => own.ask(asked(thing(id))))
    expect(transport.sends).toHaveLength(0)
    const outcomes = await Promise.allSettled(all)
    expect(transport.ids).toEqual([[1, 2, 3, 4, 5]])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
  })

  test('includes what promise callbacks of that turn ask', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    await Promise.all(range(5).map(async (id) => {
      await Promise.resolve()
      await own.ask(asked(thing(id)))
    })) // biome-ignore format: short
    expect(transport.ids).toEqual([[1, 2, 3, 4, 5]])
  })

  test('fills windows as large as the transport answers', async () => {
    const transport = new FakeTransport(undefined, { window: 2 })
    const { own } = connect(transport)
    await Promise.all(range(5).map((id) => own.ask(asked(thing(id)))))
    expect(transport.ids).toEqual([[1, 2], [3, 4], [5]])
  })

  test('waits while four windows are on their way: first in, first out', async () => {
    const transport = new FakeTransport(undefined, { window: 1, held: true })
    const { own } = connect(transport)
    const order: number[] = []
    const all = range(7).map((id) => own.ask(asked(thing(id))).then(() => order.push(id)))
    await settled()
    expect(transport.ids).toEqual([[1], [2], [3], [4]])
    transport.deliver()
    await settled()
    expect(transport.ids).toHaveLength(5)
    while (transport.deliver()) await settled()
    await Promise.all(all)
    expect(order).toEqual(range(7))
  })

  test('sends a dump by itself, in its place', async () => {
    const transport = new FakeTransport(echoing)
    const { own } = connect(transport)
    const all = [thing(1), thing(2, 'dump'), thing(3, 'dump'), thing(4)].map((one) => own.ask(asked(one)))
    expect(await Promise.all(all)).toEqual([[1], [2], [3], [4]])
    expect(transport.ids).toEqual([[1], [2], [3], [4]])
  })

  test('goes on where one request does not fit', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const bad = thing(2, 'act', { values: { inner: { size: 100 } } })
    const outcomes = await Promise.allSettled([thing(1), bad, thing(3)].map((one) => own.ask(asked(one))))
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'ERR_RTNETLINK_INVALID_ARGUMENT', path: 'inner.size' } },
      { status: 'fulfilled' },
    ])
    expect(transport.ids).toEqual([[1, 3]])
  })

  test('sends nothing where nothing fits', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const bad = () => own.ask(asked(thing(2, 'act', { values: { inner: { size: -1 } } })))
    await expect(bad()).rejects.toMatchObject({ path: 'inner.size' })
    expect(() => own.askSync(asked(thing(2, 'act', { values: { inner: { size: -1 } } })))).toThrow('inner.size')
    expect(transport.sends).toEqual([])
  })

  test('of a hundred thousand takes each once', { timeout: 30_000 }, async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const count = 100_000
    const results = await Promise.all(range(count).map((id) => own.ask(asked(thing(id)))))
    expect(results).toHaveLength(count)
    expect(transport.sends).toHaveLength(Math.ceil(count / 64))
    expect(transport.ids.flat()).toEqual(range(count))
  })
})

describe('sequence numbers', () => {
  test('of windows that follow do not meet, and skip 0 when they wrap', async () => {
    const transport = new FakeTransport(undefined, { window: 4 })
    const { own } = connect(transport)
    const inside = own as unknown as { nextSequence: number }
    inside.nextSequence = 0xffff_ffff - 6
    await Promise.all(range(12).map((id) => own.ask(asked(thing(id)))))
    expect(transport.sends.map((send) => send.map(({ sequence }) => sequence))).toEqual([
      [0xffff_fff9, 0xffff_fffa, 0xffff_fffb, 0xffff_fffc],
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
  })

  test('start anywhere but at 0', () => {
    for (let i = 0; i < 100; i++) {
      const { nextSequence } = connect(new FakeTransport()).own as unknown as { nextSequence: number }
      expect(nextSequence >= 1 && nextSequence <= 0x7fff_ffff).toBe(true)
    }
  })
})

describe('a look-up that is remembered', () => {
  const lookup = () => asked(thing(1, 'get', { memo: 'link a' }))

  test('is asked once by those who ask in one turn', async () => {
    const transport = new FakeTransport(echoing)
    const { own } = connect(transport)
    expect(
      await Promise.all([own.ask(lookup()), own.ask(asked(thing(2, 'get', { memo: 'link b' }))), own.ask(lookup())]),
    ).toEqual([[1], [2], [1]])
    expect(transport.ids).toEqual([[1, 2]])
  })

  test('is asked again in the next turn', async () => {
    const transport = new FakeTransport(echoing)
    const { own } = connect(transport)
    const first = own.ask(lookup())
    await nextTurn()
    await Promise.all([first, own.ask(lookup())])
    expect(transport.ids).toEqual([[1], [1]])
  })

  test('is asked again behind what may change the answer', async () => {
    const transport = new FakeTransport(echoing)
    const { own } = connect(transport)
    await Promise.all([own.ask(lookup()), own.ask(asked(thing(9, 'act', { forgets: true }))), own.ask(lookup())])
    expect(transport.ids).toEqual([[1, 9, 1]])
  })

  test('fails for all who share it', async () => {
    const { own } = connect(new FakeTransport((seen) => [answer(seen, 19)]))
    expect(await Promise.allSettled([own.ask(lookup()), own.ask(lookup())])).toMatchObject([
      { reason: { code: 'ENODEV' } },
      { reason: { code: 'ENODEV' } },
    ])
  })

  test('is not shared by who may give up: it would take the others along', async () => {
    const transport = new FakeTransport(echoing)
    const { own } = connect(transport)
    const controller = new AbortController()
    const mine = own.ask(lookup(), controller.signal)
    const theirs = own.ask(lookup())
    controller.abort()
    const late = own.ask(lookup(), new AbortController().signal)
    await expect(mine).rejects.toMatchObject({ code: 'ERR_RTNETLINK_ABORTED' })
    expect(await Promise.all([theirs, late])).toEqual([[1], [1]])
    expect(transport.ids).toEqual([[1, 1]])
  })
})

describe('giving up', () => {
  test('before it left: nothing was sent', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const controller = new AbortController()
    const given = own.ask(asked(thing(1)), controller.signal)
    const other = own.ask(asked(thing(2)))
    controller.abort(new Error('enough'))
    await expect(given).rejects.toMatchObject({
      name: 'AbortError',
      code: 'ERR_RTNETLINK_ABORTED',
      applied: false,
      cause: { message: 'enough' },
    })
    await other
    expect(transport.ids).toEqual([[2]])
  })

  test('before it was asked', async () => {
    const transport = new FakeTransport()
    await expect(connect(transport).own.ask(asked(thing(1)), AbortSignal.abort())).rejects.toMatchObject({
      applied: false,
    })
    await settled()
    expect(transport.sends).toEqual([])
  })

  test('after it left: it may have been applied, and its answer disturbs nobody', async () => {
    const transport = new FakeTransport(undefined, { held: true })
    const { own } = connect(transport)
    const controller = new AbortController()
    const given = own.ask(asked(thing(1)), controller.signal)
    const other = own.ask(asked(thing(2)))
    await settled()
    controller.abort()
    await expect(given).rejects.toMatchObject({ code: 'ERR_RTNETLINK_ABORTED', applied: 'unknown' })
    transport.deliver()
    await other
    expect(transport.ids).toEqual([[1, 2]])
  })

  test('all of a queue sends nothing', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const controller = new AbortController()
    const all = range(3).map((id) => own.ask(asked(thing(id)), controller.signal))
    controller.abort()
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await settled()
    expect(transport.sends).toEqual([])
  })

  test('by a deadline is told from a signal', async () => {
    const { own } = connect(new FakeTransport(undefined, { held: true }))
    await expect(own.ask(asked(thing(1)), AbortSignal.timeout(1))).rejects.toMatchObject({
      code: 'ERR_RTNETLINK_TIMEOUT',
      applied: 'unknown',
    })
  })

  test('after the answer changes nothing', async () => {
    const controller = new AbortController()
    expect(await connect(new FakeTransport(echoing)).own.ask(asked(thing(1, 'get')), controller.signal)).toEqual([1])
    controller.abort()
  })

  test('during the pause before another try ends it', async () => {
    const controller = new AbortController()
    const transport = new FakeTransport((seen) => {
      controller.abort()
      return [object(seen, 1, NLM_F_DUMP_INTR), done(seen)]
    })
    await expect(connect(transport).own.ask(asked(thing(1, 'dump')), controller.signal)).rejects.toMatchObject({
      code: 'ERR_RTNETLINK_ABORTED',
    })
    expect(transport.sends).toHaveLength(1)
  })
})

describe('closing', () => {
  test('settles what waits, what has left, and what comes after', async () => {
    const warned = (seen: Seen) => [answer(seen, 0, { tlvs: { 1: Buffer.from('late\0') } })]
    const transport = new FakeTransport(warned, { held: true, window: 1 })
    const warnings: string[] = []
    const { own } = connect(transport, warnings)
    const all = range(6).map((id) => own.ask(asked(thing(id))))
    const outcomes = Promise.allSettled(all)
    await settled()
    own.close()
    own.close()
    const reason = (applied: unknown) => ({ reason: { name: 'ClosedError', code: 'ERR_RTNETLINK_CLOSED', applied } })
    expect(await outcomes).toMatchObject([...Array(4).fill(reason('unknown')), reason(false), reason(false)])
    expect([transport.closed, own.closed]).toEqual([true, true])
    await expect(own.ask(asked(thing(7)))).rejects.toMatchObject({ code: 'ERR_RTNETLINK_CLOSED', applied: false })
    expect(() => own.askSync(asked(thing(7)))).toThrow(expect.objectContaining({ code: 'ERR_RTNETLINK_CLOSED' }))
    while (transport.deliver()) await settled()
    expect([transport.sends.length, warnings]).toEqual([4, []])
  })

  test('in the turn of the asking sends nothing', async () => {
    const transport = new FakeTransport()
    const { own } = connect(transport)
    const given = own.ask(asked(thing(1)))
    own.close()
    await expect(given).rejects.toMatchObject({ applied: false })
    await settled()
    expect(transport.sends).toEqual([])
  })
})

describe('trying again', () => {
  const interruptedTimes = (times: number): Script => {
    let tries = 0
    return (seen) => [object(seen, ++tries, tries <= times ? NLM_F_DUMP_INTR : 0), done(seen)]
  }

  test('is what a dump does that the kernel calls inconsistent', async () => {
    const transport = new FakeTransport(interruptedTimes(3))
    expect(await connect(transport).own.ask(asked(thing(1, 'dump')))).toEqual([4])
    expect(transport.sends).toHaveLength(4)
    const again = new FakeTransport(interruptedTimes(3))
    expect(connect(again).own.askSync(asked(thing(1, 'dump')))).toEqual([4])
  })

  test('ends after ten tries, with what the last one read', async () => {
    const failure = {
      name: 'DumpInterruptedError',
      code: 'ERR_RTNETLINK_DUMP_INTERRUPTED',
      partial: [10],
      attempts: 10,
      message: 'cannot list: the table changed at each of 10 tries',
    }
    const transport = new FakeTransport(interruptedTimes(99))
    await expect(connect(transport).own.ask(asked(thing(1, 'dump'), 'list'))).rejects.toMatchObject(failure)
    expect(transport.sends).toHaveLength(10)
    const again = new FakeTransport(interruptedTimes(99))
    expect(() => connect(again).own.askSync(asked(thing(1, 'dump'), 'list'))).toThrow(expect.objectContaining(failure))
  })

  test('is for reads whose answer was lost; a change is not repeated', async () => {
    const lossy = () =>
      new FakeTransport(echoing, { spoil: (reply, index) => (index === 0 ? { ...reply, overrun: true } : reply) })
    expect(await connect(lossy()).own.ask(asked(thing(1, 'get')))).toEqual([1])
    const transport = new FakeTransport(() => [], { spoil: (reply) => ({ ...reply, overrun: true }) })
    await expect(connect(transport).own.ask(asked(thing(1)))).rejects.toMatchObject({ applied: 'unknown' })
    expect(transport.sends).toHaveLength(1)
    await expect(connect(transport).own.ask(asked(thing(1, 'get'), 'get 1'))).rejects.toMatchObject({
      code: 'ERR_RTNETLINK_OUTCOME_UNKNOWN',
      message: 'cannot get 1: answers were lost at each of 10 tries',
    })
  })

  test("numbers the next try anew: a late answer to the last one is nobody's", async () => {
    const transport = new FakeTransport(interruptedTimes(1))
    await connect(transport).own.ask(asked(thing(1, 'dump')))
    const [first, second] = transport.sends.map((send) => send[0]?.sequence ?? 0)
    expect(second).toBeGreaterThan(first ?? 0)
  })
})

test('what is malformed settles those who wait', async () => {
  const garbage = () => new FakeTransport(() => [new Uint8Array(16).fill(0xff)])
  await expect(connect(garbage()).own.ask(asked(thing(1)))).rejects.toMatchObject({ applied: 'unknown' })
  await expect(connect(garbage()).own.ask(asked(thing(1, 'dump')))).rejects.toMatchObject({
    code: 'ERR_RTNETLINK_DECODE',
  })
})

test('a warning reaches who listens', async () => {
  const warnings: string[] = []
  const { own } = connect(
    new FakeTransport((seen) => [answer(seen, 0, { tlvs: { 1: Buffer.from('careful\0') } })]),
    warnings,
  )
  await own.ask(asked(thing(1)))
  own.askSync(asked(thing(2)))
  expect(warnings).toEqual(['the kernel warns about: do 1: careful', 'the kernel warns about: do 2: careful'])
})

describe('many at once', () => {
  const requests = (count: number): Request[] =>
    range(count).map((id) => thing(id, id % 3 === 0 ? 'get' : 'act') as Request)
  const script: Script = (seen, send) =>
    seen.id === 5
      ? [answer(seen, 17)]
      : seen === send.at(-1)
        ? undefined
        : seen.id % 3 === 0
          ? [object(seen, seen.id)]
          : []

  test('have an outcome each, in order, blocking or not', async () => {
    const transport = new FakeTransport(script, { window: 4 })
    const expected = range(10).map((id) => (id === 5 ? 'failed' : 'done'))
    const outcomes = await connect(transport).own.askMany(requests(10).map((one) => asked(one)))
    expect(outcomes.map(({ status }) => status)).toEqual(expected)
    const blocking = new FakeTransport(script, { window: 4 })
    expect(
      connect(blocking)
        .own.askManySync(requests(10).map((one) => asked(one)))
        .map(({ status }) => status),
    ).toEqual(expected)
    expect(blocking.ids).toEqual(transport.ids)
    expect(blocking.ids).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ])
  })

  test('with dumps and refused values among them', () => {
    const bad = thing(2, 'act', { values: { inner: { size: 100 } } })
    const transport = new FakeTransport(echoing)
    const outcomes = connect(transport).own.askManySync(
      [thing(1), bad, thing(3, 'dump'), bad, thing(4, 'get')].map((one) => asked(one as Request)),
    )
    expect(outcomes).toMatchObject([
      { status: 'done' },
      { error: { path: 'inner.size' } },
      { objects: [3] },
      { error: { path: 'inner.size' } },
      { objects: [4] },
    ])
    expect(transport.ids).toEqual([[1], [3], [4]])
    expect(connect(transport).own.askManySync([])).toEqual([])
  })

  test('share one listener of a signal', async () => {
    const controller = new AbortController()
    const counts = { add: 0, remove: 0 }
    const { addEventListener, removeEventListener } = controller.signal
    controller.signal.addEventListener = (...args: unknown[]) => { counts.add++; Reflect.apply(addEventListener, controller.signal, args) } // biome-ignore format: short
    controller.signal.removeEventListener = (...args: unknown[]) => { counts.remove++; Reflect.apply(removeEventListener, controller.signal, args) } // biome-ignore format: short
    await connect(new FakeTransport()).own.askMany(
      requests(100).map((one) => asked(one)),
      controller.signal,
    )
    expect(counts).toEqual({ add: 1, remove: 1 })
  })
})
