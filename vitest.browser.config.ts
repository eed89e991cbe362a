import { defineConfig } from 'vitest/config'

// The page of a review in a real Chromium: `CHROMIUM` names one, else Debian's is taken.
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
