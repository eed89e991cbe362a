import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mapProblem } from '../../problems/mapping/map-problem.ts'
import { ProblemDefaults, ProblemFields } from '../../problems/problems-section.ts'
import { type BadRow, isBadRow } from '../../problems/rows.ts'
import { rowReasons } from '../../schemas/reasons.ts'
import { Problem } from '../../schemas/problem.ts'
import { taskNames } from '../../verifiers/all-verifiers.ts'

type Fields = Parameters<typeof ProblemFields.parse>[0]
type Defaults = Parameters<typeof ProblemDefaults.parse>[0]

const map = (row: Record<string, unknown>, fields: Fields = {}, defaults: Defaults = {}) =>
  mapProblem(
    { row, position: 'p.jsonl:7', file: 'p', number: 7 },
    ProblemFields.parse(fields),
    ProblemDefaults.parse(defaults),
    taskNames,
  )

const question = 'What is the sum of both numbers?'
const answersOf = (row: Record<string, unknown>, fields: Fields = {}, defaults: Defaults = {}) => {
  const mapped = map({ question, ...row }, fields, defaults)
  return 'reason' in mapped ? `${mapped.reason}: ${mapped.message}` : mapped.answers
}

describe('columns', () => {
  test('are found under their usual names', () => {
    const row = {
      problem: ` ${question}\n`,
      answer: '42',
      id: 17,
      subject: 'algebra',
      level: 'Level 5',
      source: 'exam',
      license: 'mit',
    }
    expect(map(row)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      prompt: question,
      answers: ['42'],
      choices: [],
      task: 'math',
      source: 'exam',
      source_id: '17',
      license: 'mit',
      domain: 'algebra',
      difficulty: 'Level 5',
    })
  })

  test('are taken where the recipe says, also inside others', () => {
    const row = {
      'a.b': question,
      prompt: 'Not this one at all',
      extra: { gold: [{ v: '7' }] },
      meta: { from: 'x' },
      kind: 'numeric',
    }
    const fields = { prompt: 'a.b', answer: 'extra.gold.0.v', source: 'meta.from', task: 'kind' }
    expect(map(row, fields)).toMatchObject({
      prompt: question,
      answers: ['7'],
      source: 'x',
      task: 'numeric',
      source_id: '',
    })
  })

  test('fall back to the defaults and to the name of the file', () => {
    expect(map({ question, answer: 1 })).toMatchObject({ source: 'p', license: '', domain: '' })
    const defaults = { source: 's', license: 'l', domain: 'd', task: 'numeric' as const }
    expect(map({ question, answer: 1 }, {}, defaults)).toMatchObject(defaults)
    expect(map({ question, answer: 1, license: 'own', domain: ' ' }, {}, defaults)).toMatchObject({
      license: 'own',
      domain: 'd',
    })
  })

  test('must be columns that the schema knows', () => {
    expect(ProblemFields.safeParse({ promt: 'x' }).success).toBe(false)
    expect(ProblemFields.safeParse({ prompt: '' }).success).toBe(false)
  })

  test('a prompt may be a chat with one user message', () => {
    expect(map({ prompt: [{ role: 'user', content: question }], answer: 1 })).toMatchObject({
      prompt: question,
    })
  })
})

describe('answers', () => {
  test.each([
    ['text', { answer: ' 42 ' }, ['42']],
    ['a number', { answer: 42 }, ['42']],
    ['a decimal', { answer: 0.5 }, ['0.5']],
    ['a bigint', { answer: 12_345_678_901_234_567_890n }, ['12345678901234567890']],
    ['a boolean', { answer: true }, ['true']],
    ['zero and false', { answers: [0, false] }, ['0', 'false']],
    ['a list', { answer: ['1', 2, '1', null] }, ['1', '2']],
    ['answers before answer', { answers: ['1'], answer: '2' }, ['1']],
    ['a list as JSON text', { answers: '["1", "2"]' }, ['1', '2']],
    ['an interval, which is no list', { answer: '[1, 2]' }, ['[1, 2]']],
    ['GSM8K', { answer: 'He buys 6.\nHe sells 7.\n#### 1,042' }, ['1,042']],
    ['MATH', { solution: 'So $\\boxed{3}$, no, $x = \\boxed{\\frac{1}{2}}$.' }, ['\\frac{1}{2}']],
    ['a box after the marker', { answer: 'x\n#### \\boxed{5}' }, ['5']],
    ['a heading, which is no marker', { answer: '#### Result\nIt is \\boxed{5}.' }, ['5']],
    ['a box that never closes', { answer: '\\boxed{5} and \\boxed{' }, ['5']],
    ['answer before solution', { answer: '4', solution: '\\boxed{5}' }, ['4']],
    ['a nested usual name', { reward_model: { ground_truth: '9' } }, ['9']],
  ])('are read from %s', (_, row, answers) => {
    expect(answersOf(row)).toEqual(answers)
  })

  test('of text and code tasks are not searched for a final answer', () => {
    const answer = 'def f():\n  # \\boxed{1}\n  return "#### 2"'
    expect(answersOf({ answer }, {}, { task: 'code' })).toEqual([answer])
    expect(answersOf({ answer: 'the \\boxed{x} command' }, {}, { task: 'text' })).toEqual([
      'the \\boxed{x} command',
    ])
  })

  test('may be missing where nothing is checked', () => {
    expect(answersOf({}, {}, { task: 'none' })).toEqual([])
    expect(answersOf({ answer: 'free text' }, {}, { task: 'none' })).toEqual(['free text'])
  })
})

