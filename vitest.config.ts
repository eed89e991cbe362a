import { defineConfig } from 'vitest/config'

// The fast suite. Slow suites (chaos, Python readers, …) have configurations and scripts of their own.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [
      'tests/chaos/**',
      'tests/readers/**',
      'tests/sandbox/**',
      'tests/browser/**',
      'tests/trainers/**',
      'tests/fuzz/**',
      'node_modules/**',
    ],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Two cores: more workers only make the tests that start real processes wait for each other.
    maxWorkers: 2,
    // Loading the code anew for each of hundreds of files is a fifth of what the suite costs.
    isolate: false,
  },
})
