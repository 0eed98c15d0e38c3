/** One run of vitest on one kernel. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInGuest } from './guest.js'
import type { Kernel } from './kernels.js'
import { joined, type LaneReport, readProofs, readReport } from './report.js'

/** A guest answers slowly: waiting takes so many times longer there. */
const PATIENCE = 4
const MEMORY = 2048

export interface LaneOptions {
  /** Words for vitest: projects, files, a pattern of names. */
  readonly words: readonly string[]
  /** Only tests of these names: vitest calls all others skipped. */
  readonly isPartial?: boolean
  readonly seconds: number
  /** Parts, each in a guest of its own; more than run side by side, so that none waits long for the slowest. */
  readonly shards?: number
  /** Note what is proved of attributes. */
  readonly proofs?: boolean
}

/** As many guests at a time as the smallest machine that runs this has processors. */
const SIDE_BY_SIDE = 2

/** Does all of the work, so many pieces at a time; the results in the order of the work. */
export async function sideBySide<T, R>(work: readonly T[], run: (piece: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = [...work.entries()]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await run(next[1])
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
  return results
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--passWithNoTests']

async function onHost(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [...vitest, ...words], { stdio: 'inherit', env: { ...process.env, ...env } })
  const [status] = (await once(child, 'close')) as [number | null]
  return status ?? 1
}

function verdict(report: string, notes: string, status: number, output: string): LaneReport {
  const problem = `vitest ended with ${status}`
  if (!existsSync(report))
    return { release: '', tests: [], problems: [`${problem} and left no report:\n${output.slice(-4000)}`] }
  const read = { ...readReport(report), proofs: readProofs(notes) }
  const isExplained = status === 0 || read.problems.length > 0 || read.tests.some(({ state }) => state === 'failed')
  return isExplained ? read : { ...read, problems: [`${problem} although no test failed: see its output`] }
}

/** Runs the tests there. The machine's own kernel prints as it goes, a guest when it has ended. */
export async function runLane(
  { name, machine }: Kernel,
  { words, isPartial, seconds, shards = 1, proofs = false }: LaneOptions,
): Promise<LaneReport> {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-lane-'))
  const partial = isPartial ? { RTNETLINK_PARTIAL: '1' } : {}
  const run = async (shard: number): Promise<LaneReport> => {
    const report = join(directory, `report-${shard}.json`)
    const notes = join(directory, `proofs-${shard}`)
    const env = { RTNETLINK_LANE_REPORT: report, ...(proofs && { RTNETLINK_PROOFS: notes }), ...partial }
    if (machine === undefined) return verdict(report, notes, await onHost(words, env), '')
    const guestEnv = Object.entries({ ...env, RTNETLINK_PATIENCE: `${PATIENCE}`, NO_COLOR: '1' }).map(
      ([key, value]) => `${key}=${value}`,
    )
    const share = shards === 1 ? [] : [`--shard=${shard}/${shards}`]
    const command = ['env', ...guestEnv, process.execPath, ...vitest, '--maxWorkers', '1', ...share, ...words]
    const { status, output } = await runInGuest(machine, { command, writable: [directory], memory: MEMORY, seconds })
    console.log(`\n== ${name}${shards === 1 ? '' : `, part ${shard} of ${shards}`}\n${output}`)
    return verdict(report, notes, status, output)
  }
  try {
    return joined(
      await sideBySide(
        Array.from({ length: shards }, (_, i) => i + 1),
        run,
      ),
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Of a lane that could not run at all. */
export const brokenLane = ({ message }: Error): LaneReport => ({ release: '', tests: [], problems: [message] })
