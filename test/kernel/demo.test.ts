/** The demo as its user runs it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { root } from '../support/source.js'

function start() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/static-overlay.ts'], { cwd: root })
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  // Both: a line may come after the exit, and the exit after the last line.
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code]]) => code as number | null)
  return { child, reader, lines, ended }
}

test('proves six paths, says how long it took, and exits with 0', async () => {
  const { lines, ended } = start()
  expect(await ended).toBe(0)
  expect(lines.filter((line) => line.endsWith('works'))).toHaveLength(6)
  expect(lines.at(-1)).toMatch(/^6\/6 paths work; set-up took \d+ ms$/)
  for (const table of ['links', 'routes', 'neighbours', 'FDB']) expect(lines).toContain(`  ${table}`)
})

test('ends with 130 at Ctrl-C in the middle', async () => {
  const { child, reader, ended } = start()
  await once(reader, 'line')
  child.kill('SIGINT')
  expect(await ended).toBe(130)
})
