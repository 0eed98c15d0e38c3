import { expect, test, vi } from 'vitest'
import { KernelError, SystemCallError } from '../../../lib/errors.js'
import { openTap, openTun, type TunQueueOptions } from '../../../lib/link/tun-queue.js'
import { existing, refusal } from '../../support/links.js'
import { runSteps, type Stage } from '../../support/requests.js'

const data = { type: 'tap', pi: true, vnetHdr: true, multiQueue: true, persist: true }
const answer = existing(7, { name: 't0', kind: 'tun', data })

function opening(stage: Stage = {}) {
  const native = { fd: 0x1235, close: vi.fn() }
  return { stage: { answer, perform: () => native, ...stage }, native }
}

test.each<[string, TunQueueOptions, boolean | undefined]>([
  ['a name', 't0', undefined],
  ['an index', 7, undefined],
  ['a link', { index: 7 }, undefined],
  ['options', { dev: 't0' }, undefined],
  ['persist: false', { dev: 7, persist: false }, false],
])('attaches by %s, and keeps the form of the packets', (_what, given, persist) => {
  const { stage, native } = opening()
  const { result: queue, tasks } = runSteps(openTap.op(given), stage)
  const flags = 2 | 0x100 | 0x4000
  expect(tasks).toMatchObject([{ name: 'openTun', args: [{ path: '/dev/net/tun', name: 't0', flags, persist }] }])
  expect(queue).toMatchObject({ closed: false, link: { index: 7, name: 't0' } })
  expect(queue.fd).toBe(0x1235)
  queue.close()
  expect(native.close).toHaveBeenCalled()
  expect(queue.closed).toBe(true)
  for (const use of [() => queue.fd, () => queue.read(), () => queue.write(new Uint8Array(1))])
    expect(use).toThrow(expect.objectContaining({ name: 'ClosedError', message: expect.stringContaining('t0') }))
})

test('refuses links of another kind or mode before anything is opened', () => {
  const perform = vi.fn()
  expect(refusal(openTun.op('t0'), { answer, perform })).toMatchObject({ path: 'dev', expected: 'a tun link' })
  const veth = existing(7, { name: 't0', kind: 'veth', data: {} })
  expect(refusal(openTap.op('t0'), { answer: veth, perform })).toMatchObject({ path: 'dev', expected: 'a tap link' })
  for (const given of [null, undefined, {}, { dev: null }, { dev: 't0', persist: 1 }, { dev: 't0', multiQueue: true }])
    expect(refusal(openTap.op(given as never), { answer, perform }).path).toMatch(/^(dev|persist|multiQueue)$/)
  expect(perform).not.toHaveBeenCalled()
})

test.each([
  ['renamed', () => [{ index: 7, name: 'other', kind: 'tun', data }]],
  [
    'deleted',
    () => {
      throw new KernelError('gone', { code: 'ENODEV', errno: 19, request: 'RTM_GETLINK' })
    },
  ],
])('a link that was %s on the way is not taken for the one that has its name now', (_what, then) => {
  let asked = 0
  const { stage, native } = opening({ answer: (request) => (asked++ === 0 ? answer(request) : then()) })
  expect(() => runSteps(openTap.op('t0'), stage)).toThrow(expect.objectContaining({ code: 'ENODEV' }))
  expect(native.close).toHaveBeenCalled()
})

test('says why somebody else is in the way', () => {
  const perform = () => {
    throw new SystemCallError('no', { code: 'EBUSY', errno: 16, syscall: 'ioctl TUNSETIFF' })
  }
  expect(() => runSteps(openTap.op('t0'), { answer, perform })).toThrow(
    'cannot open tap link t0: somebody is attached to it, and it has one queue (multiQueue) [EBUSY]',
  )
})
