import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { noFiles } from '../../filters/apply.ts'
import type { Finding, ProblemFilter, SourceProblem } from '../../filters/filter.ts'
import { goldSentinel } from '../../filters/problem/gold-sentinel.ts'
import { placeholderPrompt } from '../../filters/problem/placeholder-prompt.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeSample } from './sample.ts'

function problem(changes: { prompt?: string; answers?: string[] }): SourceProblem {
  return { problem: { ...makeSample().problem, ...changes }, position: 'p.jsonl:1', idScope: '' }
}

const means = {
  verifyGolds: async () => [],
  countTokens: (text: string) => text.split(/\s+/).length,
  files: noFiles,
}

async function find(filter: ProblemFilter, ...problems: SourceProblem[]): Promise<(Finding | undefined)[]> {
  const check = filter.create(filter.options.parse({}), means)
  return [...(await check(problems))]
}

describe('placeholder prompts', () => {
  test.each(['-', '', 'a?', 'TODO...', 'None', '(placeholder)', '  N/A  '])(
    '%j asks nothing',
    async (prompt) => {
      expect((await find(placeholderPrompt, problem({ prompt })))[0]).toEqual({
        reason: 'placeholder_prompt',
        message: `the prompt ${JSON.stringify(prompt)} asks nothing; remove the row`,
      })
    },
  )

  test.each(['10+1', '一加一等于几', 'Solve this problem', 'Why?'])('%j is a question', async (prompt) => {
    expect(await find(placeholderPrompt, problem({ prompt }))).toEqual([undefined])
  })
})

describe('references that are a word for "there is none"', () => {
  test.each(['Proof', 'notfound', '', 'N/A', '-'])('%j is one', async (answer) => {
    expect((await find(goldSentinel, problem({ answers: ['4', answer] })))[0]).toEqual({
      reason: 'sentinel_answer',
      message: `the answer is ${JSON.stringify(answer)}, a word for "there is none"; remove the row or give its answer`,
    })
  })

  test('other words and no reference at all are none', async () => {
    const problems = [problem({ answers: ['proof by induction', '-1', '0'] }), problem({ answers: [] })]
    expect(await find(goldSentinel, ...problems)).toEqual([undefined, undefined])
  })
})

describe('policies', () => {
  const rows = [
    { problem: 'What is two plus two?', answer: '4' },
    { problem: '-', answer: '4' },
    { problem: 'Show that two is even.', answer: 'proof' },
    { problem: 'TODO', answer: 'proof' },
  ]
  async function read(changes: RecipeTree) {
    await using folder = await temporaryFolder()
    await writeFile(
      join(folder.path, 'problems.jsonl'),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    )
    const { problems, ...rest } = changes
    const recipe = smallRecipe('http://127.0.0.1:9/v1', {
      problems: { files: 'problems.jsonl', ...(problems as RecipeTree | undefined) },
      ...rest,
    })
    const { code, stderr } = await runCli(['problems', await writeRecipe(folder.path, recipe)], {
      cwd: folder.path,
    })
    if (code !== 0) return { code, stderr }
    const ledger = JSON.parse(await readFile(join(folder.path, 'runs/small/ledger.json'), 'utf8')) as unknown
    return { code, stderr, problems: Ledger.parse(ledger).problems }
  }

  test('drop leaves out, under the reason of the first filter alone', async () => {
    const lost = { placeholder_prompt: 2, sentinel_answer: 1 }
    expect(await read({})).toMatchObject({ code: 0, problems: { read: 4, kept: 1, lost } })
  })

  test('warn keeps and says so once, fail ends the run', async () => {
    const warned = await read({ filter: { 'placeholder-prompt': { policy: 'warn' } } })
    expect(warned).toMatchObject({ code: 0, problems: { kept: 2, lost: { sentinel_answer: 2 } } })
    expect(warned.stderr).toContain(
      'warning: 2 problems have a prompt that asks nothing, the first at problems.jsonl:2, problems.jsonl:4 (filter.placeholder-prompt); correct them, or set it to drop',
    )
    const failed = await read({ filter: { 'placeholder-prompt': { policy: 'fail' } } })
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.stderr).toContain('error: 2 problems have a prompt that asks nothing')
  })

  test('a filter that is switched off finds nothing', async () => {
    const off = await read({ filter: { 'placeholder-prompt': false } })
    expect(off).toMatchObject({ code: 0, problems: { kept: 2, lost: { sentinel_answer: 2 } } })
  })

  test('problems.missing_answer: keep takes the reference away and leaves the problem', async () => {
    const kept = await read({ problems: { missing_answer: 'keep' } })
    expect(kept).toMatchObject({ code: 0, problems: { kept: 2, lost: { placeholder_prompt: 2 } } })
  })
})
