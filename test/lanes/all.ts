/**
 * `npm test`: everything on the machine's own kernel, the live tests on User-mode Linux as well, and those that neither can run
 * on Debian's newest kernel in an emulated machine. A live test that ran on none of them fails the run.
 */
import { writeFileSync } from 'node:fs'
import { whyUnable } from './able.js'
import { table } from './compatibility.js'
import { coverage, hasRun, type Lane, ranNowhere, skips, summary } from './coverage.js'
import { keep, keepProofs } from './kept.js'
import { host, type Kernel, newest, uml61 } from './kernels.js'
import { brokenLane, runLane } from './lane.js'

const words = process.argv.slice(2)
const live = ['--project', 'kernel']
const lanes: Lane[] = []

async function lane(kernel: Kernel, options: Parameters<typeof runLane>[1]): Promise<void> {
  const started = performance.now()
  const report = await runLane(kernel, { ...options, proofs: words.length === 0 }).catch(brokenLane)
  lanes.push({ name: kernel.name, report })
  if (words.length === 0 && options.isPartial !== true) keep(kernel, report)
  console.log(`== ${kernel.name}: ${Math.round((performance.now() - started) / 1000)} s\n`)
}

const unable = await whyUnable()
if (unable !== undefined) console.log(`the machine's own kernel runs no live tests, so guests do: ${unable}\n`)
const own = unable === undefined ? [] : ['unit', 'checks', 'types'].flatMap((project) => ['--project', project])
const instead = unable === undefined ? [] : ['--project', 'native']

await lane(host, { words: [...own, ...words], seconds: 600 })
await lane(uml61, { words: [...live, ...instead, ...words], seconds: 1000, shards: 4 })

const left = coverage(lanes).filter((one) => !hasRun(one))
if (left.length > 0) {
  const escaped = [...new Set(left.map(({ name }) => name.replace(/ > /g, ' ').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))]
  const files = [...new Set(left.map(({ file }) => file))]
  await lane(newest, { words: [...live, ...files, '-t', `^(${escaped.join('|')})$`], isPartial: true, seconds: 900 })
}

const all = lanes.flatMap(({ name, report }) => report.tests.map((test) => ({ lane: name, ...test })))
const failed = all.filter(({ state }) => state === 'failed')
const problems = lanes.flatMap(({ name, report }) => report.problems.map((problem) => `${name}: ${problem}`))
const passed = all.filter(({ state }) => state === 'passed').length

console.log(`${summary(lanes)}\n\nSkipped:\n${skips(lanes)}\n`)
writeFileSync('build/tests.md', table(lanes))
if (words.length === 0) keepProofs(lanes.map(({ report }) => report))
console.log('which test ran where, one by one: build/tests.md\n')
for (const { lane: name, file, name: test } of failed) console.log(`FAILED on ${name}: ${file} > ${test}`)
for (const problem of problems) console.log(`FAILED: ${problem}`)
const nowhere = ranNowhere(lanes)
const failures = failed.length + nowhere + problems.length
console.log(`${passed} passed, ${failures} failed`)

const report = process.env.RTNETLINK_TEST_REPORT
if (report !== undefined) writeFileSync(report, JSON.stringify({ passed, failed: failures }))
process.exitCode = failures === 0 && passed > 0 ? 0 : 1
