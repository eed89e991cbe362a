import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrowSchema } from '../../store/parquet/columns.ts'
import { pairs, teacherColumn } from '../../output/exports/pairs.ts'
import { reasoning } from '../../output/exports/reasoning.ts'
import { chooseExports, defaultConfigurations, exportRegistry } from '../../output/exports/registry.ts'
import { parseThinking } from '../../output/exports/think.ts'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { madeArm, madePair, studyArms } from './made-pairs.ts'

const teacherArms = [
  madeArm('gpt-oss', 'thinking', { effort: 'medium', system: 'Reasoning: medium' }),
  madeArm('DeepSeek-R1', 'thinking'),
  madeArm('4o.mini', 'non_thinking'),
]

describe('every configuration', () => {
  test('is in the registry once, with a version and a sentence', () => {
    const names = exportRegistry.flatMap((entry) => ('make' in entry ? [] : [entry.name]))
    expect(names).toEqual([...new Set(names)])
    for (const one of chooseExports(teacherArms, [...defaultConfigurations(teacherArms)])) {
      expect(one.version).toMatch(/^\d+$/)
      expect(one.describe).toMatch(/\.$/)
    }
  })

  test.each([
    ['of the study', studyArms],
    ['of a comparison of teachers', teacherArms],
  ])('%s gives rows that its own schema takes, and that name the pair', (_what, arms) => {
    for (const one of chooseExports(arms)) {
      const rows = one.rows(madePair(3, arms), arms)
      const schema = one.schema(arms)
      expect(rows.map((row) => schema.parse(row))).toEqual(rows)
      expect(rows.map((row) => row['pair_id'])).toEqual([madePair(3, arms).problem.id])
      expect(Object.keys(schema.shape)).toEqual(arrowSchema(schema).fields.map((field) => field.name))
    }
  })

  test('has no column by which trainers would take messages for another kind of dataset', () => {
    for (const one of chooseExports(studyArms)) {
      const columns = Object.keys(one.schema(studyArms).shape)
      const reserved = columns.filter((name) => ['prompt', 'completion', 'chosen', 'rejected'].includes(name))
      expect(reserved).toEqual(columns.includes('messages') ? [] : ['prompt'])
    }
  })

  test('has a meaning for every column', () => {
    for (const one of chooseExports(studyArms)) {
      const silent = arrowSchema(one.schema(studyArms)).fields.filter(
        (field) => !field.metadata.get('description'),
      )
      expect(silent.map((field) => field.name)).toEqual([])
    }
  })

  test('gives the same reasoning and answer back, whatever they mention', () => {
    const text = fc
      .array(fc.constantFrom('<think>', '</think>', '\n', 'a', '\\', '<\\/think>'))
      .map((parts) => parts.join(''))
    const [, , ift] = chooseExports(studyArms)
    fc.assert(
      fc.property(text, text, (thought, answer) => {
        const pair = madePair(1, studyArms, { reasoning: thought, answer })
        const [row] = reasoning.rows(pair, studyArms)
        const [wide] = pairs.rows(pair, studyArms)
        const both = { reasoning: thought, answer }
        expect(parseThinking(lastContent(row!))).toEqual(both)
        expect(parseThinking(wide!['reasoning'] as string)).toEqual(both)
        expect(parseThinking(wide!['ift'] as string)).toEqual({ reasoning: null, answer })
        expect(parseThinking(lastContent(ift!.rows(pair, studyArms)[0]!))).toEqual({
          reasoning: null,
          answer,
        })
      }),
    )
  })
})

describe('a training row', () => {
  test('is the conversation as it was sent, without members that can be null', () => {
    const [row] = chooseExports(teacherArms)[1]!.rows(madePair(2, teacherArms), teacherArms)
    expect(row!['messages']).toEqual([
      { role: 'system', content: 'Reasoning: medium' },
      { role: 'user', content: 'What is 2 + 2?\n\nGive only the number.' },
      { role: 'assistant', content: '<think>\nTwice 2 is 4.\n</think>\n\nIt is 4.' },
    ])
    expect(row).toMatchObject({
      problem: 'What is 2 + 2?',
      effort: 'medium',
      num_tokens: 112,
      verifier: 'math 1',
    })
  })
})

