import { expect, test } from 'vitest'
import { noFiles } from '../../filters/apply.ts'
import type { SourceProblem } from '../../filters/filter.ts'
import { problemFilters, problemSetFilters, sampleFilters } from '../../filters/registry.ts'
import { makeSample } from './sample.ts'

/*
 * Long texts that take for ever where the time of a pattern grows with the square of its text: of each a filter
 * is done in milliseconds, else the test runs into its time limit.
 */
const size = 500_000
const blank = ' '.repeat(size)
const texts: Readonly<Record<string, string>> = {
  brackets: '('.repeat(size),
  backslashes: '\\'.repeat(size),
  'combining marks': `e${'\u0301'.repeat(size)}`,
  'letters from right to left': '\u202eשלום '.repeat(size / 6),
  'halves of characters': '\ud800'.repeat(size),
  'blank lines': `x${'\n'.repeat(size)}x`,
  'carriage returns': `x${'\r'.repeat(size)}x`,
  'spaces in an enumeration': `Problem${blank}x`,
  'letters of boxes in boxes': '\\boxed{'.repeat(size / 7),
}
const means = { verifyGolds: async () => [], countTokens: (text: string) => text.length, files: noFiles }

for (const [name, text] of Object.entries(texts))
  test(`half a million ${name} is done by every filter of one text`, async () => {
    const content = { prompt: text, answers: [text], choices: [] }
    const sample = makeSample({
      prompt: text,
      problem: content,
      trace: { reasoning: text, answer: text },
    })
    for (const task of ['math', 'code']) {
      const row: SourceProblem = { problem: { ...sample.problem, task }, position: '1', idScope: '' }
      for (const filter of problemFilters.filter(({ verifies }) => !verifies))
        expect(await filter.create(filter.options.parse({}), means)([row])).toHaveLength(1)
      for (const filter of problemSetFilters) {
        const rules = filter.create(filter.options.parse({}))
        expect('key' in rules ? [rules.key(row)] : [rules.add(row)]).toHaveLength(1)
      }
    }
    for (const filter of sampleFilters) {
      const measured = filter.measure?.(sample) ?? {}
      expect(filter.create?.(filter.options.parse({}), noFiles)(sample, measured) ?? []).toBeInstanceOf(Array)
    }
  }, 60_000)
