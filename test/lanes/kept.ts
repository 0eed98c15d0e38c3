/** What came of the live tests on a kernel the last time that all of them ran there. */
import { existsSync, mkdirSync } from 'node:fs'
import { type Kernel, wordFor } from './kernels.js'
import { type LaneReport, readReport, writeReport } from './report.js'

const directory = 'build/lanes'
const path = (kernel: Kernel) => `${directory}/${wordFor(kernel)}.json`

export const kept = (kernel: Kernel): LaneReport | undefined =>
  existsSync(path(kernel)) ? readReport(path(kernel)) : undefined

export function keep(kernel: Kernel, report: LaneReport): void {
  mkdirSync(directory, { recursive: true })
  writeReport(path(kernel), report)
}
