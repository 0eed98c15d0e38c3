import { describe, expect, test } from 'vitest'
import { aborted, deadlineOf, Progress, signalOf, unlessAborted, whenAborted } from '../../../lib/netlink/abort.js'
import type { Effect } from '../../../lib/netlink/operation.js'
import type { Request } from '../../../lib/netlink/request.js'

describe('a signal and a deadline', () => {
  test('are one signal', () => {
    const { signal } = new AbortController()
    expect(signalOf({})).toBeUndefined()
    expect(signalOf({ signal })).toBe(signal)
    expect(signalOf({ timeout: 1000 })).toBeInstanceOf(AbortSignal)
    const controller = new AbortController()
    const both = signalOf({ signal: controller.signal, timeout: 100_000 }) as AbortSignal
    controller.abort('why')
    expect([both.aborted, both.reason]).toEqual([true, 'why'])
  })

  test('are told apart in the error', () => {
    const deadline = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    expect(aborted(deadline, 'add a', false)).toMatchObject({
      code: 'ERR_RTNETLINK_TIMEOUT',
      applied: false,
      message: 'gave up on: add a (deadline); nothing was sent',
    })
    expect(aborted(AbortSignal.abort(), 'add a', 'unknown')).toMatchObject({
      code: 'ERR_RTNETLINK_ABORTED',
      applied: 'unknown',
      message: 'gave up on: add a (signal); a request had left: it may or may not have been applied',
    })
  })
})

describe('waiting for a signal', () => {
  test('calls all that wait, once, and none that called it off', () => {
    const controller = new AbortController()
    const called: string[] = []
    whenAborted(controller.signal, () => called.push('a'))
    const callOff = whenAborted(controller.signal, () => called.push('b'))
    whenAborted(controller.signal, () => called.push('c'))
    callOff()
    callOff()
    controller.abort()
    expect(called).toEqual(['a', 'c'])
    callOff()
  })

  test('starts anew when nobody waited any more', () => {
    const controller = new AbortController()
    const called: string[] = []
    whenAborted(controller.signal, () => called.push('a'))()
    whenAborted(controller.signal, () => called.push('b'))
    controller.abort()
    expect(called).toEqual(['b'])
  })

  test('gives a promise up, and lets it be when it is there', async () => {
    const controller = new AbortController()
    const error = new Error('given up')
    const never = unlessAborted(new Promise(() => {}), controller.signal, () => error)
    const there = unlessAborted(Promise.resolve(7), controller.signal, () => error)
    const failed = unlessAborted(Promise.reject(new Error('own')), controller.signal, () => error)
    expect(await there).toBe(7)
    await expect(failed).rejects.toThrow('own')
    controller.abort()
    await expect(never).rejects.toBe(error)
    expect(await unlessAborted(Promise.resolve(8), undefined, () => error)).toBe(8)
  })
})

describe('in the blocking form', () => {
  test('a signal is looked at before each thing that is sent', () => {
    const controller = new AbortController()
    const deadline = deadlineOf({ signal: controller.signal })
    expect(() => deadline.check(() => 'x')).not.toThrow()
    controller.abort()
    expect(() => deadline.check(() => 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_RTNETLINK_ABORTED', applied: false }),
    )
  })

  test('so is the clock', () => {
    // A deadline that has passed when it is made: nothing has to be waited for.
    expect(() => deadlineOf({ timeout: -1 }).check(() => 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_RTNETLINK_TIMEOUT' }),
    )
    expect(() => deadlineOf({ timeout: 2 ** 31 - 1 }).check(() => 'x')).not.toThrow()
    expect(() => deadlineOf({}).check(() => 'x')).not.toThrow()
  })
})

describe('an operation of several steps', () => {
  const request = (mode: 'act' | 'get') => ({ request: { mode } }) as Effect
  const early = () => aborted(AbortSignal.abort(), 'test', false)

  test('that has only read has changed nothing when it is given up', () => {
    const progress = new Progress(() => 'test')
    progress.done(request('get'))
    expect(progress.judge(early())).toMatchObject({ applied: false })
  })

  test('that has changed something does not say that it has not', () => {
    const progress = new Progress(() => 'test')
    progress.done(request('act'))
    expect(progress.judge(early())).toMatchObject({ applied: 'unknown', code: 'ERR_RTNETLINK_ABORTED' })
    const refusal = new Error('another')
    expect(progress.judge(refusal)).toBe(refusal)
  })

  test('that asked for many things has changed something when one of them may have', () => {
    const effect = (...modes: ('act' | 'get')[]) =>
      ({ requests: modes.map((mode) => (request(mode) as { request: Request }).request) }) satisfies Effect
    const reading = new Progress(() => 'test')
    reading.done(effect('get', 'get'))
    expect(reading.judge(early())).toMatchObject({ applied: false })
    const changing = new Progress(() => 'test')
    changing.done(effect('get', 'act'))
    expect(changing.judge(early())).toMatchObject({ applied: 'unknown' })
  })
})
