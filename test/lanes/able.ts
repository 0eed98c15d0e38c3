/** Whether the machine's own kernel can run live tests: not in every container, for instance, can namespaces be made. */
import { spawn } from 'node:child_process'

const PROBES: readonly (readonly string[])[] = [
  ['ip', 'link', 'show', 'dev', 'lo'],
  ['unshare', '--net', 'true'],
]

/** A kernel in which somebody holds the lock for ever does not even end a program that is killed. */
const PATIENCE = 20_000

function complaint([program = '', ...words]: readonly string[]): Promise<string | undefined> {
  const line = [program, ...words].join(' ')
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      child.stderr.destroy()
      child.unref()
      resolve(`${line} does not end`)
    }, PATIENCE)
    child.on('error', ({ message }) => resolve(`${line}: ${message}`))
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve(status === 0 ? undefined : `${line}: ${printed.trim()}`)
    })
  })
}

/** Why it cannot; `undefined` where it can. */
export async function whyUnable(probes = PROBES): Promise<string | undefined> {
  for (const probe of probes) {
    const why = await complaint(probe)
    if (why !== undefined) return why
  }
  return undefined
}
