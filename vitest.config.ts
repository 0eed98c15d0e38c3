import { defineConfig } from 'vitest/config'

/** A file to leave the results in as JSON, for a caller that counts them. */
const report = process.env.RTNETLINK_TEST_REPORT

/** Descriptors, threads and namespaces are counted per process: a process per test file, with a collector to call. */
const owned = {
  pool: 'forks' as const,
  isolate: true,
  execArgv: ['--expose-gc'],
  setupFiles: ['test/support/leaks.ts'],
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ['test/support/namespaces-left.ts'],
    reporters: [
      'default',
      './test/support/skip-reporter.ts',
      ...(report === undefined ? [] : ([['json', { outputFile: report }]] satisfies [[string, object]])),
    ],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
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
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // After the rest, so that nobody else's load falls into what these wait for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
