import { defineConfig } from 'vitest/config'

// Loads datasets with the code of trainers. Their Python libraries are 6 GB, so no other suite installs them.
export default defineConfig({
  test: {
    include: ['tests/trainers/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
    maxWorkers: 1,
  },
})
