import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, expect } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadRecipe } from '../../pipeline/recipe/load-recipe.ts'
import { UsageError } from '../../schemas/errors.ts'
import { outcomeOf } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'
import { mutatedTree } from './support/mutate-tree.ts'

/*
 * A recipe with anything in it is loaded, or refused with lines that say file and mistake. The same recipe in another spelling
 * of YAML is the same recipe.
 */

const shipped = fileURLToPath(new URL('../../recipes', import.meta.url))
const texts = readdirSync(shipped)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(shipped, name), 'utf8'))
const trees = texts.map((text) => parse(text) as unknown)

const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
const path = join(folder, 'recipe.yaml')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tokens: readonly string[] = [
  '${',
  '${HOME}',
  '${NAME:-x}',
  '&a ',
  '*a',
  '<<: *a',
  '---\n',
  '- ',
  ': ',
  '  ',
  '\t',
  '|',
  '>',
  '[',
  ']',
  '{',
  '}',
  '!!js/function ',
  '!!binary ',
  '? ',
  '#',
  '"',
  "'",
  '\\',
  '%YAML 1.1\n',
  'null',
  '~',
  '.nan',
  '.inf',
  '-1',
  '1e309',
  '0x1F',
  '0o17',
  '2026-01-01',
  'yes',
  '__proto__: {x: 1}',
  'constructor: 1',
  'extends: recipe.yaml',
  'extends: .',
  '\u0000',
  '\ufeff',
  '\u2028',
  'a: &a [*a]',
  'x: &x {y: *x}',
  '\n',
]

const load = async (text: string): Promise<unknown> => {
  await writeFile(path, text)
  return outcomeOf(() => loadRecipe(path, { HOME: 'x' }, () => 0), [UsageError], Infinity)
}

fuzz<{ text: string }>('recipes', {
  cases: fc.record({
    text: fc.oneof(
      mutatedText(texts, tokens),
      // JSON is YAML.
      mutatedTree(trees).map((tree) => JSON.stringify(tree)),
    ),
  }),
  runs: 60,
  check: async ({ text }) => {
    const outcome = await load(text)
    if (typeof outcome === 'object' && outcome !== null && 'refused' in outcome) {
      for (const line of String(outcome.refused).split('\n')) expect(line.length).toBeLessThan(20_000)
      return
    }
    const again = await load(stringify(parse(text, { merge: false }), { defaultStringType: 'QUOTE_DOUBLE' }))
    expect(again).toEqual(outcome)
  },
})
