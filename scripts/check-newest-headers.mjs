// @ts-check
/**
 * Checks constants and structures against the kernel headers of another Debian suite, the newest by default:
 * `node scripts/check-newest-headers.mjs [suite]`. Needs apt and a network; touches neither the machine's package sources
 * nor its packages, and leaves nothing behind.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chdir, exit } from 'node:process'
import { fileURLToPath } from 'node:url'
import { privateApt } from './apt.mjs'

chdir(fileURLToPath(new URL('..', import.meta.url)))

const suite = process.argv[2] ?? 'sid'
const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-headers-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => exit(1))

const apt = privateApt(suite, directory)
apt.update()
const [file] = apt.unpack(['linux-libc-dev'], join(directory, 'root'))
console.log(`headers of ${suite}: ${file}`)

const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'checks', 'test/checks/constants.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, RTNETLINK_KERNEL_HEADERS: join(directory, 'root/usr/include') },
})
exit(status ?? 1)
