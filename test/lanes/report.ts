/** What came of the tests of one lane: a run of vitest on one kernel. Written by the reporter there, read by who compares lanes. */
import { readFileSync, writeFileSync } from 'node:fs'

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
}

export const writeReport = (path: string, report: LaneReport): void => writeFileSync(path, JSON.stringify(report))
export const readReport = (path: string): LaneReport => JSON.parse(readFileSync(path, 'utf8'))

/** Parts of one lane that ran side by side. */
export const joined = (reports: readonly LaneReport[]): LaneReport => ({
  release: reports[0]?.release ?? '',
  tests: reports.flatMap(({ tests }) => tests),
  problems: reports.flatMap(({ problems }) => problems),
})

/** Live tests need a kernel; all others are the same everywhere. */
export const isLive = ({ file }: TestRecord): boolean => file.startsWith('test/kernel/')
