import { afterEach, expect, test } from 'vitest'
import { ClosedError } from '../../../lib/errors.js'
import { nativeNetns } from '../../../lib/netlink/where.js'
import { Netns } from '../../../lib/netns/netns.js'
import { fakeNetns } from '../../support/requests.js'

const open: Netns[] = []
afterEach(() => {
  for (const netns of open.splice(0)) netns.close()
})

/** A handle on nothing that can be closed. */
function handle(identity: Partial<ReturnType<typeof fakeNetns>> = {}, name?: string): Netns {
  const native = {
    ...fakeNetns(),
    ...identity,
    closed: false,
    close: () => Object.assign(native, { closed: true, fd: -1 }),
  }
  const netns = new Netns(native as never, name)
  open.push(netns)
  return netns
}

test('the cookie decides; without one on either side, the file', () => {
  expect(handle({ cookie: 5n, inode: 1n }).equals(handle({ cookie: 5n, inode: 1n }))).toBe(true)
  // An inode number that is in use again.
  expect(handle({ cookie: 5n, inode: 1n }).equals(handle({ cookie: 6n, inode: 1n }))).toBe(false)
  expect(handle({ cookie: undefined, inode: 1n }).equals(handle({ cookie: 6n, inode: 1n }))).toBe(true)
  expect(handle({ cookie: undefined, inode: 1n }).equals(handle({ cookie: undefined, inode: 2n }))).toBe(false)
  expect(handle({ cookie: undefined, device: 4n }).equals(handle({ cookie: undefined, device: 5n }))).toBe(false)
})

test('closed by each of its ways, once and for all', async () => {
  for (const close of [
    (netns: Netns) => netns.close(),
    (netns: Netns) => netns[Symbol.dispose](),
    (netns: Netns) => netns[Symbol.asyncDispose](),
  ]) {
    const netns = handle({}, 'blue')
    expect(netns[nativeNetns].fd).toBe(0x1234)
    await close(netns)
    await close(netns)
    expect(netns).toMatchObject({ closed: true, name: 'blue', inode: 4_026_531_840n, cookie: 1n })
    expect(() => netns[nativeNetns]).toThrow(ClosedError)
    expect(() => netns.equals(handle())).toThrow('the handle of network namespace blue is closed')
    expect(() => handle().equals(netns)).toThrow(ClosedError)
    await expect(netns.isNameCurrent()).rejects.toBeInstanceOf(ClosedError)
  }
})

test('one without a name has no current name', async () => {
  expect([await handle().isNameCurrent(), handle().isNameCurrent.sync()]).toEqual([false, false])
})
