import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { countTokens } from '../../teachers/cost/tokens.ts'
import { hasPython, runPython } from './python.ts'

const work = mkdtempSync(join(tmpdir(), 'twinstill-tokens-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const ranks = new URL('../data/o200k_base.tiktoken', import.meta.resolve('gpt-tokenizer'))

const known = fc
  .integer({ min: 1, max: 0x323af })
  .filter((point) => (point < 0xd800 || point > 0xdfff) && /[^\p{Cn}]/u.test(String.fromCodePoint(point)))
  .map((point) => String.fromCodePoint(point))
const hard = fc.constantFrom(
  ...Array.from(" \n\r\t/'aAsStTrReElLvVdDmM019.,!({\u0085\ufeff\u017f\u0301\u3000中é"),
)

describe.skipIf(!hasPython)('tokens', () => {
  test('are as many as tiktoken for Python counts', () => {
    const text = fc.array(fc.oneof(hard, known), { maxLength: 30 }).map((units) => units.join(''))
    const texts = fc.sample(text, { numRuns: 20_000, seed: 1 })
    const path = join(work, 'texts.json')
    writeFileSync(path, JSON.stringify(texts))
    const counts = runPython('count_tokens.py', fileURLToPath(ranks), path) as [text: string, due: number][]
    expect(counts).toHaveLength(texts.length)
    const off = counts.flatMap(([given, due]) => {
      const { tokens } = countTokens(given)
      return tokens === due ? [] : [{ given, tokens, due }]
    })
    expect(off).toEqual([])
  })
})
