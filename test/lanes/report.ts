/** What came of the tests of one lane: a run of vitest on one kernel. Written by the reporter there, read by who compares lanes. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface TestRecord {
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  /** Why it was skipped. */
  readonly reason?: string | undefined
}

export interface LaneReport {
  /** `uname -r` */
  readonly release: string
  readonly tests: readonly TestRecord[]
  /** What went wrong outside of tests: files that do not load, skips without a reason, what the run left behind. */
  readonly problems: readonly string[]
  /** What was proved of attributes: `accepted IFLA_MTU`. */
  readonly proofs?: readonly string[] | undefined
}

export const writeReport = (path: string, report: LaneReport): void => writeFileSync(path, JSON.stringify(report))
export const readReport = (path: string): LaneReport => JSON.parse(readFileSync(path, 'utf8'))

/** What the workers of a run wrote, each to a file of its own that begins with `path`: test/support/proofs.ts. */
export function readProofs(path: string): string[] {
  const files = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}-`))
  return proofsOf(
    files.map((name) =>
      readFileSync(join(dirname(path), name), 'utf8')
        .trim()
        .split('\n'),
    ),
  )
}

export const proofsOf = (lists: readonly (readonly string[] | undefined)[]): string[] =>
  [...new Set(lists.flatMap((list) => list ?? []))].sort()

/** Parts of one lane that ran side by side. */
export const joined = (reports: readonly LaneReport[]): LaneReport => ({
  release: reports[0]?.release ?? '',
  tests: reports.flatMap(({ tests }) => tests),
  problems: reports.flatMap(({ problems }) => problems),
  proofs: proofsOf(reports.map(({ proofs }) => proofs)),
})

/** What came of some files again, in place of what came of them before. */
export function renewed(before: LaneReport, again: LaneReport): LaneReport {
  const files = new Set(again.tests.map(({ file }) => file))
  const isOld = (text: string) => [...files].some((file) => text.includes(file))
  return {
    release: again.release,
    tests: [...before.tests.filter(({ file }) => !files.has(file)), ...again.tests],
    problems: [...before.problems.filter((problem) => !isOld(problem)), ...again.problems],
    proofs: proofsOf([before.proofs, again.proofs]),
  }
}

/** Live tests need a kernel; all others are the same everywhere. */
export const isLive = ({ file }: TestRecord): boolean => file.startsWith('test/kernel/')
