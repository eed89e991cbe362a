import { describe, expect, test } from 'vitest'
import { samples as keySamples } from '../store/secrets/key-samples.ts'
import { reasonsOf } from './sample.ts'

describe('finish-state', () => {
  const states = [
    'api_error',
    'empty',
    'cut_in_think',
    'cut_in_answer',
    'stop_in_think',
    'refusal',
    'tag_damaged',
  ] as const
  test.each(states)('drops %s under its own name', (finish_state) => {
    expect(reasonsOf('finish-state', {}, { trace: { finish_state } })).toEqual([finish_state])
  })

  test('keeps what the recipe allows', () => {
    const options = { allow: ['complete', 'cut_in_answer'] }
    expect(reasonsOf('finish-state', options, { trace: { finish_state: 'cut_in_answer' } })).toEqual([])
    expect(reasonsOf('finish-state', options, {})).toEqual([])
    expect(reasonsOf('finish-state', { allow: ['empty'] }, {})).toEqual(['complete'])
  })
})

describe('think-format, what reading took off', () => {
  const wrapped = { removed_marks: ['<answer>', '</answer>'] }
  const emptyBlock = { reasoning_state: 'empty_think_block' as const }

  test('is kept, unless the recipe says otherwise', () => {
    for (const trace of [wrapped, emptyBlock])
      expect(reasonsOf('think-format', {}, { mode: 'non_thinking', trace })).toEqual([])
    const options = { removed_tags: 'drop' }
    expect(reasonsOf('think-format', options, { trace: wrapped })).toEqual(['tags_removed'])
    expect(reasonsOf('think-format', options, { mode: 'non_thinking', trace: emptyBlock })).toEqual([
      'tags_removed',
    ])
    expect(reasonsOf('think-format', options, {})).toEqual([])
    // With thinking on the empty block has a reason of its own.
    const thinking = { reasoning: '', ...emptyBlock }
    expect(reasonsOf('think-format', options, { trace: thinking })).toEqual(['think_empty'])
  })
})

describe('correctness', () => {
  test.each([
    ['incorrect', 'incorrect'],
    ['undecided', 'undecided'],
    ['no_answer', 'no_answer'],
    ['gold_unparseable', 'gold_unparseable'],
    ['timeout', 'verify_timeout'],
    ['error', 'verify_error'],
  ] as const)('drops the verdict %s as %s', (verdict, reason) => {
    expect(reasonsOf('correctness', {}, { verdict })).toEqual([reason])
  })

  test('keeps correct answers and accepted verdicts', () => {
    expect(reasonsOf('correctness', {}, {})).toEqual([])
    expect(reasonsOf('correctness', { accept: ['correct', 'undecided'] }, { verdict: 'undecided' })).toEqual(
      [],
    )
    expect(reasonsOf('correctness', { accept: ['incorrect'] }, {})).toEqual(['correct'])
  })

  test('has nothing to say about a problem without a check', () => {
    expect(reasonsOf('correctness', {}, { verdict: 'no_answer', problem: { task: 'none' } })).toEqual([])
  })
})