describe('choices', () => {
  const texts = ['two', 'three', 'five']
  test.each([
    ['a list', texts],
    ['a list with letters', ['A) two', 'B) three', 'C) five']],
    ['a list with letters in brackets', ['(A) two', '(b)three', '(C)  five']],
    ['an object of letters', { B: 'three', A: 'two', C: 'five' }],
    ['an object of letters with unused ones', { a: 'two', b: 'three', c: 'five', d: null }],
    ['lists of texts and labels', { text: texts, label: ['A', 'B', 'C'] }],
    ['a list of labelled texts', texts.map((text, index) => ({ label: String(index + 1), text }))],
    ['JSON text', JSON.stringify(texts)],
  ])('are read from %s', (_, choices) => {
    expect(map({ question, choices, answer: 'three' })).toMatchObject({
      task: 'choice',
      choices: texts,
      answers: ['B'],
    })
  })

  test.each([
    ['a letter', { choices: texts, answer: 'c' }, ['C']],
    ['a letter with a bracket', { choices: texts, answer: '(C)' }, ['C']],
    ['an index from 0', { choices: texts, answer: 2 }, ['C']],
    ['an index as text', { choices: texts, answer: '2' }, ['C']],
    ['a text in another spelling', { choices: texts, answer: ' Three ' }, ['B']],
    ['a letter and a text', { choices: texts, answer: 'B) three' }, ['B']],
    ['a label', { choices: { text: texts, label: ['1', '2', '3'] }, answerKey: '3' }, ['C']],
    ['a text that is its own index', { choices: ['0', '1', '2'], answer: 1 }, ['B']],
    ['a text that is a number', { choices: [2, 4, 8], answer: 8 }, ['C']],
    ['several letters', { choices: texts, answers: ['A', 'five'] }, ['A', 'C']],
    ['a box', { choices: texts, answer: 'So \\boxed{B}.' }, ['B']],
  ])('the answer may be %s', (_, row, answers) => {
    expect(answersOf(row)).toEqual(answers)
  })

  test('may stand in the prompt, with a letter for an answer', () => {
    expect(answersOf({ answer: '(d)' }, {}, { task: 'choice' })).toEqual(['D'])
  })

  test('an empty list is a problem without options', () => {
    expect(map({ question, choices: [], answer: '4' })).toMatchObject({ task: 'math', choices: [] })
  })

  test('belong to the identity of the problem', () => {
    const [one, other] = [texts, ['two', 'three', 'six']].map((choices) =>
      map({ question, choices, answer: 'A' }),
    )
    expect((one as Problem).id).not.toBe((other as Problem).id)
  })
})

