import { describe, expect, test } from 'vitest'
import { NetnsError, SystemCallError } from '../../../lib/errors.js'
import type { Task } from '../../../lib/netlink/task.js'
import { attachNetns } from '../../../lib/netns/attach.js'
import { identifyNetns, listNetnsPids } from '../../../lib/netns/processes.js'
import { refusal } from '../../support/links.js'
import { fakeNetns, runSteps } from '../../support/requests.js'

const failing = (code: string, syscall = 'open') => {
  throw new SystemCallError(`cannot: ${code}`, { code, errno: 1, syscall })
}

describe('identifyNetns', () => {
  const own = { ...fakeNetns(), cookie: 7n }
  const names: Readonly<Record<string, () => unknown>> = {
    same: () => own,
    other: () => fakeNetns(),
    // Before Linux 5.14 there are no cookies.
    old: () => ({ ...own, cookie: undefined }),
    'old other': () => ({ ...own, cookie: undefined, inode: 5n }),
    stale: () => failing('EINVAL'),
    gone: () => failing('ENOENT'),
  }
  const perform = ({ name, args }: Task) => {
    if (name === 'openNetnsPid') return own
    return name === 'readDirectory' ? Object.keys(names) : names[args[1] as string]?.()
  }

  test('compares what the names lead to', () => {
    expect(runSteps(identifyNetns.op(1234), { perform }).result).toEqual(['old', 'same'])
  })

  test('does not pass over what it could not look at', () => {
    const broken = (task: Task) => (task.name === 'openNetns' ? failing('EMFILE') : perform(task))
    expect(() => runSteps(identifyNetns.op(1234), { perform: broken })).toThrow(
      expect.objectContaining({ code: 'EMFILE' }),
    )
  })

  test('knows no process that has ended', () => {
    const ended = () => failing('ESRCH', 'pidfd_open')
    expect(() => runSteps(identifyNetns.op(1234), { perform: ended })).toThrow(NetnsError)
  })
})

test('listNetnsPids goes by device and inode', () => {
  const { device, inode } = fakeNetns()
  const all = [
    { pid: 1, device, inode: 5n },
    { pid: 7, device, inode },
    { pid: 8, device: 5n, inode },
    { pid: 70, device, inode },
  ]
  const perform = ({ name }: Task) => (name === 'listProcesses' ? all : fakeNetns())
  const { result, tasks } = runSteps(listNetnsPids.op('blue'), { perform })
  expect(result).toEqual([7, 70])
  expect(tasks.map(({ name }) => name)).toEqual(['openNetns', 'listProcesses'])
})

describe('attachNetns', () => {
  test('opens the namespace and has it bound', () => {
    const tasks = (netns: Parameters<typeof attachNetns.op>[1]) =>
      runSteps(attachNetns.op('blue', netns)).tasks.map(({ name, args }) => [
        name,
        args.at(name === 'attachNetns' ? 1 : -1),
      ])
    expect(tasks(1234)).toEqual([
      ['openNetnsPid', 1234],
      ['attachNetns', 'blue'],
    ])
    expect(tasks({ path: '/x' })).toEqual([
      ['openNetnsPath', '/x'],
      ['attachNetns', 'blue'],
    ])
    expect(tasks('green')).toEqual([
      ['openNetns', 'green'],
      ['attachNetns', 'blue'],
    ])
  })

  test('says that the name is taken, and closes what it opened', () => {
    let closed = 0
    const perform = ({ name }: Task) =>
      name === 'attachNetns' ? failing('EEXIST') : { ...fakeNetns(), close: () => void closed++ }
    const attempt = () => runSteps(attachNetns.op('blue', 1234), { perform })
    expect(attempt).toThrow(
      expect.objectContaining({
        problem: 'exists',
        message: "cannot attach network namespace of process 1234 to the name 'blue': the name exists already",
      }),
    )
    expect(closed).toBe(1)
  })
})

test.each<[string, Parameters<typeof refusal>[0]]>([
  ['pid', identifyNetns.op(0)],
  ['pid', identifyNetns.op(2 ** 31)],
  ['pid', identifyNetns.op('self' as never)],
  ['pid', attachNetns.op('blue', -1)],
  ['pid', attachNetns.op('blue', Number.NaN)],
  ['name', attachNetns.op('../blue', 1)],
  ['name', attachNetns.op(undefined as never, 1)],
  ['netns', attachNetns.op('blue', { pid: 'x' } as never)],
  ['netns', listNetnsPids.op('a/b')],
])('a %s that is none is refused', (path, operation) => {
  expect(refusal(operation)).toMatchObject({ path, changes: [] })
})
