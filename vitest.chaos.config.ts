import { defineConfig } from 'vitest/config'

// Real processes are killed at random moments: minutes, not seconds, so the suite has a script of its own.
export default defineConfig({
  test: {
    include: ['tests/chaos/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    // Much of it is waiting, for leases to end and killed processes to be missed.
    maxWorkers: 2,
  },
})
