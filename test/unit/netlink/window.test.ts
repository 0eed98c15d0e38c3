import { describe, expect, test } from 'vitest'
import { attribute, attributes } from '../../../lib/codec/table.js'
import { bytes } from '../../../lib/codec/text.js'
import { Writer } from '../../../lib/codec/writer.js'
import { DecodeError, InvalidArgumentError, KernelError, OutcomeUnknownError } from '../../../lib/errors.js'
import {
  NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_ECHO, NLM_F_REQUEST, NLMSG_NOOP, NLMSG_OVERRUN,
} from '../../../lib/netlink/constants.js' // biome-ignore format: names of one header
import { messageFormat } from '../../../lib/netlink/message.js'
import type { Request } from '../../../lib/netlink/request.js'
import { Window } from '../../../lib/netlink/window.js'
import {
  answer,
  asked,
  complete,
  done,
  message,
  object,
  seenIn,
  THING,
  thing,
  thingFormat,
} from '../../support/fake-transport.js'

const FIRST = 100

function windowOf(...requests: readonly Request<unknown>[]) {
  const window = new Window(new Writer(true), 64, FIRST)
  for (const one of requests) expect(window.add(asked(one as Request))).toBe(true)
  return { window, seen: seenIn(window.seal()) }
}

const to = (index: number) => ({ sequence: FIRST + index, bytes: new Uint8Array(16) })
const settle = (
  requests: readonly Request<unknown>[],
  chunks: readonly Uint8Array[],
  spoilt: Partial<typeof complete> = {},
) => windowOf(...requests).window.settle({ ...complete, chunks, ...spoilt })
const succeeded = (...objects: unknown[]) => ({ status: 'done', objects, warning: undefined })

describe('what leaves', () => {
  test('is numbered, and only the last asks for an answer', () => {
    const { seen } = windowOf(thing(1), thing(2, 'get'), thing(3, 'echo'), thing(4))
    expect(seen.map(({ sequence, id }) => [sequence, id])).toEqual([[100, 1], [101, 2], [102, 3], [103, 4]]) // biome-ignore format: pairs
    expect(seen.map(({ flags }) => flags)).toEqual([
      NLM_F_REQUEST,
      NLM_F_REQUEST,
      NLM_F_REQUEST | NLM_F_ECHO,
      NLM_F_REQUEST | NLM_F_ACK,
    ])
  })

  test('of a dump asks for all and for no acknowledgement', () => {
    expect(windowOf(thing(1, 'dump')).seen.map(({ flags }) => flags)).toEqual([NLM_F_REQUEST | NLM_F_DUMP])
  })

  test('is each a multiple of four bytes long, padded with zeroes', () => {
    const writer = new Writer(true)
    writer.bytes.fill(0xee)
    const window = new Window(writer, 64, FIRST)
    window.add(asked(thing(1, 'act', { values: { label: 'a' } })))
    window.add(asked(thing(2)))
    const tx = window.seal()
    expect([tx.length, [...tx.slice(20, 28)]]).toEqual([48, [6, 0, 1, 0, 97, 0, 0, 0]])
  })
})

