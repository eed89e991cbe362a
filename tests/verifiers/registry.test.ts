import { expect, test } from 'vitest'
import { findVerifier, verifiers } from '../../verifiers/registry.ts'

test('every verifier is found by its name and has defaults for all options', () => {
  for (const verifier of verifiers) {
    expect(findVerifier(verifier.name)).toBe(verifier)
    expect(() => verifier.options.parse({})).not.toThrow()
  }
  expect(new Set(verifiers.map(({ name }) => name)).size).toBe(verifiers.length)
})

test('an unchecked task has none', () => {
  expect(findVerifier('none')).toBeUndefined()
})