describe('think-format in a thinking arm', () => {
  test('wants reasoning and an answer', () => {
    expect(
      reasonsOf('think-format', {}, { trace: { reasoning: '', reasoning_state: 'none_returned' } }),
    ).toEqual(['think_missing'])
    expect(
      reasonsOf('think-format', {}, { trace: { reasoning: '', reasoning_state: 'empty_think_block' } }),
    ).toEqual(['think_empty'])
    expect(reasonsOf('think-format', {}, { trace: { reasoning: '\n \n' } })).toEqual(['think_empty'])
    expect(reasonsOf('think-format', {}, { trace: { answer: ' \n' } })).toEqual(['answer_empty'])
  })

  test.each([
    'First.</think> The answer is 4.',
    '<think>\n\n</think>\n4',
    'It is 4. </ think >',
    '&lt;think&gt; 4',
    '＜think＞ 4',
    '<seed:think>4',
    '[THINK]4[/THINK]',
    '◁/think▷ 4',
    '<|channel|>final<|message|>4',
    '4<|im_end|>',
    '4<｜end▁of▁sentence｜>',
    'analysis So 4.assistantfinal4',
    'analysis So 4.assistantfinalThe sum is 4',
    '<|begin_of_solution|>4',
  ])('finds the tag in %j', (answer) => {
    expect(reasonsOf('think-format', {}, { trace: { answer } })).toEqual(['tags_in_answer'])
  })

  test.each([
    'I think that x < 4 and y > 2.',
    'if a <b> c then think again',
    'a < thinking_time > b',
    '|x| > 3 and |end| < 4',
    '<p>Think of a number</p>',
    'The assistant finally answered.',
    'I thought: 1 <2',
  ])('takes %j for plain text', (answer) => {
    expect(reasonsOf('think-format', {}, { trace: { answer } })).toEqual([])
  })

  test('drops reasoning that holds a tag, unless told not to', () => {
    const trace = { reasoning: 'The closing tag </think> ends the block.' }
    expect(reasonsOf('think-format', {}, { trace })).toEqual(['tags_in_reasoning'])
    expect(reasonsOf('think-format', { tags_in_reasoning: 'keep' }, { trace })).toEqual([])
  })
})

describe('think-format in a non-thinking arm', () => {
  const mode = 'non_thinking'
  test('wants an answer and no reasoning', () => {
    expect(reasonsOf('think-format', {}, { mode })).toEqual([])
    expect(reasonsOf('think-format', {}, { mode, trace: { reasoning: 'Let me see.' } })).toEqual([
      'reasoning_in_ift',
    ])
    expect(reasonsOf('think-format', {}, { mode, trace: { answer: '' } })).toEqual(['answer_empty'])
    expect(reasonsOf('think-format', {}, { mode, trace: { answer: '<think></think>4' } })).toEqual([
      'tags_in_answer',
    ])
  })

  test('accepts an empty think block that was taken off', () => {
    expect(
      reasonsOf(
        'think-format',
        {},
        { mode, trace: { reasoning: '\n', reasoning_state: 'empty_think_block' } },
      ),
    ).toEqual([])
  })

  test('drops an answer that thinks aloud, unless told not to', () => {
    const answer =
      "Okay, so I need the sum. Three and four are 8. Wait, that's wrong. It is 7. Hmm, let me check. Yes, 7."
    expect(reasonsOf('think-format', {}, { mode, trace: { answer } })).toEqual(['monologue_in_ift'])
    expect(reasonsOf('think-format', { monologue: 'keep' }, { mode, trace: { answer } })).toEqual([])
    expect(reasonsOf('think-format', {}, { trace: { answer } })).toEqual([])
  })

  test.each([
    "Okay, let's add the numbers: 3 + 4 = 7.",
    'So we wait, and the train arrives at 7.',
    'The clerk said "wait, please". Hmm, he added. The train came at 7.',
    'Let me add the two numbers step by step. 3 + 4 = 7.',
  ])('takes %j for an answer', (answer) => {
    expect(reasonsOf('think-format', {}, { mode, trace: { answer } })).toEqual([])
  })
})

test('a key is found wherever a problem or an answer holds it', () => {
  const key = keySamples['GitHub token']!
  for (const change of [
    { prompt: key },
    { problem: { choices: ['1', key] } },
    { problem: { answers: [key] } },
    { problem: { source: key } },
    { trace: { reasoning: key } },
    { trace: { answer: key } },
  ])
    expect(reasonsOf('secret', {}, change)).toEqual(['key_like'])
  expect(reasonsOf('secret', {}, {})).toEqual([])
})

