// @ts-check
/** The newest iproute2 that Debian has, beside the machine's own: for what that one does not know yet. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateApt } from './apt.mjs'

const cache = fileURLToPath(new URL('../node_modules/.cache/rtnetlink-iproute2', import.meta.url))
const libraries =
  'libbpf1 libc6 libcap2 libcom-err2 libdb5.3t64 libelf1t64 libgcc-s1 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libmnl0 libpcre2-8-0 libselinux1 libssl3t64 libtirpc3t64 libxtables12 libzstd1 zlib1g'

/** A folder with `ip`, `bridge`, `tc` and the others, for the front of a PATH. Fetched where the cache has none. */
export function newestIproute2() {
  const programs = join(cache, 'programs')
  if (existsSync(programs)) return programs
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  const apt = privateApt('sid', cache)
  apt.update()
  apt.unpack(['iproute2', ...libraries.split(' ')])
  apt.forget()
  // With the libraries that they were linked to, the machine's own being older.
  const own = join(cache, 'usr/lib/x86_64-linux-gnu')
  const started = `exec ${join(own, 'ld-linux-x86-64.so.2')} --library-path ${own}`
  const scratch = join(cache, 'unfinished')
  mkdirSync(scratch)
  for (const directory of ['usr/bin', 'usr/sbin'].map((name) => join(cache, name)).filter(existsSync))
    for (const name of readdirSync(directory)) {
      writeFileSync(join(scratch, name), `#!/bin/sh\n${started} --argv0 ${name} ${join(directory, name)} "$@"\n`)
      chmodSync(join(scratch, name), 0o755)
    }
  // Only what is whole has the name that is looked for.
  renameSync(scratch, programs)
  return programs
}
