import { defineConfig } from 'vitest/config'

// Reads the dataset with libraries that are not ours; the Python ones are installed on the first run.
export default defineConfig({
  test: {
    include: ['tests/readers/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
  },
})
