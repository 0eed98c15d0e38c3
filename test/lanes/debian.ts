/** Kernels from Debian's other suites, unpacked into a cache. The machine's own package sources and packages stay as they are. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateApt } from '../../scripts/apt.mjs'

const cache = fileURLToPath(new URL('../../node_modules/.cache/rtnetlink-kernels', import.meta.url))

const run = (file: string, args: readonly string[]) =>
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'] })

/** What the package needs of its own making: a metapackage names the one with the version, newer ones split binary and modules. */
function parts({ ask }: ReturnType<typeof privateApt>, name: string): { version: string; packages: string[] } {
  const dependencies = (of: string) =>
    [...ask('apt-cache', 'depends', of).matchAll(/Depends: (linux-(?:image|base|binary|modules)-\d\S*)/g)].map(
      ([, found]) => found as string,
    )
  const real = dependencies(name).find((found) => found.startsWith('linux-image-')) ?? name
  const version = real.replace(/^linux-image-/, '').replace(/-unsigned$/, '')
  return { version, packages: [real, ...dependencies(real).filter((found) => !found.startsWith('linux-image-'))] }
}

export interface DebianKernel {
  readonly version: string
  readonly image: string
  /** What `modprobe -d` takes: the modules are below its `lib/modules`. */
  readonly directory: string
}

/** A kernel's package, `linux-image-cloud-amd64` of `bookworm`, fetched where the cache has none. */
export function debianKernel(suite: string, name: string): DebianKernel {
  const directory = join(cache, `${suite}-${name}`)
  const mark = join(directory, 'version')
  if (!existsSync(mark)) {
    console.log(`fetching ${name} of Debian ${suite}`)
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory, { recursive: true })
    const apt = privateApt(suite, directory)
    apt.update()
    const { version, packages } = parts(apt, name)
    apt.unpack(packages)
    if (!existsSync(join(directory, 'lib'))) symlinkSync('usr/lib', join(directory, 'lib'))
    const tree = join(directory, 'lib/modules', version)
    // The guest would take long over it.
    run('sh', ['-c', `find ${tree}/ -name '*.ko.xz' -print0 | xargs -0r -P 2 -n 50 xz -d`])
    run('depmod', ['-b', directory, version])
    apt.forget()
    writeFileSync(mark, version)
  }
  const version = readFileSync(mark, 'utf8')
  const images = [join(directory, 'boot', `vmlinuz-${version}`), join(directory, 'lib/modules', version, 'vmlinuz')]
  return { version, directory, image: images.find(existsSync) as string }
}
