/** Debian's User-mode Linux: a kernel that runs as a program. No image, no virtual machine. */
import { chmodSync, readdirSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Machine, quote, runCommand } from './guest.js'

const modules = '/usr/lib/uml/modules'

/** Its root is the host's, read-only; the overlay's module is all that it needs to begin. */
function init(directory: string, writable: readonly string[]): string {
  const version = readdirSync(modules)[0] as string
  const tree = join(modules, version)
  const shares = writable.map(
    (path) => `$b mkdir -p ${quote(path)}; $b mount -t hostfs -o ${quote(path)} none ${quote(path)}`,
  )
  return `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b insmod ${tree}/kernel/fs/overlayfs/overlay.ko
$b mount -t tmpfs tmpfs /mnt; $b mkdir /mnt/upper /mnt/work /mnt/root
$b mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root; $b mkdir -p lib/modules; $b ln -sfn ${tree} lib/modules/${version}
$b pivot_root . mnt
${shares.join('\n')}
${runCommand(directory, '$b poweroff -f')}`
}

/** The guest's memory is a file: in memory, where there is room for it. */
function memoryDirectory(directory: string, memory: number): string {
  const { bavail, bsize } = statfsSync('/dev/shm')
  return bavail * bsize > memory * 2 ** 20 ? '/dev/shm' : directory
}

export const uml: Machine = (directory, writable, memory) => {
  const first = join(directory, 'init')
  writeFileSync(first, init(directory, writable))
  chmodSync(first, 0o755)
  const disk = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro']
  // The two calls measure which way of computing RAID checksums is fastest, for a second.
  const quick = ['quiet', 'panic=-1', 'initcall_blacklist=raid6_select_algo,raid6_init']
  const consoles = ['con=null', 'con0=null,fd:1', 'ssl=null']
  return {
    file: '/usr/bin/linux.uml',
    args: [`mem=${memory}M`, `uml_dir=${directory}/`, ...disk, ...quick, ...consoles, `init=${first}`],
    env: { ...process.env, TMPDIR: memoryDirectory(directory, memory) },
  }
}
