import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A box that is cut off and tests that are none: neither can ever be matched by an answer. */
const rows = [
  { problem: 'What is two plus two?', answer: '4', task: 'math' },
  { problem: 'What is three plus four?', answer: '\\boxed{7', task: 'math' },
  { problem: 'Which colour is the sky?', choices: ['red', 'blue'], answer: 'B', task: 'choice' },
  { problem: 'Write a function that adds.', answer: '{"kind": "nothing"}', task: 'code' },
  { problem: 'Write a function that doubles.', answer: 'assert double(2) == 4', task: 'code' },
  { problem: 'Write a poem about rain.', task: 'none' },
  { problem: 'Which river flows through Paris?', answer: 'the Seine', task: 'text' },
]

async function prepare(folder: string, policy: string | undefined, more: readonly unknown[] = []) {
  await writeFile(
    join(folder, 'problems.jsonl'),
    [...rows, ...more].map((row) => `${JSON.stringify(row)}\n`).join(''),
  )
  const problems: RecipeTree = { files: 'problems.jsonl', fields: { task: 'task' } }
  if (policy !== undefined) problems['unverifiable_gold'] = policy
  const recipe = smallRecipe('http://127.0.0.1:9/v1', { problems })
  const run = await runCli(['problems', await writeRecipe(folder, recipe)], { cwd: folder })
  return { ...run, problems: run.code === 0 ? await ledgerProblems(folder) : undefined }
}

async function ledgerProblems(folder: string): Promise<Ledger['problems']> {
  return Ledger.parse(JSON.parse(await readFile(join(folder, 'runs/small/ledger.json'), 'utf8'))).problems
}

describe('references that their own verifier does not find right', () => {
  test('are warned about with reasons and positions, and the problems stay', async () => {
    await using folder = await temporaryFolder()
    const run = await prepare(folder.path, undefined)
    expect(run).toMatchObject({ code: 0, problems: { read: 7, kept: 7, lost: {} } })
    expect(run.stderr).toContain('warning: 2 problems have a reference answer')
    expect(run.stderr).toMatch(/1 undecided: cut_off_box, 1 gold_unparseable: tests_unreadable/)
    expect(run.stderr).toContain('the first at problems.jsonl:2, problems.jsonl:4 (')
  })

  test('are named up to the fifth', async () => {
    await using folder = await temporaryFolder()
    const more = Array.from({ length: 6 }, (_, index) => ({
      problem: `What is the number ${index}?`,
      answer: `\\boxed{${index}`,
      task: 'math',
    }))
    const { stderr } = await prepare(folder.path, 'warn', more)
    expect(stderr).toContain('8 problems have a reference answer')
    expect(stderr).toContain(
      'jsonl:2, problems.jsonl:4, problems.jsonl:8, problems.jsonl:9, problems.jsonl:10, … (',
    )
  })

  test('are dropped and counted in the ledger when the recipe says so', async () => {
    await using folder = await temporaryFolder()
    const run = await prepare(folder.path, 'drop')
    expect(run).toMatchObject({ code: 0, problems: { read: 7, kept: 5, lost: { unverifiable_gold: 2 } } })
    const rejected = await readFile(join(folder.path, 'runs/small/problems/rejected.jsonl'), 'utf8')
    expect(
      rejected
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { position: 'problems.jsonl:2', reason: 'unverifiable_gold' },
      { position: 'problems.jsonl:4', reason: 'unverifiable_gold' },
    ])
  })

  test('end the run before anything is asked when the recipe says so', async () => {
    await using folder = await temporaryFolder()
    const run = await prepare(folder.path, 'fail')
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(
      /^error: 2 problems have a reference answer .* the first at problems.jsonl:2, /m,
    )
  })

  test('change the identity of the problem set only where they are dropped', async () => {
    await using folder = await temporaryFolder()
    const fingerprint = async (policy: string | undefined): Promise<string> => {
      await prepare(folder.path, policy)
      const record = await readFile(join(folder.path, 'runs/small/run.json'), 'utf8')
      const { plan } = JSON.parse(record) as { plan: { fingerprint: string; golds: string } }
      return plan.fingerprint + plan.golds
    }
    const [unsaid, warned, dropped] = [
      await fingerprint(undefined),
      await fingerprint('warn'),
      await fingerprint('drop'),
    ]
    expect(warned).toBe(unsaid)
    expect(dropped).not.toBe(unsaid)
  })
})
