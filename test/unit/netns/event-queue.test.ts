import { describe, expect, test, vi } from 'vitest'
import { EventQueue } from '../../../lib/netns/event-queue.js'

const make = () => {
  const onEnd = vi.fn()
  return { queue: new EventQueue<number>(onEnd), onEnd }
}
const end = { value: undefined, done: true }

test('keeps the order of events and of readers', async () => {
  const { queue } = make()
  queue.push(1)
  queue.push(2)
  expect(await queue.next()).toEqual({ value: 1, done: false })
  const readers = [queue.next(), queue.next(), queue.next()]
  queue.push(3)
  queue.push(4)
  expect((await Promise.all(readers)).map(({ value }) => value)).toEqual([2, 3, 4])
})

describe('ends', () => {
  test('with its reader, once', async () => {
    const { queue, onEnd } = make()
    queue.push(1)
    const seen: number[] = []
    for await (const event of queue) {
      seen.push(event)
      queue.push(2)
      break
    }
    expect(seen).toEqual([1])
    queue.push(3)
    expect([await queue.next(), await queue.return(), await queue.next()]).toEqual([end, end, end])
    expect(onEnd).toHaveBeenCalledTimes(1)
  })

  test('for those who wait', async () => {
    const { queue } = make()
    const readers = [queue.next(), queue.next()]
    await queue[Symbol.asyncDispose]()
    expect(await Promise.all(readers)).toEqual([end, end])
  })

  test('with a failure, behind the events that were there', async () => {
    const { queue, onEnd } = make()
    queue.push(1)
    queue.fail(new Error('first'))
    queue.fail(new Error('second'))
    queue.push(2)
    expect(await queue.next()).toEqual({ value: 1, done: false })
    await expect(queue.next()).rejects.toThrow('first')
    expect(await queue.next()).toEqual(end)
    expect(onEnd).toHaveBeenCalledTimes(1)
  })

  test('with a failure for one reader who waits, and without for the others', async () => {
    const { queue } = make()
    const [one, other] = [queue.next(), queue.next()]
    queue.fail(new Error('first'))
    await expect(one).rejects.toThrow('first')
    expect([await other, await queue.next()]).toEqual([end, end])
  })
})