describe('answer-form', () => {
  test('wants tags around the answer where they were asked for', () => {
    const system = 'Think first. Put the answer inside <answer> </answer> tags.'
    expect(reasonsOf('answer-form', {}, { system })).toEqual(['answer_tag_missing'])
    expect(reasonsOf('answer-form', {}, { prompt: 'Reply as <answer>7</answer>.' })).toEqual([
      'answer_tag_missing',
    ])
    expect(reasonsOf('answer-form', {}, { system, trace: { answer: '<answer>42</answer>' } })).toEqual([])
    expect(
      reasonsOf('answer-form', {}, { system, trace: { removed_marks: ['<answer>', '</answer>'] } }),
    ).toEqual([])
    expect(reasonsOf('answer-form', {}, { system, trace: { answer: ' ' } })).toEqual([])
    expect(reasonsOf('answer-form', { require_answer_tag: 'never' }, { system })).toEqual([])
    for (const other of ['Give the answer.', 'End with a line of the form "Answer: <answer>".'])
      expect(reasonsOf('answer-form', {}, { system: other })).toEqual([])
  })

  const asked = 'Find x. Put your final answer in \\boxed{}.'
  test('wants a box where the prompt or the system message asks for one', () => {
    expect(reasonsOf('answer-form', {}, {})).toEqual([])
    expect(reasonsOf('answer-form', {}, { prompt: asked })).toEqual(['box_missing'])
    expect(reasonsOf('answer-form', {}, { system: 'Give a boxed answer.' })).toEqual(['box_missing'])
    expect(reasonsOf('answer-form', {}, { prompt: asked, trace: { answer: 'So \\boxed{42}.' } })).toEqual([])
    expect(reasonsOf('answer-form', {}, { prompt: asked, trace: { answer: 'So \\boxed{ }.' } })).toEqual([
      'box_missing',
    ])
    expect(reasonsOf('answer-form', { require_box: 'never' }, { prompt: asked })).toEqual([])
  })

  test('does not take a box in the words of a problem for a wish', () => {
    const prompt = 'A clerk boxed 12 pens, and 5 boxed sets were sold. How many pens are left?'
    expect(reasonsOf('answer-form', {}, { prompt })).toEqual([])
    expect(reasonsOf('answer-form', {}, { prompt: `${prompt} Give a boxed answer.` })).toEqual([
      'box_missing',
    ])
    expect(reasonsOf('answer-form', {}, { prompt: `${prompt} Use \\fbox.` })).toEqual(['box_missing'])
  })

  test('does not count a box in the reasoning', () => {
    const trace = { reasoning: 'I get \\boxed{42}.', answer: 'The answer is 42.' }
    expect(reasonsOf('answer-form', {}, { prompt: asked, trace })).toEqual(['box_only_in_reasoning'])
  })

  test('goes by the task or asks always', () => {
    expect(reasonsOf('answer-form', { require_box: 'math' }, {})).toEqual(['box_missing'])
    expect(reasonsOf('answer-form', { require_box: 'math' }, { problem: { task: 'choice' } })).toEqual([])
    expect(reasonsOf('answer-form', { require_box: 'always' }, { problem: { task: 'choice' } })).toEqual([
      'box_missing',
    ])
  })

  test.each([
    ['one value twice', '\\boxed{4} … so \\boxed{4}'],
    ['two spellings of a value', '\\boxed{\\dfrac{1}{2}} and \\boxed{\\frac{1}{2}}'],
    ['text, spaces and commas', '\\boxed{1,000} = \\boxed{ 1000 } = \\boxed{\\text{1000}}'],
    ['nested braces', '\\boxed{\\frac{\\sqrt{2}}{2}} \\boxed{\\frac{\\sqrt{2}}{2}}'],
    ['a box in a box', '\\boxed{x = \\boxed{4}}'],
    ['a box that never closes', 'write \\boxed{ and then \\boxed{4}'],
    ['an escaped brace', '\\boxed{\\{1,2\\}}'],
  ])('counts one value for %s', (_, answer) => {
    expect(reasonsOf('answer-form', {}, { trace: { answer } })).toEqual([])
  })

  test('drops several different values, up to the number allowed', () => {
    const trace = { answer: '\\boxed{4} or \\boxed{\\frac{1}{5}}' }
    expect(reasonsOf('answer-form', {}, { trace })).toEqual(['several_boxes'])
    expect(reasonsOf('answer-form', { max_distinct_boxes: 2 }, { trace })).toEqual([])
    expect(reasonsOf('answer-form', { max_distinct_boxes: null }, { trace })).toEqual([])
  })
})
