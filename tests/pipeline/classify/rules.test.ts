import { expect, test } from 'vitest'
import { readKind } from '../../../pipeline/stages/classify/question.ts'
import { areaOf, formatOf } from '../../../pipeline/stages/classify/rules.ts'

type Given = Partial<Parameters<typeof formatOf>[0] & Parameters<typeof areaOf>[0]>

const plain = { prompt: '', choices: [], answers: [], source: 'set', domain: '', task: 'math' }

test.each<[string, string, Given]>([
  ['multiple_choice', 'rule', { prompt: 'Which is red?\nA. sky\nB. blood\nC. grass\n' }],
  ['multiple_choice', 'column', { prompt: 'Which is red?', choices: ['sky', 'blood'] }],
  ['multiple_choice', 'task', { prompt: 'Which is red?', task: 'choice' }],
  ['multiple_choice', 'map', { prompt: 'Find x.', source: 'exam' }],
  ['open_ended', 'task', { prompt: 'Reverse a list.', task: 'code' }],
  ['open_ended', 'rule', { prompt: 'Name a planet with rings.', answers: ['Saturn'] }],
  ['open_ended', 'rule', { prompt: 'Let x + 1 = 3. Find x.' }],
  ['no_rule', 'none', { prompt: 'Name a planet with rings.' }],
  ['no_rule', 'none', { prompt: 'Which planet has rings?', answers: ['B'] }],
  ['no_rule', 'none', { prompt: 'Is it (A) big or (B) small?', answers: ['big'] }],
  ['no_rule', 'none', { prompt: 'Is a whale a fish? True or false?', answers: ['false'] }],
  ['no_rule', 'none', { prompt: 'Find a colour:\n1) red\n2) blue', answers: ['red'] }],
  ['options_missing', 'none', { prompt: 'Which of the following is a prime?', answers: ['7'] }],
  ['options_missing', 'none', { prompt: 'Solve x = 2 and choose the correct option.' }],
])('the format is %s, told by %s: %o', (format, from, problem) => {
  const told = formatOf({ ...plain, ...problem }, { formats: { exam: 'multiple_choice' }, rules: true })
  expect({ from: told.from, format: told.reason || told.value }).toEqual({ from, format })
  // Nothing is known of it because no rule speaks: it is never taken for open-ended.
  if (from === 'none') expect(told.value).toBe('unknown')
})

test.each<[string, string, Given]>([
  ['math', 'map', { prompt: 'x', domain: 'algebra' }],
  ['science', 'map', { prompt: 'x', source: 'gpqa' }],
  ['science', 'column', { prompt: 'x', domain: ' Science' }],
  ['code', 'task', { prompt: 'x', task: 'code' }],
  ['code', 'rule', { prompt: 'Write a Python function that reverses a linked list.' }],
  ['math', 'rule', { prompt: 'Find the remainder when $2^{10}$ is divided by 7.' }],
  ['no_rule', 'none', { prompt: 'Who wrote Faust?' }],
  ['no_rule', 'none', { prompt: 'What is the sum of the forces on 2 atoms, if $F = ma$?' }],
  ['unmapped_domain', 'none', { prompt: 'Who wrote Faust?', domain: 'letters' }],
])('the area is %s, told by %s: %o', (area, from, problem) => {
  const maps = { domains: { algebra: 'math' }, sources: { gpqa: 'science' } } as const
  const told = areaOf({ ...plain, ...problem }, { ...maps, rules: true })
  expect({ from: told.from, area: told.reason || told.value }).toEqual({ from, area })
})

test('without rules nothing is guessed, and a domain with the name of a member of every object is no area', () => {
  const problem = { ...plain, prompt: 'Find the remainder when $2^{10}$ is divided by 7.', answers: ['2'] }
  expect(areaOf(problem, { rules: false })).toMatchObject({ value: 'unknown', reason: 'no_domain' })
  expect(formatOf(problem, { rules: false })).toMatchObject({ value: 'unknown', reason: 'no_rule' })
  expect(areaOf({ ...problem, domain: 'constructor' }, { domains: {}, rules: false })).toMatchObject({
    value: 'unknown',
    reason: 'unmapped_domain',
  })
})

test('the last word of a reply counts, and one that may not be said is none', () => {
  expect(readKind('area: math? No.\n**Area**: Science; format: open_ended')).toMatchObject({
    area: { value: 'science', from: 'judge', reason: '' },
    format: { value: 'open_ended', from: 'judge', reason: '' },
  })
  expect(readKind('area: unknown; format: essay')).toMatchObject({
    area: { value: 'unknown', from: 'none', reason: 'judge_undecided' },
    format: { value: 'unknown', from: 'none', reason: 'judge_unreadable' },
  })
})
