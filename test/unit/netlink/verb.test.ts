import { describe, expect, test } from 'vitest'
import { Rejection } from '../../../lib/codec/rejection.js'
import { ask, type Steps } from '../../../lib/netlink/operation.js'
import { defineVerb } from '../../../lib/netlink/verb.js'
import type { Where } from '../../../lib/netlink/where.js'
import { answer, connect, FakeTransport, object, thing } from '../../support/fake-transport.js'

const get = defineVerb(
  0,
  (id: number, options?: { twice?: boolean }) => `get thing ${id.toFixed()}${options?.twice ? ' twice' : ''}`,
  function* (id: number, options?: { twice?: boolean }): Steps<readonly number[]> {
    if (id < 0) throw new Rejection('0 or more', id).within('id')
    const first = yield* ask(thing(id, 'get'))
    return options?.twice ? [...first, ...(yield* ask(thing(id + 1, 'get')))] : first
  },
)
const place = () => {
  const transport = new FakeTransport((seen) =>
    seen.id === 99 ? [answer(seen, 19)] : [object(seen, seen.id), answer(seen, 0)],
  )
  return { transport, socket: connect(transport).socket }
}
const refused = (path: string) => expect.objectContaining({ name: 'InvalidArgumentError', path, applied: false })

describe('a call', () => {
  test('has three forms that do the same', async () => {
    const { transport, socket } = place()
    expect(await get(1, undefined, { socket })).toEqual([1])
    expect(get.sync(2, { twice: true }, { socket })).toEqual([2, 3])
    expect(get.op(4)).toMatchObject({ protocol: 0 })
    expect(get.op(4, { twice: true }).doing()).toBe('get thing 4 twice')
    expect(transport.ids).toEqual([[1], [2], [3]])
  })

  test('does nothing before it is run, and runs anew each time', () => {
    const { transport, socket } = place()
    const operation = get.op(1)
    operation.steps()
    expect(transport.sends).toEqual([])
    const run = () => { const steps = operation.steps(); steps.next(); return steps.next([7]).value } // biome-ignore format: short
    expect([run(), run()]).toEqual([[7], [7]])
    void socket
  })

  test('says what it was about to do when it fails', async () => {
    const { socket } = place()
    await expect(get(99, undefined, { socket })).rejects.toThrow('cannot get thing 99: no such link [ENODEV]')
    expect(() => get.sync(99, undefined, { socket })).toThrow('cannot get thing 99: no such link [ENODEV]')
  })

  test('refuses a value with its path, and sends nothing', async () => {
    const { transport, socket } = place()
    await expect(get(-1, undefined, { socket })).rejects.toEqual(refused('id'))
    expect(() => get.sync(-1, undefined, { socket })).toThrow(refused('id'))
    expect(() => get.op(-1).steps().next()).toThrow('cannot get thing -1: id: expected 0 or more, got -1')
    expect(transport.sends).toEqual([])
  })

  test('describes itself whatever it was given', () => {
    expect(get.op('x' as never).doing()).toBe('do what was asked')
  })

  test('refuses too many arguments', async () => {
    const { socket } = place()
    const tooMany = get as unknown as (...args: unknown[]) => Promise<unknown>
    await expect(tooMany(1, undefined, { socket }, 2)).rejects.toThrow('at most 2 arguments')
    expect(() =>
      (get.op as unknown as (...args: unknown[]) => { steps(): Steps<unknown> })(1, undefined, { socket })
        .steps()
        .next(),
    ).toThrow('at most 2 arguments')
  })
})

describe('where', () => {
  const { socket } = place()
  const bad: [what: string, where: unknown, path: string][] = [
    ['no object', 5, 'where'],
    ['null', null, 'where'],
    ['an unknown name', { sokcet: socket }, 'where.sokcet'],
    ['the options of the call', { twice: true }, 'where.twice'],
    ['a socket that is none', { socket: {} }, 'where.socket'],
    ['a null socket', { socket: null }, 'where.socket'],
    ['socket and namespace', { socket, netns: 'blue' }, 'where.netns'],
    ['a signal that is none', { signal: {} }, 'where.signal'],
    ...[0, -1, 1.5, 2 ** 31, Number.NaN, '5', null].map((timeout): [string, unknown, string] => [
      `a timeout of ${timeout}`,
      { timeout },
      'where.timeout',
    ]),
  ]

  test.each(bad)('is not %s', async (_what, where, path) => {
    await expect(get(1, undefined, where as Where)).rejects.toEqual(refused(path))
    expect(() => get.sync(1, undefined, where as Where)).toThrow(refused(path))
  })

  test('may leave each name unset', async () => {
    expect(await get(1, undefined, { socket, netns: undefined, signal: undefined, timeout: undefined })).toEqual([1])
  })

  test('with a signal that has aborted sends nothing', async () => {
    const { transport, socket } = place()
    const where = { socket, signal: AbortSignal.abort() }
    const error = expect.objectContaining({ code: 'ERR_RTNETLINK_ABORTED', applied: false })
    await expect(get(1, undefined, where)).rejects.toEqual(error)
    expect(() => get.sync(1, undefined, where)).toThrow(error)
    expect(transport.sends).toEqual([])
  })
})

test('an operation may catch what comes back, and go on', () => {
  const tolerant = defineVerb(
    0,
    () => 'try',
    function* (): Steps<string> {
      try {
        yield* ask(thing(99, 'get'))
      } catch {
        return `then ${yield* ask(thing(1, 'get'))}`
      }
      return 'never'
    },
  )
  expect(tolerant.sync({ socket: place().socket })).toBe('then 1')
})

test('a call that acts in no namespace takes neither socket nor namespace', async () => {
  // biome-ignore lint/correctness/useYield: it asks for nothing
  const body = function* (): Steps<number> {
    return 1
  }
  const nowhere = defineVerb(0, () => 'list namespaces', body, { placeless: true })
  expect(await nowhere()).toBe(1)
  await expect(nowhere({ socket: place().socket })).rejects.toEqual(refused('where.socket'))
  await expect(nowhere({ netns: 'blue' })).rejects.toEqual(refused('where.netns'))
})
