import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, KernelError, SystemCallError } from '../../../../lib/errors.js'
import { createTap, createTun, type TapOptions } from '../../../../lib/link/kinds/tun.js'
import { createLink } from '../../../../lib/link/operations.js'
import { updateLink } from '../../../../lib/link/update.js'
import type { Operation } from '../../../../lib/netlink/operation.js'
import type { Task } from '../../../../lib/netlink/task.js'
import { existing, refusal } from '../../../support/links.js'
import { runSteps, type Stage } from '../../../support/requests.js'

/** From linux/if_tun.h. */
const [IFF_TUN, IFF_TAP, MULTI_QUEUE, NO_PI, ONE_QUEUE, VNET_HDR, EXCLUSIVE] = [
  1, 2, 0x100, 0x1000, 0x2000, 0x4000, 0x8000,
]

const made = { name: 't0', kind: 'tun', data: {} }
const stage: Stage = { links: { br0: 4711 }, answer: existing(7, made) }
const run = (operation: Operation<unknown>, more: Stage = {}) => runSteps(operation, { ...stage, ...more })
const argument = (task: Task | undefined) => task?.args[0] as unknown as Record<string, unknown>

describe('the ioctl is told', () => {
  test.each([
    ['nothing but the kind of packets', createTun.op({ name: 't0' }), IFF_TUN | NO_PI],
    ['that they are frames', createTap.op({ name: 't0' }), IFF_TAP | NO_PI],
    ['pi', createTap.op({ name: 't0', pi: true }), IFF_TAP],
    ['vnetHdr', createTap.op({ name: 't0', vnetHdr: true }), IFF_TAP | NO_PI | VNET_HDR],
    ['multiQueue', createTun.op({ name: 't0', multiQueue: true }), IFF_TUN | NO_PI | MULTI_QUEUE],
    ['oneQueue', createTun.op({ name: 't0', oneQueue: true, pi: false }), IFF_TUN | NO_PI | ONE_QUEUE],
  ])('%s', (_what, operation, flags) => {
    const { tasks, sent } = run(operation)
    expect(tasks.map(({ name }) => name)).toEqual(['createTun'])
    expect(argument(tasks[0])).toEqual({
      netns: expect.objectContaining({ fd: 0x1234 }),
      path: '/dev/net/tun',
      name: 't0',
      index: undefined,
      user: undefined,
      group: undefined,
      flags: (flags as number) | (EXCLUSIVE as number),
      persist: true,
    })
    expect(sent.map(({ request }) => request.mode)).toEqual(['get'])
  })

  test('who may attach, and the index', () => {
    const { tasks } = run(createTap.op({ name: 't0', user: 66051, group: 0, index: 4660 }))
    expect(argument(tasks[0])).toMatchObject({ user: 66051, group: 0, index: 4660 })
  })
})

test('what all links have is set by a second request, by index', () => {
  const options: TapOptions = {
    name: 't0',
    address: '02:00:00:00:00:01',
    mtu: 1400,
    master: 'br0',
    alias: 'x',
    up: true,
  }
  const { sent } = run(createTap.op({ ...options, group: 5 }))
  expect(sent.map(({ request }) => request.mode)).toEqual(['get', 'act', 'get'])
  const tree = sent[1]?.tree
  expect(tree?.header).toMatchObject({ ifi_index: 7, ifi_flags: ['up'], ifi_change: ['up'] })
  const bytes = [...(tree?.attributes ?? [])].map(([number, [node]]) => [number, node?.bytes])
  expect(Object.fromEntries(bytes)).toEqual({
    1: '020000000001',
    4: '78050000',
    10: '67120000',
    20: '78',
  })
})

