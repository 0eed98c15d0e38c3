import { describe, expect, test } from 'vitest'
import { SystemCallError } from '../../../lib/errors.js'
import type { Steps } from '../../../lib/netlink/operation.js'
import type { Task } from '../../../lib/netlink/task.js'
import {
  numbered,
  numberedRealms,
  parseNames,
  protoNames,
  scopeNames,
  tableNames,
} from '../../../lib/rtnetlink/names.js'
import { verb } from '../../../lib/rtnetlink/operation.js'
import { runSteps } from '../../support/requests.js'

/** A machine with these files; what was read of it. */
function on<T>(files: Readonly<Record<string, string>>, steps: () => Steps<T>) {
  const read: string[] = []
  const perform = (task: Task) => {
    const path = String(task.args[0])
    read.push(path)
    if (task.name === 'readDirectory') {
      const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`))
      if (names.length > 0) return names.map((file) => file.slice(path.length + 1))
    }
    if (task.name === 'readText' && files[path] !== undefined) return files[path]
    throw new SystemCallError('absent', { code: 'ENOENT', errno: 2, syscall: 'open' })
  }
  const { result } = runSteps(verb(() => 'test', steps).op(), { perform })
  return { result, read }
}

const etc = '/etc/iproute2'
const usr = '/usr/share/iproute2'
const table = (name: string | number) => () => numbered(name, tableNames, 'table', 'RTA_TABLE')

test('lines are those that ip reads', () => {
  const text =
    '# a comment\n\n255\tlocal\n0x1020304 hexa\n 77 mine # why\n78 two words\n7 #none\nx y\n79 again\n80 again'
  expect([...parseNames(text)]).toEqual([
    ['local', 255],
    ['hexa', 0x1020304],
    ['mine', 77],
    ['again', 79],
    ['again', 80],
  ])
})

describe('a number', () => {
  test.each([77, 'main', 0xffff_ffff])('%s needs no file', (value) => {
    const { result, read } = on({}, table(value))
    expect(result).toBe(value === 'main' ? 254 : value)
    expect(read).toEqual([])
  })

  test('is looked for in the main file and in the parts; of several with the name, as ip takes it', () => {
    const files = {
      [`${etc}/rt_tables`]: '77 mine\n78 other',
      [`${etc}/rt_tables.d/b.conf`]: '79 mine',
      [`${etc}/rt_tables.d/a.conf`]: '80 mine\n255 last\n0x101 other',
      [`${etc}/rt_tables.d/README`]: '81 mine\n82 read',
    }
    expect(on(files, table('mine')).result).toBe(77)
    expect(on(files, table('other')).result).toBe(0x101)
    expect(on(files, table('last')).result).toBe(255)
    expect(() => on(files, table('read'))).toThrow(
      /a name that stands in \S+rt_tables, \S+a.conf, \S+b.conf, got 'read'/,
    )
  })

  test("is the administrator's rather than the package's", () => {
    const packaged = {
      [`${usr}/rt_tables`]: '1 one\n2 two',
      [`${usr}/rt_tables.d/x.conf`]: '3 three',
      [`${usr}/rt_tables.d/y.conf`]: '4 four',
    }
    const own = { [`${etc}/rt_tables`]: '11 one', [`${etc}/rt_tables.d/x.conf`]: '13 three' }
    expect(['one', 'two', 'three', 'four'].map((name) => on(packaged, table(name)).result)).toEqual([1, 2, 3, 4])
    expect(['one', 'three', 'four'].map((name) => on({ ...packaged, ...own }, table(name)).result)).toEqual([11, 13, 4])
    expect(() => on({ ...packaged, ...own }, table('two'))).toThrow(/'two'/)
  })

  test('is refused where no file is, and the places are named', () => {
    expect(() => on({}, table('mine'))).toThrow(
      /table \(RTA_TABLE\).*\/etc\/iproute2\/rt_tables, \/usr\/share\/iproute2\/rt_tables, which are not there, got 'mine'/,
    )
  })

  test('is refused where a file gives one that cannot be', () => {
    const files = { [`${etc}/rt_tables`]: '0 zero', [`${etc}/rt_protos`]: '256 large' }
    expect(() => on(files, table('zero'))).toThrow(/'zero'/)
    expect(() => on(files, () => numbered('large', protoNames, 'proto'))).toThrow(/'large'/)
    for (const [value, file] of [
      [0, tableNames],
      [256, protoNames],
      [-1, scopeNames],
      [1.5, scopeNames],
      [true, protoNames],
    ] as const)
      expect(() => on({}, () => numbered(value as number, file, 'x'))).toThrow(/^cannot test: x/)
  })
})

test('protocols, scopes and realms have files of their own', () => {
  const files = {
    [`${etc}/rt_protos`]: '77 mine',
    [`${etc}/rt_scopes`]: '78 mine',
    [`${etc}/rt_realms`]: '79 mine\n80 other',
  }
  expect(on(files, () => numbered('mine', protoNames, 'proto')).result).toBe(77)
  expect(on(files, () => numbered('mine', scopeNames, 'scope')).result).toBe(78)
  expect(on(files, () => numberedRealms({ from: 'mine', to: 'other' })).result).toEqual({ from: 79, to: 80 })
  expect(on({}, () => numberedRealms({ to: 5 })).result).toEqual({ to: 5 })
  expect(() => on(files, () => numberedRealms({ to: 'nobody' }))).toThrow(/^cannot test: realms.to/)
})

test('what cannot be read is a failure, and not absent', () => {
  const steps = numbered('mine', tableNames, 'table')
  steps.next()
  const denied = new SystemCallError('denied', { code: 'EACCES', errno: 13, syscall: 'open' })
  expect(() => steps.throw(denied)).toThrow(denied)
})
