/** What came of the live tests on a kernel the last time that all of them ran there. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type Kernel, wordFor } from './kernels.js'
import { type LaneReport, proofsOf, readReport, writeReport } from './report.js'

const directory = 'build/lanes'
const path = (kernel: Kernel) => `${directory}/${wordFor(kernel)}.json`

export const kept = (kernel: Kernel): LaneReport | undefined =>
  existsSync(path(kernel)) ? readReport(path(kernel)) : undefined

export function keep(kernel: Kernel, report: LaneReport): void {
  mkdirSync(directory, { recursive: true })
  writeReport(path(kernel), report)
}

const proofs = `${directory}/proofs.txt`

/** What all lanes of `npm test` proved of attributes; the page docs/attributes.md is made from it. */
export const keepProofs = (reports: readonly LaneReport[]): void =>
  writeFileSync(proofs, `${proofsOf(reports.map((report) => report.proofs)).join('\n')}\n`)

export const keptProofs = (): ReadonlySet<string> => new Set(readFileSync(proofs, 'utf8').split('\n'))
