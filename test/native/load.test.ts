/** Where the addon cannot be loaded, the error says what to do. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../support/source.js'

const run = promisify(execFile)

test('without libmnl, it names the package', async () => {
  const script = `
    const { createBridge } = await import('${join(root, 'dist/index.js')}')
    await createBridge({ name: 'br0' }).catch((error) => console.log(error.message))
  `
  // In a mount namespace of its own, where an empty directory hides the library from the loader, whose cache still names it.
  const { stdout } = await run('unshare', [
    '--mount',
    'sh',
    '-c',
    'for lib in $(ldconfig -p | sed -n "s/.*libmnl.so.0 .*=> //p"); do mount --bind /dev/null "$(readlink -f "$lib")"; done; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module',
    '--eval',
    script,
  ])
  expect(stdout).toContain('libmnl.so.0')
  expect(stdout).toContain('apt-get install libmnl0')
})