describe('room', () => {
  const fill = (capacity: number) => new Window(new Writer(true), capacity, FIRST)

  test('ends at the capacity', () => {
    const window = fill(2)
    for (const expected of [true, true, false]) {
      expect(window.accepts(thing(1) as Request)).toBe(expected)
      if (expected) window.add(asked(thing(1)))
    }
    expect(window.size).toBe(2)
  })

  test('is for a dump alone', () => {
    const window = fill(64)
    window.add(asked(thing(1, 'dump')))
    expect(window.accepts(thing(2) as Request)).toBe(false)
    const other = fill(64)
    other.add(asked(thing(1)))
    expect([other.accepts(thing(2, 'dump') as Request), other.accepts(thing(2) as Request)]).toEqual([false, true])
  })

  test('ends after some kilobytes', () => {
    const window = fill(64)
    const long = () => thing(1, 'act', { values: { label: 'x'.repeat(5000) } })
    expect([
      window.add(asked(long())),
      window.accepts(long() as Request),
      window.add(asked(long())),
      window.accepts(long() as Request),
    ]).toEqual([true, true, true, false])
  })

  describe('is never more than the kernel takes in one send (212,992 bytes)', () => {
    const row = (number: number) => attribute('T_PART', number, bytes())
    const format = messageFormat(thingFormat.header, attributes({ a: row(1), b: row(2), c: row(3), d: row(4) }))
    const huge = (size: number) => {
      const part = new Uint8Array(size / 4)
      return asked({ ...thing(1), format, value: { header: {}, attributes: { a: part, b: part, c: part, d: part } } })
    }

    test('so that a request that fits by itself may not fit beside others', () => {
      const window = fill(64)
      window.add(asked(thing(1, 'act', { values: { label: 'x'.repeat(8000) } })))
      const before = window.seal().slice()
      expect(window.accepts(huge(208_000).request)).toBe(true)
      expect(window.add(huge(208_000))).toBe(false)
      expect([window.size, window.seal()]).toEqual([1, before])
      expect(window.add(asked(thing(2)))).toBe(true)
      expect(fill(64).add(huge(208_000))).toBe(true)
    })

    test('and one that fits nowhere is refused', () => {
      expect(() => fill(64).add(huge(212_000))).toThrow(
        expect.objectContaining({ name: 'InvalidArgumentError', expected: 'a request of at most 212000 bytes' }),
      )
    })
  })
})

describe('a value that does not fit', () => {
  test('is refused, and the window is as before', () => {
    const { window } = windowOf(thing(1))
    const before = window.seal().slice()
    const bad = asked(thing(2, 'act', { values: { label: 'kept?', inner: { size: 100 } } }), 'make thing 2')
    expect(() => window.add(bad)).toThrow(InvalidArgumentError)
    expect(() => window.add(bad)).toThrow(
      expect.objectContaining({
        message: 'cannot make thing 2: inner.size (T_SIZE): expected an integer from 0 to 99, got 100',
        path: 'inner.size',
        constant: 'T_SIZE',
        actual: 100,
        applied: false,
      }),
    )
    expect([window.size, window.seal()]).toEqual([1, before])
    expect(window.add(asked(thing(3)))).toBe(true)
    expect(seenIn(window.seal()).map(({ sequence, id }) => [sequence, id])).toEqual([[100, 1], [101, 3]]) // biome-ignore format: pairs
  })

  test('is no reason to hide another error', () => {
    const broken = { ...thing(1), value: { header: { get id(): number { throw new TypeError('mine') } }, attributes: {} } } // biome-ignore format: short
    expect(() => new Window(new Writer(true), 64, FIRST).add(asked(broken as unknown as Request, 'x'))).toThrow(
      TypeError,
    )
  })
})

