/** Set up for every file of live tests: what the process holds, and the namespaces that have names, are afterwards what they were. */
import { existsSync, readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { holdings } from './process-state.js'

/** Only those that tests name: other people's come and go. */
const names = () =>
  existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.startsWith('rtnl-test-')) : []

const state = () => ({ ...holdings(), names: names() })

/** Turns of the event loop in which what was let go may still be closing. */
const PATIENCE = 1000

let before: ReturnType<typeof state>

beforeAll(() => {
  before = state()
})

afterAll(async () => {
  let after = state()
  for (let turn = 0; turn < PATIENCE && JSON.stringify(after) !== JSON.stringify(before); turn++) {
    globalThis.gc?.()
    await setImmediate()
    after = state()
  }
  expect(after, 'descriptors, threads and namespaces').toEqual(before)
})
