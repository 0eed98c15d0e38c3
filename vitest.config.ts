import { defineConfig } from 'vitest/config'

/** Set in a guest, where everything takes so many times longer. */
const patience = Number(process.env.RTNETLINK_PATIENCE ?? 1)

/** Descriptors and threads are counted around every file, with a collector to call. */
const owned = { pool: 'forks' as const, execArgv: ['--expose-gc'], setupFiles: ['test/support/leaks.ts'] }

export default defineConfig({
  test: {
    maxWorkers: 2,
    // A guest finds there what the host's run has compiled.
    experimental: { fsModuleCache: true },
    globalSetup: ['test/support/namespaces-left.ts'],
    reporters: ['default', './test/support/lane-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 60_000,
          pool: 'threads',
          // Pure functions share nothing, so a worker need not be made anew for each file.
          isolate: false,
        },
      },
      { test: { name: 'checks', include: ['test/checks/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['test/types/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
        },
      },
      {
        test: {
          name: 'native',
          include: ['test/native/**/*.test.ts'],
          ...owned,
          // What these do to a process, the next file shall not find.
          isolate: true,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          ...owned,
          // To load the library anew for each file would take longer than the tests.
          isolate: false,
          testTimeout: 120_000 * patience,
          hookTimeout: 60_000 * patience,
          // After the rest, so that nobody else's load falls into what these wait for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
