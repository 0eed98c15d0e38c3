/** Programs that a test runs to their end. */
import { spawn } from 'node:child_process'
import { root } from './source.js'

/** Resolves with what the program printed; rejects with what it complained of when it fails. */
export async function printedBy(file: string, args: readonly string[]): Promise<string> {
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...result) => resolve(result))
  })
  if (code !== 0) throw new Error(`child ended with ${signal ?? code}: ${errors}`)
  return output.trim()
}
