/** `npm run test:on -- uml-6.1 test/kernel/kinds/vlan.test.ts`: live tests on one kernel of the matrix. */
import { matrix, wordFor } from './kernels.js'
import { runLane } from './lane.js'

const [name, ...words] = process.argv.slice(2)
const kernel = matrix.find((one) => wordFor(one) === name)
if (kernel === undefined) {
  console.error(`name one of: ${matrix.map(wordFor).join(', ')}`)
  process.exit(1)
}
const { tests, problems } = await runLane(kernel, { words: ['--project', 'kernel', ...words], seconds: 5400 })
for (const { file, name: test, reason } of tests.filter(({ state }) => state === 'skipped'))
  console.log(`skipped: ${file} > ${test}: ${reason}`)
for (const problem of problems) console.log(`FAILED: ${problem}`)
process.exitCode = problems.length > 0 || tests.some(({ state }) => state === 'failed') ? 1 : 0
