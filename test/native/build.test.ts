import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addonPath, run } from './support.js'

const root = new URL('../../', import.meta.url)

test('both builds compile every source', () => {
  const sources = (path: string) =>
    [...readFileSync(new URL(path, root), 'utf8').matchAll(/^\s*'?(?:native\/)?(\w+\.cc)'?,?$/gm)].map(
      ([, name]) => name,
    )
  const present = readdirSync(new URL('native', root)).filter((name) => name.endsWith('.cc'))
  expect(sources('binding.gyp')).toEqual(present.sort())
  expect(sources('native/CMakeLists.txt')).toEqual(present.sort())
})

test('the addon stays mapped once loaded, and needs libmnl alone beside the C++ runtime', async () => {
  const { stdout } = await run('readelf', ['--dynamic', '--wide', addonPath])
  expect(stdout).toMatch(/FLAGS_1.*NODELETE/)
  const needed = [...stdout.matchAll(/NEEDED.*\[(\w+)/g)].map(([, name]) => name)
  expect(needed).toContain('libmnl')
  expect(needed.filter((name) => !['libmnl', 'libstdc', 'libgcc_s', 'libm', 'libc', 'ld'].includes(name!))).toEqual([])
})
