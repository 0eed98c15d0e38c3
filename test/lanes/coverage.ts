/** Which live tests ran on which kernels. */
import { unavailable } from './kernels.js'
import { isLive, type LaneReport, type TestRecord } from './report.js'

export interface Lane {
  readonly name: string
  readonly report: LaneReport
}

export interface Coverage {
  readonly file: string
  readonly name: string
  /** By lane: what became of it there; absent where it was not to run. */
  readonly on: ReadonlyMap<string, TestRecord>
}

export function coverage(lanes: readonly Lane[]): Coverage[] {
  const found = new Map<string, Coverage & { on: Map<string, TestRecord> }>()
  for (const lane of lanes) {
    for (const test of lane.report.tests.filter(isLive)) {
      const key = `${test.file} > ${test.name}`
      const entry = found.get(key) ?? { file: test.file, name: test.name, on: new Map<string, TestRecord>() }
      entry.on.set(lane.name, test)
      found.set(key, entry)
    }
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

export const hasRun = ({ on }: Coverage): boolean => [...on.values()].some(({ state }) => state !== 'skipped')
const reasons = ({ on }: Coverage): string => [...on].map(([lane, { reason = '' }]) => `${lane}: ${reason}`).join('; ')

/** One line a file, one column a lane: how many of its tests ran there. */
export function summary(lanes: readonly Lane[]): string {
  const all = coverage(lanes)
  const files = [...new Set(all.map(({ file }) => file))]
  const width = Math.max(...files.map((file) => file.length), 0)
  const head = lanes.map(({ name, report }) => `${name} (${report.release})`)
  const lines = files.map((file) => {
    const own = all.filter((one) => one.file === file)
    const cells = lanes.map(({ name }, i) => {
      const ran = own.filter(({ on }) => (on.get(name)?.state ?? 'skipped') !== 'skipped').length
      return `${ran} of ${own.length}`.padStart((head[i] as string).length)
    })
    return `${file.padEnd(width)}  ${cells.join('  ')}`
  })
  return [`${'tests that ran'.padEnd(width)}  ${head.join('  ')}`, ...lines].join('\n')
}

/** For each reason: the tests that it kept from running, and where. */
export function skips(lanes: readonly Lane[]): string {
  const byReason = new Map<string, string[]>()
  for (const { name: lane, report } of lanes)
    for (const { state, reason, file, name } of report.tests)
      if (state === 'skipped')
        byReason.set(`${lane}: ${reason}`, [...(byReason.get(`${lane}: ${reason}`) ?? []), `${file} > ${name}`])
  const line = ([reason, tests]: [string, string[]]) =>
    tests.length === 1 ? `  ${reason}\n    ${tests[0]}` : `  ${reason}\n    ${tests.length} tests`
  return [...byReason].map(line).join('\n')
}

/** Prints the live tests that ran on none of the kernels; how many fail the run for it. */
export function ranNowhere(lanes: readonly Lane[]): number {
  const unproved = coverage(lanes).filter((one) => !hasRun(one))
  for (const { file: unavailableFile, why } of unavailable) {
    const count = unproved.filter(({ file }) => file === unavailableFile).length
    if (count > 0) console.log(`not proved live, ${count} tests of ${unavailableFile}: ${why}`)
  }
  const failed = unproved.filter(({ file }) => !unavailable.some((one) => one.file === file))
  for (const one of failed) console.log(`FAILED, for it ran on no kernel: ${one.file} > ${one.name}: ${reasons(one)}`)
  return failed.length
}
