/** Debian's own kernels in an emulated machine, without KVM. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type DebianKernel, debianKernel } from './debian.js'
import { type Machine, quote, runCommand } from './guest.js'

/** What it takes to see the host's files, in the order of loading. */
function firstModules({ directory, version }: DebianKernel): string[] {
  const words = ['-d', directory, '-S', version, '-a', '--show-depends', 'virtio_pci', 'virtiofs', 'overlay']
  const lines = execFileSync('modprobe', words, { encoding: 'utf8' }).split('\n')
  // What is built in says so instead of `insmod`.
  return [...new Set(lines.flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []))]
}

/** The program of the first root, in memory: it mounts the host's files under an overlay and goes there. */
function firstInit(
  directory: string,
  writable: readonly string[],
  kernel: DebianKernel,
  modules: readonly string[],
): string {
  const tree = `lib/modules/${kernel.version}`
  const shares = writable.map(
    (path) => `$b mkdir -p /mnt/root${quote(path)}; $b mount --bind /mnt/host${quote(path)} /mnt/root${quote(path)}`,
  )
  return `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t devtmpfs dev /dev
for module in ${modules.map((path) => basename(path)).join(' ')}; do $b insmod /$module; done
$b mount -t tmpfs tmpfs /mnt; $b mkdir /mnt/host /mnt/upper /mnt/work /mnt/root
$b mount -t virtiofs host /mnt/host
$b mount -t overlay -o lowerdir=/mnt/host,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
${shares.join('\n')}
$b mkdir -p /mnt/root/lib/modules; $b ln -sfn ${quote(join(kernel.directory, tree))} /mnt/root/${tree}
$b umount /proc /dev
exec $b switch_root /mnt/root ${quote(join(directory, 'init'))}
`
}

function writeFirstRoot(directory: string, writable: readonly string[], kernel: DebianKernel): string {
  const root = join(directory, 'first-root')
  for (const name of ['bin', 'proc', 'dev', 'mnt']) mkdirSync(join(root, name), { recursive: true })
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
  const modules = firstModules(kernel)
  for (const path of modules) copyFileSync(path, join(root, basename(path)))
  writeFileSync(join(root, 'init'), firstInit(directory, writable, kernel, modules))
  chmodSync(join(root, 'init'), 0o755)
  const archive = join(directory, 'first-root.cpio')
  execFileSync('sh', ['-c', `find . | busybox cpio -o -H newc >${quote(archive)}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  return archive
}

/** The machine with the kernel of that package. */
export const qemu =
  (suite: string, name: string): Machine =>
  (directory, writable, memory) => {
    const kernel = debianKernel(suite, name)
    const archive = writeFirstRoot(directory, writable, kernel)
    const init = join(directory, 'init')
    writeFileSync(init, `#!/bin/busybox sh${runCommand(directory, '$b reboot -f')}`)
    chmodSync(init, 0o755)
    const socket = join(directory, 'files')
    const server = ['/usr/lib/qemu/virtiofsd', '/usr/libexec/virtiofsd'].find(existsSync) as string
    const machine = [
      '-accel',
      'tcg,thread=multi',
      '-cpu',
      'max',
      '-M',
      'q35,memory-backend=memory',
      '-smp',
      '1',
      '-m',
      `${memory}M`,
    ]
    const shared = `memory-backend-memfd,id=memory,size=${memory}M,share=on`
    const quiet = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio']
    const start = ['-kernel', kernel.image, '-initrd', archive, '-append', 'console=ttyS0 quiet panic=-1 reboot=t']
    const files = [
      '-chardev',
      `socket,id=files,path=${socket}`,
      '-device',
      'vhost-user-fs-pci,chardev=files,tag=host,queue-size=1024',
    ]
    return {
      file: 'qemu-system-x86_64',
      args: [...machine, '-object', shared, ...quiet, ...start, ...files],
      helpers: [
        {
          file: server,
          args: [`--socket-path=${socket}`, '-o', 'source=/', '-o', 'cache=always', '-o', 'sandbox=chroot'],
          ready: socket,
        },
      ],
    }
  }