describe('outcomes', () => {
  test('are success where nothing was heard and the last was answered', () => {
    expect(settle([thing(1), thing(2), thing(3)], [answer(to(2), 0)])).toEqual([succeeded(), succeeded(), succeeded()])
  })

  test('are told by index, errors unasked', () => {
    const outcomes = settle(
      [thing(1), thing(2), thing(3), thing(4)],
      [answer(to(1), 17), answer(to(2), 2), answer(to(3), 0)],
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'failed', 'done'])
    expect(outcomes[1]).toMatchObject({ error: { code: 'EEXIST', errno: 17, request: 'RTM_THING', applied: false } })
    expect(outcomes[1]).toMatchObject({ error: { message: 'cannot do 2: it exists already [EEXIST]' } })
    expect(outcomes[2]).toMatchObject({ error: { code: 'ENOENT' } })
  })

  test('carry the objects of each reply', () => {
    const outcomes = settle(
      [thing(1, 'get'), thing(2, 'echo'), thing(3)],
      [object(to(1), 22), object(to(0), 11), answer(to(2), 0)],
    )
    expect(outcomes).toEqual([succeeded(11), succeeded(22), succeeded()])
  })

  test('of a dump are all its objects, from any number of datagrams', () => {
    const chunks = [object(to(0), 1), Uint8Array.from([...object(to(0), 2), ...object(to(0), 3)]), done(to(0))]
    expect(settle([thing(1, 'dump')], chunks)).toEqual([succeeded(1, 2, 3)])
  })

  test('leave out what `read` leaves out, other types, and messages of others', () => {
    const none = { ...thing(1, 'dump'), read: (one: { header: { id?: number } }) => (one.header.id === 2 ? undefined : one.header.id) } // biome-ignore format: short
    const chunks = [
      object(to(0), 1),
      object(to(0), 2),
      object(to(0), 3, 0, THING + 1),
      object(to(5), 4),
      object({ sequence: 0 }, 5),
      object({ sequence: FIRST - 1 }, 6),
      message(NLMSG_NOOP, 0, FIRST, () => {}),
      done(to(0)),
    ]
    expect(settle([none as unknown as Request], chunks)).toEqual([succeeded(1)])
    expect(settle([thing(1)], [answer(to(1), 17), answer({ ...to(0), sequence: 0 }, 17), answer(to(0), 0)])).toEqual([
      succeeded(),
    ])
  })

  test('tell the warning beside a yes', () => {
    const tlvs = { 1: Buffer.from('bytes leftover\0') }
    expect(settle([thing(1)], [answer(to(0), 0, { tlvs })])).toEqual([
      { status: 'done', objects: [], warning: 'the kernel warns about: do 1: bytes leftover' },
    ])
  })

  test("of a dump are the error in its end, in the kernel's words", () => {
    const tlvs = { 1: Buffer.from('FIB table does not exist\0') }
    const [outcome] = settle([thing(1, 'dump')], [object(to(0), 1), done(to(0), 2, tlvs)])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'ENOENT', kernelMessage: 'FIB table does not exist' },
    })
    expect((outcome as { error: Error }).error).toBeInstanceOf(KernelError)
  })
})

describe('what has to be repeated', () => {
  test('is a dump during which the table changed, whichever message says so', () => {
    const flagged = object(to(0), 1, NLM_F_DUMP_INTR)
    expect(settle([thing(1, 'dump')], [flagged, object(to(0), 2), done(to(0))])).toEqual([
      { status: 'repeat', why: 'interrupted', objects: [1, 2] },
    ])
    expect(settle([thing(1, 'dump')], [object(to(0), 1), done(to(0), 0, {}, NLM_F_DUMP_INTR)])).toEqual([
      { status: 'repeat', why: 'interrupted', objects: [1] },
    ])
  })

  test('is not a dump that failed', () => {
    expect(settle([thing(1, 'dump')], [object(to(0), 1, NLM_F_DUMP_INTR), done(to(0), 22)])).toMatchObject([
      { status: 'failed', error: { code: 'EINVAL' } },
    ])
  })

  test.each([
    ['the queue overran', { overrun: true }, []],
    ['an answer was cut', { truncated: true }, []],
    ['the kernel said so in a message', {}, [message(NLMSG_OVERRUN, 0, 0, () => {})]],
  ])('is a read when %s', (_what, spoilt, extra) => {
    expect(settle([thing(1, 'dump')], [object(to(0), 1), done(to(0)), ...extra], spoilt)).toEqual([
      { status: 'repeat', why: 'lost', objects: [1] },
    ])
    expect(settle([thing(1, 'get')], [object(to(0), 1), answer(to(0), 0), ...extra], spoilt)).toEqual([
      { status: 'repeat', why: 'lost', objects: [1] },
    ])
  })
})

