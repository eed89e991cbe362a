import { defineConfig } from 'vitest/config'

// Starts real sandboxes: needs Linux with bubblewrap, prlimit, setpriv and python3, and says so where they are missing.
export default defineConfig({
  test: {
    include: ['tests/sandbox/**/*.test.ts'],
    testTimeout: 120_000,
    maxWorkers: 2,
  },
})
