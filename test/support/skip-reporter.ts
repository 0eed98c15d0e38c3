import type { Reporter, TestModule } from 'vitest/node'

/**
 * Lists every test that was skipped with its reason, and fails the run when one has none: whoever skips says why,
 * `context.skip('no vrf in this kernel')`.
 */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const reason = result.state === 'skipped' ? result.note : undefined
        if (reason === undefined) process.exitCode = 1
        lines.push(
          `  ${module.relativeModuleId} > ${test.fullName}: ${reason ?? 'NO REASON GIVEN, which fails the run'}`,
        )
      }
    }
    if (lines.length > 0) console.log(`\nSkipped:\n${lines.join('\n')}\n`)
  }
}
