import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openRowChecker } from '../../../output/render/check-rows.ts'
import { checkText } from '../../../output/render/check-text.ts'
import { compileTemplate } from '../../../output/render/chat-template.ts'
import type { ChatMessage } from '../../../output/exports/shapes.ts'
import { describeTemplate } from '../../../output/render/describe.ts'
import type { Conversation } from '../../../output/render/forms.ts'
import { openRenderer } from '../../../output/render/renderer.ts'
import { openTally, type ConfigurationReport } from '../../../output/render/report.ts'
import { shapedMessage, type Shape } from '../../../output/exports/shapes.ts'
import { templates } from './templates.ts'

const user: ChatMessage = { role: 'user', content: 'What is 2 + 2?' }

type Given = Partial<Omit<Conversation, 'answer'>> & {
  shape?: Shape
  reasoning?: string | null
  answer?: string
}

function conversation({
  shape = 'inline',
  reasoning = 'Twice 2.',
  answer = 'It is 4.',
  ...given
}: Given): Conversation {
  const own = shapedMessage(shape, reasoning, answer)
  return { id: 'row', prompt: [user], splits: false, kwargs: {}, ...given, answer: own }
}

function check(name: keyof typeof templates, rows: readonly Given[]): ConfigurationReport {
  const template = compileTemplate(templates[name])
  const facts = describeTemplate(template)
  const checkRow = openRowChecker(template, facts, (text) => text.length)
  const tally = openTally('made', rows[0]?.splits ? 'prompt_completion' : 'messages', {
    facts,
    context: 400,
    oldest: 'any',
  })
  for (const row of rows) tally.add(checkRow(conversation(row)))
  return tally.report()
}

/** A row with reasoning and one without. */
function both(given: (on: boolean) => Given): Given[] {
  const shape = 'reasoning_content'
  return [
    { ...given(true), shape },
    { ...given(false), shape, reasoning: null },
  ]
}

/** The mode in words of the system. */
function said(on: boolean): Given {
  return { prompt: [{ role: 'system', content: `detailed thinking ${on ? 'on' : 'off'}` }, user] }
}

function render(source: string): string {
  return compileTemplate(source).render([user]).text
}

describe('what a template does with reasoning is found out without its name', () => {
  test.each([
    ['plain', 'inline', 'literal', 'lost', []],
    ['deleting', null, 'lost', 'lost', []],
    ['taking', 'reasoning_content', 'structural', 'structural', ['enable_thinking']],
    ['channels', 'thinking', 'literal', 'lost', []],
    ['switched', 'reasoning_content', 'literal', 'structural', ['enable_thinking']],
    ['strict', 'inline', 'literal', 'lost', []],
  ] as const)('%s', (name, best, inline, field, switches) => {
    const facts = describeTemplate(compileTemplate(templates[name]))
    expect(facts.best).toBe(best)
    expect(facts.shapes.inline.raw).toBe(inline)
    expect(facts.shapes.reasoning_content.raw).toBe(field)
    expect(facts.switches.map((one) => one.name)).toEqual(switches)
    expect(facts.dropsHistory).toBe(name === 'taking')
    expect(facts.marksSpans).toBe(name === 'switched')
  })

  test('fields that transformers 5.21 passes on are told apart from those that the template reads', () => {
    const { shapes } = describeTemplate(compileTemplate(templates.channels))
    expect(shapes.reasoning_content).toEqual({ raw: 'lost', aliased: 'structural' })
    expect(shapes.thinking).toEqual({ raw: 'structural', aliased: 'structural' })
  })
})

