import { release } from 'node:os'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { type TestRecord, writeReport } from '../lanes/report.js'

/** Set where only some tests of a file are to run; vitest calls the others skipped. */
const isPartial = process.env.RTNETLINK_PARTIAL !== undefined

function* records(modules: readonly TestModule[]): Generator<TestRecord> {
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const result = test.result()
      if (result.state === 'pending') continue
      const reason = result.state === 'skipped' ? result.note : undefined
      if (isPartial && result.state === 'skipped' && reason === undefined) continue
      yield {
        file: module.relativeModuleId,
        name: test.fullName,
        state: result.state,
        ...(reason !== undefined && { reason }),
      }
    }
  }
}

/**
 * Lists every test that was skipped with its reason, and fails the run when one has none: whoever skips says why,
 * `context.skip('no vrf in this kernel')`. Leaves a report where `RTNETLINK_LANE_REPORT` says.
 */
export default class LaneReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = [...records(modules)]
    const skipped = tests.filter(({ state }) => state === 'skipped')
    const unexplained = skipped.filter(({ reason }) => reason === undefined)
    if (unexplained.length > 0) process.exitCode = 1
    const path = process.env.RTNETLINK_LANE_REPORT
    if (path === undefined) {
      const lines = skipped.map(
        ({ file, name, reason }) => `  ${file} > ${name}: ${reason ?? 'NO REASON GIVEN, which fails the run'}`,
      )
      if (lines.length > 0) console.log(`\nSkipped:\n${lines.join('\n')}\n`)
      return
    }
    const problems = [
      ...modules
        .filter((module) => module.errors().length > 0)
        .map(({ relativeModuleId }) => `${relativeModuleId} failed outside of its tests`),
      ...unexplained.map(({ file, name }) => `${file} > ${name} was skipped without a reason`),
      ...unhandled.map(({ message }) => `an error between the tests: ${message}`),
    ]
    writeReport(path, { release: release(), tests, problems })
  }
}
