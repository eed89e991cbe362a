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
