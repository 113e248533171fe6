import os from 'node:os'
import { defineConfig } from 'vitest/config'

const engine = [
  'src/engine/**/*.test.ts',
  'src/trainer/**/*.test.ts',
  'test/engine/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/slurm/**/*.test.ts',
]

/** One file after the other, and one module graph for all. */
const oneBrowser = {
  // A window on a busy machine now and then misses a key; the report names what was tried twice.
  retry: 1,
  pool: 'forks',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 180_000,
} as const

/** The tiers that vitest runs; scripts/test.mjs runs them one after the other, and the others. */
export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,webview}/**/*.test.ts', 'test/{unit,architecture}/**/*.test.ts'],
          exclude: engine,
          // One module graph for all files of a worker: half the time went into importing them anew.
          isolate: false,
          // By itself vitest leaves one core free, of two.
          maxWorkers: Math.max(2, os.availableParallelism() - 1),
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: engine,
          pool: 'forks',
          // A third of it waits: for Slurm, for heartbeats that stay out, for programs that start.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // A webview's page alone in a browser, with the test in the host's place.
        extends: true,
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          ...oneBrowser,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/packExtension.ts'],
          ...oneBrowser,
        },
      },
      {
        // In no tier: figures, for a machine that does nothing else.
        extends: true,
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.ts'],
          globalSetup: ['test/support/packProduction.ts'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
    ],
  },
})
