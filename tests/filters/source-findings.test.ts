import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('what the source calls invalid is left out, and variants in numbers are told and stay', async () => {
  await using folder = await temporaryFolder()
  const rows = [
    { problem: 'How much do 3 pens cost at 2 euros each?', answer: '6', problem_is_valid: 'Yes' },
    { problem: 'How much do 4 pens cost at 5 euros each?', answer: '20', solution_is_valid: 'yes' },
    { problem: 'How much is a pen?', answer: '1', problem_is_valid: 'Incomplete' },
    {
      problem: 'How long is a mile in feet?',
      answer: '5280',
      problem_is_valid: 'Yes',
      solution_is_valid: 'No',
    },
    { problem: 'How many days has a week?', answer: '7' },
  ]
  await writeFile(join(folder.path, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const recipe = smallRecipe('http://127.0.0.1:9/v1', {
    problems: { files: 'problems.jsonl' },
    filter: { 'source-validity': true, 'numbers-variants': true },
  })
  const { code, stderr } = await runCli(['problems', await writeRecipe(folder.path, recipe)], {
    cwd: folder.path,
  })
  expect([code, stderr]).toEqual([0, expect.stringContaining('1 problems stay with numbers_variant')])
  const ledger = JSON.parse(await readFile(join(folder.path, 'runs/small/ledger.json'), 'utf8')) as unknown
  expect(Ledger.parse(ledger).problems).toMatchObject({ kept: 3, lost: { invalid_by_source: 2 } })
})
