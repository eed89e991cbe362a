import { describe, expect, test } from 'vitest'
import { whyGuarded } from '../../teachers/reply/quarantine.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { completion } from './support/loopback.ts'

/*
 * Marks of model families as their servers hand them on when nothing parses them, and marks that nobody has seen yet:
 * they are read, or the response is set aside with what was seen, and never pass for an answer.
 */

const reasoning = 'Okay, I have to add 57 and 718. That is 775. Let me check that again: yes, 775.'
const answer = 'The result is \\boxed{775}.'

function read(message: Record<string, unknown>, mode: 'thinking' | 'non_thinking' = 'thinking') {
  const body = completion(message)
  const all = readAnswer(body, { mode })
  const guarded = whyGuarded(all, { mode, rules: undefined, answerTokens: 10 })
  return { ...all, guarded: guarded?.reason, seen: guarded?.seen }
}

describe('what marks enclose is read', () => {
  test.each<[string, string]>([
    ['brackets of prose', `【思考过程】${reasoning}【最终答案】${answer}`],
    ['Gemma 4', `<|channel>thought\n${reasoning}<channel|>${answer}`],
    ['Gemma 4, its first token dropped', `thought\n${reasoning}<channel|>${answer}`],
    ['MedGemma', `<unused94>thought\n${reasoning}<unused95>${answer}`],
    ['Apertus', `<|inner_prefix|>${reasoning}<|inner_suffix|>\n${answer}`],
    ['Apertus, opened by the template', `${reasoning}<|inner_suffix|>\n${answer}`],
    ['Cohere', `<|START_THINKING|>${reasoning}<|END_THINKING|><|START_RESPONSE|>${answer}<|END_RESPONSE|>`],
    ['Granite 3.2', `Here is my thought process:\n\n${reasoning}\n\nHere is my response:\n\n${answer}`],
    ['Granite 3.3', `<think>${reasoning}</think><response>${answer}</response>`],
    ['EXAONE Deep and Gemini', `<thought>\n${reasoning}\n</thought>\n\n${answer}`],
    ['EXAONE Deep, opened by the template', `${reasoning}\n</thought>\n\n${answer}`],
    ['Seed-OSS', `<seed:think>${reasoning}</seed:think>${answer}`],
    ['Kimi', `◁think▷${reasoning}◁/think▷${answer}`],
    ['Magistral', `[THINK]${reasoning}[/THINK]${answer}`],
    ['Hunyuan', `<think>\n${reasoning}\n</think>\n<answer>\n${answer}\n</answer>`],
    ['ERNIE', `<think>\n${reasoning}\n</think>\n\n<response>\n${answer}\n</response>`],
    ['GLM', `<think>${reasoning}</think><|begin_of_box|>${answer}<|end_of_box|>`],
    ['Marco-o1', `<Thought>${reasoning}</Thought>\n<Output>${answer}</Output>`],
    ['Reka', `<reasoning> ${reasoning} </reasoning> ${answer}`],
    ['a scratchpad', `<scratchpad>\n${reasoning}\n</scratchpad>\n${answer}`],
    ['a tag with an attribute', `<thinking duration="3">${reasoning}</thinking>${answer}`],
    [
      'a page',
      `<details type="reasoning">\n<summary>Thought for 3 s</summary>\n${reasoning}\n</details>\n${answer}`,
    ],
    ['Ollama in a terminal', `Thinking...\n${reasoning}\n...done thinking.\n\n${answer}`],
    ['tags written twice', `<think>\n<think>${reasoning}</think>\n</think>${answer}`],
    ['a tag closed by its sister', `<think>${reasoning}</thinking>${answer}`],
    ['gpt-oss without its tokens', `analysis${reasoning}assistantfinal${answer}`],
    ['gpt-oss, a preamble', `commentary${reasoning}assistantfinal${answer}`],
  ])('%s', (_name, content) => {
    expect(read({ content })).toMatchObject({
      reasoning,
      answer,
      finish_state: 'complete',
      guarded: undefined,
    })
  })

  test.each<[string, Record<string, unknown>]>([
    ['in a field with its tags', { reasoning_content: `<think>\n${reasoning}\n</think>`, content: answer }],
    [
      'with the answer in its field',
      { reasoning_content: `${reasoning}\n</think>\n\n${answer}`, content: null },
    ],
    ['beside the word for the final channel', { reasoning, content: `assistantfinal${answer}` }],
  ])('%s', (_name, message) => {
    expect(read(message)).toMatchObject({ reasoning, answer, finish_state: 'complete', guarded: undefined })
  })

  test('a field that goes on behind its end beside another answer allows two readings', () => {
    const message = { reasoning_content: `${reasoning}</think>Another answer.`, content: answer }
    expect(read(message).finish_state).toBe('tag_damaged')
  })

  test('an empty block of Gemma is one', () => {
    expect(read({ content: `<|channel>thought\n<channel|>${answer}` }, 'non_thinking')).toMatchObject({
      reasoning: '',
      answer,
      reasoning_state: 'empty_think_block',
      guarded: undefined,
    })
  })
})

