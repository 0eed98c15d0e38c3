import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DirectoryWatch } from '../../../lib/netns/directory-watch.js'

const scratch = () => {
  const directory = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** What was told, and a wait until that is so. */
function watching(path: string) {
  const told: (string | undefined)[] = []
  let wake = () => {}
  const watch = new DirectoryWatch(
    path,
    (name) => {
      told.push(name)
      wake()
    },
    (error) => {
      throw error
    },
  )
  onTestFinished(() => watch.close())
  const until = async (isSo: () => boolean) => {
    while (!isSo())
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
  return { told, until, watch }
}

test('names what comes and goes, from the call on', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'before'), '')
  const { told, until } = watching(directory)
  writeFileSync(join(directory, 'blue'), '')
  rmSync(join(directory, 'before'))
  await until(() => told.includes('blue') && told.includes('before'))
})

test('a directory that is not there yet, nor those above it', async () => {
  const root = scratch()
  const directory = join(root, 'deep', 'er', 'names')
  const { told, until } = watching(directory)
  mkdirSync(join(root, 'other'))
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'blue'), '')
  // Once for all that it may hold by then, or by name.
  await until(() => told.length > 0)
  const seen = told.length
  writeFileSync(join(directory, 'green'), '')
  await until(() => told.slice(seen).includes('green'))
})

test('a directory that goes and comes again, or gives way to another', async () => {
  const root = scratch()
  const directory = join(root, 'names')
  mkdirSync(directory)
  const { told, until } = watching(directory)
  rmSync(directory, { recursive: true })
  await until(() => told.includes(undefined))
  mkdirSync(directory)
  writeFileSync(join(directory, 'blue'), '')
  await until(() => told.filter((name) => name === undefined).length > 1 || told.includes('blue'))
  mkdirSync(join(root, 'next'))
  renameSync(directory, join(root, 'away'))
  renameSync(join(root, 'next'), directory)
  const seen = told.length
  await until(() => told.slice(seen).includes(undefined))
  writeFileSync(join(directory, 'green'), '')
  await until(() => told.includes('green'))
})

test('tells nothing once it is closed', async () => {
  const directory = scratch()
  const { told, watch } = watching(directory)
  writeFileSync(join(directory, 'blue'), '')
  watch.close()
  watch.close()
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(told).toEqual([])
})