describe('rows', () => {
  test.each<[string, keyof typeof templates, Given, string, number]>([
    ['inline in a template that knows nothing of it', 'plain', {}, 'right', 1],
    ['inline where it is deleted', 'deleting', {}, 'lost', 1],
    ['inline where it is taken apart', 'taking', {}, 'right', 1],
    ['inline where there is a channel', 'channels', {}, 'misplaced', 1],
    ['the field of the channel', 'channels', { shape: 'thinking' }, 'right', 1],
    [
      'another field, which only late versions pass on',
      'channels',
      { shape: 'reasoning_content' },
      'lost',
      1,
    ],
    ['a field where none is read', 'plain', { shape: 'reasoning_content' }, 'lost', 1],
    ['an answer alone', 'taking', { reasoning: null }, 'right', 1],
    ['more than the student reads', 'plain', { answer: 'long '.repeat(100) }, 'too_long', 1],
    [
      'a conversation that the template raises for',
      'strict',
      { prompt: [{ role: 'system', content: 'Be brief.' }, user] },
      'error',
      1,
    ],
  ])('%s', (_what, name, given, state, rows) => {
    const report = check(name, [given])
    expect(state === 'right' ? report.right : report.faults[state as 'lost']).toBe(rows)
    expect(report.right).toBe(state === 'right' ? 1 : 0)
    expect(report.advice === '').toBe(state === 'right')
  })

  test('are right whatever their texts mention, and lose nothing but white space', () => {
    const parts = fc.constantFrom(
      '<think>',
      '</think>',
      '\n',
      'a',
      '[end]',
      '\\boxed{4}',
      '```',
      '<|channel|>final',
    )
    const text = fc.array(parts, { minLength: 1, maxLength: 12 }).map((all) => `x${all.join('')}`)
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom<Shape>('inline', 'reasoning_content'),
        (reasoning, answer, shape) => {
          expect(check('taking', [{ reasoning, answer, shape }]).faults).toMatchObject({
            lost: 0,
            misplaced: 0,
            answer_lost: 0,
          })
        },
      ),
    )
  })

  test('tags that nobody escaped are noticed, because the template splits at them', () => {
    const template = compileTemplate(templates.taking)
    const checkRow = openRowChecker(template, describeTemplate(template), () => null)
    const content = 'The tag </think> ends a block.'
    const row = checkRow({ ...conversation({}), answer: { role: 'assistant', content } })
    expect(row).toMatchObject({
      raw: 'misplaced',
      why: expect.stringContaining('takes for a mark') as string,
    })
  })

  test('of both modes are ambiguous as messages, and told apart by a switch before a completion', () => {
    const ambiguous = check(
      'taking',
      both(() => ({})),
    )
    expect(ambiguous.faults.ambiguous).toBe(2)
    expect(ambiguous.advice).toContain('form: prompt_completion')
    expect(
      check(
        'taking',
        both((on) => ({ kwargs: { enable_thinking: on }, splits: true })),
      ).right,
    ).toBe(2)
    expect(
      check(
        'switched',
        both((on) => ({ kwargs: { enable_thinking: on } })),
      ).right,
    ).toBe(2)
    expect(check('taking', both(said)).right).toBe(2)
  })

  test('whose generation prompt is no prefix of the text are counted for trainers that cut by its length', () => {
    expect(check('deleting', [{ reasoning: null }]).cutsWrong).toBe(1)
    expect(check('taking', [{ kwargs: { enable_thinking: true }, splits: true }]).cutsWrong).toBe(0)
  })
})

test('strip, lstrip and rstrip take off the characters that they are told, as in Python', () => {
  expect(
    render(
      `[{{ "  xaxx ".strip(" ") }}][{{ "xxaxx".lstrip("x") }}][{{ "xxaxyx".rstrip("xy") }}][{{ " a ".strip() }}]`,
    ),
  ).toBe('[xaxx][axx][xxa][a]')
})

test('a template that does not end is stopped, and one that is none is refused', async () => {
  const target = { name: './student', commit: '', tokens: {}, tokenizer: null, context: null }
  await using endless = openRenderer({ ...target, template: templates.endless }, 2000)
  await expect(endless.check([])).rejects.toThrow('the chat template of ./student did not render')
  await using none = openRenderer({ ...target, template: '{% if' })
  await expect(none.check([])).rejects.toThrow('the chat template of ./student cannot be read')
})

describe('versions of transformers', () => {
  const off: ChatMessage = { role: 'assistant', content: 'It is 4.' }
  const tallied = (oldest: 'any' | '5.21' | '5.24', field: unknown): ConfigurationReport => {
    // Like gpt-oss' template, which looks whether the field is there and then into it.
    const source = templates.channels.replace('if message.thinking', 'if "thinking" in message')
    const template = compileTemplate(source)
    const facts = describeTemplate(template)
    const tally = openTally('made', 'messages', { facts, context: null, oldest })
    const answer = { ...off, thinking: field }
    tally.add(openRowChecker(template, facts, () => null)({ ...conversation({}), answer }))
    return tally.report()
  }

  test('a member that is null is right from 5.24 on, which leaves it out', () => {
    expect(tallied('any', null)).toMatchObject({ right: 0, needsBare: 1 })
    expect(tallied('any', null).advice).toContain("state `transformers: '5.24'`")
    expect(tallied('5.21', null).right).toBe(0)
    expect(tallied('5.24', null).right).toBe(1)
  })

  test('an empty field of an answer without reasoning is no answer without one, in any version', () => {
    for (const oldest of ['any', '5.21', '5.24'] as const)
      expect(tallied(oldest, '')).toMatchObject({ right: 0, faults: { misplaced: 1 } })
  })
})

test('plain texts are counted in the tokens of the student, and must begin and end as its template would', () => {
  const { text, generationPrompt, end } = describeTemplate(compileTemplate(templates.deleting))
  const row = {
    id: 'row',
    prompt: text.prompt.replace('{user}', 'What is 2 + 2?'),
    completion: text.completion.replace('{reasoning}', 'Twice 2.').replace('{answer}', 'It is 4.'),
  }
  const found = checkText(row, { generationPrompt, end }, (all) => all.length)
  expect(found).toMatchObject({
    bare: 'right',
    reasons: true,
    tokens: row.prompt.length + row.completion.length,
  })
  expect(checkText({ ...row, completion: 'It is 4.' }, { generationPrompt, end }, () => null).raw).toBe(
    'misplaced',
  )
  const facts = describeTemplate(compileTemplate(templates.deleting))
  const tally = openTally('made', 'text', { facts, context: 20, oldest: 'any' })
  tally.add(found)
  expect(tally.report().faults.too_long).toBe(1)
})
