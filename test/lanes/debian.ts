/** Kernels from Debian's other suites, unpacked into a cache. The machine's own package sources and packages stay as they are. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../../node_modules/.cache/rtnetlink-kernels', import.meta.url))
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

const run = (file: string, args: readonly string[], cwd?: string): string =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28, cwd })

/** apt with lists, cache and sources of its own. */
function apt(suite: string, directory: string) {
  const found = /https?:\S+\/debian(?= )/.exec(run('apt-cache', ['policy']))?.[0]
  const mirror = found ?? 'http://deb.debian.org/debian'
  const uri = suite.endsWith('-security') ? `${mirror}-security` : mirror
  mkdirSync(join(directory, 'lists', 'partial'), { recursive: true })
  mkdirSync(join(directory, 'archives', 'partial'), { recursive: true })
  writeFileSync(join(directory, 'sources.list'), `deb [signed-by=${keyring}] ${uri} ${suite} main\n`)
  const options = Object.entries({
    'Dir::Etc::sourcelist': join(directory, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::Lists': join(directory, 'lists'),
    'Dir::Cache': directory,
    'Dir::State::status': '/dev/null',
    'APT::Sandbox::User': 'root',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return (program: 'apt-get' | 'apt-cache', ...words: string[]) =>
    run(program, ['-qq', ...options, ...words], directory)
}

/** What the package needs of its own making: a metapackage names the one with the version, newer ones split binary and modules. */
function parts(ask: ReturnType<typeof apt>, name: string): { version: string; packages: string[] } {
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
    const ask = apt(suite, directory)
    ask('apt-get', 'update')
    const { version, packages } = parts(ask, name)
    ask('apt-get', 'download', ...packages)
    for (const file of readdirSync(directory).filter((one) => one.endsWith('.deb'))) {
      run('dpkg-deb', ['-x', file, '.'], directory)
      rmSync(join(directory, file))
    }
    if (!existsSync(join(directory, 'lib'))) symlinkSync('usr/lib', join(directory, 'lib'))
    const tree = join(directory, 'lib/modules', version)
    // The guest would take long over it.
    run('sh', ['-c', `find ${tree}/ -name '*.ko.xz' -print0 | xargs -0r -P 2 -n 50 xz -d`])
    run('depmod', ['-b', directory, version])
    for (const own of ['lists', 'archives', 'pkgcache.bin', 'srcpkgcache.bin'])
      rmSync(join(directory, own), { recursive: true, force: true })
    writeFileSync(mark, version)
  }
  const version = readFileSync(mark, 'utf8')
  const images = [join(directory, 'boot', `vmlinuz-${version}`), join(directory, 'lib/modules', version, 'vmlinuz')]
  return { version, directory, image: images.find(existsSync) as string }
}
