// @ts-check
/**
 * What `npm install rtnetlink` runs: nothing when the package holds an addon for this machine, a build from source
 * otherwise. It looks for what the build needs first, because the compiler's own complaint is long and hides the cause.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chdir, env, exit, platform } from 'node:process'
import { fileURLToPath } from 'node:url'

chdir(fileURLToPath(new URL('..', import.meta.url)))
if (platform !== 'linux') fail(`rtnetlink speaks to the Linux kernel; this is ${platform}`)
if (!existsSync(`prebuilds/${platform}-${process.arch}/rtnetlink.node`)) build()

function build() {
  const onPath = (/** @type {string} */ name) =>
    (env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, name)))
  const missing = [
    ['a C++20 compiler', env.CXX !== undefined || ['g++', 'c++', 'clang++'].some(onPath)],
    ['make', onPath('make')],
    ['python3', env.PYTHON !== undefined || onPath('python3')],
    ['the headers of libmnl', env.CPATH !== undefined || existsSync('/usr/include/libmnl/libmnl.h')],
  ].flatMap(([what, present]) => (present ? [] : [what]))
  if (missing.length > 0) {
    fail(
      `rtnetlink: no prebuilt addon for ${platform}-${process.arch}, and to build it this machine lacks ` +
        `${missing.join(', ')}\n` +
        '  Debian, Ubuntu: apt-get install g++ make python3 libmnl-dev\n' +
        '  Fedora:         dnf install gcc-c++ make python3 libmnl-devel\n' +
        '  Alpine:         apk add g++ make python3 libmnl-dev linux-headers',
    )
  }
  // Package managers put their own node-gyp on the path of install scripts.
  const { error, status } = spawnSync('node-gyp', ['rebuild', '-j', 'max'], { stdio: 'inherit' })
  if (error) fail(`rtnetlink: cannot run node-gyp (${error.message}); npm brings it, or install it globally`)
  if (status !== 0) fail('rtnetlink: building the addon failed; the first error above tells why')
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message)
  return exit(1)
}
