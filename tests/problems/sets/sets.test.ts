import { describe, expect, test } from 'vitest'
import { folderWith, problemsOf } from '../folder.ts'
import { problemSets } from './sets.ts'

describe.each(Object.entries(problemSets))('%s', (_name, { file, content, section }) => {
  test('is mapped row by row', async () => {
    const folder = await folderWith({ [file]: content })
    const items = await problemsOf(folder, { files: file, ...section })
    expect(items.filter((item) => 'reason' in item)).toEqual([])
    expect(new Set(items.map((item) => 'problem' in item && item.problem.id))).toHaveLength(20)
    expect(items.slice(0, 2).map((item) => 'problem' in item && item.problem)).toMatchSnapshot()
  })
})

test('a file that is one object around a list says where the problems are, and a path that leads nowhere what there is', async () => {
  const { file, content, section } = problemSets['SQuAD, the official file']!
  const folder = await folderWith({ [file]: content })
  const { rows: _, ...without } = section
  expect(await problemsOf(folder, { files: file, defaults: without['defaults'] })).toMatchObject([
    {
      position: `${file}:1`,
      message: expect.stringContaining('write problems.rows: "data[*].paragraphs[*].qas[*]"'),
    },
  ])
  expect(await problemsOf(folder, { files: file, ...section, rows: 'data[*].qas[*]' })).toMatchObject([
    {
      reason: 'bad_row',
      message: expect.stringContaining('no list is at "data[*].qas[*]" (the row has version, data)'),
    },
  ])
  const first = await problemsOf(folder, { files: file, ...section, limit: 3 })
  expect(first.map(({ position }) => position)).toEqual([
    `${file}:1 data[0].paragraphs[0].qas[0]`,
    `${file}:1 data[0].paragraphs[0].qas[1]`,
    `${file}:1 data[0].paragraphs[1].qas[0]`,
  ])
})

test('the options of GPQA stand in an order that their content decides', async () => {
  const { file, content, section } = problemSets['GPQA']!
  const turned = String(content)
    .replaceAll('Incorrect Answer 1', 'X')
    .replaceAll('Incorrect Answer 3', 'Incorrect Answer 1')
    .replace('X', 'Incorrect Answer 3')
  const folder = await folderWith({ [file]: content, 'turned.csv': turned })
  const read = async (files: string): Promise<unknown[]> => {
    const items = await problemsOf(folder, { files, ...section, defaults: { source: 'gpqa' } })
    return items.map((item) => 'problem' in item && item.problem)
  }
  const problems = (await read(file)) as { answers: string[] }[]
  expect(await read('turned.csv')).toEqual(problems)
  expect(new Set(problems.map(({ answers }) => answers[0]))).toEqual(new Set(['A', 'B', 'C', 'D']))
})
