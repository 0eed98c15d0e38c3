// @ts-check
/**
 * Prepares what `npm start` or `npm test` needs and lacks: `node scripts/prepare.mjs start|test|check`.
 * Runs before node_modules exists, so it uses Node alone. Silent when nothing is missing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chdir, exit, getuid } from 'node:process'
import { fileURLToPath } from 'node:url'

chdir(fileURLToPath(new URL('..', import.meta.url)))

/** The file tells whether the need is met, so that a package by another name, or another distribution, serves as well. */
const needs = [
  { on: 'start', package: 'libmnl-dev', file: '/usr/include/libmnl/libmnl.h', reason: 'netlink, for the addon' },
  { on: 'start', package: 'g++', file: 'g++', reason: 'compiles the addon' },
  { on: 'start', package: 'make', file: 'make', reason: 'runs the build that node-gyp writes' },
  { on: 'start', package: 'python3', file: 'python3', reason: 'runs node-gyp' },
  { on: 'test', package: 'iproute2', file: 'ip', reason: 'the second opinion on what the kernel was told' },
  { on: 'test', package: 'tcpdump', file: 'tcpdump', reason: 'shows what crosses a link' },
  { on: 'test', package: 'strace', file: 'strace', reason: 'makes system calls fail on purpose' },
  { on: 'test', package: 'user-mode-linux', file: 'linux.uml', reason: 'the second kernel of the live tests' },
  { on: 'test', package: 'busybox-static', file: 'busybox', reason: 'the first programs of a test kernel' },
  { on: 'test', package: 'kmod', file: 'modprobe', reason: 'loads the modules of a test kernel' },
  {
    on: 'test',
    package: 'qemu-system-x86',
    file: 'qemu-system-x86_64',
    reason: 'runs other kernels for the live tests',
  },
  { on: 'test', package: 'xz-utils', file: 'xz', reason: 'unpacks their modules' },
  { on: 'check', package: 'clang-format', file: 'clang-format', reason: 'checks the layout of the C++' },
]
const stages = ['start', 'test', 'check']
const stage = stages.indexOf(process.argv[2] ?? '')
if (stage < 0) fail(`usage: node scripts/prepare.mjs ${stages.join('|')}`)

systemPackages()
nodeModules()
upToDate('build/Release/rtnetlink.node', ['native', 'binding.gyp'], /\.(cc|h|gyp)$/, 'the addon', 'build:addon')
upToDate('dist', ['lib', 'tsconfig.json', 'tsconfig.build.json'], /\.(ts|json)$/, 'the library', 'build')

function systemPackages() {
  const path = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const missing = needs.filter(
    ({ on, file }) =>
      stages.indexOf(on) <= stage && !path.some((directory) => existsSync(join(directory, file))) && !existsSync(file),
  )
  if (missing.length === 0) return
  const names = missing.map((need) => need.package).join(' ')
  const list = missing.map((need) => `  ${need.package}: ${need.reason}`).join('\n')
  if (!existsSync('/usr/bin/apt-get')) fail(`missing, by the names that Debian gives them:\n${list}`)
  const install = `apt-get install --yes --no-install-recommends ${names}`
  if (getuid?.() !== 0) fail(`missing packages:\n${list}\ninstall them with\n  sudo ${install}`)
  say(`installing ${names}`)
  // Package lists may be absent or stale, which only an attempt tells.
  if (attempt(`${install} -qq`).status !== 0) {
    run('apt-get update -qq')
    run(`${install} -qq`)
  }
}

/** npm leaves a copy of the lock file in node_modules when it has finished; packages for other machines are not in it. */
function nodeModules() {
  const wanted = packages('package-lock.json')
  const present = packages('node_modules/.package-lock.json')
  const differs = (/** @type {string} */ path) =>
    present[path] === undefined ? !wanted[path].optional : wanted[path]?.version !== present[path].version
  if (!Object.keys({ ...wanted, ...present }).some(differs)) return
  say('installing node_modules from package-lock.json')
  // Without install scripts: the addon is the next step's business, which builds it only when it must.
  run('npm ci --ignore-scripts --no-audit --no-fund')
}

/** @param {string} lock @returns {Record<string, any>} */
function packages(lock) {
  if (!existsSync(lock)) return {}
  const { '': _root, ...rest } = JSON.parse(readFileSync(lock, 'utf8')).packages
  return rest
}

/** @param {string} output @param {string[]} sources @param {RegExp} relevant @param {string} what @param {string} script */
function upToDate(output, sources, relevant, what, script) {
  const built = existsSync(output) ? statSync(output).mtimeMs : -1
  if (Math.max(...sources.map((source) => newest(source, relevant))) < built) return
  say(`building ${what}`)
  const started = new Date()
  run(`npm run --silent ${script}`)
  // A build that finds nothing to do leaves the old time, and a source that changed meanwhile must be seen next time.
  utimesSync(output, started, started)
}

/** A directory's own time counts: it tells that a file was deleted. @param {string} path @param {RegExp} relevant @returns {number} */
function newest(path, relevant) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return relevant.test(path) ? stat.mtimeMs : 0
  const inside = readdirSync(path).filter((name) => name !== 'build')
  return Math.max(stat.mtimeMs, ...inside.map((name) => newest(join(path, name), relevant)))
}

/** @param {string} command */
function attempt(command) {
  return spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

/** @param {string} command */
function run(command) {
  const { status, stdout, stderr } = attempt(command)
  if (status !== 0) fail(`"${command}" failed:\n${stdout}${stderr}`)
}

/** @param {string} line */
function say(line) {
  console.error(`prepare: ${line}`)
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`prepare: ${message}`)
  return exit(1)
}