describe('what fails', () => {
  const refused = new KernelError('no such MTU', { code: 'EINVAL', errno: 22, request: 'RTM_NEWLINK' })
  const failing = (deletion?: Error) => {
    const names: string[] = []
    const answer: Stage['answer'] = (request) => {
      if (request.mode === 'act') names.push(request.name)
      if (request.name === 'RTM_NEWLINK') throw refused
      if (request.name === 'RTM_DELLINK' && deletion !== undefined) throw deletion
      return existing(7, made)(request)
    }
    const outcome = () => run(createTap.op({ name: 't0', mtu: 70 }), { answer })
    return { outcome, names }
  }

  test('behind the ioctl takes the link with it', () => {
    const { outcome, names } = failing()
    expect(outcome).toThrow(expect.objectContaining({ code: 'EINVAL', applied: false }))
    expect(names).toEqual(['RTM_NEWLINK', 'RTM_DELLINK'])
  })

  test('and says so where the link has to stay', () => {
    const { outcome } = failing(new KernelError('no', { code: 'EPERM', errno: 1, request: 'RTM_DELLINK' }))
    expect(outcome).toThrow(expect.objectContaining({ code: 'EINVAL', applied: 'partly' }))
  })

  test.each([
    ['ioctl TUNSETIFF', 'EBUSY', 'EEXIST', /^cannot create tap link t0: there is a link of this name \[EEXIST\]$/],
    ['ioctl TUNSETIFF', 'EPERM', 'EPERM', /CAP_NET_ADMIN/],
    ['open', 'ENOENT', 'ENOENT', /\/dev\/net\/tun.*CONFIG_TUN/],
    ['open', 'ENODEV', 'ENODEV', /\/dev\/net\/tun.*CONFIG_TUN/],
    ['open', 'EPERM', 'EPERM', /\/dev\/net\/tun.*container/],
    ['open', 'EACCES', 'EACCES', /\/dev\/net\/tun/],
    ['ioctl TUNSETOWNER', 'EINVAL', 'EINVAL', /no such user/],
    ['ioctl TUNSETGROUP', 'EINVAL', 'EINVAL', /no such group/],
    ['setns', 'EPERM', 'EPERM', /^as the system said$/],
  ])('in the ioctl: %s %s', (syscall, code, ours, message) => {
    const perform = () => {
      throw new SystemCallError('as the system said', { code, errno: 1, syscall })
    }
    const outcome = () => run(createTap.op({ name: 't0' }), { perform })
    expect(outcome).toThrow(expect.objectContaining({ code: ours, syscall, applied: false }))
    expect(outcome).toThrow(message)
  })
})

describe('refuses', () => {
  test.each([
    [{}, 'name', /required/],
    [{ name: 'a/b' }, 'name', /a link name/],
    [{ name: 'tap%d' }, 'name', /a link name/],
    [{ name: 't0', user: -1 }, 'user', /from 0 to 4294967294/],
    [{ name: 't0', group: 4294967295 }, 'group', /from 0 to 4294967294/],
    [{ name: 't0', user: 'root' }, 'user', /an integer/],
    [{ name: 't0', pi: 1 }, 'pi', /true or false/],
    [{ name: 't0', vnetHdr: 'yes' }, 'vnetHdr', /true or false/],
    [{ name: 't0', multiQueue: 4 }, 'multiQueue', /true or false/],
    [{ name: 't0', oneQueue: null }, 'oneQueue', /true or false/],
    [{ name: 't0', up: 'yes' }, 'up', /true or false/],
    [{ name: 't0', index: 0 }, 'index', /from 1/],
    [{ name: 't0', mtu: -1 }, 'mtu', /an integer/],
    [{ name: 't0', alias: 'x'.repeat(256) }, 'alias', /255/],
    [{ name: 't0', type: 'tun' }, 'type', /no such option/],
    [{ name: 't0', numTxQueues: 4 }, 'numTxQueues', /no such option/],
    [{ name: 't0', mode: 'tap' }, 'mode', /no such option/],
  ])('%o before anything is made', (options, path, expected) => {
    const perform = () => expect.unreachable()
    const found = refusal(createTap.op(options as never), { ...stage, perform })
    expect(found).toEqual({ path, expected: expect.stringMatching(expected), changes: [] })
  })

  test('a link-layer address for packets that have none', () => {
    const found = refusal(createTun.op({ name: 't0', address: '02:00:00:00:00:01' } as never), stage)
    expect(found).toMatchObject({ path: 'address', changes: [] })
  })

  test('to make one by netlink, which cannot', () => {
    const found = refusal(createLink.op({ kind: 'tun', name: 't0' } as never), stage)
    expect(found).toEqual({ path: 'kind', expected: expect.stringContaining('createTun and createTap'), changes: [] })
  })

  test.each(['user', 'group', 'pi', 'vnetHdr', 'multiQueue', 'persist'])('to change its %s', (name) => {
    const change = () => run(updateLink.op('t0', { data: { [name]: 1 } } as never))
    expect(change).toThrow(InvalidArgumentError)
    expect(change).toThrow(/the kernel cannot change it in a tun link/)
  })
})
