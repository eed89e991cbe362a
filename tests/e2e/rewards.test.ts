import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readPart } from '../../store/parts/part.ts'
import type { Decision } from '../../schemas/decision.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Three reasonings: in the language of the prompt, half in another one, and with a tag too many. */
const reasonings = ['Adding gives the answer.', 'abcdefghij 所以答案是六', 'Adding <think> gives the answer.']

test('rewards are stored with every decision and stand in the rows to train on', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await scriptedEndpoint(({ model, message }) => {
    const number = Number(/number (\d)/.exec(message)![1])
    const answer = `It is \\boxed{${number}}.`
    return model === 'thinker' ? `<think>\n${reasonings[number]}\n</think>\n\n${answer}` : answer
  })
  const rows = reasonings.map((_, index) => ({ problem: `Which is the number ${index}?`, answer: index }))
  await writeFile(join(folder.path, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const arm = { teacher: 'generic', endpoint: 'teacher' }
  const path = await writeRecipe(folder.path, {
    name: 'rewarded',
    problems: { files: 'problems.jsonl' },
    endpoints: { teacher: { base_url: teacher.baseUrl } },
    arms: {
      ift: { ...arm, model: 'answerer', role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, model: 'thinker', role: 'reasoning', mode: 'thinking' },
    },
    // The scripted teacher has answers to its own problems only.
    generate: { probe: 'never' },
    filter: { language: false, 'think-format': false, 'finish-state': false, length: false },
  })
  expect(await runCli(['distill', path], { cwd: folder.path })).toMatchObject({ code: 0 })
  const run = join(folder.path, 'runs/rewarded')

  const decisions: Decision[] = []
  for await (const decision of readPart(run, 'decisions', 0)) decisions.push(decision)
  const ofArm = (name: string) => decisions.filter((decision) => decision.arm === name)
  expect(
    ofArm('ift').map((each) => [each.measures['format_reward'], each.measures['language_consistency']]),
  ).toEqual([
    [1, null],
    [1, null],
    [1, null],
  ])
  const shares = ofArm('reasoning').map((each) => each.measures['language_consistency']!)
  expect(shares.filter((share) => share === 1)).toHaveLength(2)
  expect(Math.min(...shares)).toBeCloseTo(0.6, 1)
  expect(
    ofArm('reasoning')
      .map((each) => each.measures['format_reward']!)
      .toSorted((a, b) => a - b),
  ).toEqual([0, 1, 1])

  const written: Record<string, unknown>[] = []
  for (const { path: file, config } of (await readManifest(join(run, 'dataset'))).files) {
    if (config === 'pairs') continue
    for await (const row of readParquetRows(join(run, 'dataset', file))) written.push(row)
  }
  expect(written).toHaveLength(6)
  for (const row of written) {
    const decision = decisions.find(({ key }) => key === row['id'])
    expect(row).toMatchObject({
      format_reward: decision?.measures['format_reward'],
      language_consistency: decision?.measures['language_consistency'],
    })
  }
})
