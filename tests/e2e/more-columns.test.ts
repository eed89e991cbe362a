import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('measures and benchmark items are columns of the dataset, and follow the benchmark', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  const dataset = join(folder.path, 'runs/small/dataset')
  const rowsOf = async (config: string): Promise<Row[]> => {
    const rows: Row[] = []
    for (const file of (await readManifest(dataset)).files)
      if (file.config === config)
        for await (const row of readParquetRows(join(dataset, file.path))) rows.push(row)
    return rows
  }
  const benchmark = (problem: string): Promise<void> =>
    writeFile(join(folder.path, 'held.jsonl'), `${JSON.stringify({ id: 'item 1', problem })}\n`)
  const distill = async (write: object, filter: object): ReturnType<typeof runCli> => {
    const recipe: RecipeTree = smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 12, seed: 1 } },
      write: { plots: false, ...write },
      filter,
    })
    return runCli(['distill', await writeRecipe(folder.path, recipe)], { cwd: folder.path })
  }
  const contamination = {
    policy: 'warn',
    benchmarks: { 'AIME-24': { file: 'held.jsonl', revision: 'first edition' } },
  }
  const wanted = {
    measures: ['steps', 'tail_loop', 'greatest_20gram_count'],
    prompt_script: true,
    contamination: true,
  }

  expect(await distill({ measures: ['stepz'] }, {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean `steps`?') as string,
  })
  expect(await distill({ measures: ['pass_rate'] }, {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('measured by the filter pass-rate, which is off') as string,
  })
  expect(await distill({ contamination: true }, {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('filter.contamination names no benchmark') as string,
  })

  await benchmark('Nothing like the others stands here, in so many words that no problem has them all.')
  expect((await distill(wanted, { contamination })).code).toBe(0)
  const reasoning = await rowsOf('reasoning')
  expect(reasoning.length).toBeGreaterThan(3)
  for (const row of reasoning)
    expect(row).toMatchObject({
      measures: { steps: expect.any(Number) as number, tail_loop: 0 },
      prompt_script: 'Latin',
      prompt_script_share: 1,
      contaminated_aime_24: false,
      contamination: [],
    })
  const [pair] = await rowsOf('pairs')
  expect(pair!['measures']).toMatchObject([{ arm: 'ift', steps: null }, { arm: 'reasoning' }])

  await benchmark(pair!['problem'] as string)
  expect((await distill(wanted, { contamination })).code).toBe(0)
  const met = (await rowsOf('ift')).find((row) => row['pair_id'] === pair!['pair_id'])
  expect(met).toMatchObject({
    contaminated_aime_24: true,
    contamination: [{ benchmark: 'AIME-24', revision: 'first edition', item: 'item 1', start: 0 }],
  })

  // The column is there already; what is in it is not what is wanted now.
  expect((await distill({ ...wanted, measures: ['steps'] }, { contamination })).code).toBe(0)
  for (const { measures } of await rowsOf('reasoning'))
    expect(Object.keys(measures as Row)).toEqual(['steps'])
})
