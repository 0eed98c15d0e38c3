// @ts-check
/**
 * Checks constants and structures against the kernel headers of another Debian suite, the newest by default:
 * `node scripts/check-newest-headers.mjs [suite]`. Needs apt and a network; touches neither the machine's package sources
 * nor its packages, and leaves nothing behind.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chdir, exit } from 'node:process'
import { fileURLToPath } from 'node:url'

chdir(fileURLToPath(new URL('..', import.meta.url)))

const suite = process.argv[2] ?? 'sid'
const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-headers-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => exit(1))

const mirror = /https?:\S+\/debian(?= )/.exec(execFileSync('apt-cache', ['policy'], { encoding: 'utf8' }))?.[0]
const lists = join(directory, 'lists')
mkdirSync(join(lists, 'partial'), { recursive: true })
writeFileSync(
  join(directory, 'sources.list'),
  `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror ?? 'http://deb.debian.org/debian'} ${suite} main\n`,
)

/** Options that keep apt to a place of its own. */
const own = Object.entries({
  'Dir::Etc::sourcelist': join(directory, 'sources.list'),
  'Dir::Etc::sourceparts': '/dev/null',
  'Dir::State::Lists': lists,
  'Dir::Cache': directory,
  'Dir::State::status': '/dev/null',
  'APT::Sandbox::User': 'root',
}).flatMap(([name, value]) => ['-o', `${name}=${value}`])
/** @type {import('node:child_process').StdioOptions} */
const stdio = ['ignore', 'ignore', 'inherit']

execFileSync('apt-get', ['-qq', ...own, 'update'], { stdio })
execFileSync('apt-get', ['-qq', ...own, 'download', 'linux-libc-dev'], { stdio, cwd: directory })
const file = readdirSync(directory).find((name) => name.endsWith('.deb')) ?? ''
execFileSync('dpkg-deb', ['-x', join(directory, file), join(directory, 'root')], { stdio })
console.log(`headers of ${suite}: ${file}`)

const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'checks', 'test/checks/constants.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, RTNETLINK_KERNEL_HEADERS: join(directory, 'root/usr/include') },
})
exit(status ?? 1)
