import { defineConfig } from 'vitest/config'

// Parsers of outside bytes against mutated documents: `FUZZ_RUNS=100` tries a hundred times as many, with seeds of its own.
export default defineConfig({
  test: {
    include: ['tests/fuzz/**/*.test.ts'],
    testTimeout: 86_400_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
