/**
 * Runs programs for tests, through one small shell for each worker: in a guest, forking a process as large as one that runs
 * tests takes longer than the program itself.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

/** A program that ended with another status than 0. */
export class ProgramError extends Error implements Printed {
  constructor(
    command: string,
    readonly code: number,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    super(`Command failed: ${command}\n${stderr}`)
  }
}

const quote = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** Stands behind what a program has printed: the status between two zero bytes. */
const END = /\0(\d+)\0$/
/** A line that no input has. */
const INPUT_END = 'END-OF-INPUT-OF-A-TEST'

class Shell {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable> = spawn('sh', [], { stdio: 'pipe' })
  private last: Promise<unknown> = Promise.resolve()

  constructor() {
    this.child.stdout.setEncoding('utf8')
    this.child.stderr.setEncoding('utf8')
    this.hold(false)
  }

  /** Whether it keeps the process alive. */
  private hold(isBusy: boolean): void {
    const handles = [this.child, ...this.child.stdio] as unknown as { ref(): void; unref(): void }[]
    for (const handle of handles) isBusy ? handle.ref() : handle.unref()
  }

  /** One at a time, in order. */
  run(command: readonly string[], input: string): Promise<Printed> {
    const result = this.last.then(() => this.runNow(command.map(quote).join(' '), input))
    this.last = result.catch(() => {})
    return result
  }

  private async runNow(line: string, input: string): Promise<Printed> {
    this.hold(true)
    const printed = Promise.all([untilEnd(this.child.stdout), untilEnd(this.child.stderr)])
    const from = input === '' ? '</dev/null' : `<<'${INPUT_END}'\n${input}${INPUT_END}`
    this.child.stdin.write(`${line} ${from}\ns=$?; printf '\\0%d\\0' $s; printf '\\0%d\\0' $s >&2\n`)
    const [stdout, stderr] = await printed.finally(() => this.hold(false))
    if (stdout.status !== 0) throw new ProgramError(line, stdout.status, stdout.text, stderr.text)
    return { stdout: stdout.text, stderr: stderr.text }
  }
}

/** What is printed up to the end of one program. */
function untilEnd(stream: Readable): Promise<{ text: string; status: number }> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = []
    const done = () => stream.off('data', take).off('end', broken)
    const broken = () => {
      done()
      reject(new Error('the shell of the tests has ended'))
    }
    const take = (chunk: string) => {
      chunks.push(chunk)
      // The end may come in pieces.
      const match = END.exec(chunk.length > 8 ? chunk : chunks.slice(-8).join(''))
      if (match === null) return
      done()
      const text = chunks.join('')
      resolve({ text: text.slice(0, text.length - match[0].length), status: Number(match[1]) })
    }
    stream.on('data', take).on('end', broken)
  })
}

const kept = Symbol.for('rtnetlink.test.shell')

/** One for the process, however often this module is loaded. */
export function shell(): Shell {
  const holder = globalThis as { [kept]?: Shell }
  holder[kept] ??= new Shell()
  return holder[kept]
}

/** Runs a program to its end; rejects with {@link ProgramError}. */
export const run = (command: readonly string[], input = ''): Promise<Printed> => shell().run(command, input)
