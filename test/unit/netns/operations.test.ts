import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { NetnsError, SystemCallError } from '../../../lib/errors.js'
import type { Operation } from '../../../lib/netlink/operation.js'
import type { Netns } from '../../../lib/netns/netns.js'
import { createNetns, deleteNetns, listNetns, openNetns } from '../../../lib/netns/operations.js'
import { fakeNetns, runSteps } from '../../support/requests.js'

const failing =
  (code: string, syscall = 'open') =>
  () => {
    throw new SystemCallError(`cannot: ${code}`, { code, errno: 1, syscall })
  }
const directory = '/var/run/netns'

const open: Netns[] = []
afterEach(() => {
  for (const netns of open.splice(0)) netns.close()
})
const run = (operation: Operation<Netns>) => {
  const done = runSteps(operation)
  open.push(done.result)
  return done
}

test('each verb has its task, and a handle knows its name', () => {
  const made = run(createNetns.op('blue'))
  expect(made.tasks).toEqual([{ name: 'createNetns', args: [directory, 'blue'] }])
  expect(made.result).toMatchObject({ name: 'blue', cookie: 1n, inode: 4_026_531_840n })
  expect(run(createNetns.op()).tasks).toEqual([{ name: 'createNetns', args: [directory, undefined] }])
  const opened = [run(openNetns.op('blue')), run(openNetns.op({ path: '/x' })), run(openNetns.op({ pid: 7 }))]
  expect(opened.map(({ tasks: [task], result: { name } }) => [task?.name, task?.args.at(-1), name])).toEqual([
    ['openNetns', 'blue', 'blue'],
    ['openNetnsPath', '/x', undefined],
    ['openNetnsPid', 7, undefined],
  ])
  expect(runSteps(deleteNetns.op('blue')).tasks).toEqual([{ name: 'deleteNetns', args: [directory, 'blue'] }])
})

describe('names', () => {
  const refused = (name: unknown) => {
    const perform = vi.fn()
    for (const operation of [
      createNetns.op(name as string),
      openNetns.op(name as string),
      deleteNetns.op(name as string),
    ]) {
      expect(() => runSteps<unknown>(operation, { perform })).toThrow(
        expect.objectContaining({ name: 'InvalidArgumentError' }),
      )
    }
    expect(perform).not.toHaveBeenCalled()
  }

  test.each([
    '',
    '.',
    '..',
    '/',
    '../x',
    'a/b',
    '/etc/passwd',
    'a\0',
    'a\n',
    '\x7f',
    '\u0085',
    '\udc80',
    'é'.repeat(128),
    null,
    7,
  ])('%j is refused before anything is done', refused)

  test('any name with a slash or a control character is', () => {
    const bad = fc.constantFrom('/', '\0', '\n', '\x1b', '\x7f')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), bad, fc.string(), (a, b, c) => refused(a + b + c)),
      { numRuns: 40 },
    )
  })

  test.each(['x'.repeat(255), '-rf', '...', 'größe ☃', '%s', ' '])('%j is taken', (name) => {
    expect(run(createNetns.op(name)).tasks).toHaveLength(1)
  })

  test.each([
    {},
    { pid: 0 },
    { pid: -1 },
    { pid: 1.5 },
    { path: '' },
    { path: 'a\0b' },
    { pid: 1, path: '/x' },
    undefined,
  ])('openNetns takes no %j', (ref) => {
    expect(() => runSteps(openNetns.op(ref as never))).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError' }),
    )
  })
})

test.each([
  [createNetns.op('blue'), 'EEXIST', 'exists', "cannot create network namespace 'blue': it exists already"],
  [
    openNetns.op('blue'),
    'ENOENT',
    'absent',
    "cannot open network namespace 'blue': there is no network namespace 'blue'",
  ],
  [openNetns.op({ pid: 7 }), 'ESRCH', 'absent', /open network namespace of process 7: there is no/],
  [openNetns.op({ path: '/x' }), 'EINVAL', 'not-a-namespace', /'\/x' is not a network namespace/],
  [deleteNetns.op('blue'), 'ELOOP', 'not-a-namespace', /cannot delete network namespace 'blue': 'blue' is not/],
] as const)('%o with %s is %s', (operation, code, problem, message) => {
  const error = (() => {
    try {
      return runSteps<unknown>(operation, { perform: failing(code) })
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(NetnsError)
  expect(error).toMatchObject({ problem, message: expect.stringMatching(message) })
})

describe('listNetns', () => {
  const errors: Record<string, () => never> = {
    stale: failing('EINVAL'),
    unreadable: failing('EACCES'),
    gone: failing('ENOENT'),
    broken: failing('EMFILE'),
  }
  const list = (names: readonly string[]) =>
    runSteps(listNetns.op(), {
      perform: ({ name, args }) => (name === 'readDirectory' ? names : (errors[args[1] as string]?.() ?? fakeNetns())),
    }).result

  test('sorts, tells what is stale, and leaves out what went meanwhile', () => {
    const stale = { stale: true, inode: undefined, cookie: undefined }
    expect(list(['stale', 'gone', 'b', 'unreadable', 'a', 'bad\nname'])).toEqual([
      { name: 'a', stale: false, inode: 4_026_531_840n, cookie: 1n },
      { name: 'b', stale: false, inode: 4_026_531_840n, cookie: 1n },
      { name: 'bad\nname', ...stale },
      { name: 'stale', ...stale },
      { name: 'unreadable', ...stale },
    ])
  })

  test('does not call stale what it could not look at', () => {
    expect(() => list(['broken'])).toThrow(expect.objectContaining({ code: 'EMFILE' }))
  })

  test('is empty where there never was one', () => {
    expect(runSteps(listNetns.op(), { perform: failing('ENOENT', 'scandir') }).result).toEqual([])
  })
})
