import { expect, test, vi } from 'vitest'
import { SystemCallError } from '../../../lib/errors.js'
import { readSysctl, type SysctlValue, writeSysctl } from '../../../lib/netns/sysctl.js'
import { runSteps } from '../../support/requests.js'

test.each<[SysctlValue, string]>([
  [1, '1\n'],
  [-1, '-1\n'],
  [true, '1\n'],
  [false, '0\n'],
  ['', '\n'],
  ['1024\t65000', '1024\t65000\n'],
])('%j is written as %j, once', (value, text) => {
  const { tasks } = runSteps(writeSysctl.op('net.ipv4.x', value))
  expect(tasks).toEqual([
    { name: 'writeFile', args: [expect.objectContaining({ fd: 0x1234 }), '/proc/sys/net/ipv4/x', text] },
  ])
})

test('what is read has no white space around it', () => {
  expect(runSteps(readSysctl.op('net.ipv4.x'), { perform: () => ' 1\t2 \n' }).result).toBe('1\t2')
})

test.each([1.5, Number.NaN, 2 ** 53, 'a\nb', 'a\0', '\ud800', undefined, null, {}, 1n])(
  'the value %s is refused',
  (value) => {
    const perform = vi.fn()
    expect(() => runSteps(writeSysctl.op('net.ipv4.x', value as never), { perform })).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError', path: 'value' }),
    )
    expect(perform).not.toHaveBeenCalled()
  },
)

test('the key is refused before anything is done', () => {
  const perform = vi.fn()
  for (const operation of [readSysctl.op('net/../x'), writeSysctl.op('net/../x', 1)]) {
    expect(() => runSteps<unknown>(operation, { perform })).toThrow(expect.objectContaining({ path: 'key' }))
  }
  expect(perform).not.toHaveBeenCalled()
})

test.each([
  ['ENOENT', 'open', 'this namespace has no such sysctl [ENOENT]'],
  ['EISDIR', 'read', 'it is a group of sysctls [EISDIR]'],
  ['EINVAL', 'write', 'the kernel refuses the value [EINVAL]'],
  ['EPERM', 'open', 'it can only be written, or this needs the capability CAP_NET_ADMIN [EPERM]'],
  ['EROFS', 'open', 'as the system said'],
  ['EPERM', 'setns', 'as the system said'],
])('%s of %s: %s', (code, syscall, sentence) => {
  const perform = () => {
    throw new SystemCallError('cannot read sysctl net.ipv4.x: as the system said', { code, errno: 1, syscall })
  }
  expect(() => runSteps(readSysctl.op('net.ipv4.x'), { perform })).toThrow(
    expect.objectContaining({ code, syscall, message: `cannot read sysctl net.ipv4.x: ${sentence}` }),
  )
})
