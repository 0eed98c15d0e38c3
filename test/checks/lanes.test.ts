/** The report of several kernels must see what ran on none, or a kind that no kernel has would count as proved. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { whyUnable } from '../lanes/able.js'
import { table } from '../lanes/compatibility.js'
import { coverage, hasRun, type Lane, ranNowhere, skips, summary } from '../lanes/coverage.js'
import { unavailable } from '../lanes/kernels.js'
import { renewed, type TestRecord } from '../lanes/report.js'

const file = 'test/kernel/kinds/vrf.test.ts'
const lane = (name: string, ...tests: TestRecord[]): Lane => ({
  name,
  report: { release: `${name}-1`, tests, problems: [] },
})
const passed = (name: string, where = file): TestRecord => ({ file: where, name, state: 'passed' })
const skipped = (name: string, where = file): TestRecord => ({
  file: where,
  name,
  state: 'skipped',
  reason: 'this kernel has no vrf links (CONFIG_NET_VRF)',
})

const said: string[] = []
beforeEach(() => {
  said.length = 0
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a live test', () => {
  test('that ran on one kernel is enough', () => {
    expect(ranNowhere([lane('a', skipped('one')), lane('b', passed('one'))])).toBe(0)
    expect(ranNowhere([lane('a', { ...passed('one'), state: 'failed' })])).toBe(0)
    expect(said).toEqual([])
  })

  test('that ran on none fails the run, with what was missing where', () => {
    expect(ranNowhere([lane('a', skipped('one'), passed('two')), lane('b', skipped('one'))])).toBe(1)
    expect(said).toEqual([
      `FAILED, for it ran on no kernel: ${file} > one: a: ${skipped('').reason}; b: ${skipped('').reason}`,
    ])
  })

  test('that no kernel at hand can run is named', () => {
    const [{ file: excused, why }] = unavailable as [(typeof unavailable)[number]]
    expect(ranNowhere([lane('a', skipped('one', excused))])).toBe(0)
    expect(said).toEqual([`not proved live, 1 tests of ${excused}: ${why}`])
  })

  test('is one below test/kernel', () => {
    expect(ranNowhere([lane('a', skipped('one', 'test/unit/x.test.ts'))])).toBe(0)
  })
})

test('the report says what ran where', () => {
  const lanes = [lane('a', skipped('one'), skipped('two')), lane('b', passed('one'))]
  expect(summary(lanes).split('\n')[1]).toMatch(/vrf\.test\.ts +0 of 2 +1 of 2$/)
  expect(table(lanes)).toContain('| one | – | ✓ |\n| two | – | – |')
  expect(skips(lanes)).toBe('  a: this kernel has no vrf links (CONFIG_NET_VRF)\n    2 tests')
  expect(coverage(lanes).map(hasRun)).toEqual([true, false])
})

test('a file that ran again takes the place of what it was before', () => {
  const other = 'test/kernel/fdb.test.ts'
  const before = {
    ...lane('a', skipped('one'), passed('x', other)).report,
    problems: [`${file} failed outside`, 'else'],
  }
  const after = renewed(before, { release: 'a-2', tests: [passed('new')], problems: [] })
  const tests = [passed('x', other), passed('new')]
  expect(after).toEqual({ release: 'a-2', tests, problems: ['else'], proofs: [] })
})

describe('a machine whose own kernel cannot run live tests', () => {
  test('is told by trying', async () => {
    expect(await whyUnable([['true']])).toBeUndefined()
    expect(await whyUnable([['true'], ['sh', '-c', 'echo not permitted >&2; exit 1']])).toMatch(
      /exit 1: not permitted$/,
    )
    expect(await whyUnable([['rtnl-test-no-such-program']])).toContain('ENOENT')
  })
})
