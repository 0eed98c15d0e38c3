/** Set up for every file of native and live tests: what the process holds is afterwards what it was. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { holdings, openFiles } from './process-state.js'
import { shell } from './programs.js'

/** Milliseconds for what was let go to close, and for a file that the test runner itself is reading. */
const PATIENCE = 5000
const PAUSE = 20

// It stays.
shell()

let before: ReturnType<typeof holdings>
let openBefore: string[]

beforeAll(async () => {
  if (process.env.RTNETLINK_PROOFS !== undefined) await (await import('./proofs.js')).watchKernel()
  before = holdings()
  openBefore = openFiles()
})

afterAll(async () => {
  let after = holdings()
  for (let waited = 0; waited < PATIENCE && JSON.stringify(after) !== JSON.stringify(before); waited += PAUSE) {
    globalThis.gc?.()
    await setTimeout(PAUSE)
    after = holdings()
  }
  const more = openFiles().filter((file) => !openBefore.includes(file))
  expect(after, `descriptors and threads; open since the file began: ${more.join(', ')}`).toEqual(before)
})
