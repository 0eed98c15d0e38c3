/** Set up for every file of native and live tests: what the process holds is afterwards what it was. */
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { holdings } from './process-state.js'

/** Turns of the event loop in which what was let go may still be closing. */
const PATIENCE = 100

let before: ReturnType<typeof holdings>

beforeAll(() => {
  before = holdings()
})

afterAll(async () => {
  let after = holdings()
  for (let turn = 0; turn < PATIENCE && JSON.stringify(after) !== JSON.stringify(before); turn++) {
    globalThis.gc?.()
    await setImmediate()
    after = holdings()
  }
  expect(after, 'descriptors and threads').toEqual(before)
})