describe('what is around an answer is taken off and named', () => {
  test.each<[string, string[]]>([
    [`<answer>\n${answer}\n</answer>`, ['<answer>', '</answer>']],
    [`<response>${answer}</response>`, ['<response>', '</response>']],
    [`${answer}\n</answer>`, ['</answer>']],
    [`<|START_RESPONSE|>${answer}`, ['<|START_RESPONSE|>']],
    [`${answer}<|im_end|>`, ['<|im_end|>']],
    [`${answer}<｜end▁of▁sentence｜>`, ['<｜end▁of▁sentence｜>']],
    [`${answer}</s>`, ['</s>']],
  ])('%j', (content, removed) => {
    const found = read({ content }, 'non_thinking')
    expect(found).toMatchObject({ answer, finish_state: 'complete', guarded: undefined })
    expect(found.removed_marks.toSorted()).toEqual(removed.toSorted())
  })

  test('a box inside of an answer loses its tokens, an answer block keeps its tags', () => {
    expect(read({ content: 'It is <|begin_of_box|>775<|end_of_box|>.' }).answer).toBe('It is 775.')
    expect(read({ content: 'We add. <answer>775</answer>' }).answer).toBe('We add. <answer>775</answer>')
  })
})

describe('what nobody knows is set aside with what was seen', () => {
  test.each<[string, string, string]>([
    [`<ponder>${reasoning}</ponder>\n${answer}`, 'quarantined_unknown_marks', '<ponder>'],
    [`[PONDER]${reasoning}[/PONDER]\n${answer}`, 'quarantined_unknown_marks', '[PONDER]'],
    [`<|deep|>${reasoning}<|deeper|>${answer}`, 'quarantined_unknown_marks', '<|deep|> <|deeper|>'],
    [`${reasoning}\n</ponder>\n${answer}`, 'quarantined_unknown_marks', '</ponder>'],
    [`${answer} <|tool_call|> x`, 'quarantined_unknown_marks', '<|tool_call|>'],
    [`thought\n${reasoning}\n${answer}`, 'quarantined_unknown_marks', 'thought'],
    [`[INST] Add. [/INST] ${answer}`, 'quarantined_unknown_marks', '[INST] [/INST]'],
    [`${reasoning}\n\n${answer}`, 'quarantined_thought_in_answer', 'Let me check'],
    [`Alright, we add. Hmm, is it 765? Wait, no. It is 775.`, 'quarantined_thought_in_answer', 'Hmm'],
    [`The user wants a sum. Wait, both are whole.\n\n${answer}`, 'quarantined_thought_in_answer', 'Wait,'],
    [`=== THINKING ===\n57 + 718 = 775.\n${answer}`, 'quarantined_thought_in_answer', 'THINKING'],
    [`🤔 Thinking...\n57 + 718 = 775.\n${answer}`, 'quarantined_thought_in_answer', 'Thinking'],
    [`Thought for 3 seconds\n\n57 + 718 = 775.\n${answer}`, 'quarantined_thought_in_answer', '3 seconds'],
    [`{think}57 + 718 = 775.{/think}${answer}`, 'quarantined_thought_in_answer', '{think}'],
    [`##think##57 + 718 = 775.##/think##${answer}`, 'quarantined_thought_in_answer', '##think##'],
    [`[BEGIN THINKING]57 + 718 = 775.[END THINKING]${answer}`, 'quarantined_thought_in_answer', 'THINKING'],
    [`<div class="thinking">57 + 718 = 775.</div>${answer}`, 'quarantined_unknown_marks', 'thinking'],
    [`<think/>57 + 718 = 775.\n${answer}`, 'quarantined_unknown_marks', '<think'],
    [`<!-- thinking: 57 + 718 = 775. -->\n${answer}`, 'quarantined_unknown_marks', '<!-- thinking'],
    [`[{"type":"thinking","thinking":"57 + 718"}]`, 'quarantined_unknown_marks', 'thinking'],
    ...['<!-- ', '💭 ', '（思考）', '{"reasoning": "', '<span id="a">', '/* '].map(
      (head): [string, string, string] => [
        `${head}${reasoning}\n${answer}`,
        'quarantined_thought_in_answer',
        'Let me check',
      ],
    ),
  ])('%j', (content, guarded, seen) => {
    const found = read({ content }, 'non_thinking')
    expect(found.guarded).toBe(guarded)
    expect(found.seen).toContain(seen)
  })

  test('a text in a member that nothing reads', () => {
    expect(read({ content: answer, explanation: 'We add both numbers.' })).toMatchObject({
      guarded: 'quarantined_unread_text',
      seen: 'explanation',
    })
    expect(
      read({
        content: [
          { type: 'mystery', text: 'We add.' },
          { type: 'text', text: answer },
        ],
      }),
    ).toMatchObject({ answer, guarded: 'quarantined_unread_text', seen: 'content of type mystery' })
  })

  test.each<[string, string, string, boolean]>([
    ['<translation>Bonjour</translation>', 'Answer within <translation> tags: hello', 'a tag', true],
    ['<translation>Bonjour</translation>', 'Translate: hello', 'no tag', false],
    [`<ponder>${reasoning}</ponder><translation>x</translation>`, 'Use <translation>.', 'another', false],
    ['<|deep|>Bonjour', 'Answer behind <|deep|>: hello', 'a token', false],
  ])('%j to the prompt %j, which has %s of it', (content, prompt, _what, accepted) => {
    const given = { mode: 'non_thinking' as const, rules: undefined, answerTokens: 40, prompt }
    const reason = whyGuarded(readAnswer(completion({ content }), given), given)?.reason
    expect(reason).toBe(accepted ? undefined : 'quarantined_unknown_marks')
  })

  test('tokens that were billed and did not come, where thinking is off', () => {
    const body = { ...completion({ content: answer }), usage: { prompt_tokens: 9, completion_tokens: 900 } }
    const guardedIn = (mode: 'thinking' | 'non_thinking') =>
      whyGuarded(readAnswer(body, { mode }), { mode, rules: undefined, answerTokens: 10 })
    expect(guardedIn('non_thinking')).toEqual({
      reason: 'quarantined_hidden_reasoning',
      seen: '900 tokens billed for a text of 10',
    })
    expect(guardedIn('thinking')).toBeUndefined()
  })

  test.each([
    '<p>The result is 775.</p>',
    '[1, 2, 3] has three members.',
    'Use `</think>` to close it.',
    '```xml\n<ponder>x</ponder>\n<|im_end|>\n```\nThat is the file.',
    'A generic `List<String>` or vector<int> holds it, and a < b > c.',
    "Okay, let's solve this step by step. 57 + 718 = 775.",
    'We need to find the sum. It is 775.',
    'Okay, we add both. Let me check the tens: they agree. It is 775.',
    'The tag "<ponder>" opens it.',
    'Call f[INDEX] and g[i].',
    'First, I add the tens. Then I check the ones. It is 775.',
    '**Reasoning:** 57 + 718 = 775.\n\n**Answer:** 775',
    'Thought experiment: imagine a train.',
    '> To be or not to be\n\nThat is Hamlet.',
    '# Analysis\n\nThe function is convex.',
    'Think: what is 2 + 2? It is 4.',
    'Thoughts:\n1. Good.\n2. Bad.',
    '«Bonjour» means hello.',
    '【解析】57+718=775。【答案】775',
    '【答案】775',
    '思考：这道题的答案是 2。',
    '{{ user.name }} and {{name}} are names in Jinja.',
    '[think] of a number, then double it.',
    'See [thinking] and [response].',
    '[Answer](https://example.org) is a link.',
    'cat <<EOF>>file, and std::cout << a << b;',
    '```reason\nlet x = 1\n```',
    '*thinking* is emphasised here.',
    'The stream ends with data: [DONE]',
    '<s>struck</s> text and <s>more</s>',
    'Assistant: Hello\nUser: Hi\nAssistant: Bye',
    '<note>\n  <to>Ann</to>\n</note>',
    '<App>\n  <Header />\n</App>',
    '<MyComponent />',
    '<T extends object>(x: T) => x',
    '<E> is the mean energy, and <x> = 3.',
    "<class 'int'>",
    'Inside, a<|b|>c holds.',
    'Let me work through this step by step.\n\n57 + 718 = 775\n\nLet me verify: 775 - 57 = 718.',
    'The user is known by a token. The user then sees the page.',
    '好的，用户可以这样做：等等。图形不对称。',
    'finalAnswer = 42',
    'analysisOf(x) returns it.',
    '* Thinking\n* Feeling',
    '<div class="card">Hello</div>',
    '<header title="Thinking">Hello</header>',
    '<p class="thinking">A poem</p>',
  ])('%j is an answer as it stands', (content) => {
    expect(read({ content }, 'non_thinking')).toMatchObject({ answer: content, guarded: undefined })
  })
})