describe('when answers are lost', () => {
  const unknown = { status: 'failed', error: { code: 'ERR_RTNETLINK_OUTCOME_UNKNOWN', applied: 'unknown' } }

  test.each([{ overrun: true }, { truncated: true }])(
    '%o: what has an answer has it, the rest is unknown',
    (spoilt) => {
      const outcomes = settle(
        [thing(1), thing(2), thing(3), thing(4, 'get')],
        [answer(to(1), 17), answer(to(2), 0)],
        spoilt,
      )
      expect(outcomes).toMatchObject([
        unknown,
        { error: { code: 'EEXIST', applied: false } },
        succeeded(),
        { status: 'repeat' },
      ])
      expect((outcomes[0] as { error: Error }).error).toBeInstanceOf(OutcomeUnknownError)
      expect((outcomes[0] as { error: Error }).error.message).toBe(
        'cannot tell whether it worked to do 1, an answer was lost: it may or may not have been applied',
      )
    },
  )

  test('the last of which none came makes all before it unknown', () => {
    expect(settle([thing(1), thing(2)], [], { complete: false })).toMatchObject([unknown, unknown])
    expect(settle([thing(1), thing(2)], [answer(to(0), 17)], { complete: false })).toMatchObject([
      { error: { code: 'EEXIST' } },
      unknown,
    ])
  })

  test('and yet one is there, it counts', () => {
    expect(settle([thing(1), thing(2)], [answer(to(0), 0)], { complete: false })).toMatchObject([succeeded(), unknown])
  })

  test('because a system call failed, that is the cause, and a read is not repeated', () => {
    const error = new Error('recvmsg')
    const outcomes = settle([thing(1), thing(2, 'get')], [], { complete: false, error })
    expect(outcomes).toMatchObject([
      { error: { applied: 'unknown', cause: error } },
      { status: 'failed', error: { code: 'ERR_RTNETLINK_OUTCOME_UNKNOWN', cause: error } },
    ])
  })

  test('since nothing was sent, nothing was done', () => {
    const error = new Error('sendto')
    expect(settle([thing(1), thing(2, 'dump')], [], { sent: false, complete: false, error })).toEqual([
      { status: 'failed', error },
      { status: 'failed', error },
    ])
    expect(settle([thing(1)], [], { sent: false, complete: false })).toMatchObject([
      { status: 'failed', error: { message: 'not sent' } },
    ])
  })
})

describe('malformed answers', () => {
  const broken = Uint8Array.of(15, 0, 0, 0, 64, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0)
  const short = (sequence: number) => message(2, 0, sequence, (writer) => writer.u16(0))

  test('settle what asked: a read fails, a change is unknown, what was answered before stands', () => {
    const outcomes = settle(
      [thing(1), thing(2, 'get'), thing(3)],
      [answer(to(0), 17), Uint8Array.from([...object(to(1), 5), ...broken]), answer(to(2), 0)],
    )
    expect(outcomes).toMatchObject([
      { error: { code: 'EEXIST' } },
      { status: 'failed', error: { code: 'ERR_RTNETLINK_DECODE' } },
      succeeded(),
    ])
    expect(settle([thing(1)], [broken])).toMatchObject([
      { error: { code: 'ERR_RTNETLINK_OUTCOME_UNKNOWN', applied: 'unknown', cause: { code: 'ERR_RTNETLINK_DECODE' } } },
    ])
  })

  test('concern the one whose they are', () => {
    const outcomes = settle([thing(1), thing(2), thing(3)], [short(FIRST + 1), answer(to(2), 0)])
    expect(outcomes).toMatchObject([succeeded(), { error: { applied: 'unknown' } }, succeeded()])
    const cut = message(THING, 0, FIRST, (writer) => { writer.u32(1); writer.u32(2) }) // biome-ignore format: short
    expect((settle([thing(1, 'get')], [cut, answer(to(0), 0)])[0] as { error: Error }).error).toBeInstanceOf(
      DecodeError,
    )
  })

  test('beside a yes do not undo it: an echo is a courtesy', () => {
    const cut = message(THING, 0, FIRST, (writer) => { writer.u32(1); writer.u32(2) }) // biome-ignore format: short
    expect(settle([thing(1, 'echo')], [cut, answer(to(0), 0)])).toEqual([succeeded()])
  })
})