describe('bad rows', () => {
  const choices = ['1', '2', '3', '4']
  test.each([
    [
      'missing_prompt',
      {},
      {},
      {},
      'no column holds a prompt (the row has no columns); name it in problems.fields.prompt',
    ],
    [
      'missing_prompt',
      { text: 'x' },
      {},
      {},
      'no column holds a prompt (the row has text); name it in problems.fields.prompt',
    ],
    [
      'missing_prompt',
      { prompt: ' ', a: 1 },
      { prompt: 'prompt' },
      {},
      'the column "prompt" holds no prompt (the row has prompt, a); name it in problems.fields.prompt',
    ],
    [
      'bad_prompt',
      { prompt: 5 },
      {},
      {},
      'the prompt must be text, a list with one user message or a chat that begins with one, got 5',
    ],
    [
      'bad_prompt',
      {
        prompt: [
          { role: 'system', content: 'a' },
          { role: 'user', content: 'b' },
        ],
      },
      {},
      {},
      'the prompt must be text, a list with one user message or a chat that begins with one, got [{"role":"system","content":"a"},{"role":"user","content":"…; name the message, such as problems.fields.prompt: "prompt[role=user].content"',
    ],
    [
      'missing_answer',
      { question },
      {},
      {},
      'no column holds an answer (the row has question); name it in problems.fields.answer, or set problems.defaults.task to none for problems without answers',
    ],
    [
      'missing_answer',
      { question, gold: '', answer: 1 },
      { answer: 'gold' },
      {},
      'the column "gold" holds no answer (the row has question, gold, answer); name it in problems.fields.answer, or set problems.defaults.task to none for problems without answers',
    ],
    [
      'missing_answer',
      { question, solution: 'Left to the reader.' },
      {},
      {},
      'no column holds an answer (the row has question, solution); name it in problems.fields.answer, or set problems.defaults.task to none for problems without answers',
    ],
    [
      'missing_answer',
      { question, answers: [] },
      {},
      {},
      'no column holds an answer (the row has question, answers); name it in problems.fields.answer, or set problems.defaults.task to none for problems without answers',
    ],
    [
      'bad_answer',
      { question, answer: { value: 4 } },
      {},
      {},
      'the answer in "answer" must be text, a number, a boolean or a list of those, got {"value":4}; a path reaches inside (problems.fields.answer: answer.value, answer[0], answer[*].text)',
    ],
    [
      'bad_answer',
      { question, answer: Number.NaN },
      {},
      {},
      'the answer in "answer" must be text, a number, a boolean or a list of those, got null; a path reaches inside (problems.fields.answer: answer.value, answer[0], answer[*].text)',
    ],
    [
      'bad_choices',
      { question, choices: ['one'], answer: 'A' },
      {},
      {},
      '2 to 26 options are wanted, got 1; "choices" holds ["one"]',
    ],
    [
      'bad_choices',
      { question, options: ['one', ' '], answer: 'A' },
      {},
      {},
      'an option is empty; "options" holds ["one"," "]',
    ],
    [
      'bad_choices',
      { question, choices: 'a or b', answer: 'A' },
      {},
      {},
      'a list of options or an object of lettered options is wanted; "choices" holds "a or b"',
    ],
    [
      'bad_choices',
      { question, choices: { A: 'x', C: 'y' }, answer: 'A' },
      {},
      {},
      'a list of options or an object of lettered options is wanted; "choices" holds {"A":"x","C":"y"}',
    ],
    [
      'answer_not_a_choice',
      { question, choices, answer: 'E' },
      {},
      {},
      'the answer "E" is none of the 4 options; give the letter, the index from 0 or the text of one',
    ],
    [
      'answer_not_a_choice',
      { question, answer: '42' },
      {},
      { task: 'choice' as const },
      'the letter of an option is wanted, got "42", and no column holds options; name it in problems.fields.choices',
    ],
    [
      'ambiguous_answer',
      { question, choices, answer: '1' },
      {},
      {},
      'the answer "1" may be option A or B; give the letter',
    ],
    [
      'ambiguous_answer',
      { question, choices: ['B', 'A'], answer: 'A' },
      {},
      {},
      'the answer "A" may be option A or B; give the letter',
    ],
    [
      'bad_task',
      { question, answer: 1, kind: 'essay' },
      { task: 'kind' },
      {},
      'the task must be one of math, choice, numeric, text, code, none, got "essay"',
    ],
    [
      'bad_text',
      { question: `${question} \ud83d`, answer: 1 },
      {},
      {},
      'a text holds half a surrogate pair; mend its encoding',
    ],
  ] as const)('%s: %j', (reason, row, fields, defaults, message) => {
    expect(map(row, fields, defaults)).toEqual({ position: 'p.jsonl:7', reason, message })
  })

  test('an unknown task value in any type is refused, a missing one is not', () => {
    expect(map({ question, answer: 1, kind: 3 }, { task: 'kind' })).toMatchObject({ reason: 'bad_task' })
    expect(map({ question, answer: 1, kind: null }, { task: 'kind' })).toMatchObject({ task: 'math' })
  })

  test('any row is a valid problem or a bad row with one line', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const row = fc.dictionary(
      fc.constantFrom(
        'prompt',
        'question',
        'answer',
        'answers',
        'solution',
        'choices',
        'id',
        'source',
        'other',
      ),
      fc.oneof(
        value,
        fc.string(),
        fc.constantFrom('#### 4', '\\boxed{2}', ['a', 'b'], { A: 'x', B: 'y' }, 1, 'A'),
      ),
    )
    fc.assert(
      fc.property(row, (columns) => {
        expect(isWellMade(map({ ...columns }))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

function isWellMade(mapped: Problem | BadRow): boolean {
  if (isBadRow(mapped)) return Object.hasOwn(rowReasons, mapped.reason) && !/[\r\n]/.test(mapped.message)
  return Problem.safeParse(mapped).success && mapped.answers.length > 0
}
