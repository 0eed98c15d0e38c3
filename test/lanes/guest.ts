/**
 * One command, as root, on another kernel. The guest sees the host's files under an overlay in its memory: what it writes is
 * gone afterwards, but for directories that were named. Environment and working directory go along.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface GuestJob {
  readonly command: readonly string[]
  /** Directories of which the host keeps what is written. */
  readonly writable?: readonly string[]
  /** In megabytes. */
  readonly memory: number
  /** After so many it is ended. */
  readonly seconds: number
}

export interface GuestResult {
  readonly status: number
  /** What the command wrote, to whichever of the two streams. */
  readonly output: string
}

export interface Program {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Programs that run beside the kernel, and what tells that each is ready; and the kernel, which begins with `directory`/init. */
export interface Boot extends Program {
  readonly helpers?: readonly (Program & { readonly ready: string })[]
}

/** Writes what the kernel begins with into `directory`, which both sides see, and says how it is started. */
export type Machine = (directory: string, writable: readonly string[], memory: number) => Promise<Boot> | Boot

export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function commandScript(command: readonly string[]): string {
  const variables = Object.entries(process.env).filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
  const exports = variables.map(([name, value]) => `export ${name}=${quote(value ?? '')}`)
  return [...exports, `cd ${quote(process.cwd())}`, `exec ${command.map(quote).join(' ')}`, ''].join('\n')
}

/** The second half of a guest's first program: its root is the host's by then. `end` switches the machine off. */
export const runCommand = (directory: string, end: string): string => `
b=/bin/busybox d=${quote(directory)}
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t cgroup2 cgroup /sys/fs/cgroup
$b mount -t devtmpfs dev /dev; $b mkdir -p /dev/pts /dev/shm /dev/net; $b mknod /dev/net/tun c 10 200
$b mount -t devpts pts /dev/pts; $b mount -t tmpfs shm /dev/shm; $b mount -t tmpfs run /run
$b ln -s /proc/self/fd /dev/fd; $b ln -s fd/0 /dev/stdin; $b ln -s fd/1 /dev/stdout; $b ln -s fd/2 /dev/stderr
# Before the loopback is up, so that it has its IPv6 address from the beginning.
$b hostname guest; modprobe -q ipv6; ip link set lo up
/bin/sh $d/command </dev/null >$d/output 2>&1
echo $? >$d/status
$b sync; ${end}
`

const running = new Set<ChildProcess>()

/** A process group of its own, so that it can be ended with all that it started. */
function start({ file, args, env = process.env }: Program, log: number): ChildProcess {
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', log, log] })
  running.add(child)
  return child
}

function end(child: ChildProcess): void {
  running.delete(child)
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

process.on('exit', () => running.forEach(end))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

async function ready(file: string): Promise<void> {
  for (let tries = 0; tries < 500 && !existsSync(file); tries++) await delay(10)
}

const text = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Boots the machine, runs the command, and resolves with how it ended; rejects where the guest did not live to tell. */
export async function runInGuest(machine: Machine, job: GuestJob): Promise<GuestResult> {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-guest-'))
  const at = (name: string) => join(directory, name)
  const log = openSync(at('console'), 'a')
  const children: ChildProcess[] = []
  try {
    writeFileSync(at('command'), commandScript(job.command))
    const { helpers = [], ...kernel } = await machine(directory, [directory, ...(job.writable ?? [])], job.memory)
    for (const helper of helpers) {
      children.push(start(helper, log))
      await ready(helper.ready)
    }
    const guest = start(kernel, log)
    children.push(guest)
    const timer = setTimeout(() => end(guest), job.seconds * 1000)
    await once(guest, 'close').finally(() => clearTimeout(timer))
    const status = text(at('status')).trim()
    const output = text(at('output'))
    if (status === '')
      throw new Error(
        `the guest ended without a status; its last words:\n${output.slice(-4000)}\n${text(at('console')).slice(-4000)}`,
      )
    return { status: Number(status), output }
  } finally {
    children.forEach(end)
    closeSync(log)
    rmSync(directory, { recursive: true, force: true })
  }
}
