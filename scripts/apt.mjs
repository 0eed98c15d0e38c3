// @ts-check
/** apt with package sources, lists and a cache of its own: the machine's stay as they are. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** @type {(file: string, args: readonly string[], cwd?: string) => string} */
const run = (file, args, cwd) =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28, cwd })

/**
 * For packages of another Debian suite. All that it writes is below `directory`.
 * @param {string} suite `bookworm`, `bullseye-security` …
 * @param {string} directory
 */
export function privateApt(suite, directory) {
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
  /** @type {(program: 'apt-get' | 'apt-cache', ...words: string[]) => string} */
  const ask = (program, ...words) => run(program, ['-qq', ...options, ...words], directory)
  return {
    ask,
    update: () => ask('apt-get', 'update'),
    /**
     * Fetches packages and unpacks them below `into`; the names of their files.
     * @param {readonly string[]} packages
     * @param {string} into
     */
    unpack(packages, into = directory) {
      ask('apt-get', 'download', ...packages)
      const files = readdirSync(directory).filter((name) => name.endsWith('.deb'))
      for (const file of files) {
        run('dpkg-deb', ['-x', join(directory, file), into])
        rmSync(join(directory, file))
      }
      return files
    },
    /** Removes all but what was unpacked. */
    forget() {
      for (const own of ['lists', 'archives', 'sources.list', 'pkgcache.bin', 'srcpkgcache.bin'])
        rmSync(join(directory, own), { recursive: true, force: true })
    },
  }
}
