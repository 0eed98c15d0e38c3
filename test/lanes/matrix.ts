/**
 * `npm run test:kernels`: the live tests on every kernel of the matrix; prints which test ran where, and writes it down for
 * users in docs/compatibility.md. `npm run test:kernels -- qemu-5.10 [file…]` runs there anew (those files), and takes what came of the
 * rest last time.
 */
import { writeFileSync } from 'node:fs'
import { compatibilityPage, table } from './compatibility.js'
import { coverage, type Lane, ranNowhere } from './coverage.js'
import { keep, kept } from './kept.js'
import { type Kernel, matrix, wordFor } from './kernels.js'
import { brokenLane, runLane, sideBySide } from './lane.js'
import { renewed } from './report.js'

const words = process.argv.slice(2)
const files = words.filter((word) => word.includes('/'))
const anew = words.filter((word) => !word.includes('/'))
const unknown = anew.filter((word) => !matrix.some((kernel) => wordFor(kernel) === word))
if (unknown.length > 0) throw new Error(`no kernel ${unknown}; there are ${matrix.map(wordFor).join(', ')}`)

const lanes = await sideBySide(matrix, async (kernel: Kernel): Promise<Lane> => {
  const before = words.length > 0 ? kept(kernel) : undefined
  if (before !== undefined && !anew.includes(wordFor(kernel))) return { name: kernel.name, report: before }
  const fresh = await runLane(kernel, { words: ['--project', 'kernel', ...files], seconds: 5400 }).catch(brokenLane)
  const report = before === undefined || files.length === 0 ? fresh : renewed(before, fresh)
  keep(kernel, report)
  return { name: kernel.name, report }
})

console.log(table(lanes))
const problems = lanes.flatMap(({ name, report: { tests, problems: others } }) => [
  ...tests.filter(({ state }) => state === 'failed').map(({ file, name: test }) => `${name}: ${file} > ${test}`),
  ...others.map((problem) => `${name}: ${problem}`),
])
for (const problem of problems) console.log(`FAILED on ${problem}`)
const failures = problems.length + ranNowhere(lanes)
if (failures === 0) writeFileSync('docs/compatibility.md', compatibilityPage(lanes))
console.log(`${coverage(lanes).length} tests on ${lanes.length} kernels, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