test('words that tell a teacher to reason or not are in no published message', () => {
  const arms = [
    madeArm('qwen3', 'non_thinking', { system: 'Be brief.\n\n/no_think' }),
    madeArm('nemotron', 'thinking', { system: '/think' }),
  ]
  const pair = madePair(2, arms, { prompt: 'Is /path/think a path? /no_think' })
  const contents = chooseExports(arms)
    .slice(1)
    .flatMap((one) => one.rows(pair, arms))
    .map((row) => (row['messages'] as { content: string }[]).map(({ content }) => content))
  expect(contents[0]!.slice(0, -1)).toEqual(['Be brief.', 'Is /path/think a path? \n\nGive only the number.'])
  expect(contents[1]!.slice(0, -1)).toEqual(['Is /path/think a path? \n\nGive only the number.'])
})

describe('choosing configurations', () => {
  test('takes the pairs and every role unless told otherwise', () => {
    expect(defaultConfigurations(studyArms)).toEqual(['pairs', 'reasoning', 'ift'])
    expect(chooseExports(studyArms, ['ift']).map((one) => one.name)).toEqual(['ift'])
  })

  test.each<[string, Arm[], string[] | undefined, string]>([
    [
      'an unknown name',
      studyArms,
      ['pears'],
      'there is no dataset configuration pears; use one of pairs, reasoning, ift',
    ],
    ['a name given twice', studyArms, ['ift', 'ift'], 'the dataset configuration ift is named twice'],
    [
      'a role that cannot be a folder',
      [madeArm('a/b', 'thinking')],
      undefined,
      '"a/b" cannot name a dataset configuration',
    ],
    [
      'two arms with one role',
      [studyArms[0]!, { ...studyArms[0]!, name: 'again' }],
      undefined,
      'have the same role reasoning',
    ],
    [
      'a role that is the name of a configuration of all arms',
      [studyArms[0]!, { ...studyArms[1]!, name: 'off', role: 'pairs' }],
      ['pairs', 'reasoning'],
      'arms.off.role: `pairs` is the name of a configuration that does not hold the rows of one arm; give the arm another role',
    ],
  ])('refuses %s', (_what, arms, names, message) => {
    expect(() => chooseExports(arms, names)).toThrow(UsageError)
    expect(() => chooseExports(arms, names)).toThrow(message)
  })

  test('refuses a configuration without its arm', () => {
    expect(() => reasoning.schema([studyArms[1]!])).toThrow(
      'the dataset configuration reasoning wants an arm',
    )
  })

  test.each([['prompt'], ['Source'], ['chosen'], ['messages']])(
    'refuses a role whose column is taken: %s',
    (role) => {
      expect(() => pairs.schema([madeArm(role, 'thinking')])).toThrow('is taken; give it another role')
    },
  )

  test('refuses roles that make one column', () => {
    expect(() => pairs.schema([madeArm('r-1', 'thinking'), madeArm('r_1', 'thinking')])).toThrow(
      'r_1, which is taken',
    )
    expect(() => pairs.schema([madeArm('a', 'thinking'), madeArm('a-meta', 'thinking')])).toThrow(
      'a_meta, which is taken',
    )
  })
})

test.each([
  ['gpt-oss', 'gpt_oss'],
  ['DeepSeek R1 (671B)', 'deepseek_r1_671b'],
  ['4o.mini', 'arm_4o_mini'],
  ['ift', 'ift'],
])('the role %s has the column %s', (role, column) => {
  expect(teacherColumn(role)).toBe(column)
})

test('a role without letters has no column', () => {
  expect(() => teacherColumn('…')).toThrow(UsageError)
})

function lastContent(row: Record<string, unknown>): string {
  return (row['messages'] as { content: string }[]).at(-1)!.content
}
