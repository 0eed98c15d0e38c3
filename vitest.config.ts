import { defineConfig } from 'vitest/config'

/** Set in a guest, where everything takes so many times longer. */
const patience = Number(process.env.RTNETLINK_PATIENCE ?? 1)

/**
 * Descriptors, threads and namespaces are counted per process: a process per test file, with a collector to call. A guest would
 * spend its time on starting them: there one process runs all files, one after the other.
 */
const owned = {
  pool: 'forks' as const,
  isolate: patience === 1,
  execArgv: ['--expose-gc'],
  setupFiles: ['test/support/leaks.ts'],
}

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
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          ...owned,
          testTimeout: 120_000 * patience,
          hookTimeout: 60_000 * patience,
          // After the rest, so that nobody else's load falls into what these wait for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
